"""The rows that were not taken, in the sender's own layout, each with its number and the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from muster.ledger.files.cells import taken_back
from muster.ledger.files.writing import write

from .drafts import ERROR, REVIEW, Judged
from .plain import plain_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rejected_rows(judged: Judged) -> Iterator[list[Any]]:
    """Rows as they stood, padded to the header, with number and reason at the end."""
    table = judged.table
    width = len(table.header)
    for row, verdict in zip(table.layout.rows, judged.verdicts, strict=True):
        if verdict.verdict in (ERROR, REVIEW):
            reason = f"{verdict.column}: {verdict.reason}" if verdict.column else verdict.reason
            yield [*_padded(row, width), verdict.row, reason]


def _padded(row: Sequence[Any], width: int) -> list[Any]:
    cells = ["" if cell is None else cell for cell in map(taken_back, row[:width])]
    return [*cells, *[""] * (width - len(cells))]


def workbook(judged: Judged, rows: Iterable[Sequence[Any]] | None = None) -> bytes:
    """A workbook: the rows above the header, the header, the rejected rows; every text is a text, no formula."""
    table = judged.table
    width = len(table.header)
    top = [_padded(row, width) for row in table.layout.above]
    heads = [_padded(row, width) for row in table.layout.header_rows]
    if heads:
        heads[-1] += [_("row"), _("reason")]
    return plain_workbook([*top, *heads, *(rejected_rows(judged) if rows is None else rows)], _("rejected"))


def write_rejected(path: Path, judged: Judged, rows: Sequence[Sequence[Any]]) -> str:
    """Put the rejected rows beside the file that was read, as csv beside csv; returns the name, or ''.

    Where there are none, a file of an earlier load is removed. A folder that cannot be written to is no error.
    """
    sheet = path.suffix.lower() != ".csv"
    beside = path.with_name(f"{path.stem}.rejected{'.xlsx' if sheet else '.csv'}")
    with suppress(OSError):
        if not rows:
            beside.unlink(missing_ok=True)
            return ""
        if sheet:
            beside.write_bytes(workbook(judged, rows))
            beside.chmod(0o600)
        else:
            write(beside, [*judged.table.header, _("row"), _("reason")], rows, sheet="rejected")
        return str(beside)
    return ""
