"""Screening arrivals against a list, set-based: the same statement for one declaration and for all of two weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from muster.kernel.posts.logins import connection

from .models import RiskList
from .rules.arriving import CATEGORIES

# How an origin meets a listed area. 1: it lies in it. 2: it is not told finely enough to say. 3: in the same county.
# Of several the strictest counts; a doubt (2) is followed as the county is, and somebody owes asking.
_SCREEN = """
WITH listed AS MATERIALIZED (
    SELECT id, code, key, left(code, 4) AS city, CASE WHEN level IN ('high', 'sealed') THEN 1 ELSE 2 END AS grade
    FROM arrivals_riskarea
    WHERE risk_list_id = %(list)s AND level IN ('high', 'sealed', 'middle', 'controlled') AND length(code) >= 4
), met AS (
    SELECT DISTINCT ON (a.id) a.id, a.category AS before, a.unsure AS unsure_before, a.risk_area_id AS area_before,
        l.id AS area, l.grade, CASE
        WHEN l.key = '' AND starts_with(a.origin_code, l.code) THEN 1
        WHEN l.key <> '' AND position(l.key IN a.origin_key) > 0 THEN 1
        WHEN a.origin_key = '' OR (l.key = '' AND starts_with(l.code, a.origin_code)) THEN 2
        WHEN l.id IS NOT NULL THEN 3 END AS how
    FROM arrivals_arrival a {join} JOIN listed l ON l.city = left(a.origin_code, 4)
        AND left(l.code, least(length(l.code), length(a.origin_code), 6))
            = left(a.origin_code, least(length(l.code), length(a.origin_code), 6))
    WHERE {which}
    ORDER BY a.id, how, l.grade, l.id
), said AS (
    SELECT id, before, unsure_before, area_before, CASE WHEN before = 'entrant' THEN 'entrant'
            WHEN how = 1 AND grade = 1 THEN 'high' WHEN how = 1 THEN 'middle'
            WHEN area IS NOT NULL THEN 'county' ELSE 'elsewhere' END AS category,
        area IS NOT NULL AND how = 2 AS unsure, CASE WHEN how <= 2 THEN area END AS area
    FROM met
)
UPDATE arrivals_arrival a SET category = s.category, unsure = s.unsure, risk_area_id = s.area
FROM said s
WHERE a.id = s.id
    AND (s.before <> s.category OR s.unsure_before <> s.unsure OR s.area_before IS DISTINCT FROM s.area)
    AND (NOT %(stricter)s OR array_position(%(ranks)s, s.category) < array_position(%(ranks)s, s.before))
RETURNING a.id, s.before, a.category, s.unsure_before, a.unsure
"""


class Changed(NamedTuple):
    """An arrival whose category or doubt screening changed: before and now."""

    arrival: UUID
    before: str
    category: str
    unsure_before: bool
    unsure: bool


def screen(
    risk_list: RiskList | None, *, arrivals: Sequence[UUID] = (), left_from: date | None = None
) -> list[Changed]:
    """Give arrivals their category by an edition: the given ones, or all that left their origin on or after a day.

    A whole screening only makes categories stricter: who was in a listed area stays so when the area leaves the list.
    """
    if risk_list is None:
        return []
    which, join = "a.id = ANY(%(arrivals)s)", "LEFT"
    if left_from is not None:  # who lies in no listed area cannot become stricter
        which, join = "a.left_on >= %(left_from)s AND a.category NOT IN ('high', 'entrant')", ""
    with connection().cursor() as cursor:
        cursor.execute(
            _SCREEN.format(which=which, join=join),
            {
                "list": risk_list.pk,
                "arrivals": list(arrivals),
                "left_from": left_from,
                "stricter": left_from is not None,
                "ranks": list(CATEGORIES),
            },
        )
        return [Changed(*row) for row in cursor.fetchall()]


_DIFFERENCE = """
SELECT coalesce(n.level, '') AS now, coalesce(o.level, '') AS before,
    coalesce(n.province, o.province), coalesce(n.city, o.city), coalesce(n.county, o.county), coalesce(n.place, o.place)
FROM (
    SELECT DISTINCT ON (code, place) * FROM arrivals_riskarea WHERE risk_list_id = %s ORDER BY code, place, level
) n FULL JOIN (
    SELECT DISTINCT ON (code, place) * FROM arrivals_riskarea WHERE risk_list_id = %s ORDER BY code, place, level
) o ON o.code = n.code AND o.place = n.place
WHERE n.level IS DISTINCT FROM o.level
ORDER BY coalesce(n.code, o.code), coalesce(n.place, o.place) LIMIT 1000
"""


class Difference(NamedTuple):
    """An area whose level differs between two editions; '' where it is not listed."""

    now: str
    before: str
    province: str
    city: str
    county: str
    place: str


def difference(new: UUID, old: UUID | None) -> list[Difference]:
    """What an edition adds, drops and changes against another; at most 1,000."""
    with connection().cursor() as cursor:
        cursor.execute(_DIFFERENCE, [new, old])
        return [Difference(*row) for row in cursor.fetchall()]
