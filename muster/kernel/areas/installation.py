"""The installation's name, kind, clock and time zone, for `kernel.clock` and for every page.

The time is asked everywhere, also where the running transaction has failed or no post is set. So the row is read on a
connection of its own, and remembered: for a second in a demonstration, whose clock can be advanced, else for a minute.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import psycopg
from django.conf import settings


class Current(NamedTuple):
    """What the installation says of itself; `kind` is `live` or `demo`."""

    name: str = ""
    kind: str = "live"
    offset: timedelta = timedelta()
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    exists: bool = False


_KEEP_SECONDS = {"demo": 1, "live": 60}
_known, _read_at = Current(), float("-inf")


def current() -> Current:
    """The installation as last read; the defaults while there is none."""
    global _known, _read_at
    keep = _KEEP_SECONDS[_known.kind] if _known.exists else 1
    if time.monotonic() - _read_at > keep:
        _known, _read_at = _from_database(), time.monotonic()
    return _known


def clock_offset() -> timedelta:
    """How far the clock is advanced; nothing in a live installation."""
    return current().offset


def time_zone() -> ZoneInfo:
    """The zone in which the installation's days begin at 00:00."""
    return current().zone


def forget() -> None:
    """Read the row again at the next question: it was changed, or the database was."""
    global _known, _read_at
    _known, _read_at = Current(), float("-inf")


def _from_database() -> Current:
    sql = "SELECT name, kind, clock_offset_seconds, timezone FROM areas_installation"
    try:
        with psycopg.connect(settings.MUSTER_URLS["act"], autocommit=True, connect_timeout=5) as connection:
            row = connection.execute(sql).fetchone()
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return Current()  # not set up yet
    return Current(row[0], row[1], timedelta(seconds=row[2]), ZoneInfo(row[3]), True) if row else Current()
