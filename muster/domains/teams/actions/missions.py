"""What becomes of a mission: the team says yes or no, the site counts who came, and it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel.duties.actions import minutes_of, open_duty, withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.messages.actions import tell_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import may, reaches, require

from .. import words
from ..models import Call, Mission
from .calls import settle

ARRIVE = "deadlines.team_arrive_minutes"


def _locked(mission: Mission) -> Mission:
    """The mission's row and its call's, locked, the call first: as everybody does who changes both."""
    call = Call.objects.select_for_update().get(pk=mission.call_id)
    row = Mission.objects.select_for_update().get(pk=mission.pk)
    row.call = call
    return row


def _sent(row: Mission) -> Fact:
    return Fact.objects.get(kind="teams.sent", subject=row.pk)


@action("teams.answer")
def answer(*, by: Any, mission: Mission, goes: bool, why: str = "", now: datetime, op: UUID | None = None) -> Mission:
    """The team's community says whether it goes; then it is to be on site within the plan's time. Raises Invalid."""
    row = _locked(mission)
    require(by, "teams.answer", row.home)
    if row.state != words.OFFERED:
        raise Invalid("mission", _("This was answered before."))
    if not goes and why not in words.WHY_REFUSED:
        raise Invalid("why", _("Choose a reason."))
    row.answered_at = now
    row.state = words.ACCEPTED if goes else words.REFUSED
    row.why = "" if goes else why
    row.ended_at = None if goes else now
    if goes:
        row.arrive_by = max(now + timedelta(minutes=minutes_of(ARRIVE, row.call.plan)), row.starts_at)
    row.save(update_fields=["answered_at", "state", "why", "ended_at", "arrive_by"])
    said = record(
        "teams.answered", subject=row.pk, area=row.area, because=[_sent(row)], by=by, now=now, op=op,
        data={"goes": goes, "why": row.why},
    )  # fmt: skip
    if goes:
        _tell_volunteers(row, said, now)
        leader = row.team.members.filter(left_at=None, leads=True).first()
        open_duty(
            "teams.arrive", subject=row.pk, area=row.home, by=by, now=now, plan=row.call.plan, because=said,
            due_at=row.arrive_by, person_id=leader.person_id if leader else None,
        )  # fmt: skip
    settle(row.call, by=by, now=now, op=op)
    return row


def _tell_volunteers(row: Mission, said: Fact, now: datetime) -> None:
    """Volunteers have no post to look at: each who can be reached is told by the link of their own page."""
    if row.team.kind == words.VOLUNTEERS:
        members = row.team.members.filter(left_at=None, reachable=True)
        told = [
            {"person": each.person_id, "area": row.home, "because": said, "params": {"member": str(each.pk)}}
            for each in members
        ]
        tell_many(told, "teams.you_serve", now)


@action("teams.confirm_arrival")
def confirm_arrival(*, by: Any, mission: Mission, came: int | None, now: datetime, op: UUID | None = None) -> Mission:
    """The site counted so many of a team: that is the proof that it came. Whom it relieves goes. Raises Invalid."""
    row = _locked(mission)
    require(by, "teams.confirm_arrival", row.area)
    if row.state != words.ACCEPTED:
        raise Invalid("mission", _("This team is not on the way."))
    if came is None or not 1 <= came <= 500:
        raise Invalid("came", _("Count who came: at least one."))
    row.state, row.arrived_at, row.came = words.ARRIVED, now, came
    row.save(update_fields=["state", "arrived_at", "came"])
    there = record(
        "teams.arrived", subject=row.pk, area=row.area, because=[_sent(row)], by=by, now=now, op=op,
        data={"came": came},
    )  # fmt: skip
    open_duty(
        "teams.relieve", subject=row.pk, area=row.area, by=by, now=now, plan=row.call.plan, because=there,
        due_at=max(row.ends_at, now + timedelta(minutes=1)),
    )  # fmt: skip
    relieved = row.relieves and Mission.objects.select_for_update().get(pk=row.relieves_id)
    if relieved and relieved.state == words.ARRIVED:
        _end(relieved, words.RELEASED, because=there, by=by, now=now, op=op)
    return row


def _end(row: Mission, state: str, *, because: Fact, by: Any, now: datetime, op: UUID | None) -> None:
    row.state, row.ended_at = state, now
    row.save(update_fields=["state", "ended_at"])
    ended = record("teams.ended", subject=row.pk, area=row.area, because=[because], by=by, now=now, op=op)
    withdraw_duties(subjects=[row.pk], kinds=["teams.answer", "teams.arrive"], now=now, because=ended)


@action("teams.release")
def release(*, by: Any, mission: Mission, now: datetime, op: UUID | None = None) -> Mission:
    """A team's work is done, or it is called off on the way; it is free. Raises Invalid if it is already."""
    row = _locked(mission)
    require(by, "teams.release", row.area)
    if row.state not in words.HOLDING:
        raise Invalid("mission", _("This team is free already."))
    on_site = row.state == words.ARRIVED
    _end(row, words.RELEASED if on_site else words.CANCELLED, because=_sent(row), by=by, now=now, op=op)
    if not on_site and not row.call.withdrawn_at:
        settle(row.call, by=by, now=now, op=op)
    return row


def may_do(post: Any, row: Mission) -> dict[str, bool]:
    """Which of these actions a post may take about a mission now."""
    return {
        "answer": row.state == words.OFFERED and may(post, "teams.answer") and reaches(post, row.home),
        "arrive": row.state == words.ACCEPTED and may(post, "teams.confirm_arrival") and reaches(post, row.area),
        "release": row.state in words.HOLDING and may(post, "teams.release") and reaches(post, row.area),
    }
