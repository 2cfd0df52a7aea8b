"""Which statements a request runs, over both logins, without the values in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.test.utils import CaptureQueriesContext

_VALUES = re.compile(r"(?:E?'(?:[^'\\]|''|\\.)*'(?:::[\w\[\]]+)*|\b\d+\b|\"s\d+_x\d+\")")


@contextmanager
def statements() -> Iterator[list[str]]:
    """What runs inside, in order, `act` before `default`; filled when the block ends."""
    ran: list[str] = []
    with CaptureQueriesContext(connections["act"]) as acted, CaptureQueriesContext(connections["default"]) as read:
        yield ran
    ran += [" ".join(_VALUES.sub("?", each["sql"]).split()) for each in (*acted, *read)]
