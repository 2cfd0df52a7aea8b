"""The booking lane: times for the public by their reference, and times by identity card at the barrier."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.web.answering import chosen
from muster.web.page import page

from .. import actions, words
from ..actions.lanes import slots
from ..models import Arrival, Lane, LaneBooking
from . import forms
from .checkpoints import found, show
from .public import too_many

LISTED = 200


@page("declare/<str:reference>/time/", name="arrivals:lane_time", methods=("GET", "POST"), public=True)
def lane_time(request: HttpRequest, reference: str) -> HttpResponse:
    """Who has declared chooses a checkpoint and a time there, or another time."""
    if too_many(request, most=120):
        raise Http404
    with acting():
        coming = Arrival.objects.filter(ref=reference.upper(), state=words.COMING)
        row = coming.first() if reference.isalnum() else None
        lanes = Lane.objects.select_related("checkpoint").order_by("checkpoint__name")
        lane = row and chosen(lanes, request.POST.get("checkpoint") or request.GET.get("checkpoint", ""))
    if row is None:
        raise Http404
    if request.method != "POST" or lane is None:
        return _times(request, row, lane)
    try:
        starts_at = forms.moment(request.POST, "slot")
        actions.book_lane(by=SYSTEM, checkpoint=lane.checkpoint, read=row.ref, starts_at=starts_at, op=request.op)
    except Invalid as no:
        return _times(request, row, lane, no.message)
    return HttpResponseRedirect(reverse("arrivals:lane_time", args=[row.ref]))


def _times(request: HttpRequest, row: Arrival, lane: Lane | None, error: Any = "") -> HttpResponse:
    with acting():
        lanes = list(Lane.objects.select_related("checkpoint").order_by("checkpoint__name")[:LISTED])
        held = LaneBooking.objects.filter(arrival=row).select_related("slot__checkpoint").first()
        offered = slots(lane, row.arrives_on, clock.now()) if lane else []
    context = {
        "reference": row.ref, "on": row.arrives_on, "lanes": lanes, "lane": lane, "held": held, "error": error,
        "slots": [(slot, slot.places - slot.taken) for slot in offered],
    }  # fmt: skip
    return render(request, "arrivals/lane_time.html", context, status=422 if error else 200)


@page("checkpoints/<uuid:checkpoint>/time/", name="arrivals:give_time", needs="arrivals.book_lane", methods=("POST",))
def give_time(request: HttpRequest, checkpoint: UUID) -> HttpResponse:
    """An identity card is read at the device: its holder gets the next free time."""
    row = found(checkpoint)
    try:
        given = actions.book_lane(
            by=request.post_held, checkpoint=row, read=request.POST.get("card", ""), op=request.op
        )
    except Invalid as no:
        return show(request, row, {"card": no.message})
    return HttpResponseRedirect(reverse("arrivals:checkpoint", args=[checkpoint]) + f"?given={given.pk}#lane")


@page("checkpoints/<uuid:checkpoint>/lane/", name="arrivals:lane", needs="arrivals.set_lane", methods=("POST",))
def lane(request: HttpRequest, checkpoint: UUID) -> HttpResponse:
    """How many each stretch of time takes."""
    row, form = found(checkpoint), request.POST
    given = {name: _whole(form.get(name, "")) for name in ("per_slot", "slot_minutes")}
    given |= {name: _minute(form.get(name, "")) for name in ("opens", "closes")}
    try:
        actions.set_lane(by=request.post_held, checkpoint=row, op=request.op, **given)
    except Invalid as no:
        return show(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("arrivals:checkpoint", args=[checkpoint]) + "#lane")


def _whole(text: str) -> int:
    """A whole number as typed; -1, which no field takes, for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _minute(text: str) -> int:
    """The minute of the day of a time like 08:30; below nought, which no field takes, for what is no time."""
    hours, _colon, minutes = text.strip().partition(":")
    return _whole(hours) * 60 + _whole(minutes[:2]) if _whole(minutes[:2]) >= 0 else -1
