"""A call for teams: who could go, who goes; sending one with a tap."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.posts.permissions import may, reaches, visible_to
from muster.ledger.pages import show_list
from muster.web.answering import answer, chosen, id_of, row_of
from muster.web.page import page
from muster.web.values import moment, number

from .. import actions, queries, words
from ..ledgers import CALL_STATES, CALL_TONES, CALLS, state_of
from ..models import Call, Mission, Team


@page("teams/calls/ask/", name="teams:ask", needs="teams.ask", methods=("POST",))
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for people."""
    form = request.POST
    given: dict[str, Any] = {name: form.get(name, "").strip() for name in ("area", "place", "kind")}
    given |= {name: moment(form.get(name, "")) for name in ("starts_at", "ends_at")}
    given |= {name: id_of(form.get(name, "")) for name in ("site", "round")}
    return answer(
        lambda: actions.ask(by=request.post_held, wanted=number(form.get("wanted", "")), op=request.op, **given),
        lambda call: reverse("teams:call", args=[call.pk]),
        lambda errors: show_list(request, CALLS, errors),
    )


def _calls(request: HttpRequest) -> Any:
    return visible_to(Call.objects, request.post_held)


@page("teams/calls/<uuid:call>/", name="teams:call", needs="teams.see_teams")
def call(request: HttpRequest, call: UUID) -> HttpResponse:
    """One call."""
    return _call(request, row_of(_calls(request), call))


def _call(request: HttpRequest, row: Call, errors: dict[str, Any] | None = None) -> HttpResponse:
    post, now = request.post_held, clock.now()
    missions = list(row.missions.select_related("team").order_by("sent_at", "id"))
    may_send = not row.withdrawn_at and row.ends_at > now and may(post, "teams.send") and reaches(post, row.area)
    context = {
        "call": row,
        "state": CALL_STATES[state_of(row)],
        "tone": CALL_TONES[state_of(row)],
        "missions": missions,
        "coming": sum(each.strength for each in missions if each.state in (words.ACCEPTED, words.ARRIVED)),
        "on_site": sum(each.came or 0 for each in missions if each.state == words.ARRIVED),
        "relievable": [(each.pk, each.team.name) for each in missions if each.state == words.ARRIVED],
        "proposals": queries.proposals(row, post, now) if may_send else [],
        "may_send": may_send,
        "may_withdraw": not row.withdrawn_at and may(post, "teams.withdraw") and reaches(post, row.area),
        "errors": errors,
    }
    return render(request, "teams/call.html", context, status=422 if errors else 200)


@page("teams/calls/<uuid:call>/send/", name="teams:send", needs="teams.send", methods=("POST",))
def send(request: HttpRequest, call: UUID) -> HttpResponse:
    """Ask a team to go."""
    row = row_of(_calls(request), call)
    team = row_of(visible_to(Team.objects, request.post_held), id_of(request.POST.get("team", "")))
    relieves = chosen(Mission.objects.filter(call=row), request.POST.get("relieves", ""))
    return answer(
        lambda: actions.send(by=request.post_held, call=row, team=team, relieves=relieves, op=request.op),
        reverse("teams:call", args=[call]),
        lambda errors: _call(request, row, errors),
    )


@page("teams/calls/<uuid:call>/withdraw/", name="teams:withdraw", needs="teams.withdraw", methods=("POST",))
def withdraw(request: HttpRequest, call: UUID) -> HttpResponse:
    """Nobody is needed any more."""
    row = row_of(_calls(request), call)
    return answer(
        lambda: actions.withdraw(by=request.post_held, call=row, op=request.op),
        reverse("teams:call", args=[call]),
        lambda errors: _call(request, row, errors),
    )
