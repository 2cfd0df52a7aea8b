"""Gatherings: the list with a form to ask, and one gathering with what its deciders and checkers do."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from muster.kernel import clock
from muster.kernel.posts.permissions import may
from muster.kernel.posts.roles import SECTORS
from muster.ledger.pages import show_list
from muster.ledger.pages.where import own_said
from muster.web.answering import answer, row_of
from muster.web.page import page

from .. import actions, words
from ..approval import approval
from ..gates import gates, what_may
from ..ledgers import EVENTS
from ..models import Event
from ..rules import decision_area

ASKED = ("name", "kind", "place_name", "organiser", "phone", "unit")


@page("premises/events/ask/", name="premises:ask_event", needs="premises.ask_event", methods=("POST",))
def ask_event(request: HttpRequest) -> HttpResponse:
    """Ask for a gathering."""
    form = request.POST
    given = {name: form.get(name, "").strip() for name in ASKED}
    numbers = {name: whole(form.get(name, "")) for name in ("expected", "tables")}
    moments = {name: moment(form.get(name, "")) for name in ("starts_at", "ends_at")}
    outsiders = bool(form.get("outsiders"))
    return answer(
        lambda: actions.ask_event(
            by=request.post_held,
            area=own_said(request.post_held, form),
            outsiders=outsiders,
            op=request.op,
            **given,
            **numbers,
            **moments,
        ),
        lambda row: reverse("premises:event", args=[row.pk]),
        lambda errors: show_list(request, EVENTS, errors),
    )


def whole(text: str) -> int:
    """A whole number as typed; -1, which no field takes, for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1


def moment(text: str) -> datetime:
    """A local moment as typed; the first moment there is, which is never in the future, for anything else."""
    try:
        said = datetime.fromisoformat(text.strip())
        return (said if said.tzinfo else said.replace(tzinfo=clock.zone())).astimezone(clock.zone())
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=clock.zone(), year=1900)


@page("premises/events/<uuid:event>/", name="premises:event", needs="premises.see_events")
def event(request: HttpRequest, event: UUID) -> HttpResponse:
    """One gathering: size, place, who decides, the check of its site."""
    return show_event(request, found(request, event))


def found(request: HttpRequest, event: UUID) -> Event:
    """The gathering, if the post may see it."""
    return row_of(EVENTS.rows(request.post_held).select_related("order", "follows", "organiser__canonical"), event)


def show_event(request: HttpRequest, row: Event, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The page of one gathering."""
    post, asked = request.post_held, row.state == "asked"
    where = decision_area(row.area, row.level)
    decides = may(post, "premises.decide_event") and post.lo is not None
    context = {
        "event": row,
        "tone": words.EVENT_TONES[row.state],
        "level": words.LEVELS[row.level],
        "where": where,
        "source": approval().source["en" if get_language() == "en" else "zh"],
        "gates": gates(row),
        **what_may(post, row),
        "points": words.EVENT_POINTS.items(),
        "refusals": words.REFUSALS.items(),
        "may_decide": asked and decides and post.lo <= where < post.hi,
        "unheard": SECTORS[row.sector] if row.sector and row.opinion != "agrees" else "",
        "too_low": asked and decides and not post.lo <= where < post.hi,
        "may_check": row.state in ("approved", "ready") and may(post, "premises.check_event"),
        "stopped": row.order if row.state in words.STOPPED_STATES else None,
        "again": Event.objects.filter(follows=row).first(),
        "may_open": row.organiser_id and may(post, "people.open_file"),
        "may_answer": may(post, "premises.acknowledge_stop"),
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "premises/event.html", context, status=422 if errors else 200)


@page(
    "premises/events/<uuid:event>/decide/", name="premises:decide_event", needs="premises.decide_event",
    methods=("POST",),
)  # fmt: skip
def decide_event(request: HttpRequest, event: UUID) -> HttpResponse:
    """Approve it, or refuse it."""
    row = found(request, event)
    approve = request.POST.get("approve") == "yes"
    said = {name: request.POST.get(name, "") for name in ("refusal", "note")}
    return answer(
        lambda: actions.decide_event(by=request.post_held, event=row, approve=approve, op=request.op, **said),
        lambda _done: reverse("premises:event", args=[event]),
        lambda errors: show_event(request, row, errors),
    )


@page(
    "premises/events/<uuid:event>/check/", name="premises:check_event", needs="premises.check_event", methods=("POST",)
)
def check_event(request: HttpRequest, event: UUID) -> HttpResponse:
    """The site was checked."""
    row = found(request, event)
    faults = request.POST.getlist("faults")
    return answer(
        lambda: actions.check_event(by=request.post_held, event=row, faults=faults, op=request.op),
        lambda _done: reverse("premises:event", args=[event]),
        lambda errors: show_event(request, row, errors),
    )
