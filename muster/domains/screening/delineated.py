"""The clock of a delineated area: everybody sampled and every result in, within the plan's hours of its delineation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Sum

from muster.kernel import plans
from muster.kernel.duties.actions import open_duty
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM

from .models import Round, RoundCount, SiteCount

KIND = "screening.report_round"


def report_by(row: Round) -> datetime:
    """Until when everything is tested and reported: counted from the plan's making where a round was made at once.

    A round planned for a later day, or for those only who are due by rule, is counted from its beginning.
    """
    rounds: Any = plans.edition(row.plan).rounds
    allowed = timedelta(minutes=rounds.area_minutes)
    at_once = not row.regimes and row.starts_at < row.planned_at + allowed
    return (min(row.planned_at, row.starts_at) if at_once else row.starts_at) + allowed


def ask(row: Round, because: Fact, *, by: Any, now: datetime) -> None:
    """Headquarters owes it; late, it rises as every duty does."""
    due = report_by(row)
    open_duty(KIND, subject=row.id, area=row.area, by=by, now=now, plan=row.plan, because=because, due_at=due)


def prove(now: datetime) -> int:
    """Say of each round that is owed whether everything is in; returns how many are. One query finds them."""
    owed = Duty.objects.open().filter(kind=KIND, subject=OuterRef("pk"))
    waiting = SiteCount.objects.filter(round=OuterRef("pk"), pending__gt=0)
    missing = RoundCount.objects.filter(round=OuterRef("pk"), expected__gt=F("sampled") + F("excused"))
    done = list(Round.objects.filter(Exists(owed), ~Exists(waiting), ~Exists(missing)))
    for row in done:
        samples = SiteCount.objects.filter(round=row).aggregate(all=Sum("resulted", default=0))["all"]
        record("screening.round_reported", subject=row.id, area=row.area, by=SYSTEM, now=now, data={"results": samples})
    return len(done)
