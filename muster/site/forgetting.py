"""Personal data whose time is over is deleted, by the plans in force; a fact says what, how much and by which rule."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from muster.kernel import clock, ids, plans
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import forget_operations, keep_limit
from muster.kernel.people.actions import purge
from muster.kernel.people.personal import PARTS
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from muster.kernel.presence.load import drop_presence


def longest(key: str, on: date) -> tuple[int, str]:
    """The longest time, in days, that a plan in force asks for under a key, and that plan's code."""
    found = [(int(plan.value(key)), plan.edition) for plan in plans.editions() if plan.in_force(on)]
    return max(found)


def forget(now: datetime | None = None) -> dict[str, int]:
    """Delete what has outlived its time; returns how many rows by table and class."""
    now = now or clock.now()
    today = clock.local_day(now)
    counts: dict[str, int] = {}
    with acting():
        for kind in PARTS:
            days, rule = longest(f"retention.{kind}_days", today)
            limits = {kind: clock.midnight(today - timedelta(days=days))}
            for table, count in purge(by=SYSTEM, limits=limits, rule=rule, now=now)[kind].items():
                counts[f"{table} ({kind})"] = count
        counts["presence"] = _forget_presence(now)
        counts["operations"] = forget_operations(keep_limit(now, longest("ops.keep_days", today)[0]))
    return counts


def _forget_presence(now: datetime) -> int:
    """Whole days are dropped; the fact stands in the same transaction."""
    today = clock.local_day(now)
    days, rule = longest("retention.presence_days", today)
    before = today - timedelta(days=days)
    with transaction.atomic(using=ACT):
        dropped = drop_presence(before)
        count = sum(rows for _table, _day, rows in dropped)
        if dropped:
            data = {
                "table": "presence",
                "class": "presence",
                "before": clock.midnight(before).isoformat(),
                "count": count,
                "rule": rule,
            }
            record("people.purged", subject=ids.uuid7(), area="", by=SYSTEM, now=now, data=data)
    return count
