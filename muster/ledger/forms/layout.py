"""Where the table stands in a superior's sheet: title, header of one to three rows, prepared rows, notes below.

Unlike an import, which looks for the columns of one ledger among values, this reads how the sheet is drawn: cells that
are merged over several columns are headings of groups, over several rows they are one heading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid

if TYPE_CHECKING:  # see filling: not at every start
    from openpyxl.worksheet.worksheet import Worksheet

LOOKED_AT = 40  # rows in which a header may begin
MOST_COLUMNS = 300
_NOTE = re.compile(
    r"\s*(注|备注[:：]|說明|说明|填表|填报人|制表|审核|合计|总计|小计|单位负责人|联系人[:：]|note|total|\*|※)", re.I
)
_NEEDED = re.compile(r"^\s*[*＊★]|[*＊★]\s*$|必填")
_SHAPES = (
    ("iso_time", re.compile(r"\d{4}-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d\d.*")),
    ("cn_time", re.compile(r"\d{4}年\d{1,2}月\d{1,2}日\s*\d{1,2}[:时].*")),
    ("iso", re.compile(r"\d{4}-\d{1,2}-\d{1,2}")),
    ("slash", re.compile(r"\d{4}/\d{1,2}/\d{1,2}")),
    ("dot", re.compile(r"\d{4}\.\d{1,2}\.\d{1,2}")),
    ("cn", re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")),
)


@dataclass
class Heading:
    """A column of the form: where, what it is called (levels joined by a slash), whether it must be filled.

    `dates` says how days are written there, '' where the form does not show it.
    """

    at: int
    header: str
    needed: bool = False
    dates: str = ""


@dataclass
class Layout:
    """A form's table. Rows and columns count from 1, as on screen.

    The header stands in rows `top` to `first - 1`, prepared rows from `first` to `end`, what must stay below them from
    `notes_at` (0: nothing does). `samples` is how many rows the sender had filled in.
    """

    sheet: str
    top: int
    first: int
    end: int
    notes_at: int
    columns: list[Heading]
    title: str = ""
    notes: list[str] = field(default_factory=list)
    samples: int = 0

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Layout:
        """From how it is stored."""
        return cls(**stored | {"columns": [Heading(**each) for each in stored["columns"]]})


def find(book: Any, known: Callable[[str], bool], *, row: int = 0, height: int = 0, sheet: str = "") -> Layout:
    """The table of a workbook; `known` says of a header whether we have a name for it. Raises Invalid("file", …).

    `row`, `height` and `sheet` are what the user says where the finder was wrong.
    """
    best: tuple[tuple[int, ...], Worksheet, int, int, dict[int, str]] | None = None
    for page in book.worksheets:
        if page.sheet_state != "visible" or (sheet and page.title != sheet):
            continue
        for top, tall, headers in _candidates(page, row, height):
            score = _score(page, top, tall, headers, known)
            if score and (best is None or score > best[0]):
                best = (score, page, top, tall, headers)
    if best is None:
        raise Invalid("file", _("No header was found: a row in which each column has its name."))
    _points, page, top, tall, headers = best
    again = sorted({name for name, count in Counter(headers.values()).items() if count > 1})
    if again:
        raise Invalid("file", _("Two columns have the same name: %(names)s.") % {"names": ", ".join(again)})
    if len(headers) > MOST_COLUMNS:
        raise Invalid("file", _("A form has at most %(most)s columns.") % {"most": MOST_COLUMNS})
    return _layout(page, top, top + tall, headers)


def _candidates(page: Worksheet, row: int, height: int):
    last = min(page.max_row, LOOKED_AT)
    for top in [row] if row else range(1, last + 1):
        for tall in [height] if height else (1, 2, 3):
            if top + tall - 1 <= max(last, row + height):
                headers = _headers(page, top, tall)
                if len(headers) >= 2:
                    yield top, tall, headers


def _headers(page: Worksheet, top: int, tall: int) -> dict[int, str]:
    """The name of each column, of several rows joined; a heading over several columns is said with each of them."""
    spread: dict[tuple[int, int], str] = {}
    for each in page.merged_cells.ranges:
        if top <= each.min_row < top + tall:
            text = _text(page.cell(each.min_row, each.min_col).value)
            for column in range(each.min_col, min(each.max_col, each.min_col + MOST_COLUMNS) + 1):
                spread[each.min_row, column] = text
    found: dict[int, str] = {}
    for column in range(1, min(page.max_column, MOST_COLUMNS * 4) + 1):
        own = [_text(page.cell(row, column).value) for row in range(top, top + tall)]
        if not any(own):
            continue
        said = [spread.get((row, column)) or text for row, text in zip(range(top, top + tall), own, strict=True)]
        found[column] = " / ".join(dict.fromkeys(filter(None, said)))
    return found


def _score(
    page: Worksheet, top: int, tall: int, headers: dict[int, str], known: Callable[[str], bool]
) -> tuple[int, ...] | None:
    """Known names first, then how many columns are named without being named twice; fewer rows win a tie."""
    cells = [page.cell(row, column).value for row in range(top, top + tall) for column in headers]
    said = [cell for cell in cells if _text(cell)]
    for row in range(top, top + tall):
        own = [page.cell(row, column).value for column in headers]
        if any(isinstance(cell, int | float | date) for cell in own):
            return None  # a row of data
        texts = [_text(cell) for cell in own if _text(cell)]
        if len(texts) < 2 or sum(bool(re.search(r"[:：]", text)) for text in texts) * 2 >= len(texts):
            return None  # a title, or a line to be filled in
    if tall > 1 and not _drawn(page, top, tall):
        return None
    if any(len(_text(cell)) > 60 for cell in said):
        return None
    names = Counter(headers.values())
    named = sum(1 for count in names.values() if count == 1)
    understood = sum(known(name) or known(name.rpartition(" / ")[2]) for name in names)
    return (2 * understood, named - sum(count for count in names.values() if count > 1), -tall, -top)


def _drawn(page: Worksheet, top: int, tall: int) -> bool:
    """Whether these rows are one header: a cell reaches over all of them, or a group stands over its columns."""
    for each in page.merged_cells.ranges:
        if each.min_row == top and (each.max_row == top + tall - 1 or each.max_col > each.min_col):
            return True
    return False


def _layout(page: Worksheet, top: int, first: int, headers: dict[int, str]) -> Layout:
    left, right = min(headers), max(headers)
    notes_at, samples, last = 0, [], first - 1
    ranges = [r for r in page.merged_cells.ranges if r.min_row >= first and r.max_col - r.min_col >= 2]
    blocks = {r.min_row for r in ranges if r.max_col - r.min_col + 1 >= min(3, len(headers))}
    for row in range(first, page.max_row + 1):
        said = [page.cell(row, column) for column in range(left, right + 1)]
        filled = [cell for cell in said if _text(cell.value)]
        if row in blocks or _is_note(filled):
            notes_at = row
            break
        if filled:
            samples.append(row)
        if filled or any(cell.has_style for cell in said):
            last = row
    below = range(notes_at, page.max_row + 1) if notes_at else ()
    notes = [text for row in below for cell in page[row] if (text := str(cell.value or "").strip())]
    columns = [
        Heading(at, name, bool(_NEEDED.search(name)), _dates(page, at, samples, first)) for at, name in headers.items()
    ]
    title = next((_text(cell.value) for row in page.iter_rows(1, top - 1) for cell in row if _text(cell.value)), "")
    filled_rows = sum(len([c for c in page[row] if _text(c.value)]) > 1 for row in samples)
    end = notes_at - 1 if notes_at else last
    return Layout(page.title, top, first, end, notes_at, columns, title, notes, filled_rows)


def _is_note(filled: list[Any]) -> bool:
    """A single long text, or a line that begins as notes and sums do."""
    if not filled:
        return False
    lead = filled[0].value
    text = _text(lead)
    alone = len(filled) == 1 and isinstance(lead, str)
    return (
        (alone and len(text) > 24)
        or bool(isinstance(lead, str) and _NOTE.match(text) and len(filled) <= 3)
        or (
            any(isinstance(cell.value, str) and cell.value.startswith("=") for cell in filled)
            and not isinstance(lead, int)
        )
    )


def _dates(page: Worksheet, at: int, samples: list[int], first: int) -> str:
    """How a column writes days: a date cell, a text like one of ours, or '' where nothing shows it."""
    for row in samples[:5]:
        value = page.cell(row, at).value
        if isinstance(value, date | datetime):
            return "date"
        if isinstance(value, str):
            return next((name for name, shape in _SHAPES if shape.fullmatch(value.strip())), "")
    from openpyxl.styles.numbers import is_date_format

    return "date" if is_date_format(page.cell(first, at).number_format or "") else ""


def _text(value: Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""
