"""A gathering that was called off: its organiser's own page by the link of their message, and the same by a post."""

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
from muster.web.answering import answer
from muster.web.page import page

from .. import actions, codes, words
from ..limits import over, wait
from ..models import Event
from .events import found, moment, show_event, whole
from .public import bad


def _do(by: Any, row: Event, form: Any, op: UUID) -> Event:
    """What the form asks for: to say that one knows, that the others were told, or to ask again. Raises Invalid."""
    what = form.get("what", "")
    if what == "informed":
        numbers = {name: whole(form.get(name, "")) for name in ("told", "paid_back")}
        return actions.report_informed(by=by, event=row, op=op, **numbers)
    if what == "again":
        return actions.apply_again(by=by, event=row, starts_at=moment(form.get("starts_at", "")), op=op)
    return actions.acknowledge_stop(by=by, event=row, op=op)


@page(
    "premises/events/<uuid:event>/answer/", name="premises:answer_stop", needs="premises.acknowledge_stop",
    methods=("POST",),
)  # fmt: skip
def answer_stop(request: HttpRequest, event: UUID) -> HttpResponse:
    """What an organiser said by phone; asked again, the page is that of the new one."""
    row = found(request, event)
    return answer(
        lambda: _do(request.post_held, row, request.POST, request.op),
        lambda done: reverse("premises:event", args=[done.pk]),
        lambda errors: show_event(request, row, errors),
    )


@page("g/<str:gathering>/", name="premises:gathering", methods=("GET", "POST"), public=True)
def gathering(request: HttpRequest, gathering: str) -> HttpResponse:
    """The organiser reads what became of their gathering, and answers."""
    if over(request, "desk"):
        return wait(request)
    try:
        row = _behind(gathering)
    except Invalid as no:
        return bad(request, no)
    if request.method != "POST":
        return _gathering(request, row)
    try:
        done = _do(SYSTEM, row, request.POST, request.op)
    except Invalid as no:
        return _gathering(request, row, {no.field: no.message})
    link = codes.make(codes.EVENT, done.pk)
    return HttpResponseRedirect(reverse("premises:gathering", args=[link]) + "?done=1")


def _behind(code: str) -> Event:
    """The gathering that a link names. Raises Invalid."""
    refused = Invalid("code", words.BAD_LINK)
    try:
        said = codes.read(code, codes.EVENT, now=clock.now())
    except codes.BadCode:
        raise refused from None
    with acting():
        row = Event.objects.select_related("order", "followed_by").filter(pk=said.about).first()
    if row is None:
        raise refused
    return row


def _gathering(request: HttpRequest, row: Event, errors: dict[str, Any] | None = None) -> HttpResponse:
    context = {
        "event": row,
        "stopped": row.order if row.state in words.STOPPED_STATES else None,
        "again": getattr(row, "followed_by", None),
        "errors": errors,
        "values": request.POST if errors else {},
        "done": "done" in request.GET and not errors,
    }
    return render(request, "premises/gathering.html", context, status=422 if errors else 200)
