"""Who entered whom goes with the days of the log it belongs to; a fact says how much was deleted and by which rule."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from muster.kernel import clock, ids, plans
from muster.kernel.facts.actions import record
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM

from .models import EnteredFor

KEY = "retention.presence_days"


def forget_entered(now: datetime) -> int:
    """Delete what is older than the longest time that a plan in force asks for; returns how many rows."""
    today = clock.local_day(now)
    days, rule = max((int(plan.value(KEY)), plan.edition) for plan in plans.editions() if plan.in_force(today))
    before = clock.midnight(today - timedelta(days=days))
    with acting(), transaction.atomic(using=ACT):
        count = EnteredFor.objects.filter(at__lt=before).delete()[0]
        if count:
            data = {"table": "premises_enteredfor", "class": "presence", "before": before.isoformat(), "count": count}
            record("people.purged", subject=ids.uuid7(), area="", by=SYSTEM, now=now, data={**data, "rule": rule})
    return count
