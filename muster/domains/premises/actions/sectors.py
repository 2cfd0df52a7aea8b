"""Checks by the regulators of sectors: so many venues a week are chosen for each, and others of theirs they may."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Subquery, Window
from django.db.models.functions import Left, RowNumber
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids
from muster.kernel.duties.actions import open_duties
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require
from muster.kernel.posts.roles import REGULATORS

from ..models import Routine, Venue
from ..routines import Kind, kinds, kinds_of, mend_within, sector_of, sectors
from ..rules import first_of_period

CHECK = "sector_check"
COUNTY = 6  # digits of a county's code
LONGEST = timedelta(days=30)
LOOK_WITHIN = timedelta(days=1)  # after the venue's deadline


def period_of(kind: Kind, now: datetime) -> tuple[date, datetime]:
    """The first day of a routine's period at this moment, and when it is due."""
    first = first_of_period(clock.local_day(now), kind.every)
    return first, clock.midnight(first + timedelta(days=kind.every - 1)) + timedelta(hours=kind.due)


def open_checks(kind: Kind, now: datetime) -> int:
    """Choose for each sector and county the venues whose last check is longest ago, up to the file's count."""
    first, due = period_of(kind, now)
    return sum(_open(kind, name, first, due, now) for name in sectors())


def _open(kind: Kind, sector: str, first: date, due: datetime, now: datetime) -> int:
    of = set(sectors()[sector]) & set(kind.kinds)
    checks = Routine.objects.filter(venue=OuterRef("pk"), code=kind.code)
    chosen = Routine.objects.filter(code=kind.code, due_at=due, venue__kind__in=of)
    counted = chosen.annotate(county=Left("area", COUNTY)).values_list("county").annotate(Count("pk"))
    taken = Counter(dict(counted))
    waiting = Venue.objects.filter(~Exists(checks.filter(period_on=first)), closed_at=None, kind__in=of)
    last = Subquery(checks.order_by("-period_on").values("period_on")[:1])
    order = [F("last").asc(nulls_first=True), "id"]
    ranked = waiting.annotate(county=Left("area", COUNTY), last=last).annotate(
        rank=Window(RowNumber(), partition_by="county", order_by=order)
    )
    rows = [
        Routine(venue_id=pk, area=area, code=kind.code, doer=kind.by, period_on=first, due_at=due)
        for pk, area, county, rank in ranked.filter(rank__lte=kind.count).values_list("pk", "area", "county", "rank")
        if rank <= kind.count - taken[county]
    ]
    _owe(kind, sector, rows, SYSTEM, now, None)
    return len(rows)


def _owe(kind: Kind, sector: str, rows: list[Routine], by: Any, now: datetime, op: Any) -> None:
    if not rows:
        return
    Routine.objects.bulk_create(rows)
    data = {"code": kind.code, "period": rows[0].period_on.isoformat(), "count": len(rows), "sector": sector}
    fact = record("premises.routines_opened", subject=ids.uuid7(), area="", by=by, now=now, op=op, data=data)
    owed: dict[str, Any] = {"because": fact, "role": REGULATORS[sector]}
    duties = [{**owed, "subject": row.pk, "area": row.area, "due_at": row.due_at} for row in rows]
    open_duties("premises.check_venue", duties, by=by, now=now)


@action("premises.begin_check")
def begin_check(*, by: Any, venue: Venue, now, op=None) -> Routine:
    """A regulator checks a venue of its sector that was not chosen; the check that is owed there, if one is.

    Raises Invalid for another sector's venue.
    """
    venue = Venue.objects.select_for_update().get(pk=venue.pk)
    require(by, "premises.begin_check", venue.area)
    kind = kinds()[CHECK]
    if venue.closed_at or venue.kind not in (set(kinds_of(by) or ()) & set(kind.kinds)):
        raise Invalid("venue", _("This venue is not of your sector."))
    first, due = period_of(kind, now)
    row = Routine.objects.filter(venue=venue, code=kind.code, period_on=first).first()
    if row is None:
        row = Routine(venue=venue, area=venue.area, code=kind.code, doer=kind.by, period_on=first, due_at=max(due, now))
        _owe(kind, sector_of(by.role), [row], by, now, op)
    return row


def theirs(by: Any, row: Routine, checks: bool) -> bool:
    """Whether a post may record this routine, or (`checks`) check it.

    A regulator's own checks are the regulator's alone; it checks what any venue of its sector recorded.
    """
    kinds = kinds_of(by)
    if kinds is None:
        return row.doer != "sector"
    return row.venue.kind in kinds and (checks or row.doer == "sector")


def refuse_others(by: Any, row: Routine, checks: bool = False) -> None:
    """Raise Invalid where a routine is another body's."""
    if not theirs(by, row, checks):
        raise Invalid("routine", _("This is another body's to record."))


def mended_by(by: Any, asked: datetime | None, now: datetime) -> datetime | None:
    """Until when a venue puts right what was found: as asked, else as the file says for regulators. Raises Invalid."""
    if asked is None:
        return now + mend_within() if sector_of(by.role) else None
    if not now < asked <= now + LONGEST:
        raise Invalid("mend_by", _("Choose a moment to come, within 30 days."))
    return asked


def look_again(row: Routine, by: Any, because: Any, now: datetime) -> None:
    """Who found something wanting looks again: a day after the venue's deadline, where there is one."""
    owed: dict[str, Any] = {"subject": row.pk, "area": row.area, "because": because, "role": by.role}
    if row.mend_by:
        owed["due_at"] = row.mend_by + LOOK_WITHIN
    kind = "premises.verify_venue" if sector_of(by.role) else "premises.verify_remedy"
    open_duties(kind, [owed], by=by, now=now)
