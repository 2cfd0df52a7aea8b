"""Reading a ledger's file, csv or xlsx, row by row: one bad row is set aside and never stops the rest."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from muster.kernel.areas.words import explain
from muster.kernel.loading import BadValue, NumberedRow, Rejected
from muster.ledger.files.cells import inward, tidy_moment
from muster.ledger.imports.reading.errors import Unreadable
from muster.ledger.imports.reading.shapes import Shape, shapes

SHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
LOOKED_AT = 10  # a title, or a note, may stand above the header
csv.field_size_limit(1 << 20)


@dataclass
class Table:
    """A file's rows as dicts of English column names. `rejected` fills while `rows()` runs."""

    shape: Shape
    header: list[str]
    columns: list[str | None]
    size: int  # rows, at most
    cells: Iterator[tuple[int, Sequence[Any]]]
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def unknown(self) -> list[str]:
        """Header cells that name no column; they are left aside."""
        return [name for name, column in zip(self.header, self.columns, strict=True) if name and column is None]

    def rows(self) -> Iterator[NumberedRow]:
        """Each row with the number that a spreadsheet shows beside it; blank rows are passed over."""
        words_of = self.shape.words
        named = [(index, name) for index, name in enumerate(self.columns) if name]
        known = [(index, name, name[-3:] in ("_at", "_on"), words_of.get(name)) for index, name in named]
        width = len(self.columns)
        for number, cells in self.cells:
            name = ""
            try:
                if any(inward(cell) for cell in cells[width:]):
                    raise BadValue(_("The row has more cells than the header"))
                row = {}
                for index, name, is_time, words in known:  # noqa: B007
                    text = inward(cells[index]) if index < len(cells) else ""
                    if text and is_time:
                        text = tidy_moment(text)
                    row[name] = self.shape.word(name, text) if words else text
            except BadValue as error:
                self.rejected.append({"row": number, "field": name, "reason": explain(error)})
                continue
            if any(row.values()):
                yield number, row


def read(path: Path, ledger: str) -> Table:
    """Open a ledger's file. Raises Unreadable when it is missing, of another kind, or lacks a column it must have."""
    return match(*open_cells(path), shapes()[ledger])


def read_upload(name: str, content: bytes, ledger: str) -> tuple[list[NumberedRow], Table]:
    """All rows of a file that was sent with a form. Raises Unreadable."""
    with tempfile.TemporaryDirectory(prefix="muster-") as folder:
        path = Path(folder) / f"sent{Path(name).suffix.lower()}"
        path.write_bytes(content)
        table = read(path, ledger)
        return list(table.rows()), table


def open_cells(path: Path) -> tuple[Iterator[tuple[int, Sequence[Any]]], int]:
    """A file's cells with row numbers, untouched, and how many rows there are at most."""
    if not path.is_file():
        raise Unreadable(_("There is no file %(path)s.") % {"path": path})
    if path.suffix.lower() in SHEETS:
        return _sheet_cells(path)
    encoding, lines = _encoding(path)
    return _csv_cells(path.open(encoding=encoding, newline="")), lines


def match(cells: Iterator[tuple[int, Sequence[Any]]], size: int, shape: Shape) -> Table:
    """Find the header among the first rows."""
    best: list[str | None] = []
    for number, row in islice(cells, LOOKED_AT):
        header = ["" if cell is None else str(cell).strip() for cell in row]
        found = shape.match(header)
        if shape.required <= set(found):
            return Table(shape, header, found, max(0, size - number), cells)
        best = max(best, found, key=lambda names: sum(name is not None for name in names))
    missing = ", ".join(name for name in shape.columns if name in shape.required and name not in best)
    raise Unreadable(_("The header of %(ledger)s lacks: %(columns)s.") % {"ledger": shape.name, "columns": missing})


def _encoding(path: Path) -> tuple[str, int]:
    """UTF-8, or else GB 18030, whichever fits the whole file; and its number of lines."""
    lines = 0
    for encoding in ("utf-8-sig", "gb18030"):
        lines = 0
        try:
            with path.open(encoding=encoding, newline="") as file:
                while chunk := file.read(1 << 20):
                    lines += chunk.count("\n")
            return encoding, lines + 1
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The file is neither in UTF-8 nor in GB 18030."))


def _csv_cells(file: io.TextIOBase | io.TextIOWrapper) -> Iterator[tuple[int, Sequence[Any]]]:
    first = file.readline()
    delimiter = max(",;\t", key=first.count) if first else ","
    reader = csv.reader(chain([first], file), delimiter=delimiter)
    number = 0
    with file:
        while True:
            number += 1
            try:
                yield number, next(reader)
            except StopIteration:
                return
            except csv.Error:  # an endless cell: a quotation mark that is never closed
                yield number, ["\0"]


def _sheet_cells(path: Path) -> tuple[Iterator[tuple[int, Sequence[Any]]], int]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except (CalamineError, OSError, IndexError) as error:
        raise Unreadable(_("The workbook cannot be opened: %(error)s.") % {"error": error}) from None
    above = sheet.start[0] if sheet.start else 0
    return enumerate(sheet.to_python(skip_empty_area=True), above + 1), above + sheet.height
