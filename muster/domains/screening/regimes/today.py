"""Who of the regimes is due today, overdue, and tested today: sums of counters kept with each write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Left

from muster.kernel.areas.codes import span, width_below
from muster.kernel.controls.models import DueTest

from ..models import Member, Regime, RegimeCount


@dataclass(frozen=True)
class Due:
    """Of one regime or area: people in it, due (`late` of them overdue), and tested today."""

    key: Any
    people: int = 0
    due: int = 0
    late: int = 0
    done: int = 0


def _sums(today: date, late_before: date | None = None) -> dict[str, Any]:
    late = Q(day__lt=late_before) if late_before else Q(pk__in=[])
    return {
        "people": Sum("due", default=0),
        "waiting": Sum("due", filter=Q(day__lte=today), default=0),
        "late": Sum("due", filter=late, default=0),
        "tested": Sum("done", filter=Q(day=today), default=0),
    }


def _within(area: str) -> QuerySet[RegimeCount]:
    lo, hi = span(area)
    return RegimeCount.objects.filter(area__gte=lo, area__lt=hi)


def by_regime(regimes: Iterable[Regime], area: str, today: date) -> dict[UUID, Due]:
    """Each regime's sums in an area; one query."""
    regimes = list(regimes)
    late = Q(pk__in=[])
    for days in {regime.to_days - regime.from_days for regime in regimes}:
        same = [regime for regime in regimes if regime.to_days - regime.from_days == days]
        late |= Q(regime__in=same, day__lt=same[0].late_before(today))
    sums = _sums(today) | {"late": Sum("due", filter=late, default=0)}
    rows = _within(area).filter(regime__in=regimes).values("regime").annotate(**sums)
    return {row["regime"]: _due(row["regime"], row) for row in rows}


def by_area(regime: Regime, area: str, today: date) -> list[Due]:
    """The areas one level below with members, those with most overdue first."""
    width = width_below(area)
    sums = _sums(today, regime.late_before(today))
    rows = _within(area).filter(regime=regime).annotate(part=Left("area", width)).values("part").annotate(**sums)
    found = [_due(row["part"], row) for row in rows if row["people"] or row["tested"]]
    return sorted(found, key=lambda each: (-each.late, -each.due, each.key))


def _due(key: Any, row: dict[str, Any]) -> Due:
    return Due(key, row["people"], row["waiting"], row["late"], row["tested"])


def units(regime: Regime, area: str, today: date, most: int = 100) -> list[dict[str, Any]]:
    """Units of an area with somebody due, most overdue first: id, name, due, late."""
    lo, hi = span(area)
    rows = Member.objects.filter(regime=regime, area__gte=lo, area__lt=hi, due_on__lte=today).exclude(unit=None)
    late = Count("id", filter=Q(due_on__lt=regime.late_before(today)))
    grouped = rows.values("unit", "unit__name").annotate(due=Count("id"), late=late)
    return list(grouped.order_by("-late", "-due", "unit")[:most])


def controlled(area: str, today: date) -> Due:
    """People under control, whose tests their control asks for; duties about them are those of isolation."""
    lo, hi = span(area)
    rows = DueTest.objects.filter(control__ended_at=None, control__area__gte=lo, control__area__lt=hi)
    rows = rows.filter(done_fact=None, due_on__lte=today)
    found = rows.aggregate(due=Count("id"), late=Count("id", filter=Q(due_on__lt=today)))
    return Due("controlled", found["due"], found["due"], found["late"])
