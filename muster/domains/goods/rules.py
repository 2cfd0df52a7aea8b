"""Rules of goods as plain functions: what bars a release, and the numbers of batches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

# What bars a release, in the order in which it is told.
NOT_HERE, RELEASED, HELD, UNSAMPLED, WAITS, POSITIVE, UNDISINFECTED = (
    "not_here", "released", "held", "unsampled", "waits", "positive", "undisinfected",
)  # fmt: skip


def bar_to_release(*, here: bool, released: bool, held: bool, results: Iterable[str], disinfected: bool) -> str:
    """What stands against releasing a batch, '' for nothing; `results` of its first lot, oldest first, '' for none yet.

    The first warehouse tests every batch and disinfects every item (national prevention and control plan, 9th edition).
    After a positive result the last one has to be negative.
    """
    found = list(results)
    for bar, stands in (
        (NOT_HERE, not here), (RELEASED, released), (HELD, held), (UNSAMPLED, not found), (WAITS, "" in found),
        (POSITIVE, found[-1:] == ["positive"]), (UNDISINFECTED, not disinfected),
    ):  # fmt: skip
        if stands:
            return bar
    return ""


def number_of(area: str, on: date, serial: int) -> str:
    """The number of a batch: district, day of its declaration, and which of that day."""
    return f"{area[:6]}-{on:%Y%m%d}-{serial:03}"
