"""Two gates of a gathering: its sector's opinion, and supervision."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from muster.web.answering import answer
from muster.web.page import page

from .. import actions
from .events import found, show_event


@page(
    "premises/events/<uuid:event>/opinion/", name="premises:give_opinion", needs="premises.give_opinion",
    methods=("POST",),
)  # fmt: skip
def give_opinion(request: HttpRequest, event: UUID) -> HttpResponse:
    """The sector agrees, or objects."""
    row = found(request, event)
    agrees, faults = request.POST.get("agrees") == "yes", request.POST.getlist("faults")
    return answer(
        lambda: actions.give_opinion(by=request.post_held, event=row, agrees=agrees, faults=faults, op=request.op),
        lambda _done: reverse("premises:event", args=[event]),
        lambda errors: show_event(request, row, errors),
    )


@page(
    "premises/events/<uuid:event>/supervise/", name="premises:supervise_event", needs="premises.supervise_event",
    methods=("POST",),
)  # fmt: skip
def supervise_event(request: HttpRequest, event: UUID) -> HttpResponse:
    """Somebody from above was there."""
    row, faults = found(request, event), request.POST.getlist("faults")
    return answer(
        lambda: actions.supervise_event(by=request.post_held, event=row, faults=faults, op=request.op),
        lambda _done: reverse("premises:event", args=[event]),
        lambda errors: show_event(request, row, errors),
    )
