"""The only clock of the program, so that a test can stop it and a demonstration can advance it.

Code asks `now()`; SQL gets the moment as a parameter and never asks the database for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_frozen: datetime | None = None
_offset: Callable[[], timedelta] = timedelta


def _default_zone() -> ZoneInfo:
    return ZoneInfo("Asia/Shanghai")


_zone: Callable[[], ZoneInfo] = _default_zone


def now() -> datetime:
    """The present moment, aware, in UTC; advanced by the installation's offset in a demonstration."""
    return _frozen or datetime.now(UTC) + _offset()


def zone() -> ZoneInfo:
    """The installation's time zone: its days begin at 00:00 there."""
    return _zone()


def today() -> date:
    """The present day in the installation's time zone."""
    return local_day(now())


def local_day(moment: datetime) -> date:
    """The day of a moment in the installation's time zone."""
    return moment.astimezone(zone()).date()


def midnight(day: date) -> datetime:
    """00:00 of a day in the installation's time zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone())


def slots(day: date, opens: int, closes: int, minutes: int) -> list[tuple[datetime, datetime]]:
    """The whole slots of so many minutes between two minutes of a day: when each begins and ends."""
    starts = [midnight(day) + timedelta(minutes=begins) for begins in range(opens, closes - minutes + 1, minutes)]
    return [(begins, begins + timedelta(minutes=minutes)) for begins in starts]


def freeze(moment: datetime) -> None:
    """Stop the clock at a moment (tests)."""
    global _frozen
    _frozen = moment


def thaw() -> None:
    """Let the clock run again."""
    global _frozen
    _frozen = None


def follow(offset: Callable[[], timedelta], time_zone: Callable[[], ZoneInfo]) -> None:
    """Take the offset and the time zone from the installation (wired by the areas app at start-up)."""
    global _offset, _zone
    _offset, _zone = offset, time_zone
