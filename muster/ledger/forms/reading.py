"""The rows that fill a form, cell by cell, and the cells that nothing fills: which column, why, which rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from muster.ledger.asking import Asked

from . import words
from .filling import in_form
from .layout import Layout
from .models import Template
from .sources import PLAIN, sources, whoms

BATCH = 500
NAMED = 20  # rows of a column that are named; the others are counted


@dataclass
class Lack:
    """What is missing in one column."""

    header: str
    why: str
    who: str = ""  # fills it in, where that was said
    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        """Count a row."""
        self.count += 1
        if len(self.rows) < NAMED:
            self.rows.append(row)


class Missing:
    """The cells of a form that stay empty or masked."""

    def __init__(self) -> None:
        self.lacks: dict[tuple[int, str], Lack] = {}

    def add(self, at: int, header: str, why: str, row: int, who: str = "") -> None:
        """One cell, by its column and the row of the form."""
        self.lacks.setdefault((at, why), Lack(header, why, who)).add(row)

    def told(self) -> list[dict[str, Any]]:
        """As it is stored, in the order of the columns."""
        return [vars(lack) for _key, lack in sorted(self.lacks.items(), key=lambda item: item[0][0])]


def lines(question: Asked, template: Template, how: str, missing: Missing, most: int) -> Iterator[list[Any]]:
    """The values of each row in the order of the mapping; `how` is PLAIN, MASKED or STARS for names and numbers.

    To be called as the post, within its transaction.
    """
    layout, batch, number = Layout.read(template.layout), [], 0
    dates = {heading.at: heading.dates for heading in layout.columns}
    for row in question.ordered()[:most].iterator(chunk_size=BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            yield from _lines(question, template, dates, how, missing, batch, layout.first + number)
            batch, number = [], number + BATCH
    if batch:
        yield from _lines(question, template, dates, how, missing, batch, layout.first + number)


def _lines(
    question: Asked, template: Template, dates: dict[int, str], how: str, missing: Missing, batch: list[Any], first: int
) -> Iterator[list[Any]]:
    known, rows = sources(question.ledger), question.ledger.batch(batch)
    start = Layout.read(template.layout).first
    for at, (row, whom) in enumerate(zip(rows, whoms(question.ledger, rows, how), strict=True)):
        values = []
        for part in template.mapping:
            by, column, header = part["by"], part["at"], part["header"]
            source = known.get(by)
            if by == words.NUMBER:
                value: Any = first + at - start + 1
            elif by == words.FIXED:
                value = part.get("text", "")
            else:
                value = in_form(source.value(row, whom), template.dates or dates.get(column, "")) if source else None
            if value is None or value == "":
                outside = source and source.about_person and not whom.seen
                why = words.BY_HAND if by == words.HAND else words.OUTSIDE if outside else words.UNKNOWN
                missing.add(column, header, why, first + at, who=part.get("text", ""))
            elif source and source.personal and how != PLAIN:
                missing.add(column, header, words.MASKED, first + at)
            values.append(value)
        yield values
