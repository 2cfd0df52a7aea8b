"""Stays as arrays: taken from plain rows, checked, sorted, freed of repeats, and written in COPY's binary format."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from muster.kernel import clock

SOURCES = {"venue_code": 1, "lodging": 2, "trip": 3, "seat": 4, "told": 5, "other": 6}
VENUE_CODE, LODGING, TRIP, SEAT, TOLD, OTHER = SOURCES.values()
NONE = int(np.iinfo("int64").min)  # no left_at; the number behind numpy's NaT
NO_SEAT = -1

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FROM_2000 = 946_684_800_000_000  # PostgreSQL counts microseconds from 2000-01-01, Unix and numpy from 1970
_DAY = 86_400_000_000
_FIRST, _LAST = -25_567 * _DAY, 84_006 * _DAY  # the years 1900 to 2199: a slip of the pen makes no day of its own
_CHUNK = 65_536

Rejected = list[tuple[int, str]]


def microseconds(moment: datetime) -> int:
    """Since 1970, UTC; a naive moment is local to the installation."""
    return ((moment if moment.tzinfo else moment.replace(tzinfo=clock.zone())) - _EPOCH) // _MICROSECOND


@dataclass
class Rows:
    """Stays, one array per column.

    `entered` and `left` are microseconds since 1970 in UTC (or numpy datetime64, then UTC too); `left` is NONE where it
    is not known. `source` holds codes of SOURCES, `seat` the row of seats or NO_SEAT.
    """

    person: np.ndarray
    place: np.ndarray
    entered: np.ndarray
    left: np.ndarray
    source: np.ndarray
    seat: np.ndarray

    def __post_init__(self) -> None:
        for name in ("entered", "left"):
            if getattr(self, name).dtype.kind == "M":
                setattr(self, name, getattr(self, name).astype("datetime64[us]").view("int64"))

    def __len__(self) -> int:
        return len(self.person)

    def take(self, index: Any) -> Rows:
        """The rows at an index, a mask or a slice."""
        return Rows(*(column[index] for column in vars(self).values()))

    def bad(self) -> Rejected:
        """The numbers of the rows that cannot be, each with the reason."""
        ended = self.left != NONE
        reasons = {
            _("left before it was entered"): ended & (self.left < self.entered),
            _("unknown source"): (self.source < 1) | (self.source > len(SOURCES)),
            _("not a time in this age"): (self.entered < _FIRST) | (np.where(ended, self.left, self.entered) > _LAST),
        }
        found = {int(row): reason for reason, rows in reasons.items() for row in np.flatnonzero(rows)}
        return sorted(found.items())

    def once(self) -> Rows:
        """Sorted by place and time, identical rows once (the first one's seat)."""
        rows = self.take(np.lexsort((self.source, self.left, self.person, self.entered, self.place)))
        same = np.ones(max(len(rows) - 1, 0), dtype=bool)
        for column in (rows.place, rows.entered, rows.person, rows.left, rows.source):
            same &= column[1:] == column[:-1]
        return rows.take(np.concatenate(([True], ~same))) if same.any() else rows

    def by_day(self) -> Iterator[tuple[date, Rows]]:
        """The rows of each local day, in order of days."""
        near = np.unique(self.entered // _DAY)
        days = [date.fromordinal(int(day) + _EPOCH.toordinal()) for day in np.unique([near - 1, near, near + 1])]
        starts = np.array([microseconds(clock.midnight(day)) for day in days])
        number = (np.searchsorted(starts, self.entered, side="right") - 1).astype("int32")
        order = np.argsort(number, kind="stable")
        for part in np.split(order, np.flatnonzero(np.diff(number[order])) + 1) if len(order) else []:
            yield days[number[part[0]]], self.take(part)

    def longest(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """By place: its key, its longest stay with an end in seconds (rounded up), its first open lodging or NONE."""
        places, which = np.unique(self.place, return_inverse=True)
        lasted = np.where(self.left == NONE, 0, self.left - self.entered)
        longest = np.zeros(len(places), dtype="int64")
        np.maximum.at(longest, which, -(-lasted // 1_000_000))
        since = np.full(len(places), np.iinfo("int64").max)
        guest = (self.left == NONE) & (self.source == LODGING)
        np.minimum.at(since, which[guest], self.entered[guest])
        return places, longest, np.where(since == np.iinfo("int64").max, NONE, since)

    def binary(self) -> Iterator[bytes]:
        """PostgreSQL's binary COPY format; within a chunk the rows with the same columns known come together."""
        yield b"PGCOPY\n\xff\r\n\0" + bytes(8)
        for start in range(0, len(self), _CHUNK):
            part = self.take(slice(start, start + _CHUNK))
            shape = (part.left != NONE) * 2 + (part.seat != NO_SEAT)
            for known in np.unique(shape):
                yield _encoded(part.take(shape == known), has_left=known >= 2, has_seat=bool(known % 2))
        yield b"\xff\xff"


def _encoded(rows: Rows, *, has_left: bool, has_seat: bool) -> bytes:
    entered, left = rows.entered - _FROM_2000, rows.left - _FROM_2000 if has_left else None
    columns = [rows.person, rows.place, entered, left, rows.source, rows.seat if has_seat else None]
    kinds = [">i8"] * 4 + [">i2"] * 2
    shape = [("columns", ">i2")]
    for number, (column, kind) in enumerate(zip(columns, kinds, strict=True)):
        shape += [(f"size{number}", ">i4")] + ([(f"value{number}", kind)] if column is not None else [])
    out = np.empty(len(rows), dtype=shape)
    out["columns"] = len(columns)
    for number, (column, kind) in enumerate(zip(columns, kinds, strict=True)):
        out[f"size{number}"] = -1 if column is None else int(kind[-1])
        if column is not None:
            out[f"value{number}"] = column
    return out.tobytes()


def rows_of(items: Iterable[tuple]) -> tuple[Rows, list[int], Rejected]:
    """Arrays of `(person, place, entered_at, left_at or None, source[, seat_row or None])`, and the number of each.

    A naive moment is local. `source` is a name or its code. Rows that cannot be read are given back with the reason.
    """
    columns = [array(kind) for kind in "qqqqhh"]
    numbers: list[int] = []
    rejected: Rejected = []
    for number, (person, place, entered, left, source, *seat) in enumerate(items):
        try:
            code = source if isinstance(source, int) else SOURCES.get(source, 0)
            known = (code, NO_SEAT if not seat or seat[0] is None else seat[0])
            row = (person, place, microseconds(entered), NONE if left is None else microseconds(left))
            values = (*array("q", row), *array("h", known))
        except (TypeError, AttributeError, OverflowError):
            rejected.append((number, _("not a person, a place, a time and a source")))
            continue
        numbers.append(number)
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    return Rows(*(np.array(column) for column in columns)), numbers, rejected
