"""Exceptions that two bodies make, and the review of an objection."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may, visible_to
from muster.ledger.paging import paged
from muster.web.answering import answer, row_of
from muster.web.page import page

from .. import actions, words
from ..actions.status import body_of
from ..models import Contest, Exemption
from ..standing import stand, why
from .own import told

EASED = [(code, label) for code, label in words.STATUSES.items() if code != "stay"]


def _exemptions(request: HttpRequest) -> Any:
    return visible_to(Exemption.objects.select_related("person"), request.post_held)


@page("premises/exemptions/", name="premises:exemptions", needs="premises.see_exemptions")
def exemptions(request: HttpRequest) -> HttpResponse:
    """The exceptions of the range, newest first, those that wait for another body among them."""
    return _list(request)


def _list(request: HttpRequest, errors: dict[str, Any] | None = None) -> HttpResponse:
    now, post = clock.now(), request.post_held
    listed = paged(request, _exemptions(request), "-id", size=50)
    may_confirm, may_end = may(post, "premises.confirm_exemption"), may(post, "premises.end_exemption")
    rows = []
    for row in listed.rows:
        over = row.ended_at is not None or row.expires_at <= now
        rows.append({
            "row": row, "to": words.STATUSES[row.to], "reason": words.EXEMPT_FOR[row.reason],
            "state": "over" if over else "holds" if row.confirmed_at else "waits",
            "may_confirm": may_confirm and not over and not row.confirmed_at and row.asked_body != body_of(post),
            "may_end": may_end and not over,
        })  # fmt: skip
    context = {
        "page": listed, "rows": rows, "eased": EASED, "reasons": words.EXEMPT_FOR.items(), "errors": errors,
        "values": request.POST or {"hours": "24"}, "may_ask": may(post, "premises.ask_exemption"),
    }  # fmt: skip
    return render(request, "premises/exemptions.html", context, status=422 if errors else 200)


@page("premises/exemptions/ask/", name="premises:ask_exemption", needs="premises.ask_exemption", methods=("POST",))
def ask_exemption(request: HttpRequest) -> HttpResponse:
    """Ask for an exception."""
    given = {name: request.POST.get(name, "").strip() for name in ("who", "to", "reason")}
    hours = request.POST.get("hours", "").strip()
    number = int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 4 else 0
    return answer(
        lambda: actions.ask_exemption(by=request.post_held, hours=number, op=request.op, **given),
        lambda _done: reverse("premises:exemptions"),
        lambda errors: _list(request, errors),
    )


@page(
    "premises/exemptions/<uuid:exemption>/confirm/", name="premises:confirm_exemption",
    needs="premises.confirm_exemption", methods=("POST",),
)  # fmt: skip
def confirm_exemption(request: HttpRequest, exemption: UUID) -> HttpResponse:
    """The other body confirms it."""
    row = row_of(_exemptions(request), exemption)
    return answer(
        lambda: actions.confirm_exemption(by=request.post_held, exemption=row, op=request.op),
        lambda _done: reverse("premises:exemptions"),
        lambda errors: _list(request, errors),
    )


@page(
    "premises/exemptions/<uuid:exemption>/end/", name="premises:end_exemption", needs="premises.end_exemption",
    methods=("POST",),
)  # fmt: skip
def end_exemption(request: HttpRequest, exemption: UUID) -> HttpResponse:
    """End it before its time."""
    row = row_of(_exemptions(request), exemption)
    return answer(
        lambda: actions.end_exemption(by=request.post_held, exemption=row, op=request.op),
        lambda _done: reverse("premises:exemptions"),
        lambda errors: _list(request, errors),
    )


@page("premises/objections/<uuid:contest>/", name="premises:contest", needs="premises.see_contests")
def contest(request: HttpRequest, contest: UUID) -> HttpResponse:
    """An objection: what the person says, what evidence says, and what the review found."""
    return _contest(request, _objection(request, contest))


def _objection(request: HttpRequest, contest: UUID) -> Contest:
    return row_of(visible_to(Contest.objects.select_related("person"), request.post_held), contest)


def _contest(request: HttpRequest, row: Contest, errors: dict[str, Any] | None = None) -> HttpResponse:
    with acting():
        standing = stand([row.person_id], clock.now())[row.person_id]
        steps = why(standing)
    context = {
        "contest": row,
        "word": words.STATUSES[standing.without],
        "tone": words.STATUS_TONES[standing.without],
        "grounds": told(standing, steps),
        "outcomes": words.CONTEST_OUTCOMES.items(),
        "outcome": words.CONTEST_OUTCOMES.get(row.outcome, ""),
        "may_answer": row.answered_at is None and may(request.post_held, "premises.answer_contest"),
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "premises/contest.html", context, status=422 if errors else 200)


@page(
    "premises/objections/<uuid:contest>/answer/", name="premises:answer_contest", needs="premises.answer_contest",
    methods=("POST",),
)  # fmt: skip
def answer_contest(request: HttpRequest, contest: UUID) -> HttpResponse:
    """Answer it."""
    row = _objection(request, contest)
    outcome = request.POST.get("outcome", "")
    return answer(
        lambda: actions.answer_contest(by=request.post_held, contest=row, outcome=outcome, op=request.op),
        lambda _done: reverse("premises:contest", args=[contest]),
        lambda errors: _contest(request, row, errors),
    )
