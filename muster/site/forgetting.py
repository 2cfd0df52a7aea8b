"""Personal data whose time is over is deleted, by the plans in force; a fact says what, how much and by which rule."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from muster.domains.screening.actions.links import forget_links
from muster.kernel import clock, ids, plans
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action, forget_operations, keep_limit
from muster.kernel.people import personal
from muster.kernel.people.personal import PARTS
from muster.kernel.posts.logins import ACT, acting, connection
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require
from muster.kernel.presence.load import drop_presence
from muster.site.counting import forget_asked


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
        counts["posts_accesslog"] = _forget_log(now)
        counts["site_asked"] = forget_asked(now)
        counts["screening_resultlink"] = forget_links(now)
        counts["operations"] = forget_operations(keep_limit(now, longest("ops.keep_days", today)[0]))
    return counts


def _forget_presence(now: datetime) -> int:
    """Whole days are dropped; the fact stands in the same transaction."""
    before, rule = _limit("presence", now)
    with transaction.atomic(using=ACT):
        dropped = drop_presence(before)
        count = sum(rows for _table, _day, rows in dropped)
        if dropped:
            _record_purged("presence", "presence", before, count, rule, now)
    return count


def _forget_log(now: datetime) -> int:
    """Who looked at what, once the plans' time is over; nobody can take away a younger line, this login included."""
    before, rule = _limit("log", now)
    with transaction.atomic(using=ACT), connection().cursor() as cursor:
        cursor.execute("SELECT posts_forget_log(%s)", [clock.midnight(before)])
        [count] = cursor.fetchone()
        if count:
            _record_purged("posts_accesslog", "log", before, count, rule, now)
    return count


def _limit(kind: str, now: datetime) -> tuple[date, str]:
    """The first day that stays, and the plan that says so."""
    today = clock.local_day(now)
    days, rule = longest(f"retention.{kind}_days", today)
    return today - timedelta(days=days), rule


def _record_purged(table: str, kind: str, before: date, count: int, rule: str, now: datetime) -> None:
    data = {"table": table, "class": kind, "before": clock.midnight(before).isoformat(), "count": count, "rule": rule}
    record("people.purged", subject=ids.uuid7(), area="", by=SYSTEM, now=now, data=data)


@action("people.purge")
def purge(
    *, by: Any, limits: dict[str, datetime], rule: str, now: datetime, op: UUID | None = None
) -> dict[str, dict[str, int]]:
    """Delete personal data whose time is over: `limits` maps a class of `personal.PARTS` to the moment it must outlive.

    Records one fact per class and table with the count and the rule (the plan's edition), never whose data it was.
    """
    require(by, "people.purge", "")
    counts: dict[str, dict[str, int]] = {}
    with connection().cursor() as cursor:
        for kind, before in limits.items():
            for part in personal.PARTS[kind]:
                count = personal.purge(cursor, part, before)
                counts.setdefault(kind, {})[part.table] = count
                data = {"table": part.table, "class": kind, "before": before.isoformat(), "count": count, "rule": rule}
                record("people.purged", subject=ids.uuid7(), area="", by=by, now=now, op=op, data=data)
            if kind == "identity":
                personal.forget_marks(cursor, before)
    return counts
