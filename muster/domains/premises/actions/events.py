"""Gatherings: asked for, decided by the level that the thresholds name, checked on the site, cancelled by size."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.codes import span
from muster.kernel.areas.models import Area
from muster.kernel.duties.actions import open_duty, withdraw_duties
from muster.kernel.facts.actions import record, record_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import words
from ..approval import approval
from ..models import Event
from ..rules import decided_by, decision_area
from .people import LONGEST_NAME

MOST_PEOPLE, MOST_TABLES = 1_000_000, 10_000
AHEAD = timedelta(days=366)
DECIDE = {"community": "premises.decide_event_community", "street": "premises.decide_event_street"}
DECIDE_ABOVE = "premises.decide_event_district"


@action("premises.ask_event")
def ask_event(
    *, by: Any, area: str, name: str, kind: str, place_name: str, expected: int, starts_at: datetime, ends_at: datetime,
    tables: int = 0, outsiders: bool = False, now, op=None,
) -> Event:  # fmt: skip
    """Ask for a gathering; the level that the thresholds name owes a decision within two days. Raises Invalid."""
    require(by, "premises.ask_event", area)
    for field, text in (("name", name), ("place_name", place_name)):
        if not text.strip():
            raise Invalid(field, _("Enter a name."))
        if len(text) > LONGEST_NAME:
            raise Invalid(field, _("At most %(most)s characters") % {"most": LONGEST_NAME})
    if kind not in words.EVENT_KINDS:
        raise Invalid("kind", _("Choose what it is."))
    if not 0 < expected <= MOST_PEOPLE:
        raise Invalid("expected", _("Enter a number of people."))
    if not 0 <= tables <= MOST_TABLES:
        raise Invalid("tables", _("Enter a number of tables."))
    if not now < starts_at <= now + AHEAD:
        raise Invalid("starts_at", _("It begins in the future, within a year."))
    if not starts_at < ends_at <= starts_at + AHEAD:
        raise Invalid("ends_at", _("It ends after it begins."))
    if not Area.objects.filter(code=area).exists():
        raise Invalid("area", _("There is no area with this code."))
    if len(area) < len("610404001001"):
        raise Invalid("area", _("Give the community, or a smaller area."))
    level = decided_by(expected, tables, outsiders, approval())
    row = Event.objects.create(
        area=area, name=name.strip(), kind=kind, place_name=place_name.strip(), expected=expected, tables=tables,
        outsiders=outsiders, starts_at=starts_at, ends_at=ends_at, level=level, asked_at=now,
    )  # fmt: skip
    data = {"kind": kind, "expected": expected, "tables": tables, "outsiders": outsiders, "level": level}
    fact = record("premises.event_asked", subject=row.id, area=area, by=by, now=now, op=op, data=data)
    where = decision_area(area, level)
    open_duty(DECIDE.get(level, DECIDE_ABOVE), subject=row.id, area=where, because=fact, by=by, now=now)
    return row


@action("premises.decide_event")
def decide_event(*, by: Any, event: Event, approve: bool, now, op=None) -> Event:
    """Approve a gathering or refuse it. A body below the level that decides is refused, and told who does (Invalid)."""
    row = Event.objects.select_for_update().get(pk=event.pk)
    require(by, "premises.decide_event", row.area)
    where = decision_area(row.area, row.level)
    if not (by.lo is not None and by.lo <= where < by.hi):
        told = {"count": row.expected, "level": words.LEVELS[row.level]}
        raise Invalid("event", _("A gathering of %(count)s people is decided by %(level)s.") % told)
    if row.state != "asked":
        raise Invalid("event", _("This is decided already."))
    row.state, row.decided_at, row.decided_by = "approved" if approve else "refused", now, by.id
    row.save(update_fields=["state", "decided_at", "decided_by"])
    data = {"approved": approve}
    fact = record("premises.event_decided", subject=row.id, area=row.area, by=by, now=now, op=op, data=data)
    if approve:
        due = max(now, row.starts_at - timedelta(hours=2))
        open_duty("premises.check_event", subject=row.id, area=row.area, because=fact, due_at=due, by=by, now=now)
    return row


@action("premises.check_event")
def check_event(*, by: Any, event: Event, faults: Iterable[str], now, op=None) -> Event:
    """Check the site of an approved gathering; with no point of `words.EVENT_POINTS` wanting it may be held."""
    row = Event.objects.select_for_update().get(pk=event.pk)
    require(by, "premises.check_event", row.area)
    found = [point for point in words.EVENT_POINTS if point in set(faults)]
    if len(found) != len(set(faults)):
        raise Invalid("faults", _("There is no such point."))
    if row.state not in ("approved", "ready"):
        raise Invalid("event", _("Only an approved gathering is checked."))
    row.faults, row.checked_at, row.state = found, now, "approved" if found else "ready"
    row.save(update_fields=["faults", "checked_at", "state"])
    kind = "premises.event_faulty" if found else "premises.event_checked"
    record(kind, subject=row.id, area=row.area, by=by, now=now, op=op, data={"faults": found})
    return row


@action("premises.cancel_events")
def cancel_events(*, by: Any, area: str, least: int, now, op=None) -> int:
    """Cancel the gatherings of at least so many people that have not ended, in an area; returns how many.

    What a response level asks for: exhibitions, shows, sports and meetings are called off together.
    """
    require(by, "premises.cancel_events", area)
    if not 1 <= least <= MOST_PEOPLE:
        raise Invalid("least", _("Enter a number of people."))
    lo, hi = span(area)
    open_ = Event.objects.filter(state__in=("asked", "approved", "ready"), ends_at__gt=now, expected__gte=least)
    rows = list(open_.filter(area__gte=lo, area__lt=hi).order_by("id").select_for_update())
    if rows:
        Event.objects.filter(pk__in=[row.pk for row in rows]).update(state="cancelled")
        told = [{"subject": row.id, "area": row.area, "data": {"least": least}} for row in rows]
        facts = record_many("premises.event_cancelled", told, by=by, now=now, op=op)
        withdraw_duties(now=now, because=facts[0], subjects=[row.id for row in rows])
    return len(rows)
