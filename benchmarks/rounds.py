"""Registration batches of 500 against bare COPY of the same rows into a twin of the table with the same indexes.

Muster's figure is that of the whole action: records read and checked, tubes made and locked, persons looked up,
counters kept, the operation remembered; one transaction a batch, one device. The rival is COPY of finished rows, one
transaction a batch, into a table with the four indexes of ours (op; tube; round and person where it counts, unique;
round and time where it waits for review), without its triggers and walls; foreign keys neither has. Both run with the
garbage collector frozen after start, as the server's is. Answers are compared: as many rows in both, counters equal to
a count. A second table says where the milliseconds of the action go: statements as the client waits for them, and
Python.

    python -m benchmarks.rounds --people 20000 --batches 20
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import psycopg

from benchmarks import district

SIZE, POOL = 500, 10
TWIN = """
CREATE TABLE plain (LIKE screening_registration INCLUDING ALL);
GRANT SELECT, INSERT ON plain TO muster_act;
"""
COLUMNS = (
    "op", "round_id", "person_id", "tube_id", "area", "site_area", '"position"', "how", "proxy_who", "proxy_why",
    "device_at", "received_at", "by_id", "counts", "review",
)  # fmt: skip


def main() -> None:
    """Measure at the given size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--batches", type=int, default=100)
    chosen = parser.parse_args()
    with district.installation("rounds"):
        run(chosen.people, min(chosen.batches, chosen.people // SIZE))


def run(people: int, batches: int) -> None:
    """A round over the district, then batch by batch, in turn with COPY."""
    from django.conf import settings

    from muster.domains.screening import actions
    from muster.domains.screening.models import Registration, RoundCount
    from muster.kernel import clock, ids
    from muster.kernel.people.models import Person
    from muster.kernel.posts.logins import acting
    from muster.kernel.posts.models import SYSTEM
    from muster.kernel.posts.roles import STREET

    clock.freeze(datetime(2021, 12, 1, tzinfo=UTC))  # a day on which a plan with rounds is in force
    grids = district.make_areas(max(10, people // district.PEOPLE_PER_GRID))
    with district.owner() as owner:
        district.make_people(owner, people, grids)
    district.settle()
    with psycopg.connect(settings.MUSTER_URLS["owner"], autocommit=True) as owner:
        district.run(owner, TWIN)
    post = district.make_post(STREET, district.HERE)
    with acting():
        site = actions.add_site(by=SYSTEM, area=grids[0], name="bench", lat=34.3, lon=108.7, desks=200)
        now = clock.now()
        row = actions.plan_round(
            by=SYSTEM, areas=[district.HERE], disease="covid19", starts_at=now, ends_at=now + timedelta(hours=12),
            pool_size=POOL,
        )  # fmt: skip
        row = actions.open_round(by=SYSTEM, round=row)
        persons = list(Person.objects.filter(home__startswith=district.HERE).values_list("id", flat=True))
    random.Random(5).shuffle(persons)
    gc.collect()
    gc.freeze()  # as the server does (muster/site/asgi.py)
    batches = min(batches, len(persons) // SIZE)
    ours, theirs, waits = [], [], Waits(PARTS)
    for number in range(batches):
        chosen = persons[number * SIZE : (number + 1) * SIZE]
        records = [
            {
                "op": str(ids.uuid7()), "do": "register", "tube": f"T{number}-{at // POOL}", "site": str(site.id),
                "capacity": POOL, "person": str(person), "how": "code", "at": now.isoformat(),
            }
            for at, person in enumerate(chosen)
        ]  # fmt: skip
        with waits.in_batch():
            started = time.perf_counter()
            answer = actions.register(by=post, round=row, records=records, op=ids.uuid7())
            ours.append(time.perf_counter() - started)
        assert all(verdict["verdict"] == "new" for verdict in answer["verdicts"])
        rows = _rows(settings.MUSTER_URLS["act"], [record["op"] for record in records])
        theirs.append(_copy(settings.MUSTER_URLS["act"], [(ids.uuid7(), *each[1:]) for each in rows]))
    with acting():
        assert (
            Registration.objects.count() == batches * SIZE == sum(RoundCount.objects.values_list("sampled", flat=True))
        )
    mine, copy = SIZE / median(ours), SIZE / median(theirs)
    print(f"{people:,} people, {batches} batches of {SIZE}, medians, one after another on one connection each")
    print("| | rows/s | ms a batch |\n|---|---|---|")
    print(f"| action `screening.register` | {mine:,.0f} | {median(ours) * 1000:.1f} |")
    print(f"| bare COPY | {copy:,.0f} | {median(theirs) * 1000:.1f} |")
    print(f"\nratio {mine / copy:.2f} (aim: 0.50)\n\n| part of a batch | ms |\n|---|---|")
    for part, seconds in waits.parts.items():
        print(f"| {part} | {median(seconds) * 1000:.1f} |")
    waited = [sum(each) for each in zip(*waits.parts.values(), strict=True)]
    print(f"| Python | {median(all_ - sql for all_, sql in zip(ours, waited, strict=True)) * 1000:.1f} |")


PARTS = {
    "INSERT INTO screening_registration": "swabs, people, tubes, counters",
    "operations_operation (op": "operation noted",
    "screening_samplingsite": "round, sites, tubes looked at",
    "UPDATE operations": "answer kept",
    "": "other statements",
}


class Waits:
    """How long each kind of statement of a batch takes (by a text in it), and its commit."""

    def __init__(self, kinds: dict[str, str]) -> None:
        self.kinds = kinds
        self.parts: dict[str, list[float]] = {part: [] for part in (*kinds.values(), "commit")}

    @contextmanager
    def in_batch(self) -> Iterator[None]:
        """Add up one batch."""
        from django.db import connections

        for seconds in self.parts.values():
            seconds.append(0.0)
        connection, execute = connections["act"], psycopg.Cursor.execute
        committed, connection._commit = connection._commit, lambda: self._timed("commit", committed)

        def timed(cursor: Any, sql: Any, *rest: Any, **options: Any) -> Any:  # Django's cursors and prepared ones
            part = next(name for text, name in self.kinds.items() if text in str(sql))
            return self._timed(part, lambda: execute(cursor, sql, *rest, **options))

        psycopg.Cursor.execute = timed  # type: ignore[method-assign]
        try:
            yield
        finally:
            del connection._commit
            psycopg.Cursor.execute = execute  # type: ignore[method-assign]

    def _timed(self, part: str, do: Any) -> Any:
        started = time.perf_counter()
        try:
            return do()
        finally:
            self.parts[part][-1] += time.perf_counter() - started


def _rows(url: str, ops: list[str]) -> list[Any]:
    """The rows that a batch wrote, to be copied into the twin."""
    with psycopg.connect(url) as connection:
        sql = f"SELECT {', '.join(COLUMNS)} FROM screening_registration WHERE op = ANY(%s::uuid[])"
        return connection.execute(sql, [ops]).fetchall()


_connections: dict[str, Any] = {}


def _copy(url: str, rows: list[Any]) -> float:
    """Seconds of one COPY of finished rows, committed."""
    connection = _connections.setdefault(url, psycopg.connect(url))
    started = time.perf_counter()
    with connection.cursor().copy(f"COPY plain ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    connection.commit()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
