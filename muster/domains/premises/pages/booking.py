"""Booking a place without an account, the count at the door, and how many a venue takes."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import may, visible_to
from muster.web import values as typed
from muster.web.answering import answer, row_of
from muster.web.links import address, drawn
from muster.web.page import page

from .. import actions, codes
from ..actions.booking import bookable, booked_at
from ..limits import over, wait
from ..models import Capacity, Slot, Venue
from .public import at_desk, bad
from .routines import number


@page("b/<str:booking>/", name="premises:book", methods=("GET", "POST"), public=True)
def book(request: HttpRequest, booking: str) -> HttpResponse:
    """Choose a time, say a name, a phone and how many; a number comes back. With the number a booking is given back."""
    if over(request, "pin" if request.method == "POST" else "scan"):
        return wait(request)
    try:
        with acting():
            venue = booked_at(booking, clock.now())
    except Invalid as no:
        return bad(request, no)
    if request.method != "POST":
        return _times(request, venue)
    form = request.POST
    try:
        if form.get("cancel"):
            actions.cancel_booking(by=SYSTEM, code=booking, number=form.get("number", ""), op=request.op)
            return _times(request, venue, cancelled=True)
        row = actions.book(
            by=SYSTEM, code=booking, starts_at=_moment(form.get("slot", "")), name=form.get("name", ""),
            phone=form.get("phone", ""), party=number(form.get("party", "")) or 1, op=request.op,
        )  # fmt: skip
    except Invalid as no:
        return _times(request, venue, {no.field: no.message})
    with acting():
        slot = Slot.objects.get(pk=row.slot_id)
    return render(request, "premises/booked.html", {"venue": venue, "booking": row, "slot": slot, "code": booking})


def _moment(text: str) -> datetime:
    moment = typed.moment(text)
    if moment is None:
        raise Invalid("slot", "")
    return moment


def _times(request: HttpRequest, venue: Venue, errors: dict[str, Any] | None = None, **said: Any) -> HttpResponse:
    with acting():
        slots = bookable(venue, clock.now())
    for slot in slots:
        slot.free = max(0, slot.places - slot.taken)
        slot.value = slot.starts_at.isoformat()
    days = [(day, list(rows)) for day, rows in groupby(slots, key=lambda slot: clock.local_day(slot.starts_at))]
    context = {"venue": venue, "days": days, "errors": errors, "values": request.POST if errors else {}, **said}
    return render(request, "premises/book.html", context, status=422 if errors else 200)


@page("d/<str:desk>/door/", name="premises:door", methods=("GET", "POST"), public=True)
@at_desk
def door(request: HttpRequest, venue: Venue, desk: str) -> HttpResponse:
    """For the staff at the door: who is inside, one in, one out, or a booking's number."""
    if request.method != "POST":
        return _door(request, venue, desk)
    way = {"in": 1, "out": -1}.get(request.POST.get("way", ""), 0)
    try:
        actions.count_door(by=SYSTEM, desk=desk, op=request.op, change=way, number=request.POST.get("number", ""))
    except Invalid as no:
        return _door(request, venue, desk, {no.field: no.message})
    return HttpResponseRedirect(reverse("premises:door", args=[desk]))


def _door(request: HttpRequest, venue: Venue, desk: str, errors: dict[str, Any] | None = None) -> HttpResponse:
    now = clock.now()
    with acting():
        held = Capacity.objects.filter(venue=venue).first()
        slot = Slot.objects.filter(venue=venue, starts_at__lte=now, ends_at__gt=now).first()
    inside = held.inside if held and held.counted_on == clock.local_day(now) else 0
    context = {
        "venue": venue,
        "desk": desk,
        "held": held,
        "inside": inside,
        "free": held.cap - inside if held else 0,
        "slot": slot,
        "errors": errors,
        "values": request.POST if errors else {},
    }
    return render(request, "premises/door.html", context, status=422 if errors else 200)


@page(
    "premises/venues/<uuid:venue>/capacity/", name="premises:capacity", needs="premises.see_venues",
    methods=("GET", "POST"),
)  # fmt: skip
def capacity(request: HttpRequest, venue: UUID) -> HttpResponse:
    """How many a venue takes, its slots that were booked, and the code that leads to the booking page."""
    rows = visible_to(Venue.objects.filter(closed_at=None), request.post_held)
    row = row_of(rows.select_related("capacity"), venue)
    if request.method != "POST":
        return _capacity(request, row)
    form = request.POST
    given = {name: number(form.get(name, "")) or -1 for name in ("cap", "per_slot", "slot_minutes")}
    hours = {name: _minutes(form.get(name, "")) for name in ("opens", "closes")}
    return answer(
        lambda: actions.set_capacity(by=request.post_held, venue=row, op=request.op, **given, **hours),
        reverse("premises:capacity", args=[venue]),
        lambda errors: _capacity(request, row, errors),
    )


def _minutes(text: str) -> int:
    """Minutes of the day of a time as typed; -1 for anything else."""
    hours, _colon, minutes = text.strip().partition(":")
    known = hours.isdigit() and minutes.isdigit() and len(text) <= 5
    return int(hours) * 60 + int(minutes) if known and int(minutes) < 60 else -1


def _capacity(request: HttpRequest, row: Venue, errors: dict[str, Any] | None = None) -> HttpResponse:
    held = getattr(row, "capacity", None)
    link = address(request, "premises:book", codes.make(codes.BOOK, row.pk, row.code_number))
    values = request.POST if errors else {"slot_minutes": 30, "opens": "09:00", "closes": "21:00"}
    if held and not errors:
        values = {name: getattr(held, name) for name in ("cap", "per_slot", "slot_minutes")}
        values |= {name: "{:02}:{:02}".format(*divmod(getattr(held, name), 60)) for name in ("opens", "closes")}
    context = {
        "venue": row,
        "held": held,
        "inside": held.inside if held and held.counted_on == clock.today() else 0,
        "slots": Slot.objects.filter(venue=row, ends_at__gt=clock.now()).order_by("starts_at")[:60],
        "may_set": may(request.post_held, "premises.set_capacity"),
        "link": link,
        "drawn": drawn(link),
        "errors": errors,
        "values": values,
    }
    return render(request, "premises/capacity.html", context, status=422 if errors else 200)
