"""The one writer of files: every text is made harmless, and a file is there whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .cells import outward

SHEET_ROWS = 1_048_575  # of a worksheet, without the header


def write(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str = "data", marked: bool = False
) -> int:
    """Write rows as csv (UTF-8) or xlsx, by the file's ending; returns how many. Raises ValueError for other endings.

    Rows are streamed. A workbook holds 1,048,575 of them; more raise ValueError. A `marked` csv begins with the mark
    (BOM) by which spreadsheet programs know UTF-8: without it they garble Chinese; a script finds it in the first name.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise ValueError(_("Files are written as .csv or .xlsx, not %(ending)s.") % {"ending": kind or path.name})
    columns = _once(columns)
    counted = _Counted(rows, SHEET_ROWS if kind == ".xlsx" else None)
    partial = path.with_name(f".{path.stem}.{os.getpid()}{kind}")
    try:
        if kind == ".csv":
            _write_csv(partial, columns, counted, marked)
        else:
            _write_sheet(partial, columns, counted, sheet)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return counted.number


def _once(header: Sequence[str]) -> list[str]:
    """Column names as a file can hold them: blank and repeated ones get a number."""
    numbered = enumerate(header, start=1)
    return [name if name and name not in header[: n - 1] else f"{name} {n}".strip() for n, name in numbered]


class _Counted:
    """The rows made harmless, and how many passed."""

    def __init__(self, rows: Iterable[Sequence[Any]], limit: int | None) -> None:
        self.rows, self.limit, self.number = iter(rows), limit, 0

    def __iter__(self) -> Iterator[list[Any]]:
        for row in islice(self.rows, self.limit):
            self.number += 1
            yield [outward(value) for value in row]
        if self.limit and next(self.rows, None) is not None:
            raise ValueError(_("A workbook holds %(rows)s rows; write a .csv file.") % {"rows": f"{self.limit:,}"})


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[list[Any]], marked: bool) -> None:
    with _private(path) as file:
        file.write("\ufeff" if marked else "")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _write_sheet(path: Path, columns: Sequence[str], rows: Iterable[list[Any]], sheet: str) -> None:
    from rustpy_xlsxwriter import FastExcel

    _private(path).close()
    records = (dict(zip(columns, row, strict=True)) for row in rows)
    first = next(records, None)
    # A workbook without rows would have no header either: it gets one blank row.
    stream = [dict.fromkeys(columns, "")] if first is None else _then(first, records)
    FastExcel(str(path)).sheet(sheet[:31], stream).save()


def _then(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest


def _private(path: Path):
    """A new file that only its owner may read: exports hold personal data."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="")
