"""The public's page: declare an arrival without an account; six fields, one reference, nothing about anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.web.limits import over, sender
from muster.web.links import drawn
from muster.web.page import page

from .. import actions, words
from ..models import Arrival
from . import forms

SHARED = ("origin", "area", "arrives_on", "declared_by")  # by who comes together
TOGETHER = timedelta(hours=1)  # so long a reference helps to declare who comes with them
TRIES, WAIT_SECONDS = 30, 600  # of one address in ten minutes: a hotel declares its guests, a script does not


@page("declare/", name="arrivals:declare", methods=("GET", "POST"), public=True)
def declare(request: HttpRequest) -> HttpResponse:
    """The form; sent again with the same operation it gives the same reference.

    `with` names who was declared just before: whoever comes with them is two answers, and the rest is never shown.
    """
    if request.method != "POST":
        return _form(request)
    if too_many(request):
        response = _form(request, {"": _("Too many from this address. Wait ten minutes, or phone the community.")}, 429)
        response["Retry-After"] = str(WAIT_SECONDS)
        return response
    try:
        given = request.POST.copy()
        if first := _first(given.get("with", "")):
            for name in SHARED:
                given[name] = str(getattr(first, name))
        made = actions.declare(by=SYSTEM, channel="page", op=request.op, **forms.declared(given))
    except Invalid as no:
        return _form(request, {no.field: no.message}, 422)
    return HttpResponseRedirect(reverse("arrivals:declared", args=[made.ref]))


@page("declare/<str:reference>/", name="arrivals:declared", public=True)
def declared(request: HttpRequest, reference: str) -> HttpResponse:
    """The reference and the next step; who comes, and from where, is not said."""
    if too_many(request, most=TRIES * 4):
        raise Http404
    with acting():
        row = Arrival.objects.filter(ref=reference.upper()).first() if reference.isalnum() else None
    if row is None:
        raise Http404
    known = row.state in (words.COMING, words.HERE)
    step = words.NEXT_STEPS[row.measure if known else ""]
    context = {"reference": row.ref, "step": step, "drawn": drawn(row.ref), "coming": row.state == words.COMING}
    return render(request, "arrivals/declared.html", context)


def _first(reference: str) -> Arrival | None:
    """Who was declared just before by this reference, and is still on the way."""
    if not reference.isalnum():
        return None
    with acting():
        just_now = Arrival.objects.filter(state=words.COMING, declared_at__gt=clock.now() - TOGETHER)
        return just_now.filter(ref=reference.upper()).first()


def _form(request: HttpRequest, errors: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    with acting():
        places = forms.public_destinations()
    context = {
        "places": places,
        "first": _first((request.POST or request.GET).get("with", "")),
        "declarers": words.DECLARERS.items(),
        "values": request.POST or {"declared_by": "self", "arrives_on": clock.today().isoformat()},
        "errors": errors or {},
    }
    return render(request, "arrivals/declare.html", context, status=status)


def too_many(request: HttpRequest, most: int = TRIES) -> bool:
    """Count by sender; a declared number plays no part, so that an answer tells nothing about it."""
    return over(f"declare:{most}:{sender(request)}", most, WAIT_SECONDS)
