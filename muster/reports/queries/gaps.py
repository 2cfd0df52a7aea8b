"""What was owed, what is proven, and what is missing: by area and by kind, from counters kept with the write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Min, QuerySet, Sum
from django.db.models.functions import Left

from muster.kernel.areas.codes import span, width_below
from muster.kernel.areas.models import Area
from muster.kernel.areas.queries import children
from muster.kernel.declare import DUTIES
from muster.kernel.duties.models import Duty, DutyCount

MANY = 1000  # a filtered count stops here


@dataclass(frozen=True)
class Gap:
    """Duties of one area or kind: expected = done + open. Withdrawn ones are no longer expected. `late` of the open."""

    key: str
    name: Any
    done: int = 0
    open: int = 0
    late: int = 0

    @property
    def expected(self) -> int:
        """Everything that was owed and not withdrawn."""
        return self.done + self.open


_SUMS = {"done_": Sum("done"), "open_": Sum("open"), "late_": Sum("late")}


def _within(area: str, kind: str = "") -> QuerySet[DutyCount]:
    lo, hi = span(area)
    counted = DutyCount.objects.filter(area__gte=lo, area__lt=hi)
    return counted.filter(kind=kind) if kind else counted


def by_area(area: str, kind: str = "") -> list[Gap]:
    """The areas one level below in which something was owed, latest first; `area` for what is in none of them."""
    width = width_below(area)
    sums = _within(area, kind).annotate(part=Left("area", width)).values("part").annotate(**_SUMS)
    names = dict(Area.objects.filter(code__in=[row["part"] for row in sums]).values_list("code", "name"))
    gaps = [_gap(row["part"], names.get(row["part"], row["part"]), row) for row in sums]
    return sorted((gap for gap in gaps if gap.expected), key=lambda gap: (-gap.late, -gap.open, gap.key))


def by_kind(area: str) -> list[Gap]:
    """The kinds of duty that were owed in the area, the latest first."""
    sums = _within(area).values("kind").annotate(**_SUMS)
    gaps = [_gap(row["kind"], DUTIES[row["kind"]].title, row) for row in sums if row["kind"] in DUTIES]
    return sorted((gap for gap in gaps if gap.expected), key=lambda gap: (-gap.late, -gap.open, gap.key))


def _gap(key: str, name: Any, row: dict[str, Any]) -> Gap:
    return Gap(key, name, row["done_"], row["open_"], row["late_"])


def total(gaps: list[Gap]) -> Gap:
    """The sum of several."""
    return Gap("", "", sum(g.done for g in gaps), sum(g.open for g in gaps), sum(g.late for g in gaps))


def counted_until(now: datetime) -> datetime:
    """As of when the late ones are counted: the sweep marks them, so a sweep that is behind makes them old."""
    waiting = Duty.objects.open().filter(next_at__lte=now).aggregate(first=Min("next_at"))["first"]
    return waiting or now


def unowned(area: str) -> int:
    """Open duties without an owner in the area, counted up to MANY."""
    lo, hi = span(area)
    return len(Duty.objects.open().filter(area__gte=lo, area__lt=hi, unowned=True).values_list("pk")[: MANY + 1])


def missing(area: str) -> QuerySet[Duty]:
    """Everybody who was not reached in an area: the open duties with the person, to be paged by (due_at, id)."""
    lo, hi = span(area)
    return Duty.objects.open().filter(area__gte=lo, area__lt=hi).with_people()


def features(area: str, gaps: dict[str, Gap], address: Any) -> list[dict[str, Any]]:
    """The areas one level below as GeoJSON features with their gaps; without a boundary the middle of the box."""
    found = []
    for each in children(area).annotate(lat=(F("min_lat") + F("max_lat")) / 2, lon=(F("min_lon") + F("max_lon")) / 2):
        gap = gaps.get(each.code) or Gap(each.code, each.name)
        point = {"type": "Point", "coordinates": [each.lon, each.lat]} if each.lat is not None else None
        properties = {"code": each.code, "name": each.name, "open": gap.open, "late": gap.late}
        found.append(
            {
                "type": "Feature",
                "geometry": each.boundary or point,
                "properties": properties | {"url": address(each.code)},
            }
        )
    return found
