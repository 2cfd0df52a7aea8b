"""Who entered whom goes with the days of the log it belongs to, what a venue wrote with notes; a fact says how much."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from muster.kernel import clock, ids, plans
from muster.kernel.facts.actions import record
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM

from .models import Booking, EnteredFor, Guest, Routine

PRESENCE, NOTES = "retention.presence_days", "retention.note_days"


def forget_entered(now: datetime) -> int:
    """Delete what is older than the longest time that a plan in force asks for; returns how many rows."""
    before, rule = _limit(PRESENCE, now)
    with acting(), transaction.atomic(using=ACT):
        count = EnteredFor.objects.filter(at__lt=before).delete()[0]
        _say("premises_enteredfor", "presence", before, count, rule, now)
    return count


def forget_guests(now: datetime) -> int:
    """Delete the stays of guests that ended before the days of the log that they are part of; returns how many."""
    before, rule = _limit(PRESENCE, now)
    with acting(), transaction.atomic(using=ACT):
        count = Guest.objects.filter(left_at__lt=before).delete()[0]
        _say("premises_guest", "presence", before, count, rule, now)
    return count


def forget_bookings(now: datetime) -> int:
    """Delete the bookings whose time is as long over as a visit is kept; returns how many."""
    before, rule = _limit(PRESENCE, now)
    with acting(), transaction.atomic(using=ACT):
        count = Booking.objects.filter(slot__ends_at__lt=before).delete()[0]
        _say("premises_booking", "presence", before, count, rule, now)
    return count


def forget_notes(now: datetime) -> int:
    """Blank what venues wrote beside their routines, after the days for notes; returns how many rows."""
    before, rule = _limit(NOTES, now)
    with acting(), transaction.atomic(using=ACT):
        count = Routine.objects.filter(recorded_at__lt=before).exclude(note="").update(note="")
        _say("premises_routine", "note", before, count, rule, now)
    return count


def _limit(key: str, now: datetime) -> tuple[datetime, str]:
    """Before which moment the time is over, and by which plan: that with the longest time."""
    today = clock.local_day(now)
    days, rule = max((int(plan.value(key)), plan.edition) for plan in plans.editions() if plan.in_force(today))
    return clock.midnight(today - timedelta(days=days)), rule


def _say(table: str, kind: str, before: datetime, count: int, rule: str, now: datetime) -> None:
    if count:
        data = {"table": table, "class": kind, "before": before.isoformat(), "count": count, "rule": rule}
        record("people.purged", subject=ids.uuid7(), area="", by=SYSTEM, now=now, data=data)
