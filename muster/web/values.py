"""Values that forms send as text; None for what is none."""

from __future__ import annotations

from datetime import date, datetime

from muster.kernel import clock


def moment(text: str) -> datetime | None:
    """A moment from a form, local to the site; None for what is none, or lies in another age."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 2000 <= read.year <= 2200:
        return None
    return read if read.tzinfo else read.replace(tzinfo=clock.zone())


def day(text: str) -> date | None:
    """A day from a form, or that of a moment; None for what is none."""
    read = moment(text)
    return read.date() if read else None


def number(text: str) -> int | None:
    """A whole number from a form; None for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def degrees(text: str) -> float | None:
    """Degrees from a form; None for what is none."""
    try:
        return float(text)
    except ValueError:
        return None
