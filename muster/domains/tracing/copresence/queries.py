"""Who was where with whom: the co-presence rule, for one case or many at once.

The rule. A row without `left_at` lasts until the as-of moment when it is a lodging register's, else `default_minutes`.
A person's stays at one place that overlap or touch are one; merged records are one person. Two persons met where their
stays at one place overlap, inside the spreader's window, for `minutes` or more. All intervals are half-open.

These functions read through the running code's login, and only `muster_act` may read presence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import psycopg

from muster.kernel.posts.logins import connection
from muster.kernel.presence.rows import SOURCES

from . import statements


@dataclass(frozen=True)
class Rule:
    """What counts as meeting, from a plan.

    `kinds` of place (None: all). `air_minutes` a room infects after the spreader has left it. `reach`: by the layout of
    a place, how many rows of seats away two persons with known seats may be; other layouts count everybody.
    """

    minutes: int
    default_minutes: int
    kinds: Sequence[str] | None = None
    air_minutes: int = 0
    reach: Mapping[str, int] = field(default_factory=dict)


class Spreader(NamedTuple):
    """Somebody around whom to look, for the case numbered `case_no` by the caller; `until` None is the as-of moment."""

    case_no: int
    person: int
    since: datetime
    until: datetime | None = None


class Met(NamedTuple):
    """Somebody who met a spreader of the case: by key, the person as the record that merges led to.

    `minutes` is the whole of the time together, `first_at` and `last_at` the ends of it. `known` has a bit, 1 << code,
    for each source of either stay, and the lowest bit for seats within reach.
    """

    case_no: int
    person: int
    minutes: int
    first_at: datetime
    last_at: datetime
    places: list[int]
    known: int

    @property
    def sources(self) -> tuple[str, ...]:
        """How the stays are known."""
        return _sources(self.known)

    @property
    def seated(self) -> bool:
        """Whether some of the time was spent in seats within reach of one another."""
        return bool(self.known & 1)


class Stay(NamedTuple):
    """A merged stay, clipped to the window that was asked for; `known` as in Met."""

    person: int
    place: int
    from_at: datetime
    until_at: datetime
    known: int

    @property
    def sources(self) -> tuple[str, ...]:
        """How the stay is known."""
        return _sources(self.known)


def copresence(
    spreaders: Iterable[Spreader], rule: Rule, *, as_of: datetime, without: Iterable[tuple[int, int]] = ()
) -> list[Met]:
    """Everybody who met the spreaders of each case, by case and person; several spreaders of one case count together.

    The spreaders themselves are left out, and so are `without`: pairs of case number and person. What was entered at or
    after `as_of` does not count.
    """
    asked = [(given.case_no, given.person, given.since, given.until or as_of) for given in spreaders]
    if not asked:
        return []
    nowhere = [(case_no, person, as_of, as_of) for case_no, person in without]  # an empty window: nothing spreads
    alone = not nowhere and len({row[0] for row in asked}) == len(asked)
    values = {
        "minutes": timedelta(minutes=rule.minutes),
        "air": timedelta(minutes=rule.air_minutes),
        "kinds": None if rule.kinds is None else list(rule.kinds),
        "reach": json.dumps(dict(rule.reach)),
        **_asked(asked + nowhere, as_of, rule.default_minutes),
    }
    make = partial(tuple.__new__, Met)  # as Met._make, in half the time: there may be a hundred thousand
    return _rows(statements.AROUND_ONE if alone else statements.AROUND_MANY, values, make)


def places_of(person: int, since: datetime, until: datetime, *, as_of: datetime, default_minutes: int) -> list[Stay]:
    """One person's merged stays inside a window, in order of time."""
    values = _asked([(0, person, since, until)], as_of, default_minutes)
    return _rows(statements.PLACES, values, _stay)


def _asked(rows: Iterable[tuple], as_of: datetime, default_minutes: int) -> dict[str, Any]:
    named = [
        {"case_no": case_no, "person": person, "since": since.isoformat(), "until": until.isoformat()}
        for case_no, person, since, until in rows
    ]
    return {"asked": json.dumps(named), "as_of": as_of, "default": timedelta(minutes=default_minutes)}


def _rows(sql: str, values: Mapping[str, Any], make: Callable[[Sequence[Any]], Any]) -> list[Any]:
    """Run a statement on the running login's connection: binary (times as text cost more than the trace), prepared.

    Django turns preparation off for the sake of transaction poolers, but these take longer to plan than to run.
    """
    login = connection()
    login.ensure_connection()
    login.connection.prepare_threshold = login.connection.prepare_threshold or 5
    cursor = psycopg.Cursor(login.connection, row_factory=lambda _cursor: make)
    return cursor.execute(sql, values, binary=True, prepare=True).fetchall()


def _stay(row: Sequence[Any]) -> Stay:
    person, place, span, known = row
    return Stay(person, place, span.lower, span.upper, known)


def _sources(known: int) -> tuple[str, ...]:
    return tuple(name for name, code in SOURCES.items() if known >> code & 1)
