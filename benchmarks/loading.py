"""Loading presence: Muster's loader against plain COPY of the same rows into the same indexes, day by day.

The rival is a copy of the table, its days and its two indexes, without walls; it gets the rows in the order in which
they come, neither sorted nor compared. Muster's figures include taking out repeats, keeping the longest stays, and the
vacuum that index-only scans need afterwards. Nine tenths of each day come into an empty day, the last tenth is added.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

import numpy as np
import psycopg

from benchmarks import district

TWIN = """
CREATE TABLE plain (LIKE presence INCLUDING CONSTRAINTS) PARTITION BY RANGE (entered_at);
CREATE UNIQUE INDEX ON plain (place, entered_at, person, left_at, source) INCLUDE (seat_row) NULLS NOT DISTINCT;
CREATE INDEX ON plain (person, entered_at) INCLUDE (left_at, place, source, seat_row);
GRANT INSERT ON plain TO muster_act;
"""


def measure(rows: Any) -> list[list[Any]]:
    """Load everything, in turn with the rival; returns the lines of the table. The rival is dropped again."""
    from django.conf import settings

    from muster.kernel import clock
    from muster.kernel.posts.logins import acting
    from muster.kernel.presence.load import load_presence

    days = list(rows.by_day())
    with psycopg.connect(settings.MUSTER_URLS["owner"], autocommit=True) as owner:
        district.run(owner, TWIN)
        for number, (day, _part) in enumerate(days):
            bounds = [clock.midnight(day), clock.midnight(day + timedelta(days=1))]
            sql = f"CREATE TABLE plain_{number} PARTITION OF plain FOR VALUES FROM ('{bounds[0]}') TO ('{bounds[1]}')"
            owner.execute(sql)
    empty: list[tuple[int, float, float]] = []
    added: list[tuple[int, float, float]] = []
    with acting(), psycopg.connect(settings.MUSTER_URLS["act"]) as rival:
        for number, (_day, part) in enumerate(days):
            cut = len(part) * 9 // 10
            for figures, some in ((empty, part.take(slice(0, cut))), (added, part.take(slice(cut, None)))):
                steps = [lambda some=some: _copy(rival, some), lambda some=some: load_presence(some)]
                seconds = _timed(steps, first=number % 2)
                figures.append((len(some), *seconds))
    with psycopg.connect(settings.MUSTER_URLS["owner"], autocommit=True) as owner:
        owner.execute("DROP TABLE plain")
    return [_line("into an empty day", empty), _line("added to a full day", added)]


def load(rows: Any) -> None:
    """Load everything, day by day, and measure nothing."""
    from muster.kernel.posts.logins import acting
    from muster.kernel.presence.load import load_presence

    with acting():
        for _day, part in rows.by_day():
            load_presence(part)


def _timed(steps: list[Callable[[], Any]], first: int) -> list[float]:
    seconds = [0.0] * len(steps)
    for number in np.roll(range(len(steps)), first):
        start = time.perf_counter()
        steps[number]()
        seconds[number] = time.perf_counter() - start
    return seconds


def _copy(connection: psycopg.Connection[Any], rows: Any) -> None:
    sql = "COPY plain (person, place, entered_at, left_at, source, seat_row) FROM STDIN (FORMAT binary)"
    with connection.transaction(), connection.cursor() as cursor, cursor.copy(sql) as copy:
        for chunk in rows.binary():
            copy.write(chunk)


def _line(name: str, figures: list[tuple[int, float, float]]) -> list[Any]:
    count = f"{len(figures)} × {median(rows for rows, _c, _m in figures):,.0f}"
    copied, loaded = (median(row[0] / row[at] for row in figures) / 1000 for at in (1, 2))
    return [name, count, round(copied), round(loaded), median(copy / ours for _rows, copy, ours in figures)]
