"""Routines of venues: one of them for posts, and today's for the venue's own people by their link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import may
from muster.ledger.pages import show_list
from muster.web.answering import answer, id_of, row_of
from muster.web.page import page
from muster.web.values import moment

from .. import actions, words
from ..actions.naming import counted_and_named
from ..actions.sectors import theirs
from ..ledgers import VENUES
from ..models import Routine, Venue
from ..routine_ledgers import ROUTINES, counts_of
from ..routines import kinds, mend_within, sector_of
from .public import at_desk

LISTED = 40
UNREAD = datetime(1900, 1, 1, tzinfo=UTC)  # a moment that no field takes


def number(text: str) -> int | None:
    """A whole number as typed; None for nothing, -1, which no field takes, for anything else."""
    text = text.strip()
    return None if not text else int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1


def _routines(request: HttpRequest) -> Any:
    return ROUTINES.rows(request.post_held)


@page("premises/routines/<uuid:routine>/", name="premises:routine", needs="premises.see_routines")
def routine(request: HttpRequest, routine: UUID) -> HttpResponse:
    """One routine of one venue: what was recorded, what a check found, and the forms for both."""
    return _routine(request, row_of(_routines(request), routine))


def _routine(request: HttpRequest, row: Routine, errors: dict[str, Any] | None = None) -> HttpResponse:
    post = request.post_held
    context = {
        "routine": row,
        "kind": kinds().get(row.code),
        "tone": words.OUTCOME_TONES[row.outcome],
        "verdict_tone": words.VERDICT_TONES[row.verdict],
        "wanting": [words.POINTS[point] for point in row.wanting if point in words.POINTS],
        "points": words.POINTS.items(),
        "visits": bool(kinds().get(row.code) and kinds()[row.code].visits),
        "finds": words.FOUND.items(),
        "counts": counts_of(row),
        "named": _named(row),
        "unnamed_whys": words.UNNAMED.items(),
        "may_explain": row.unnamed and may(post, "premises.explain_unnamed") and theirs(post, row, checks=True),
        "may_record": may(post, "premises.record_routine") and not row.outcome and theirs(post, row, checks=False),
        "may_check": may(post, "premises.check_routine")
        and bool(row.outcome or row.doer == "sector")
        and theirs(post, row, checks=True),
        "checks": bool(sector_of(post.role)),
        "first_look": row.doer == "sector" and not row.outcome,
        "mend_hours": int(mend_within() / timedelta(hours=1)),
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "premises/routine.html", context, status=422 if errors else 200)


@page(
    "premises/routines/<uuid:routine>/record/", name="premises:record_routine", needs="premises.record_routine",
    methods=("POST",),
)  # fmt: skip
def record_routine(request: HttpRequest, routine: UUID) -> HttpResponse:
    """Record that it was done, or was not."""
    row, form = row_of(_routines(request), routine), request.POST
    given: dict[str, Any] = {"figure": number(form.get("figure", "")), "note": form.get("note", "")}
    if "found" in form:
        given |= {"found": form["found"], "hazard": bool(form.get("hazard"))}
        do: Any = actions.record_visit_there
    else:
        given |= {"outcome": form.get("outcome", ""), "counts": _counts(row, form)}
        do = actions.record_routine
    return answer(
        lambda: do(by=request.post_held, routine=row, op=request.op, **given),
        reverse("premises:routine", args=[routine]),
        lambda errors: _routine(request, row, errors),
    )


def _counts(row: Routine | None, form: Any) -> dict[str, int | None]:
    kind = kinds().get(row.code) if row else None
    return {code: number(form.get(f"count_{code}", "")) for code in (kind.counts if kind else ())}


@page(
    "premises/routines/<uuid:routine>/explain/", name="premises:explain_unnamed", needs="premises.explain_unnamed",
    methods=("POST",),
)  # fmt: skip
def explain_unnamed(request: HttpRequest, routine: UUID) -> HttpResponse:
    """Say why nobody else of those who were counted will be named."""
    row, why = row_of(_routines(request), routine), request.POST.get("why", "")
    return answer(
        lambda: actions.explain_unnamed(by=request.post_held, routine=row, why=why, op=request.op),
        reverse("premises:routine", args=[routine]),
        lambda errors: _routine(request, row, errors),
    )


def _named(row: Routine) -> list[tuple[str, int, int]]:
    """What was counted, in words: how many, and how many of them are named. Numbers alone leave the closed tables."""
    titles = dict(kinds()[row.code].counted) if row.code in kinds() else {}
    with acting():
        return [(titles[code], said, named) for code, said, named in counted_and_named(row)]


@page(
    "premises/routines/<uuid:routine>/check/", name="premises:check_routine", needs="premises.check_routine",
    methods=("POST",),
)  # fmt: skip
def check_routine(request: HttpRequest, routine: UUID) -> HttpResponse:
    """Record a spot check."""
    row, form = row_of(_routines(request), routine), request.POST
    given: dict[str, Any] = {"wanting": form.getlist("wanting"), "note": form.get("note", "")}
    if asked := form.get("mend_by", ""):
        given["mend_by"] = moment(asked) or UNREAD
    return answer(
        lambda: actions.check_routine(by=request.post_held, routine=row, op=request.op, **given),
        reverse("premises:routine", args=[routine]),
        lambda errors: _routine(request, row, errors),
    )


@page(
    "premises/venues/<uuid:venue>/check/", name="premises:begin_check", needs="premises.begin_check", methods=("POST",)
)
def begin_check(request: HttpRequest, venue: UUID) -> HttpResponse:
    """A regulator begins a check of a venue."""
    row: Venue = row_of(VENUES.rows(request.post_held), venue)
    return answer(
        lambda: actions.begin_check(by=request.post_held, venue=row, op=request.op),
        lambda check: reverse("premises:routine", args=[check.pk]),
        lambda errors: show_list(request, ROUTINES, errors),
    )


@page("d/<str:desk>/owed/", name="premises:owed", methods=("GET", "POST"), public=True)
@at_desk
def owed(request: HttpRequest, venue: Venue, desk: str) -> HttpResponse:
    """What the venue owes, for its own people: each with a form, what a check found, and what was recorded last."""
    if request.method != "POST":
        return _owed(request, venue, desk)
    form, row = request.POST, id_of(request.POST.get("routine", ""))
    try:
        if row is None:
            raise Invalid("routine", "")
        if form.get("remedied"):
            actions.remedy_routine(by=SYSTEM, desk=desk, routine=row, op=request.op)
        elif "why" in form:
            actions.explain_unnamed_at_desk(by=SYSTEM, desk=desk, routine=row, why=form["why"], op=request.op)
        else:
            actions.record_routine_at_desk(
                by=SYSTEM, desk=desk, routine=row, figure=number(form.get("figure", "")), note=form.get("note", ""),
                counts=_counts(_row(venue, row), form), op=request.op,
            )  # fmt: skip
    except Invalid as no:
        return _owed(request, venue, desk, {no.field: no.message}, row)
    return HttpResponseRedirect(reverse("premises:owed", args=[desk]) + "?done=1")


def _row(venue: Any, routine: UUID) -> Routine | None:
    with acting():
        return venue.routines.filter(pk=routine).first()


def _owed(
    request: HttpRequest, venue: Any, desk: str, errors: dict[str, Any] | None = None, about: UUID | None = None
) -> HttpResponse:
    with acting():
        own = Q(doer="venue") | Q(doer="sector", verdict="faulty")
        rows = list(venue.routines.filter(own).order_by("-due_at", "code")[:LISTED])
    for row in rows:
        row.kind = kinds().get(row.code)
        row.points = [words.POINTS[point] for point in row.wanting if point in words.POINTS]
        row.wrong = errors if row.pk == about else None
        row.tone = words.OUTCOME_TONES[row.outcome]
        row.counted = _named(row) if row.unnamed else []
    context = {
        "venue": venue,
        "desk": desk,
        "owed": [row for row in reversed(rows) if not row.outcome and row.doer == "venue"],
        "wanting": [row for row in rows if row.verdict == "faulty"],
        "unnamed": [row for row in rows if row.unnamed],
        "unnamed_whys": words.UNNAMED.items(),
        "recorded": [row for row in rows if row.outcome and row.doer == "venue"][:12],
        "errors": errors,
        "done": "done" in request.GET and not errors,
    }
    return render(request, "premises/owed.html", context, status=422 if errors else 200)
