"""A member's own page, by the link that their community gives them; and the sheet with that link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import visible_to
from muster.web import limits
from muster.web.answering import chosen, row_of
from muster.web.area_names import area_path
from muster.web.links import address, busy, drawn, private
from muster.web.page import page
from muster.web.values import number

from .. import actions, words
from ..actions.services import AFTER, why_not
from ..models import Member, Mission, Service
from ..volunteering import code_of, member_of

MOST, SECONDS = 60, 60  # an address may ask so often within so many seconds
SHOWN = 50


@page("teams/members/<uuid:member>/link/", name="teams:member_link", needs="teams.add_member")
def member_link(request: HttpRequest, member: UUID) -> HttpResponse:
    """The link of a member, to be handed to them: as a code to scan, and to copy."""
    rows = visible_to(Member.objects.select_related("team", "person"), request.post_held)
    row = row_of(rows.filter(left_at=None), member)
    link = address(request, "teams:serve", code_of(row.pk))
    return render(request, "teams/member_link.html", {"member": row, "link": link, "drawn": drawn(link)})


@page("w/<str:volunteer>/", name="teams:serve", methods=("GET", "POST"), public=True)
def serve(request: HttpRequest, volunteer: str) -> HttpResponse:
    """Where and when somebody of a team serves; whether they come, are there, are gone. Who leads confirms hours."""
    if limits.over(f"teams:serve:{limits.sender(request)}", MOST, SECONDS):
        return busy(request, "teams/serve.html", SECONDS)
    with acting():
        member = Member.objects.select_related("team", "person").filter(pk=member_of(volunteer), left_at=None).first()
    if member is None:
        return private(render(request, "teams/serve.html", {}, status=404))
    if request.method != "POST":
        return private(_own(request, member))
    try:
        _do(request, member)
    except Invalid as no:
        return private(_own(request, member, {no.field: no.message}))
    return private(HttpResponseRedirect(reverse("teams:serve", args=[volunteer]) + "?done=1"))


def _do(request: HttpRequest, member: Member) -> None:
    """What the form asks for. Raises Invalid."""
    form = request.POST
    with acting():
        mission = chosen(Mission.objects.filter(team=member.team_id), form.get("mission", ""))
        service = chosen(Service.objects.filter(mission__team=member.team_id), form.get("service", ""))
    if form.get("what") == "confirm" and service:
        minutes = number(form.get("minutes", ""))
        actions.confirm_hours(by=SYSTEM, service=service, minutes=-1 if minutes is None else minutes, lead=member,
                              op=request.op)  # fmt: skip
    elif mission:
        actions.serve(by=SYSTEM, member=member, mission=mission, what=form.get("what", ""), op=request.op)
    else:
        raise Invalid("mission", words.NOT_YOURS)


def _own(request: HttpRequest, member: Member, errors: dict[str, Any] | None = None) -> HttpResponse:
    now = clock.now()
    with acting():
        mine = Service.objects.filter(member=member).select_related("mission")
        said = {row.mission_id: row for row in mine.order_by("-id")[:SHOWN]}
        soon = Q(state__in=words.HOLDING, ends_at__gt=now - timedelta(days=1))
        still = Q(
            pk__in=[row.mission_id for row in said.values() if row.came_at and not row.left_at],
            ended_at__gt=now - AFTER,
        )
        missions = list(Mission.objects.filter(soon | still, team=member.team_id).order_by("starts_at")[:SHOWN])
        over = [row for row in said.values() if row.came_at and (row.left_at or row.confirmed_at)]
        total = mine.aggregate(minutes=Sum("minutes", default=0))["minutes"]
        waiting = _to_confirm(member, now) if member.leads else []
        around = {mission.area: area_path(mission.area) for mission in missions}  # pages without a post read no areas
    context = {
        "member": member,
        "services": [
            (mission, around[mission.area], said.get(mission.pk), _steps(mission, said.get(mission.pk)))
            for mission in missions
        ],
        "over": over,
        "total": total,
        "waiting": waiting,
        "errors": errors,
        "done": "done" in request.GET and not errors,
    }
    return render(request, "teams/serve.html", context, status=422 if errors else 200)


def _steps(mission: Mission, said: Service | None) -> list[tuple[str, Any]]:
    """The buttons of a mission: what can be said next."""
    if said and said.came_at:
        return [] if said.left_at or said.confirmed_at else [("gone", words.SAY["gone"])]
    steps = [] if said and said.answer == "coming" else ["coming"]
    steps += [] if said and said.answer == "cannot" else ["cannot"]
    if mission.state in (words.ACCEPTED, words.ARRIVED) and (not said or said.answer != "cannot"):
        steps = ["there", *steps]
    return [(step, words.SAY[step]) for step in steps]


def _to_confirm(leader: Member, now: Any) -> list[Service]:
    """The services of the leader's team that wait for them: not their own."""
    rows = Service.objects.filter(mission__team=leader.team_id, came_at__isnull=False, confirmed_at=None)
    found = rows.exclude(member=leader).select_related("mission", "person", "member").order_by("came_at")[:SHOWN]
    return [row for row in found if not why_not(row, now)]
