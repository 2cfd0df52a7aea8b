"""Rules of goods as plain functions: what bars a release, and the numbers of batches."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

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


# How senders name what is counted -> our unit, and how many of it one of theirs is.
_NAMES = {
    ("kg", 1): "kg kgs kilogram kilograms 公斤 千克", ("kg", 1000): "t mt ton tons tonne tonnes 吨 公吨",
    ("box", 1): "box boxes ctn ctns carton cartons 箱 纸箱",
    ("piece", 1): "piece pieces pc pcs 件 个 只 条 块 袋 包 盒 桶 尾",
}  # fmt: skip
MEASURES = {name: measure for measure, names in _NAMES.items() for name in names.split()}
_AMOUNT = re.compile(r"([0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]{1,12})(\.[0-9]{1,6})?\s*([^\W\d_]*)")
_LAST = re.compile(r"(?:[(\[/]\s*)?([^\W\d_]+)\s*[)\]]?\s*$")


def amount_of(text: str) -> tuple[Decimal, str]:
    """A number as people write it (1,200 · １２００ · 24.5吨) and the word behind it. Raises ValueError.

    A comma is read only where it parts thousands: 24,5 may mean either, and is refused.
    """
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise ValueError(text)
    return Decimal(re.sub("[, ]", "", found[1]) + (found[2] or "")), found[3].casefold()


def measure_of(header: str) -> str:
    """What a header says is counted: 净重（吨） is of 吨, 箱数 of 箱; '' for none."""
    text = unicodedata.normalize("NFKC", header).casefold().strip()
    if text.endswith("数") and text[-2:-1] in MEASURES:
        return text[-2]
    last = _LAST.search(text)
    word = last[1] if last else ""
    word = re.sub(r"^.*?([a-z]+)$", r"\1", word)  # 净重kg
    return word if word in MEASURES else ""


def whole_units(amount: Decimal, measure: str) -> tuple[int, str, bool]:
    """An amount in our own whole units: how many, of what, and whether grams were rounded away. Raises ValueError.

    Boxes and pieces are whole; weights are declared to the kilogram, and counted when they arrive.
    """
    unit, factor = MEASURES[measure]
    exact = amount * factor
    whole = int(exact.to_integral_value())
    if whole != exact and unit != "kg":
        raise ValueError(str(amount))
    return whole, unit, whole != exact
