"""Asking for people, sending a team, and saying that nobody is needed any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.db.utils import IntegrityError
from django.utils.translation import gettext as _

from muster.kernel import clock, ids, plans
from muster.kernel.duties.actions import open_duty, withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import ACT
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Call, Mission, Team
from .teams import LONGEST, locked

MOST_PEOPLE, LONGEST_CALL, FAR_AHEAD = 500, timedelta(days=3), timedelta(days=14)


def edition_for(now: datetime) -> str:
    """The edition in force that leaves teams the least time: a call is not about one disease."""
    return plans.quickest("team_arrive_minutes", clock.local_day(now))


@action("teams.ask")
def ask(
    *, by: Any, area: str, place: str, kind: str, wanted: int | None, starts_at: datetime | None,
    ends_at: datetime | None, site: UUID | None = None, round: UUID | None = None, now: datetime,
    op: UUID | None = None,
) -> Call:  # fmt: skip
    """Ask for so many people of a kind at a place; whoever sends teams owes them in time. Raises Invalid."""
    require(by, "teams.ask", area)
    place = place.strip()
    if len(area) < 9:
        raise Invalid("area", _("Enter the code of a street, community, grid or building."))
    if not place or len(place) > LONGEST:
        raise Invalid("place", _("Say where, in at most %(most)s characters.") % {"most": LONGEST})
    if kind not in words.KINDS:
        raise Invalid("kind", _("Choose what kind of team it is."))
    if wanted is None or not 1 <= wanted <= MOST_PEOPLE:
        raise Invalid("wanted", _("Enter a number from 1 to %(most)s.") % {"most": MOST_PEOPLE})
    if starts_at is None or not now - timedelta(hours=1) <= starts_at <= now + FAR_AHEAD:
        raise Invalid("starts_at", _("Enter a moment from now on, within two weeks."))
    if ends_at is None or not starts_at < ends_at <= starts_at + LONGEST_CALL:
        raise Invalid("ends_at", _("It ends after it begins, within three days."))
    call = Call(
        area=area, place=place, kind=kind, wanted=wanted, starts_at=starts_at, ends_at=ends_at, site=site, round=round,
        plan=edition_for(now), asked_at=now, asked_fact_id=ids.uuid7(),
    )  # fmt: skip
    data = {"kind": kind, "wanted": wanted}
    asked = record("teams.asked", subject=call.pk, area=area, by=by, now=now, op=op, data=data)
    call.asked_fact_id = asked.pk
    call.save(force_insert=True)
    open_duty("teams.find_team", subject=call.pk, area=area, by=by, now=now, plan=call.plan, because=asked)
    return call


def _open(call: Call) -> Call:
    row = Call.objects.select_for_update().get(pk=call.pk)
    if row.withdrawn_at:
        raise Invalid("call", _("Nobody is needed there any more."))
    return row


@action("teams.send")
def send(
    *, by: Any, call: Call, team: Team, relieves: Mission | None = None, now: datetime, op: UUID | None = None
) -> Mission:
    """Ask a team to go; its community owes an answer. One that relieves another goes from now on.

    Raises Invalid for a team that has nobody in it, is of another kind, or is sent elsewhere at that time.
    """
    row = _open(call)
    require(by, "teams.send", row.area)
    who = locked(team)
    require(by, "teams.send", who.area)
    if row.ends_at <= now:
        raise Invalid("call", _("The time for which they were asked is over."))
    if who.kind != row.kind or not who.strength:
        raise Invalid("team", _("This team is of another kind, or nobody is in it."))
    if relieves and (relieves.call_id != row.pk or relieves.state != words.ARRIVED or relieves.team_id == who.pk):
        raise Invalid("relieves", _("The team that is relieved is not on site."))
    late = Mission.objects.filter(team=who, state=words.ARRIVED, ends_at__lte=now)
    if late.exists():
        raise Invalid("team", _("This team is sent elsewhere at that time."))
    mission = Mission(
        call=row, team=who, area=row.area, place=row.place, home=who.area, strength=who.strength, sent_at=now,
        relieves=relieves, starts_at=max(now, row.starts_at), ends_at=row.ends_at,
    )  # fmt: skip
    try:
        with transaction.atomic(using=ACT):
            mission.save(force_insert=True)
    except IntegrityError as error:
        if "mission_team_once" not in str(error):
            raise
        raise Invalid("team", _("This team is sent elsewhere at that time.")) from error
    data = {"team": str(who.pk), "call": str(row.pk)}
    sent = record(
        "teams.sent", subject=mission.pk, area=row.area, because=[row.asked_fact_id], by=by, now=now, op=op, data=data
    )
    leader = who.members.filter(left_at=None, leads=True).first()
    open_duty(
        "teams.answer", subject=mission.pk, area=who.area, by=by, now=now, plan=row.plan, because=sent,
        person_id=leader.person_id if leader else None,
    )  # fmt: skip
    return mission


def settle(call: Call, *, by: Any, now: datetime, op: UUID | None = None) -> None:
    """Whether the teams that said yes have as many people as are wanted; the call's row is locked.

    A team that falls out again opens the call, and with it the duty to find another.
    """
    said_yes = call.missions.filter(state__in=(words.ACCEPTED, words.ARRIVED, words.RELEASED))
    enough = said_yes.aggregate(all=Sum("strength", default=0))["all"] >= call.wanted
    if enough == (call.filled_at is not None):
        return
    call.filled_at = now if enough else None
    call.save(update_fields=["filled_at"])
    because = [call.asked_fact_id]
    if enough:
        record("teams.filled", subject=call.pk, area=call.area, by=by, now=now, op=op, because=because)
    else:
        open_duty(
            "teams.find_team", subject=call.pk, area=call.area, by=by, now=now, plan=call.plan,
            because=call.asked_fact_id,
        )  # fmt: skip


@action("teams.withdraw")
def withdraw(*, by: Any, call: Call, now: datetime, op: UUID | None = None) -> Call:
    """Nobody is needed any more: who is asked or on the way is called off, who is on site stays until released."""
    row = _open(call)
    require(by, "teams.withdraw", row.area)
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    done = record(
        "teams.filled", subject=row.pk, area=row.area, because=[row.asked_fact_id], by=by, now=now, op=op,
        data={"withdrawn": True},
    )  # fmt: skip
    missions = list(row.missions.select_for_update().filter(state__in=(words.OFFERED, words.ACCEPTED)))
    for mission in missions:
        mission.state, mission.ended_at = words.CANCELLED, now
        mission.save(update_fields=["state", "ended_at"])
        record("teams.ended", subject=mission.pk, area=row.area, because=[done], by=by, now=now, op=op)
    withdraw_duties(
        subjects=[mission.pk for mission in missions], kinds=["teams.answer", "teams.arrive"], now=now, because=done
    )
    return row
