"""What a bulk load answers: a verdict for every row, never all or nothing.

One bad row does not stop the rest. A file loaded twice says "unchanged" the second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypedDict

# A row of a file with the number that the sender sees beside it; keys are the English column names.
NumberedRow = tuple[int, Mapping[str, Any]]
BATCH = 5000  # rows per transaction
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class BadValue(ValueError):
    """A value that cannot be taken as it is.

    `message` has `%(name)s` places for `values`, and is translated where it is shown (`areas.words.explain`).
    """

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values)
        self.message, self.values = message, values


class Rejected(TypedDict):
    """A row that was not taken: its number, the column at fault, and the reason in words."""

    row: int
    field: str
    reason: str


class LoadReport(TypedDict):
    """Counts of rows by verdict, and the rejected ones; plain JSON, so that an action can answer it."""

    new: int
    changed: int
    unchanged: int
    rejected: list[Rejected]


def new_report() -> LoadReport:
    """A report of nothing yet."""
    return {"new": 0, "changed": 0, "unchanged": 0, "rejected": []}


def reject(report: LoadReport, row: int, field: str, reason: object) -> None:
    """Add a rejected row."""
    report["rejected"].append({"row": row, "field": field, "reason": str(reason)})


def add(total: LoadReport, part: LoadReport) -> None:
    """Add a batch's report to the file's."""
    total["new"] += part["new"]
    total["changed"] += part["changed"]
    total["unchanged"] += part["unchanged"]
    total["rejected"] += part["rejected"]


def cell(value: Any) -> str:
    """A cell as trimmed text that a database takes; None and blanks are '', a whole number written as 3.0 is '3'."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return text if text.isprintable() else _UNSTORABLE.sub("", text).strip()


def batches(rows: Iterable[NumberedRow], size: int = BATCH) -> Iterator[list[NumberedRow]]:
    """Cut a stream of rows into lists of `size`, each of them one transaction."""
    stream = iter(rows)
    while batch := list(islice(stream, size)):
        yield batch
