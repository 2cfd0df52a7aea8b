"""Which team is proposed first, when shifts lie, and which edition's deadlines hold. Plain functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from os.path import commonprefix
from typing import NamedTuple

WIDTHS = (12, 9, 6, 4, 2, 0)  # community, street, district, city, province, further away


class Standing(NamedTuple):
    """A team as a call sees it: how far away it is stationed, whether it is on shift, free, and how many it brings."""

    away: int
    on_shift: bool
    free: bool
    strength: int


def away(home: str, there: str) -> int:
    """How far one area lies from another by the tree: 0 in one community, 1 in one street, and so on.

    >>> away("610404001001", "610404001001001"), away("610404001001", "610404002001001")
    (0, 2)
    """
    shared = len(commonprefix([home[:12], there[:12]]))
    return next(step for step, width in enumerate(WIDTHS) if shared >= width)


def covers(shifts: Iterable[tuple[datetime, datetime]], since: datetime, until: datetime) -> bool:
    """Whether shifts, one after another, leave no gap from one moment to another."""
    reached = since
    for begins, ends in sorted(shifts):
        if begins > reached:
            break
        reached = max(reached, ends)
    return reached >= until


def order(standing: Standing, wanted: int) -> tuple[bool, bool, int, int]:
    """Sorts teams for a call: free before busy, on shift before off, near before far, then the fittest in number."""
    return (not standing.free, not standing.on_shift, standing.away, abs(standing.strength - wanted))


def shift_times(midnight: datetime, hours: tuple[int, int]) -> tuple[datetime, datetime]:
    """Beginning and end of a shift of a day: the hour it begins at, and how many hours it lasts."""
    begins = midnight + timedelta(hours=hours[0])
    return begins, begins + timedelta(hours=hours[1])
