"""Stays in whole minutes since 16 November 2021, 00:00, until 30 November, 19:15 (Shanghai), as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from muster.kernel.presence.rows import LODGING, NO_SEAT, NONE, Rows

BEGINS = np.datetime64("2021-11-15T16:00", "us").astype("int64")  # 00:00 of 16 November in Shanghai, in UTC
MINUTE = 60_000_000
DAYS = 15
DAY = 1440
END = 14 * DAY + 19 * 60 + 15
UNKNOWN = -1


class Stays(NamedTuple):
    """Columns of stays, in minutes; `left` may be UNKNOWN."""

    person: np.ndarray
    place: np.ndarray
    entered: np.ndarray
    left: np.ndarray
    source: np.ndarray
    seat: np.ndarray


class Absences(NamedTuple):
    """Who was away from home, from when to when."""

    person: np.ndarray
    leaves: np.ndarray
    returns: np.ndarray


def rows_of(stays: Stays, person_keys: np.ndarray, place_keys: np.ndarray) -> Rows:
    """The stays as the log of presence takes them."""
    left = np.where(stays.left == UNKNOWN, NONE, BEGINS + stays.left.astype("int64") * MINUTE)
    entered = BEGINS + stays.entered.astype("int64") * MINUTE
    source, seat = stays.source.astype("int16"), stays.seat.astype("int16")
    return Rows(person_keys[stays.person], place_keys[stays.place], entered, left, source, seat)


def lodged_at(stays: Stays) -> dict[int, int]:
    """The guests who have not left their hotel, each with its place."""
    open_ = (stays.source == LODGING) & (stays.left == UNKNOWN)
    return dict(zip(stays.person[open_].tolist(), stays.place[open_].tolist(), strict=True))


def stays_of(person, place, entered, left, source: int, seat=None) -> Stays:
    """Stays of one source; `left` may be one value for all."""
    known = np.full(len(person), NO_SEAT) if seat is None else seat
    return Stays(person, place, entered, np.broadcast_to(left, len(person)), np.full(len(person), source), known)


def around(random: np.random.Generator, hour: float, minutes: int, number: int) -> np.ndarray:
    """Times of day from `hour` on, spread over so many minutes."""
    return int(hour * 60) + random.integers(0, minutes, number)
