"""One cell: made harmless for a spreadsheet on the way out, and taken back to what it was on the way in.

A text that a spreadsheet would read as a formula gets an apostrophe in front; so does a text that already has one
there, so that reading takes away exactly what writing added. Source: OWASP, CSV injection.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from muster.kernel import clock
from muster.kernel.loading import BadValue

EXACT = 2**53  # a spreadsheet keeps whole numbers exactly up to here

_RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ = str  # marks a text for translation; `areas.words.explain` translates it


def outward(value: Any) -> Any:
    """A value as it is written: numbers as numbers, moments with the site's offset, risky texts with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(clock.zone()).isoformat()
    if isinstance(value, str):
        return "'" + value if _RISKY.match(value) else value
    return value if isinstance(value, int | float) else str(value)


def inward(value: Any) -> str:
    """A cell of a file as trimmed text. Raises BadValue for what cannot be kept exactly."""
    if isinstance(value, str):
        value = taken_back(value)
        if "\0" in value:
            raise BadValue(_("The cell holds a control character"))
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, float | int) and not isinstance(value, bool):
        if abs(value) >= EXACT:
            raise BadValue(_("The last digits of this number are lost; store it as text"))
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if not isinstance(value, timedelta) else repr(value.total_seconds())


def taken_back(value: Any) -> Any:
    """A cell as it was before it was made harmless; other cells as they are."""
    return value[1:] if isinstance(value, str) and value[:1] == "'" and _RISKY.match(value) else value


def column_number(letters: bytes) -> int:
    """The number of a column that a sheet names by capital letters, from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
