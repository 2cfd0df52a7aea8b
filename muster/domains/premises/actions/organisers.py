"""What the organiser of a stopped gathering answers, by their link or by phone through a post; and asking again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Event
from .events import MOST_PEOPLE, checked_time, enter


def _stopped(event: Event) -> Event:
    row = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if row.state not in words.STOPPED_STATES or not row.order_id:
        raise Invalid("event", _("This gathering was not called off."))
    return row


@action("premises.acknowledge_stop")
def acknowledge_stop(*, by: Any, event: Event, now, op=None) -> Event:
    """The organiser knows that it is called off. Raises Invalid."""
    row = _stopped(event)
    require(by, "premises.acknowledge_stop", row.area)
    if row.acknowledged_at:
        raise Invalid("event", _("This is recorded already."))
    _acknowledge(row, by, now, op)
    return row


def _acknowledge(row: Event, by: Any, now: datetime, op: Any) -> None:
    row.acknowledged_at = now
    row.save(update_fields=["acknowledged_at"])
    record("premises.event_acknowledged", subject=row.id, area=row.area, by=by, now=now, op=op)


@action("premises.report_informed")
def report_informed(*, by: Any, event: Event, told: int, paid_back: int, now, op=None) -> Event:
    """Who would have come was told, and paid back: how many each; the organiser knows of it by that. Raises Invalid."""
    row = _stopped(event)
    require(by, "premises.report_informed", row.area)
    if row.informed_at:
        raise Invalid("event", _("This is recorded already."))
    for field, count in (("told", told), ("paid_back", paid_back)):
        if not 0 <= count <= MOST_PEOPLE:
            raise Invalid(field, _("Enter a number; 0 counts too."))
    if not row.acknowledged_at:
        _acknowledge(row, by, now, op)
    row.informed_at, row.told, row.paid_back = now, told, paid_back
    row.save(update_fields=["informed_at", "told", "paid_back"])
    data = {"told": told, "paid_back": paid_back}
    record("premises.participants_informed", subject=row.id, area=row.area, by=by, now=now, op=op, data=data)
    return row


@action("premises.apply_again")
def apply_again(*, by: Any, event: Event, starts_at: datetime, now, op=None) -> Event:
    """Ask again for what was called off, as it was, at another time. Raises Invalid, also while a level forbids it."""
    old = _stopped(event)
    require(by, "premises.apply_again", old.area)
    if Event.objects.filter(follows=old).exists():
        raise Invalid("event", _("It was asked for again already."))
    kept = ("area", "name", "kind", "place_name", "expected", "tables", "outsiders", "organiser_id", "unit")
    row = Event(follows=old, **{name: getattr(old, name) for name in kept})
    row.starts_at, row.ends_at = starts_at, starts_at + (old.ends_at - old.starts_at)
    checked_time(row.starts_at, row.ends_at, now)
    return enter(row, by, now, op)
