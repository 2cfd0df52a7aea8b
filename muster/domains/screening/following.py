"""What follows a round: what the plan's rhythm proposes, with its numbers, and what headquarters decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from muster.kernel import clock, plans
from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact

from . import rules
from .models import Resample, Round, SiteCount


@dataclass(frozen=True)
class Held:
    """A round that was held: positive tubes, suspect pools that are not cleared up yet, samples without a result.

    `clear`: none of these; None while something is out and nothing is positive.
    """

    round: Round
    positive: int
    suspect: int
    pending: int

    @property
    def clear(self) -> bool | None:
        """Whether nobody was positive; None while that is not known."""
        if self.positive:
            return False
        return None if self.pending or self.suspect or self.round.closed_at is None else True


@dataclass(frozen=True)
class Proposal:
    """What the plan's rule says after the rounds held so far; `starts_at` and `ends_at` of the next one, if any."""

    held: list[Held]
    what: str
    starts_at: datetime | None
    ends_at: datetime | None
    pool_size: int
    streak: int
    clear_rounds: int
    least_rounds: int

    def numbers(self) -> dict[str, Any]:
        """The numbers that the proposal rests on, for the record."""
        return {
            "proposed": self.what, "rounds": len(self.held), "clear_in_a_row": self.streak,
            "positive": sum(each.positive for each in self.held), "pending": sum(each.pending for each in self.held),
        }  # fmt: skip


def held_so_far(row: Round) -> list[Held]:
    """The rounds of the series up to this one, oldest first; two queries, over counters."""
    rounds = list(Round.objects.filter(series=row.series, ordinal__lte=row.ordinal).order_by("ordinal"))
    sums = {"positive": Sum("positive", default=0), "pending": Sum("pending", default=0)}
    counts = {
        each["round"]: each for each in SiteCount.objects.filter(round__in=rounds).values("round").annotate(**sums)
    }
    waiting = Resample.objects.filter(tube__round__in=rounds, settled_at=None).values("tube__round")
    suspects = {each["tube__round"]: each["many"] for each in waiting.annotate(many=Count("tube", distinct=True))}
    return [
        Held(
            each,
            counts.get(each.id, {}).get("positive", 0),
            suspects.get(each.id, 0),
            counts.get(each.id, {}).get("pending", 0),
        )
        for each in rounds
    ]


def proposal(row: Round, now: datetime) -> Proposal:
    """What the plan of this round proposes after it: the same hours on the day of the rhythm, and the same tubes."""
    rhythm: Any = plans.edition(row.plan).rounds
    held = held_so_far(row)
    days = [(clock.local_day(each.round.starts_at), each.clear) for each in held]
    next_ = rules.next_round(
        days, clear_rounds=rhythm.clear_rounds, confirm_after_days=rhythm.confirm_after_days, least=row.least_rounds
    )
    streak = 0
    while streak < len(held) and held[-1 - streak].clear:
        streak += 1
    starts = ends = None
    if next_.on:
        later = max(
            (next_.on - clock.local_day(row.starts_at)).days,
            (clock.local_day(now) - clock.local_day(row.starts_at)).days,
        )
        starts, ends = (moment + timedelta(days=later) for moment in (row.starts_at, row.ends_at))
    return Proposal(held, next_.what, starts, ends, row.pool_size, streak, rhythm.clear_rounds, row.least_rounds)


def ask(row: Round, because: Fact, *, by: Any, now: datetime) -> None:
    """A round is over: headquarters owes the decision what follows, unless it is taken already."""
    if not Round.objects.filter(series=row.series, ordinal__gt=row.ordinal).exists():
        open_duty(
            "screening.decide_next", subject=row.id, area=row.area, because=because, by=by, now=now, plan=row.plan
        )


def decided(row: Round, what: str, *, by: Any, now: datetime, op: UUID | None = None, why: str = "") -> Fact:
    """Record what headquarters decided after a round, with the numbers that it saw."""
    because = Fact.objects.filter(Q(kind="screening.round_closed") | Q(kind="screening.round_opened"), subject=row.id)
    data = {"what": what, "against_the_rule": bool(why), **proposal(row, now).numbers()}
    return record(
        "screening.next_decided", subject=row.id, area=row.area, by=by, now=now, op=op, because=because, data=data
    )
