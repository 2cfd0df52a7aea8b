"""Who entered whom goes with the days of the log it belongs to, what a venue wrote with notes; a fact says how much."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from muster.kernel import clock, ids, plans
from muster.kernel.facts.actions import record
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM

from .models import Booking, EnteredFor, Event, Guest, Routine

PRESENCE, NOTES = "retention.presence_days", "retention.note_days"
# The table, the class of what it holds, the plan's key, and what becomes of the rows from before a moment (how many).
KEPT: tuple[tuple[str, str, str, Callable[[datetime], int]], ...] = (
    ("premises_enteredfor", "presence", PRESENCE, lambda before: EnteredFor.objects.filter(at__lt=before).delete()[0]),
    ("premises_guest", "presence", PRESENCE, lambda before: Guest.objects.filter(left_at__lt=before).delete()[0]),
    ("premises_booking", "presence", PRESENCE,
     lambda before: Booking.objects.filter(slot__ends_at__lt=before).delete()[0]),
    ("premises_routine", "note", NOTES,
     lambda before: Routine.objects.filter(recorded_at__lt=before).exclude(note="").update(note="")),
    ("premises_event", "note", NOTES,
     lambda before: Event.objects.filter(decided_at__lt=before).exclude(refusal_note="").update(refusal_note="")),
)  # fmt: skip


def forget_old(now: datetime) -> int:
    """Let go of what is older than the longest time that a plan in force asks for; returns how many rows.

    Who entered whom, the stays of guests and bookings go, each once it is over; notes are blanked.
    """
    rows = 0
    for table, kind, key, let_go in KEPT:
        before, rule = _limit(key, now)
        with acting(), transaction.atomic(using=ACT):
            count = let_go(before)
            _say(table, kind, before, count, rule, now)
        rows += count
    return rows


def _limit(key: str, now: datetime) -> tuple[datetime, str]:
    """Before which moment the time is over, and by which plan: that with the longest time."""
    today = clock.local_day(now)
    days, rule = max((int(plan.value(key)), plan.edition) for plan in plans.editions() if plan.in_force(today))
    return clock.midnight(today - timedelta(days=days)), rule


def _say(table: str, kind: str, before: datetime, count: int, rule: str, now: datetime) -> None:
    if count:
        data = {"table": table, "class": kind, "before": before.isoformat(), "count": count, "rule": rule}
        record("people.purged", subject=ids.uuid7(), area="", by=SYSTEM, now=now, data=data)
