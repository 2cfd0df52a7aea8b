"""Somebody of a team says whether they come, that they are there, that they go; somebody else confirms the hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Member, Mission, Service

EARLY, AFTER = (
    timedelta(hours=2),
    timedelta(hours=12),
)  # how long before its beginning, and after its end, one checks in


@action("teams.serve")
def serve(*, by: Any, member: Member, mission: Mission, what: str, now: datetime, op: UUID | None = None) -> Service:
    """A member says by their link that they are `coming`, `cannot`, are `there` or are `gone`. Raises Invalid."""
    require(by, "teams.serve", "")
    who = Member.objects.select_for_update().get(pk=member.pk)
    where = Mission.objects.get(pk=mission.pk)
    row = Service.objects.filter(mission=where, member=who).first()
    row = row or Service(mission=where, member=who, person_id=who.person_id, area=where.home)
    if who.left_at or where.team_id != who.team_id or what not in _STEPS:
        raise Invalid("mission", words.NOT_YOURS)
    _STEPS[what](row, where, now)
    row.save()
    record(f"teams.{_FACTS[what]}", subject=row.pk, area=row.area, by=by, now=now, op=op, data={"said": what})
    return row


def _answer(said: str) -> Callable[[Service, Mission, datetime], None]:
    def step(row: Service, mission: Mission, now: datetime) -> None:
        if row.came_at or mission.state not in words.HOLDING or mission.ends_at <= now:
            raise Invalid("mission", _("It is under way, or over."))
        row.answer, row.answered_at = said, now

    return step


def _there(row: Service, mission: Mission, now: datetime) -> None:
    if row.came_at:
        raise Invalid("mission", _("You said before that you are there."))
    if mission.state not in (words.ACCEPTED, words.ARRIVED) or not mission.starts_at - EARLY <= now < mission.ends_at:
        raise Invalid("mission", _("From two hours before it begins until it ends, once your team goes."))
    row.came_at = now


def _gone(row: Service, mission: Mission, now: datetime) -> None:
    if row.came_at is None or row.left_at or row.confirmed_at:
        raise Invalid("mission", _("You are not there."))
    if now > (mission.ended_at or mission.ends_at) + AFTER:
        raise Invalid("mission", _("It was over long ago: tell who leads your team."))
    row.left_at = now


_STEPS = {"coming": _answer("coming"), "cannot": _answer("cannot"), "there": _there, "gone": _gone}
_FACTS = {
    "coming": "service_answered", "cannot": "service_answered", "there": "service_begun", "gone": "service_left",
}  # fmt: skip


@action("teams.confirm_hours")
def confirm_hours(
    *, by: Any, service: Service, minutes: int | None = None, lead: Member | None = None, now: datetime,
    op: UUID | None = None,
) -> Service:  # fmt: skip
    """The team's leader (`lead`, by their link) or a post confirms hours: what was counted, or less. Raises Invalid.

    Nobody confirms their own; the leader's are confirmed by a post.
    """
    row = Service.objects.select_for_update(of=("self",)).select_related("mission").get(pk=service.pk)
    if lead is None:
        require(by, "teams.confirm_hours", row.area)
    else:
        require(by, "teams.serve", "")
        leader = Member.objects.get(pk=lead.pk)
        if not leader.leads or leader.left_at or leader.team_id != row.mission.team_id or leader.pk == row.member_id:
            raise Invalid("service", _("Somebody else confirms these hours."))
    if no := why_not(row, now):
        raise Invalid("service", no)
    minutes = row.counted if minutes is None else minutes
    if not 0 <= minutes <= row.counted:
        raise Invalid("minutes", _("From 0 to %(most)s minutes: so long were they there.") % {"most": row.counted})
    row.minutes, row.confirmed_at = minutes, now
    row.confirmed_user, row.confirmed_lead = getattr(by, "user_id", None), lead and lead.pk
    row.save(update_fields=["minutes", "confirmed_at", "confirmed_user", "confirmed_lead"])
    record("teams.hours_confirmed", subject=row.pk, area=row.area, by=by, now=now, op=op, data={"minutes": minutes})
    return row


def why_not(row: Service, now: datetime) -> str:
    """Why the hours of a service cannot be confirmed yet, or no more; '' if they can."""
    if row.confirmed_at:
        return _("These hours are confirmed already.")
    if row.came_at is None:
        return _("They did not say that they came.")
    if row.left_at is None and (row.mission.ended_at or row.mission.ends_at) > now:
        return _("They are still there.")
    return ""
