"""The plan of a round: how many live in each building and where it stands, which site it goes to, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any
from uuid import UUID

import numpy as np

from muster.kernel.areas.codes import LEVELS, span
from muster.kernel.posts.logins import connection

from . import rules
from .assignment import assign, metres
from .models import Round, RoundSite, SamplingSite, Slot

BUILDING = LEVELS["building"]

# How many people live in each building of some areas, and the middle of its homes, else of its areas' boxes.
_BUILDINGS = f"""
    WITH wanted AS (SELECT * FROM unnest(%s::text[], %s::text[]) AS w(lo, hi)),
    living AS (
        SELECT left(p.home, {BUILDING}) COLLATE "C" AS code, count(*) AS people
        FROM wanted w JOIN people_person p ON p.home >= w.lo AND p.home < w.hi
        WHERE p.merged_into_id IS NULL{{due}} GROUP BY 1
    ), homes AS (
        SELECT left(h.area, {BUILDING}) COLLATE "C" AS code, avg(h.lat) AS lat, avg(h.lon) AS lon
        FROM wanted w JOIN people_place h ON h.area >= w.lo AND h.area < w.hi
        WHERE h.kind = 'residence' AND h.lat IS NOT NULL GROUP BY 1
    )
    SELECT l.code, l.people, coalesce(h.lat, b.lat), coalesce(h.lon, b.lon)
    FROM living l LEFT JOIN homes h ON h.code = l.code
    LEFT JOIN LATERAL (
        SELECT (a.min_lat + a.max_lat) / 2 AS lat, (a.min_lon + a.max_lon) / 2 AS lon FROM areas_area a
        WHERE a.min_lat IS NOT NULL AND a.code IN ({", ".join(f"left(l.code, {width})" for width in LEVELS.values())})
        ORDER BY length(a.code) DESC LIMIT 1
    ) b ON h.code IS NULL
    ORDER BY l.code
"""


# Of a round over those who are due by some regimes on its last day.
DUE = """ AND EXISTS (SELECT FROM screening_member m WHERE m.person_id = p.id
    AND m.regime_id = ANY(%s::uuid[]) AND m.due_on <= %s)"""


@dataclass(frozen=True)
class Building:
    """A building (or what is known of where people live: a grid), its people, and where it stands, if that is known."""

    code: str
    people: int
    lat: float | None
    lon: float | None


def buildings(areas: Sequence[str], regimes: Sequence[UUID] = (), until: date | None = None) -> list[Building]:
    """The buildings of these areas that somebody lives in, who is due by one of the regimes if there are any."""
    bounds = [span(area) for area in areas]
    given: list[Any] = [[lo for lo, _hi in bounds], [hi for _lo, hi in bounds]]
    with connection().cursor() as cursor:
        due = DUE if regimes else ""
        cursor.execute(_BUILDINGS.format(due=due), given + ([list(regimes), until] if regimes else []))
        return [Building(*row) for row in cursor.fetchall()]


def lay_out(row: Round, found: Sequence[Building], sites: Sequence[SamplingSite], sizing: Any) -> tuple[list, list]:
    """The rows of `RoundSite` and `Slot` of a round; buildings for which no site has room get a slot without one."""
    chosen, walks = _choose(found, sites, sizing.people_per_desk[1])
    stations, slots = [], []
    for number, site in enumerate(sites):
        theirs = sorted((at for at, where in enumerate(chosen) if where == number), key=lambda at: walks[at][number])
        if not theirs:
            continue
        people = [found[at].people for at in theirs]
        stations.append(_station(row, site, people, [walks[at][number] for at in theirs], sizing))
        windows = rules.time_slots(people, row.starts_at, row.ends_at)
        for at, window in zip(theirs, windows, strict=True):
            slots.append(_slot(row, found[at], site, walks[at][number], window))
    slots += [_slot(row, found[at], None, None, (None, None)) for at, where in enumerate(chosen) if where is None]
    return stations, slots


def _choose(found: Sequence[Building], sites: Sequence[SamplingSite], per_desk: int) -> tuple[list[int | None], Any]:
    """The number of the site of each building, and the distances; where a building stands unknown, none is walked."""
    if not found or not sites:
        return [None] * len(found), []
    at = np.array([[b.lat if b.lat is not None else np.nan, b.lon if b.lon is not None else np.nan] for b in found])
    distances = np.nan_to_num(metres(at, np.array([[site.lat, site.lon] for site in sites])))
    return assign([b.people for b in found], distances, [site.desks * per_desk for site in sites]), distances


def _station(row: Round, site: SamplingSite, people: list[int], walks: list[float], sizing: Any) -> RoundSite:
    total = sum(people)
    return RoundSite(
        round=row,
        site=site,
        people=total,
        desks=min(site.desks, ceil(total / sizing.people_per_desk[0])),
        samplers=ceil(total / sizing.people_per_sampler),
        walk_mean=round(float(np.average(walks, weights=people))),
        walk_most=round(max(walks)),
    )


def _slot(
    row: Round, building: Building, site: SamplingSite | None, walk: float | None, window: tuple[datetime | None, ...]
) -> Slot:
    return Slot(
        round=row,
        building=building.code,
        site=site,
        people=building.people,
        metres=None if walk is None or building.lat is None else round(walk),
        from_at=window[0],
        until_at=window[1],
    )
