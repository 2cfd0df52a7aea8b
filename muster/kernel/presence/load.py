"""Writing presence in bulk, and letting it go by days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from muster.kernel import clock
from muster.kernel.posts.logins import connection, current, prepared

from .rows import NONE, Rejected, Rows, rows_of

_COLUMNS = "person, place, entered_at, left_at, source, seat_row"
_BULK = 10_000  # from so many new rows on, the days are vacuumed at once: index-only scans need it

_ENTER = "SELECT presence_enter(%s::bigint, %s::int, %s::bigint[], %s::bigint[])"

# One order for all loaders (day, then place and time): two that bring the same rows wait for one another, no more.
INSERT = f"""
INSERT INTO presence ({_COLUMNS})
SELECT {_COLUMNS} FROM presence_arriving ORDER BY place, entered_at, person, left_at, source
ON CONFLICT DO NOTHING
"""

# The aggregate that presence_raise_longest() keeps up to date, over what a purge leaves.
LONGEST = """
SELECT place, coalesce(ceil(max(extract(epoch FROM left_at - entered_at))), 0)::bigint AS seconds,
       min(entered_at) FILTER (WHERE left_at IS NULL AND source = 2) AS open_since
FROM presence WHERE entered_at >= %s GROUP BY place
"""


@dataclass
class Loaded:
    """What became of the rows: `new`, `repeated` within this load, `known` from before, and those `rejected`."""

    new: int = 0
    repeated: int = 0
    known: int = 0
    rejected: Rejected = field(default_factory=list)


def load_presence(rows: Rows | Iterable[tuple]) -> Loaded:
    """Add stays to the log, as one transaction; identical rows count once, and loading again is harmless.

    `rows` are arrays, or what `rows_of` reads. Row numbers in `rejected` count from 0. After a large load the days
    written to are vacuumed once the transaction has committed.
    """
    loaded = Loaded()
    numbers: Any = range(len(rows)) if isinstance(rows, Rows) else None
    if not isinstance(rows, Rows):
        rows, numbers, loaded.rejected = rows_of(rows)
    if bad := rows.bad():
        loaded.rejected = sorted(loaded.rejected + [(numbers[row], reason) for row, reason in bad])
        rows = rows.take(np.delete(np.arange(len(rows)), [row for row, _reason in bad]))
    if len(rows):
        with transaction.atomic(using=current(), savepoint=False), connection().cursor() as cursor:
            days = {} if len(rows) < _BULK and _add(cursor, rows, loaded) else _write(cursor, rows, loaded)
            if loaded.new >= _BULK:
                transaction.on_commit(lambda: _vacuum(days), using=current(), robust=True)
    return loaded


def _add(cursor: Any, rows: Rows, loaded: Loaded) -> bool:
    """A few stays, in one statement; False, and nothing is done, where a day of theirs is not there yet."""
    once = rows.once()
    columns = [_table(day) for day, _part in once.by_day()], *(each.tolist() for each in vars(once).values())
    cursor.execute(f"SELECT presence_add({', '.join(['%s'] * 10)})", [*columns, *_longest(rows)])
    if (new := cursor.fetchone()[0]) is not None:
        loaded.new, loaded.repeated, loaded.known = new, len(rows) - len(once), len(once) - new
    return new is not None


def _longest(rows: Rows) -> list[list[int | None]]:
    places, seconds, since = (each.tolist() for each in rows.longest())
    return [places, seconds, [None if moment == NONE else moment for moment in since]]


def _write(cursor: Any, rows: Rows, loaded: Loaded) -> dict[date, bool]:
    """Returns the days written to, and whether each is new."""
    cursor.execute("LOCK TABLE presence IN ROW EXCLUSIVE MODE")  # no day is dropped meanwhile
    parts = list(rows.by_day())
    fresh = [day for day, _part in parts if _call_day(cursor, "open", day)]
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS presence_arriving (LIKE presence) ON COMMIT DROP")
    for day, part in parts:
        once = part.once()
        loaded.repeated += len(part) - len(once)
        if day in fresh:
            _copy(cursor, _table(day), once)
            new = len(once)
        else:
            cursor.execute("TRUNCATE presence_arriving")
            _copy(cursor, "presence_arriving", once)
            cursor.execute(INSERT)
            new = cursor.rowcount
        loaded.new += new
        loaded.known += len(once) - new
    cursor.execute("SELECT presence_raise_longest(%s, %s, %s)", _longest(rows))
    for day in fresh:
        _call_day(cursor, "attach", day)
    return {day: day in fresh for day, _part in parts}


def enter(place: int, source: int, persons: Sequence[int], at: datetime) -> None:
    """Add people who came into a place, to the second; those who are known to have done so stay as they are."""
    given = [place, source, [*persons], [int(at.timestamp())] * len(persons)]
    with transaction.atomic(using=current(), savepoint=False), prepared() as cursor:
        if cursor.execute(_ENTER, given).fetchone()[0] is None:
            open_days([clock.local_day(at)])
            if cursor.execute(_ENTER, given).fetchone()[0] is None:
                raise RuntimeError("a local day takes no entries")


def open_days(days: Iterable[date]) -> None:
    """Let the log take entries of these local days, for statements that call `presence_enter` themselves."""
    with transaction.atomic(using=current(), savepoint=False), connection().cursor() as cursor:
        for day in sorted(set(days)):
            # A rival's new day is seen a moment before this session hears of it; the lock is held until after both.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('presence'), %s::date - date '2000-01-01')", [day])
            if _call_day(cursor, "open", day):
                _call_day(cursor, "attach", day)
        cursor.execute(
            "LOCK TABLE presence IN ROW EXCLUSIVE MODE"
        )  # or a rival's new day stays unknown to this session


def _call_day(cursor: Any, verb: str, day: date) -> Any:
    bounds = [day, clock.midnight(day), clock.midnight(day + timedelta(days=1))]
    cursor.execute(f"SELECT presence_{verb}_day(%s::date, %s::timestamptz, %s::timestamptz)", bounds)
    return cursor.fetchone()[0]


def _table(day: date) -> str:
    return "presence_" + day.isoformat().replace("-", "")


def _copy(cursor: Any, table: str, rows: Rows) -> None:
    with cursor.copy(f"COPY {table} ({_COLUMNS}) FROM STDIN (FORMAT binary)") as copy:
        for chunk in rows.binary():
            copy.write(chunk)


def _vacuum(days: dict[date, bool]) -> None:
    with connection().cursor() as cursor:
        for day, new in days.items():
            cursor.execute(f"VACUUM (ANALYZE {new}) {_table(day)}")


def drop_presence(before: date) -> list[tuple[str, date, int]]:
    """Drop every local day before `before`, as one transaction.

    Returns `(table, day, rows)` of each, for the caller to record that they were purged. Loaders wait meanwhile, traces
    only at the very end.
    """
    with transaction.atomic(using=current()), connection().cursor() as cursor:
        cursor.execute("LOCK TABLE presence IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT EXISTS (SELECT FROM presence WHERE entered_at < %s)", [clock.midnight(before)])
        if not cursor.fetchone()[0]:
            return []
        cursor.execute("DELETE FROM place_longest")
        cursor.execute(f"INSERT INTO place_longest (place, seconds, open_since) {LONGEST}", [clock.midnight(before)])
        cursor.execute("SELECT day, stays FROM presence_drop_days(%s)", [before])
        return [("presence", day, stays) for day, stays in cursor.fetchall()]


def short_longest() -> list[int]:
    """The places whose longest stay is known too short: there must be none, or traces miss people (`muster check`)."""
    with connection().cursor() as cursor:
        cursor.execute(
            f"""SELECT now.place FROM ({LONGEST}) now LEFT JOIN place_longest known ON known.place = now.place
            WHERE known.place IS NULL OR known.seconds < now.seconds
               OR now.open_since < coalesce(known.open_since, 'infinity') ORDER BY 1""",
            ["-infinity"],
        )
        return [place for (place,) in cursor.fetchall()]
