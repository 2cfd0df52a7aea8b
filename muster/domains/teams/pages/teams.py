"""A team: who is in it, when it can be had, where it goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.posts.permissions import may, reaches, visible_to
from muster.ledger.pages import show_list
from muster.web.answering import answer, row_of
from muster.web.page import page
from muster.web.values import day

from .. import actions, words
from ..ledgers import TEAMS
from ..models import Member, Mission, Service, Shift, Team

LISTED = 50


@page("teams/add/", name="teams:add_team", needs="teams.add_team", methods=("POST",))
def add_team(request: HttpRequest) -> HttpResponse:
    """Make a team."""
    given = {name: request.POST.get(name, "") for name in ("area", "name", "kind")}
    return answer(
        lambda: actions.add_team(by=request.post_held, op=request.op, **given),
        lambda team: reverse("teams:team", args=[team.pk]),
        lambda errors: show_list(request, TEAMS, errors),
    )


@page("teams/<uuid:team>/", name="teams:team", needs="teams.see_teams")
def team(request: HttpRequest, team: UUID) -> HttpResponse:
    """One team."""
    return _team(request, row_of(visible_to(Team.objects, request.post_held), team))


def _team(request: HttpRequest, row: Team, errors: dict[str, Any] | None = None) -> HttpResponse:
    post, now = request.post_held, clock.now()
    context = {
        "team": row,
        "members": row.members.filter(left_at=None)
        .select_related("person")
        .annotate(hours=Sum("services__minutes"))
        .order_by("-leads", "id"),
        "hours": Service.objects.filter(mission__team=row).aggregate(minutes=Sum("minutes", default=0))["minutes"],
        "shifts": row.shifts.filter(ends_at__gt=now, dropped_at=None).order_by("starts_at")[:LISTED],
        "missions": Mission.objects.filter(team=row).order_by("-starts_at")[:LISTED],
        "may_change": row.ended_at is None and may(post, "teams.add_member") and reaches(post, row.area),
        "skills": words.SKILLS.items(),
        "shift_titles": words.SHIFT_TITLES.items(),
        "errors": errors,
        "values": request.POST or {"on": clock.today()},
    }
    return render(request, "teams/team.html", context, status=422 if errors else 200)


def _change(request: HttpRequest, team: UUID, do: Any) -> HttpResponse:
    row = row_of(visible_to(Team.objects, request.post_held), team)
    return answer(lambda: do(row), reverse("teams:team", args=[team]), lambda errors: _team(request, row, errors))


@page("teams/<uuid:team>/end/", name="teams:end_team", needs="teams.end_team", methods=("POST",))
def end_team(request: HttpRequest, team: UUID) -> HttpResponse:
    """Dissolve a team."""
    return _change(request, team, lambda row: actions.end_team(by=request.post_held, team=row, op=request.op))


@page("teams/<uuid:team>/members/", name="teams:add_member", needs="teams.add_member", methods=("POST",))
def add_member(request: HttpRequest, team: UUID) -> HttpResponse:
    """Somebody joins."""
    given = {name: request.POST.get(name, "") for name in ("name", "phone", "skill")}
    leads = bool(request.POST.get("leads"))
    return _change(
        request, team,
        lambda row: actions.add_member(by=request.post_held, team=row, leads=leads, op=request.op, **given),
    )  # fmt: skip


@page("teams/members/<uuid:member>/remove/", name="teams:remove_member", needs="teams.remove_member", methods=("POST",))
def remove_member(request: HttpRequest, member: UUID) -> HttpResponse:
    """Somebody leaves."""
    row = row_of(Member.objects, member)
    return _change(
        request, row.team_id, lambda _: actions.remove_member(by=request.post_held, member=row, op=request.op)
    )


@page("teams/<uuid:team>/shifts/", name="teams:add_shift", needs="teams.add_shift", methods=("POST",))
def add_shift(request: HttpRequest, team: UUID) -> HttpResponse:
    """The team can be had for a shift."""
    on, shift = day(request.POST.get("on", "")), request.POST.get("shift", "")
    return _change(
        request, team, lambda row: actions.add_shift(by=request.post_held, team=row, on=on, shift=shift, op=request.op)
    )


@page("teams/shifts/<uuid:shift>/remove/", name="teams:remove_shift", needs="teams.remove_shift", methods=("POST",))
def remove_shift(request: HttpRequest, shift: UUID) -> HttpResponse:
    """The team cannot be had for a shift after all."""
    row = row_of(Shift.objects, shift)
    return _change(request, row.team_id, lambda _: actions.remove_shift(by=request.post_held, shift=row, op=request.op))
