"""Who is missing, at a million and ten million expected: the first page of any area against a statement by hand.

Ours is what the page asks: the statements as `muster_web` sends them, behind the walls, with the household of each, and
those of the counters of the area's parts. By hand is the same rows and sums as a superuser would write them, without
walls. Both are asked once before they are timed, then in turn. Three moments of a round: nobody sampled, half, and all
but a few at the far end; the first two are made in the database, the last swabs are registered. At each moment the
counters are compared with a count, and the people of both pages. Each line is printed as it comes; how far the rest is
goes to stderr.

    python -m benchmarks.gaps --people 20000          (10,000,000: about 12 GB in the temporary folder)
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import psycopg

from benchmarks import district

BYTES_A_PERSON = 1500  # with indexes, logs and registrations
LAST = 500  # registered by the action, at the last moment
LEFT = 100  # missing at the end
ENOUGH = 10  # seconds after which a question is asked no more, however few its turns were
HEAD = ["sampled", "area", "rows", "page ms", "by hand", "ratio", "counters ms", "by hand", "ratio"]

PEOPLE = """
SELECT p.id, p.label, p.home, h.door FROM people_person p LEFT JOIN people_household h ON h.id = p.household_id
WHERE p.home >= %(lo)s AND p.home < %(hi)s AND p.merged_into_id IS NULL AND p.created_at <= %(opened)s
  AND NOT EXISTS (SELECT FROM screening_registration r WHERE r.round_id = %(round)s AND r.person_id = p.id
                  AND r.counts AND r.voided_at IS NULL)
  AND NOT EXISTS (SELECT FROM screening_reason s WHERE s.round_id = %(round)s AND s.person_id = p.id
                  AND s.lapsed_at IS NULL)
ORDER BY p.home, p.id LIMIT 51
"""
SUMS = """
SELECT left(area, %(width)s), sum(expected), sum(sampled), sum(excused) FROM screening_roundcount
WHERE round_id = %(round)s AND area >= %(lo)s AND area < %(hi)s GROUP BY 1
"""
SAMPLED = """
CREATE TEMP TABLE chosen AS
    SELECT id, home, row_number() OVER (ORDER BY home, id) AS n FROM people_person p
    WHERE home >= %(lo)s AND home < %(hi)s AND NOT EXISTS (
        SELECT FROM screening_registration r WHERE r.round_id = %(round)s AND r.person_id = p.id)
    ORDER BY home, id LIMIT %(many)s;
WITH tube AS (
    INSERT INTO screening_tube (id, code, round_id, site_id, desk, area, household, capacity, members, opened_at,
        result, claimed, claimed_why, void_why)
    SELECT uuidv7(), %(mark)s || (n / 10), %(round)s, %(site)s, 1, min(left(home, 15)), false, 10, count(*), %(now)s,
        '', '', '', '' FROM chosen GROUP BY n / 10 RETURNING id, code
)
INSERT INTO screening_registration (op, round_id, person_id, tube_id, area, site_area, "position", how, proxy_who,
    proxy_why, device_at, received_at, counts, review)
SELECT uuidv7(), %(round)s, c.id, t.id, left(c.home, 18), left(c.home, 15), 1, 'code', '', '',
    %(now)s, %(now)s, true, ''
FROM chosen c JOIN tube t ON t.code = %(mark)s || (c.n / 10);
UPDATE screening_roundcount k SET sampled = k.sampled + w.many
FROM (SELECT left(home, 18) AS area, count(*) AS many FROM chosen GROUP BY 1) w
WHERE k.round_id = %(round)s AND k.area = w.area;
DROP TABLE chosen;
"""


def main() -> None:
    """Measure at the given size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=20)
    chosen = parser.parse_args()
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < 2 * chosen.people * BYTES_A_PERSON:
        raise SystemExit(
            f"{free / 2**30:.0f} GB free in {tempfile.gettempdir()} are too few for {chosen.people:,} people"
        )
    with district.installation("gaps"):
        run(chosen.people, chosen.repeat)


def run(people: int, repeat: int) -> None:
    """Make the round, then measure at its three moments."""
    from muster.domains.screening import actions, missing
    from muster.kernel import clock
    from muster.kernel.posts.logins import acting
    from muster.kernel.posts.models import SYSTEM
    from muster.kernel.posts.roles import STREET

    begun = time.perf_counter()

    def told(what: str) -> None:
        print(f"{time.perf_counter() - begun:6.0f} s  {what}", file=sys.stderr, flush=True)

    clock.freeze(datetime(2021, 12, 1, tzinfo=UTC))
    grids = district.make_areas(max(10, people // district.PEOPLE_PER_GRID))
    with district.owner() as owner:
        district.make_people(owner, people, grids)
    told("people made")
    district.settle()
    here = sorted(grid for grid in grids if grid.startswith(district.HERE))
    with acting():
        site = actions.add_site(by=SYSTEM, area=here[0], name="bench", lat=34.3, lon=108.7, desks=200)
        now = clock.now()
        row = actions.plan_round(
            by=SYSTEM, areas=[district.HERE], disease="covid19", starts_at=now, ends_at=now + timedelta(hours=12),
            pool_size=10,
        )  # fmt: skip
        row = actions.open_round(by=SYSTEM, round=row)
        expected = missing.expected(row, "").count()
    post = district.make_post(STREET, district.HERE)
    print(f"{people:,} people, {expected:,} expected, made in {time.perf_counter() - begun:.0f} s")
    print(f"medians of {repeat} turns, of fewer where they take {ENOUGH} s; {district.machine()}\n")
    _print(HEAD)
    busy = here[len(here) // 2]
    areas = [district.HERE, busy[:9], busy[:12], busy]
    _measure("nobody", row, areas, post, repeat)
    _sample(row, site, expected // 2, "half")
    told("half sampled")
    _measure("half", row, areas, post, repeat)
    _sample(row, site, max(0, expected - expected // 2 - LEFT - LAST), "rest")
    told("nearly all sampled")
    _register_last(row, site, post, here)
    told("the last registered")
    _measure("all but a few", row, areas, post, repeat)
    told("measured")


def _print(cells: list[Any]) -> None:
    """A line of the table, at once: the next may take minutes."""
    words = [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
    print(f"{words[0]:15}{words[1]:11}" + "".join(word.rjust(12) for word in words[2:]), flush=True)


def _sample(row: Any, site: Any, many: int, mark: str) -> None:
    from muster.kernel import clock
    from muster.kernel.areas.codes import span

    lo, hi = span(row.area)
    with district.owner() as owner:
        values = {"lo": lo, "hi": hi, "round": row.id, "site": site.id, "now": clock.now(), "many": many, "mark": mark}
        district.run(owner, SAMPLED, **values)
    district.settle("screening_registration", "screening_tube", "screening_roundcount")


def _register_last(row: Any, site: Any, post: Any, here: list[str]) -> None:
    """The last swabs by the action itself: what it counts is compared too."""
    from muster.domains.screening import actions, missing
    from muster.kernel import clock, ids
    from muster.kernel.posts.logins import acting

    with acting():
        left = list(missing.people(row, "").order_by("home", "id").values_list("id", flat=True)[:LAST])
    sent = [
        {"op": str(ids.uuid7()), "tube": f"L{n // 10}", "site": str(site.id), "capacity": 10, "person": str(person),
         "at": clock.now().isoformat()}
        for n, person in enumerate(left)
    ]  # fmt: skip
    actions.register(by=post, round=row, records=sent)


def _measure(moment: str, row: Any, areas: list[str], post: Any, repeat: int) -> None:
    """One line for each area; the counters must equal a count, and both pages must show the same people."""
    from django.conf import settings

    from muster.domains.screening import missing, progress
    from muster.kernel.areas.codes import LEVELS, span
    from muster.kernel.posts.logins import acting

    with psycopg.connect(settings.MUSTER_URLS["owner"], autocommit=True) as owner:
        for area in areas:
            lo, hi = span(area)
            width = min((width for width in LEVELS.values() if width > len(area)), default=len(area))
            values = {"lo": lo, "hi": hi, "round": row.id, "opened": row.opened_at, "width": width}
            (sums, _sums), counters, by_hand = _both(
                repeat, post, lambda a=area: progress.by_area(row, a), lambda v=values: _ask(owner, SUMS, v)
            )
            (shown, asked), page, hand = _both(
                repeat, post, lambda a=area, s=sums: _page(row, a, s), lambda v=values: _ask(owner, PEOPLE, v)
            )
            doors = [(id_, door) for id_, _label, _home, door in asked[:50]]
            assert [(each.id, each.door) for each in shown] == doors, "not the same people and doors"
            with acting():
                counted = missing.people(row, area).count()
            assert sum(each.missing for each in sums) == counted, "counters differ from a count"
            name = next(level for level, width in LEVELS.items() if width == len(area))
            _print([moment, name, len(shown), page, hand, page / hand, counters, by_hand, counters / by_hand])


def _page(row: Any, area: str, parts: list[Any]) -> list[Any]:
    from django.test import RequestFactory

    from muster.domains.screening.pages.gaps import first_missing

    return first_missing(RequestFactory().get("/"), row, area, parts).rows


def _both(repeat: int, post: Any, ours: Callable[[], Any], hand: Callable[[], Any]) -> tuple[Any, float, float]:
    """What both answer, and the median milliseconds of the statements of both, asked in turn."""
    from django.db import connections

    from muster.kernel.posts.logins import WEB, viewing

    spent = [0.0]

    def timed(execute: Any, *arguments: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent[0] += time.perf_counter() - started

    def mine() -> tuple[Any, float]:
        with viewing(post.id), connections[WEB].execute_wrapper(timed):
            spent[0] = 0.0
            return ours(), spent[0]

    answers, times, begun = (mine()[0], hand()), ([], []), time.perf_counter()
    for _ in range(repeat):
        times[0].append(mine()[1])
        started = time.perf_counter()
        hand()
        times[1].append(time.perf_counter() - started)
        if time.perf_counter() - begun > ENOUGH:
            break
    return answers, median(times[0]) * 1000, median(times[1]) * 1000


def _ask(owner: Any, sql: str, values: dict[str, Any]) -> list[Any]:
    return owner.execute(sql, values, prepare=False).fetchall()


if __name__ == "__main__":
    main()
