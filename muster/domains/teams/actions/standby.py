"""Standby sampling sites: kept, called up, checked, stood down; drills when their day has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.areas.models import Area
from muster.kernel.duties.actions import minutes_of, open_duties, open_duty, withdraw_duties
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record, record_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import words
from ..models import StandbyCheck, StandbySite
from .calls import edition_for
from .teams import LONGEST

MOST_DESKS, MOST_STAFF, MOST_THINGS, MOST_DAYS = 200, 1000, 40, 365
READY_MINUTES = "deadlines.standby_ready_minutes"


@action("teams.add_standby")
def add_standby(
    *, by: Any, area: str, name: str, lat: float | None, lon: float | None, desks: int | None, staff: int | None,
    equipment: Iterable[str], drill_days: int | None, now: datetime, op: UUID | None = None,
) -> StandbySite:  # fmt: skip
    """Keep a standby site; its first drill is due after `drill_days`. Raises Invalid."""
    require(by, "teams.add_standby", area)
    if len(area) < 9 or not Area.objects.filter(code=area).exists():
        raise Invalid("area", _("Enter the code of a street, community, grid or building."))
    name, things = name.strip(), [thing.strip()[:LONGEST] for thing in equipment if thing.strip()]
    if not name or len(name) > LONGEST:
        raise Invalid("name", _("Enter a name of at most %(most)s characters.") % {"most": LONGEST})
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid("lat", _("Enter the latitude and longitude in degrees, as 34.33 and 108.71."))
    numbers = (("desks", desks, MOST_DESKS), ("staff", staff, MOST_STAFF), ("drill_days", drill_days, MOST_DAYS))
    for field, value, most in numbers:
        if value is None or not 1 <= value <= most:
            raise Invalid(field, _("Enter a number from 1 to %(most)s.") % {"most": most})
    if not 1 <= len(things) <= MOST_THINGS:
        raise Invalid("equipment", _("Name from 1 to %(most)s things, one in each line.") % {"most": MOST_THINGS})
    if StandbySite.objects.filter(area=area, name=name, removed_at=None).exists():
        raise Invalid("name", _("There is a site of this name in this area."))
    return StandbySite.objects.create(
        area=area, name=name, lat=lat, lon=lon, desks=desks, staff=staff, equipment=things, drill_days=drill_days,
        drill_due_on=clock.local_day(now) + timedelta(days=drill_days or 0),
    )  # fmt: skip


def _locked(site: StandbySite) -> StandbySite:
    row = StandbySite.objects.select_for_update().get(pk=site.pk)
    if row.removed_at:
        raise Invalid("site", _("This site is not kept any more."))
    return row


@action("teams.call_up")
def call_up(*, by: Any, site: StandbySite, now: datetime, op: UUID | None = None) -> StandbySite:
    """The site must be ready within the plan's time: its community owes a check. Raises Invalid."""
    row = _locked(site)
    require(by, "teams.call_up", row.area)
    if row.state != words.RESTING:
        raise Invalid("site", _("This site is called up already."))
    plan = edition_for(now)
    row.state, row.called_at, row.ready_at = words.CALLED_UP, now, None
    row.due_at = now + timedelta(minutes=minutes_of(READY_MINUTES, plan))
    row.save(update_fields=["state", "called_at", "ready_at", "due_at"])
    called = record("teams.standby_called", subject=row.pk, area=row.area, by=by, now=now, op=op)
    open_duty("teams.make_ready", subject=row.pk, area=row.area, by=by, now=now, plan=plan, because=called)
    return row


@action("teams.check_standby")
def check_standby(
    *, by: Any, site: StandbySite, staff: int | None, present: Iterable[str], now: datetime, op: UUID | None = None
) -> StandbyCheck:
    """Somebody looked: so many staff, and these things of the list are there. What is missing is recorded.

    With everything there, a site that is called up is ready; at any other time it is a good drill, and the next is due
    later. Raises Invalid without a number of staff.
    """
    row = _locked(site)
    require(by, "teams.check_standby", row.area)
    if staff is None or not 0 <= staff <= MOST_STAFF:
        raise Invalid("staff", _("Count the staff who are there."))
    there = set(present)
    missing = [thing for thing in row.equipment if thing not in there]
    good, called_up = not missing and staff >= row.staff, row.state == words.CALLED_UP
    check = StandbyCheck.objects.create(
        site=row, area=row.area, at=now, staff=staff, missing=missing, called_up=called_up, good=good
    )
    data = {"staff": staff, "missing": len(missing), "good": good}
    record("teams.standby_checked", subject=check.pk, area=row.area, by=by, now=now, op=op, data=data)
    if good:
        _found_good(row, called_up, by=by, now=now, op=op)
    return check


def _found_good(row: StandbySite, called_up: bool, *, by: Any, now: datetime, op: UUID | None) -> None:
    """Ready when called up; and whoever found everything there has tried it out."""
    if called_up:
        row.state, row.ready_at = words.READY, now
        record("teams.standby_ready", subject=row.pk, area=row.area, by=by, now=now, op=op)
    row.drill_due_on = clock.local_day(now) + timedelta(days=row.drill_days)
    row.save(update_fields=["state", "ready_at", "drill_due_on"])
    record("teams.standby_drilled", subject=row.pk, area=row.area, by=by, now=now, op=op)


@action("teams.stand_down")
def stand_down(*, by: Any, site: StandbySite, now: datetime, op: UUID | None = None) -> StandbySite:
    """The site is not needed any more; it is on standby again. Raises Invalid if it is already."""
    row = _locked(site)
    require(by, "teams.stand_down", row.area)
    if row.state == words.RESTING:
        raise Invalid("site", _("This site is on standby already."))
    row.state, row.called_at, row.due_at, row.ready_at = words.RESTING, None, None, None
    row.save(update_fields=["state", "called_at", "due_at", "ready_at"])
    down = record("teams.standby_down", subject=row.pk, area=row.area, by=by, now=now, op=op)
    withdraw_duties(subjects=[row.pk], kinds=["teams.make_ready"], now=now, because=down)
    return row


@action("teams.remove_standby")
def remove_standby(*, by: Any, site: StandbySite, now: datetime, op: UUID | None = None) -> StandbySite:
    """The site is not kept any more. Raises Invalid while it is called up."""
    row = _locked(site)
    require(by, "teams.remove_standby", row.area)
    if row.state != words.RESTING:
        raise Invalid("site", _("Stand it down first."))
    row.removed_at = now
    row.save(update_fields=["removed_at"])
    gone = record("teams.standby_down", subject=row.pk, area=row.area, by=by, now=now, op=op)
    withdraw_duties(subjects=[row.pk], kinds=["teams.drill"], now=now, because=gone)
    return row


def ask_drills(now: datetime) -> int:
    """Owe a drill for each site whose day has come; returns how many. A check that found everything proves it."""
    owed = Duty.objects.open().filter(kind="teams.drill", subject=OuterRef("pk"))
    late = StandbySite.objects.filter(removed_at=None, drill_due_on__lt=clock.local_day(now)).filter(~Exists(owed))
    rows = list(late.order_by("pk")[:200])
    facts = record_many("teams.drill_due", [{"subject": row.pk, "area": row.area} for row in rows], by=SYSTEM, now=now)
    duties = [{"subject": fact.subject, "area": fact.area, "because": fact} for fact in facts]
    return open_duties("teams.drill", duties, by=SYSTEM, now=now)
