"""A change of the risk list: screening every arrival of the longest incubation against the new edition.

    python -m benchmarks.arrivals [--people 1000000] [--repeat 7]

As many arrivals as people, all within the days that count, from every county of the country; two editions of 200 areas
that share three quarters. Muster's statement against SQL written by hand for exactly this list: who is in or near a
listed area becomes stricter. Each runs in a transaction of its own that is rolled back, by turns, on one connection;
the answers are compared, arrival for arrival. What follows for those found (measures, facts, duties) is timed apart.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import numpy as np

from benchmarks import district

# Eleven origins in twenty tell an address, eight the county, one only the city.
ARRIVALS = """
INSERT INTO arrivals_arrival (id, ref, person_id, area, state, channel, declared_by, cohort, origin, origin_code,
    origin_key, left_on, arrives_on, transport, declared_at, category, unsure, plan, measure, onward_to, fact)
SELECT uuidv7(), 'R' || n, p.id, p.home, CASE n %% 2 WHEN 0 THEN 'closed' ELSE 'here' END, 'page', 'self', '', '',
    CASE WHEN n %% 20 = 0 THEN left(c.code, 4) ELSE c.code END,
    CASE WHEN n %% 20 > 8 THEN
        (ARRAY['东风街道', '和平小区', '建设路社区', '新村镇', '花园小区'])[1 + n %% 5] || n %% 300 || '号楼'
    ELSE '' END,
    %(today)s::date - (n %% 14), %(today)s::date - (n %% 14), '', %(now)s, 'elsewhere', false, '', '', '', uuidv7()
FROM (SELECT id, home, row_number() OVER (ORDER BY id)::int AS n FROM people_person) p
JOIN unnest(%(counties)s::text[]) WITH ORDINALITY AS c(code, at) ON c.at = 1 + (p.n::bigint * 7919) %% %(many)s
"""

FACTS = """
INSERT INTO facts_fact (id, kind, subject, area, happened_at, recorded_at, data)
SELECT fact, 'arrivals.declared', id, area, declared_at, declared_at, '{}' FROM arrivals_arrival
"""

# By hand: only what this list asks, with literals for its plan, and only arrivals in its cities are looked at.
BY_HAND = """
UPDATE arrivals_arrival a SET category = m.category, unsure = m.unsure, risk_area_id = m.area
FROM (
    SELECT DISTINCT ON (a.id) a.id, how = 2 AS unsure, CASE WHEN how <= 2 THEN l.id END AS area,
        CASE WHEN how > 1 THEN 'county' WHEN l.level IN ('high', 'sealed') THEN 'high' ELSE 'middle' END AS category
    FROM arrivals_arrival a
    JOIN arrivals_riskarea l ON l.risk_list_id = %(list)s AND l.level IN ('high', 'sealed', 'middle', 'controlled')
        AND left(l.code, 4) = left(a.origin_code, 4)
        AND (left(l.code, 6) = left(a.origin_code, 6) OR length(a.origin_code) = 4)
    CROSS JOIN LATERAL (SELECT CASE WHEN l.key = '' AND starts_with(a.origin_code, l.code) THEN 1
        WHEN l.key <> '' AND position(l.key IN a.origin_key) > 0 THEN 1
        WHEN a.origin_key = '' OR (l.key = '' AND starts_with(l.code, a.origin_code)) THEN 2 ELSE 3 END AS how) h
    WHERE a.left_on >= %(left_from)s
    ORDER BY a.id, how, l.level IN ('high', 'sealed') DESC, l.id
) m
WHERE a.id = m.id AND a.category <> 'entrant'
    AND CASE m.category WHEN 'high' THEN 1 WHEN 'middle' THEN 3 ELSE 4 END
        < CASE a.category WHEN 'high' THEN 1 WHEN 'middle' THEN 3 WHEN 'county' THEN 4 ELSE 5 END
RETURNING a.id, a.category, a.unsure
"""


def main() -> None:
    """Measure at the given size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=7)
    chosen = parser.parse_args()
    with district.installation("arrivals"):
        run(chosen.people, chosen.repeat)


def run(people: int, repeat: int) -> None:
    """Arrivals under one edition, then the next edition over all of them."""
    from muster.domains.arrivals.queries import screen
    from muster.kernel import clock
    from muster.kernel.posts.logins import acting, connection

    moment = datetime(2021, 12, 1, 4, tzinfo=UTC)
    clock.freeze(moment)
    grids = district.make_areas(max(10, people // district.PEOPLE_PER_GRID))
    first = clock.local_day(moment) - timedelta(days=14)
    with district.owner() as owner:
        district.make_people(owner, people, grids)
        counties = _counties()
        values = {"today": clock.local_day(moment), "now": moment, "counties": counties, "many": len(counties)}
        owner.execute(ARRIVALS, values)
        owner.execute(FACTS)
    random = np.random.default_rng(3)
    kept, old, new = (_areas(random, counties, n) for n in (150, 50, 50))
    with acting():
        before, after = _edition([*kept, *old], moment - timedelta(days=1)), _edition([*kept, *new], moment)
        screen(before, left_from=first)
    district.settle()
    asked = {"list": after.pk, "left_from": first}

    def muster() -> set[tuple[Any, str, bool]]:
        return {(row.arrival, row.category, row.unsure) for row in screen(after, left_from=first)}

    def by_hand() -> set[tuple[Any, str, bool]]:
        with connection().cursor() as cursor:
            cursor.execute(BY_HAND, asked)
            return {*cursor.fetchall()}

    seconds: dict[str, list[float]] = {"muster": [], "hand": []}
    found: dict[str, Any] = {}
    with acting():
        for turn in range(repeat + 1):
            for name, step in (("muster", muster), ("hand", by_hand))[:: 1 if turn % 2 else -1]:
                taken, found[name] = _timed(step)
                seconds[name] += [taken] if turn else []
    assert found["muster"] == found["hand"], "the two found other people"
    ours, hand = median(seconds["muster"]), median(seconds["hand"])
    print(f"{people:,} arrivals, 200 areas, {len(found['hand']):,} stricter; {district.machine()}\n")
    district.table(
        ["re-screening, s", "runs", "by hand", "Muster", "Muster ÷ hand"],
        [["the statement", repeat, hand, ours, ours / hand]],
    )
    print(f"\nwith what follows (measures, facts, duties, one transaction): {_whole(after):.1f} s")


def _timed(step: Any) -> tuple[float, Any]:
    """Seconds of one run in a transaction that is rolled back, and what it found."""
    from django.db import transaction

    with transaction.atomic(using="act"):
        start = time.perf_counter()
        found = step()
        taken = time.perf_counter() - start
        transaction.set_rollback(True, using="act")
    return taken, found


def _whole(after: Any) -> float:
    from muster.domains.arrivals.actions import rescreen
    from muster.kernel.posts.models import SYSTEM

    start = time.perf_counter()
    rescreen(by=SYSTEM, risk_list=after)
    return time.perf_counter() - start


def _counties() -> list[str]:
    from muster.domains.arrivals.rules import divisions

    return sorted(code for code in divisions.names() if len(code) == 6)


def _areas(random: np.random.Generator, counties: list[str], many: int) -> list[tuple[str, str, str]]:
    """(code, key, level): one in five a whole county, the others an estate or a street of it."""
    names = ("东风街道", "和平小区", "建设路社区", "新村镇", "花园小区")
    return [
        (
            str(random.choice(counties)),
            "" if number % 5 == 0 else f"{names[number % 5]}{random.integers(0, 300)}",
            "high" if number % 4 == 0 else "middle",
        )
        for number in range(many)
    ]


def _edition(areas: list[tuple[str, str, str]], moment: datetime) -> Any:
    from muster.domains.arrivals.models import RiskArea, RiskList
    from muster.kernel import ids

    made = RiskList.objects.create(
        source="bench", published_on=moment.date(), effective_at=moment, text="", read_at=moment, read_by=ids.uuid7(),
        confirmed_at=moment, confirmed_by=ids.uuid7(), fact=None,
    )  # fmt: skip
    RiskArea.objects.bulk_create(
        RiskArea(risk_list=made, level=level, code=code, key=key, place=key) for code, key, level in areas
    )
    return made


if __name__ == "__main__":
    main()
