"""The page on which anybody can report something: no account, six fields, no script, and nothing told about anybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Place
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.web.limits import over, sender
from muster.web.page import page

from .. import actions, queries, words
from ..kinds import KINDS

FIELDS = ("kind", "what", "where", "about_name", "caller_name", "caller_phone")
# From one address in ten minutes, many people may share it behind a provider; and from everybody in a minute.
PER_ADDRESS, WINDOW = 20, 600
PER_MINUTE = 300


@page("report/", name="intake:public", methods=("GET", "POST"), public=True)
def report(request: HttpRequest) -> HttpResponse:
    """The form, with `?at=` the area or place that a printed code names; then the reference and what happens next."""
    if request.method != "POST":
        return _form(request, {"at": request.GET.get("at", "")[:40]}, {})
    form = request.POST
    if _too_many(request):
        answer = _form(
            request, form, {"": _("Too many reports at this moment. Wait a few minutes, or call the duty desk.")}, 429
        )
        answer.headers["Retry-After"] = str(WINDOW // 2)
        return answer
    try:
        with acting():
            area, place, channel = _where(form.get("at", ""), form.get("where", ""))
        made = actions.receive_report(
            by=SYSTEM, area=area, place=place, channel=channel, op=request.op,
            **{name: form.get(name, "").strip() for name in FIELDS},
        )  # fmt: skip
    except Invalid as no:
        return _form(request, form, {no.field: no.message}, 422)
    context = {"number": made.number, "phone": bool(form.get("caller_phone", "").strip())}
    return render(request, "intake/public_done.html", context)


def _where(at: str, text: str) -> tuple[str, Place | None, str]:
    """Area and place: what the code names, else what the text surely means, else the district's desk decides."""
    area, place = queries.known_spot(at.strip()[:40]) if at.strip() else ("", None)
    if area:
        return area, place, words.CODE
    found = queries.find(text[:300], "", "~")
    if found.sure:
        return *queries.known_spot(str(found.spots[0].place or found.spots[0].code)), words.PAGE
    return queries.unplaced_area(clock.now()), None, words.PAGE


def _too_many(request: HttpRequest) -> bool:
    """Count by address and in all, each time both."""
    return any([over(f"report:{sender(request)}", PER_ADDRESS, WINDOW), over("report:all", PER_MINUTE, 60)])


def _form(request: HttpRequest, values: Any, errors: dict[str, Any], status: int = 200) -> HttpResponse:
    kinds = [(code, kind.title) for code, kind in KINDS.items()]
    area = ""
    if at := (values.get("at") or "").strip()[:40]:
        with acting():
            area, _place = queries.known_spot(at)
    context = {"kinds": kinds, "values": values, "errors": errors, "at_area": area}
    with acting():  # the name of the area that the code names; a visitor has no post to read with
        return render(request, "intake/public.html", context, status=status)
