"""The register of a house that lets rooms, for its own people by their link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.web.answering import id_of
from muster.web.page import page

from .. import actions
from ..actions.lodging import NIGHT_LIST, house_of
from ..limits import over, wait
from ..models import Guest
from .public import bad

LISTED = 300
FIELDS = ("name", "number", "phone", "room", "origin")


@page("d/<str:desk>/guests/", name="premises:guests", methods=("GET", "POST"), public=True)
def guests(request: HttpRequest, desk: str) -> HttpResponse:
    """Who stays tonight, by masked name and room; a guest comes, a guest leaves, tonight's list is sent."""
    if over(request, "desk"):
        return wait(request)
    try:
        with acting():
            house = house_of(desk, clock.now())
    except Invalid as no:
        return bad(request, no)
    if request.method != "POST":
        return _guests(request, house, desk)
    form = request.POST
    try:
        if form.get("send"):
            actions.send_night_list(by=SYSTEM, desk=desk, op=request.op)
        elif "left" in form:
            actions.check_out(by=SYSTEM, desk=desk, guest=id_of(form["left"]) or UUID(int=0), op=request.op)
        else:
            given = {name: form.get(name, "") for name in FIELDS}
            actions.register_guest(by=SYSTEM, desk=desk, op=request.op, **given)
    except Invalid as no:
        return _guests(request, house, desk, {no.field: no.message})
    return HttpResponseRedirect(reverse("premises:guests", args=[desk]) + "?done=1")


def _guests(request: HttpRequest, house: Any, desk: str, errors: dict[str, Any] | None = None) -> HttpResponse:
    with acting():
        staying = Guest.objects.filter(venue=house, left_at=None).select_related("person__canonical")
        rows = list(staying.order_by("room", "id")[:LISTED])
        last = house.routines.filter(code=NIGHT_LIST).exclude(outcome="").order_by("-period_on").first()
    context = {
        "venue": house,
        "desk": desk,
        "rows": rows,
        "last": last,
        "errors": errors,
        "values": request.POST if errors else {},
        "done": "done" in request.GET and not errors,
    }
    return render(request, "premises/guests.html", context, status=422 if errors else 200)
