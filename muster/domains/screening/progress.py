"""How far rounds are: sums of the counters kept with the write, and what follows a round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Left

from muster.kernel import plans
from muster.kernel.areas.codes import span, width_below

from . import rules
from .models import Round, RoundCount


@dataclass(frozen=True)
class Progress:
    """People of one area: expected, sampled, excused with a reason; `missing` have neither."""

    key: str
    expected: int = 0
    sampled: int = 0
    excused: int = 0

    @property
    def missing(self) -> int:
        """Nobody has sampled them, and there is no reason."""
        return max(0, self.expected - self.sampled - self.excused)

    @property
    def percent(self) -> int:
        """Sampled or excused, of those expected, rounded down: 100 means nobody is missed."""
        return 100 * (self.sampled + self.excused) // self.expected if self.expected else 100


_SUMS: dict[str, Any] = {"e": Sum("expected"), "s": Sum("sampled"), "x": Sum("excused")}


def by_area(row: Round, area: str) -> list[Progress]:
    """The areas one level below with people of the round, those with most missing first."""
    width = width_below(area)
    sums = _counts(row, area).annotate(part=Left("area", width)).values("part").annotate(**_SUMS)
    found = [Progress(each["part"], each["e"], each["s"], each["x"]) for each in sums]
    return sorted(found, key=lambda each: (-each.missing, each.key))


def _counts(row: Round, area: str) -> Any:
    lo, hi = span(area)
    return RoundCount.objects.filter(row.within("area"), round=row, area__gte=lo, area__lt=hi)


def total(row: Round, area: str = "") -> Progress:
    """The sum over an area; of what the reader may see."""
    found = _counts(row, area).aggregate(**_SUMS)
    return Progress(area, found["e"] or 0, found["s"] or 0, found["x"] or 0)


def totals(rows: Iterable[Round]) -> dict[Any, Progress]:
    """The sums of several rounds, by their ids."""
    sums = RoundCount.objects.filter(round__in=list(rows)).filter(~Q(expected=0)).values("round").annotate(**_SUMS)
    return {each["round"]: Progress("", each["e"], each["s"], each["x"]) for each in sums}


def size_of(row: Round) -> rules.Size:
    """What the round needs by the ratios of its plan."""
    sizing: Any = plans.edition(row.plan).sizing
    return rules.size(row.people, sizing.people_per_site, sizing.people_per_desk, sizing.people_per_sampler)
