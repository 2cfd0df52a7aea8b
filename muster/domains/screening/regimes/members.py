"""Who belongs to a regime: by their place of work, by what other domains follow, or by a list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from muster.kernel.areas.codes import span
from muster.kernel.posts.logins import connection

from ..models import Regime
from ..models.regimes import FOLLOWED, LISTED


class Cohort(NamedTuple):
    """Units whose people a regime tests: by the unit's own kind, as its sender names it, or the kind of its places."""

    units: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


COHORTS = {
    "cold_chain": Cohort(("cold_chain", "冷链")),
    "quarantine": Cohort(("quarantine", "isolation_site", "隔离点")),
    "medical": Cohort(("medical", "hospital", "clinic", "pharmacy", "医院", "诊所", "药店"), ("medical",)),
    "couriers": Cohort(("courier", "delivery", "快递", "外卖")),
    "services": Cohort(("market", "hotel", "school", "transport"), ("market", "lodging", "school", "transport")),
}


class Followed(NamedTuple):
    """Somebody whom another domain follows, until a day if it is known."""

    person: UUID
    area: str
    since: date
    until: date | None


# Whom other domains follow, by regime: given at start-up (see muster/procedures/providers.py). Takes area and day.
PROVIDERS: dict[str, Callable[[str, date], Iterable[Followed]]] = {}

_BY_WORK = """
    WITH wanted AS (
        SELECT DISTINCT ON (c.id) c.id AS person, c.label, o.area, o.id AS unit
        FROM people_organisation o JOIN people_person p ON p.organisation_id = o.id
        JOIN people_person c ON c.id = p.canonical_id
        WHERE o.area >= %(lo)s AND o.area < %(hi)s AND (o.kind = ANY(%(units)s) OR EXISTS (
            SELECT FROM people_place l WHERE l.organisation_id = o.id AND l.kind = ANY(%(places)s)))
        ORDER BY c.id, o.id
    ), gone AS (
        DELETE FROM screening_member m WHERE m.regime_id = %(regime)s AND m.how = 'known'
          AND NOT EXISTS (SELECT FROM wanted w WHERE w.person = m.person_id AND w.unit = m.unit_id)
        RETURNING m.id
    ), came AS (
        INSERT INTO screening_member (id, regime_id, person_id, area, unit_id, label, how, since, due_on)
        SELECT gen_random_uuid(), %(regime)s, person, area, unit, label, 'known', %(today)s, %(today)s FROM wanted
        WHERE NOT EXISTS (SELECT FROM screening_member m WHERE m.regime_id = %(regime)s AND m.person_id = wanted.person)
        ON CONFLICT (regime_id, person_id) DO NOTHING
    )
    SELECT id FROM gone
"""
_ADD = """
    INSERT INTO screening_member (id, regime_id, person_id, area, unit_id, label, how, since, until, due_on)
    SELECT DISTINCT ON (c.id) gen_random_uuid(), %(regime)s, c.id, coalesce(nullif(r.area, ''), c.home), r.unit,
        c.label, %(how)s, r.since, r.until, r.since
    FROM json_to_recordset(%(rows)s) AS r(person uuid, area text, unit uuid, since date, until date)
    JOIN people_person p ON p.id = r.person JOIN people_person c ON c.id = p.canonical_id
    ORDER BY c.id
    ON CONFLICT (regime_id, person_id) DO UPDATE SET until = EXCLUDED.until
    WHERE screening_member.how = EXCLUDED.how AND screening_member.until IS DISTINCT FROM EXCLUDED.until
    RETURNING id
"""
_LEAVE = """
    DELETE FROM screening_member m USING people_person p
    WHERE m.regime_id = %(regime)s AND p.id = m.person_id AND (p.merged_into_id IS NOT NULL OR m.until < %(today)s)
    RETURNING m.id
"""
_UNFOLLOWED = """
    DELETE FROM screening_member
    WHERE regime_id = %(regime)s AND how = 'followed' AND NOT person_id = ANY(%(kept)s::uuid[]) RETURNING id
"""


def refresh(regime: Regime, today: date) -> list[UUID]:
    """Bring the members to what is known today; returns the ids of those who left. Lists stay as they are."""
    lo, hi = span(regime.area)
    names: dict[str, Any] = {"regime": regime.id, "today": today, "lo": lo, "hi": hi}
    cohort, provider = COHORTS.get(regime.who), PROVIDERS.get(regime.who)
    with connection().cursor() as cursor:
        cursor.execute(_LEAVE, names)
        left = [row[0] for row in cursor.fetchall()]
        if cohort:
            cursor.execute(_BY_WORK, {**names, "units": list(cohort.units), "places": list(cohort.places)})
            left += [row[0] for row in cursor.fetchall()]
        if provider:
            found = list(provider(regime.area, today))
            cursor.execute(_UNFOLLOWED, {**names, "kept": [row.person for row in found]})
            left += [row[0] for row in cursor.fetchall()]
            add(regime, [{**row._asdict(), "unit": None} for row in found], FOLLOWED)
    return left


def add(regime: Regime, rows: Iterable[dict[str, Any]], how: str = LISTED) -> int:
    """Take people in: rows of person, area ('': where they live), unit, since, until. Returns how many are new."""
    with connection().cursor() as cursor:
        cursor.execute(_ADD, {"regime": regime.id, "how": how, "rows": json.dumps(list(rows), default=str)})
        return cursor.rowcount
