"""Making teams, who is in them, and when they can be had."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.areas.codes import LEVELS
from muster.kernel.areas.models import Area
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.named import found_or_made
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Member, Mission, Shift, Team
from ..rules import shift_times

LONGEST, MOST_MEMBERS = 100, 200


@action("teams.add_team")
def add_team(*, by: Any, area: str, name: str, kind: str, now: datetime, op: UUID | None = None) -> Team:
    """Make a team, stationed in a community. Raises Invalid."""
    require(by, "teams.add_team", area)
    if len(area) != LEVELS["community"] or not Area.objects.filter(code=area).exists():
        raise Invalid("area", _("Enter the code of the community where the team is stationed."))
    name = name.strip()
    if not name or len(name) > LONGEST:
        raise Invalid("name", _("Enter a name of at most %(most)s characters.") % {"most": LONGEST})
    if kind not in words.KINDS:
        raise Invalid("kind", _("Choose what kind of team it is."))
    if Team.objects.standing().filter(area=area, name=name).exists():
        raise Invalid("name", _("There is a team of this name in the community."))
    team = Team.objects.create(area=area, name=name, kind=kind, made_at=now)
    record("teams.made", subject=team.pk, area=area, by=by, now=now, op=op, data={"kind": kind})
    return team


def locked(team: Team) -> Team:
    """The team's row, locked. Raises Invalid for one that was dissolved."""
    row = Team.objects.select_for_update().get(pk=team.pk)
    if row.ended_at:
        raise Invalid("team", _("This team was dissolved."))
    return row


@action("teams.end_team")
def end_team(*, by: Any, team: Team, now: datetime, op: UUID | None = None) -> Team:
    """Dissolve a team; its members are free for others. Raises Invalid while it is asked for, on the way or on site."""
    row = locked(team)
    require(by, "teams.end_team", row.area)
    if Mission.objects.holding().filter(team=row).exists():
        raise Invalid("team", _("Release the team first: it is still sent somewhere."))
    Member.objects.filter(team=row, left_at=None).update(left_at=now)
    row.ended_at, row.strength = now, 0
    row.save(update_fields=["ended_at", "strength"])
    record("teams.dissolved", subject=row.pk, area=row.area, by=by, now=now, op=op)
    return row


@action("teams.add_member")
def add_member(
    *, by: Any, team: Team, name: str, skill: str, phone: str = "", leads: bool = False, now: datetime,
    op: UUID | None = None,
) -> Member:  # fmt: skip
    """Somebody joins a team; who leads it is somebody with a phone. Raises Invalid.

    Who is known by this name and phone is that person; else a record is made, whose home is not known.
    """
    row = locked(team)
    require(by, "teams.add_member", row.area)
    if skill not in words.SKILLS:
        raise Invalid("skill", _("Choose what they do."))
    if row.strength >= MOST_MEMBERS:
        raise Invalid("name", _("A team has at most %(most)s people.") % {"most": MOST_MEMBERS})
    if leads and not phone.strip():
        raise Invalid("phone", _("Who leads the team must be reached by phone."))
    (person,) = found_or_made([(name, phone)], row.area, now, phone_needed=False)
    if Member.objects.filter(person__canonical=person.canonical_id, left_at=None).exists():
        raise Invalid("name", _("They are in a team already."))
    if leads:
        Member.objects.filter(team=row, left_at=None, leads=True).update(leads=False)
    member = Member.objects.create(
        team=row, area=row.area, person=person, skill=skill, leads=leads, reachable=bool(phone.strip()), joined_at=now
    )
    count(row)
    return member


def count(team: Team) -> None:
    """Keep how many people are in a team, after a change of its members; the team's row is locked."""
    team.strength = Member.objects.filter(team=team, left_at=None).count()
    team.save(update_fields=["strength"])


@action("teams.remove_member")
def remove_member(*, by: Any, member: Member, now: datetime, op: UUID | None = None) -> Team:
    """Somebody leaves their team. Raises Invalid if they did before."""
    team = locked(member.team)
    require(by, "teams.remove_member", team.area)
    if not Member.objects.filter(pk=member.pk, left_at=None).update(left_at=now):
        raise Invalid("member", _("They have left the team already."))
    count(team)
    return team


@action("teams.add_shift")
def add_shift(*, by: Any, team: Team, on: date | None, shift: str, now: datetime, op: UUID | None = None) -> Shift:
    """A team can be had for a shift of a day. Raises Invalid for one that is over, or overlaps another of the team."""
    row = locked(team)
    require(by, "teams.add_shift", row.area)
    if on is None:
        raise Invalid("on", _("Enter a day."))
    if shift not in words.SHIFTS:
        raise Invalid("shift", _("Choose a shift."))
    starts, ends = shift_times(clock.midnight(on), words.SHIFTS[shift])
    if ends <= now:
        raise Invalid("on", _("This shift is over."))
    if Shift.objects.filter(team=row, dropped_at=None, starts_at__lt=ends, ends_at__gt=starts).exists():
        raise Invalid("shift", _("It overlaps another shift of this team."))
    return Shift.objects.create(team=row, area=row.area, starts_at=starts, ends_at=ends)


@action("teams.remove_shift")
def remove_shift(*, by: Any, shift: Shift, now: datetime, op: UUID | None = None) -> Team:
    """A team cannot be had for a shift after all; where it was sent already, it still is."""
    require(by, "teams.remove_shift", shift.area)
    Shift.objects.filter(pk=shift.pk, dropped_at=None).update(dropped_at=now)
    return Team.objects.get(pk=shift.team_id)
