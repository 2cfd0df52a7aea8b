"""Where the table stands in a sheet: its header of one or two rows, what stands above, and the notes below it."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .shapes import Shape
from .sheets import Sheet

LOOKED_AT = 40  # rows in which a header may begin
_NOTE = (
    "注", "备注", "備註", "说明", "說明", "填表", "填报", "制表", "审核", "合计", "总计", "单位负责人", "负责人",
    "note", "remark", "total", "*",
)  # fmt: skip
_FOOT = re.compile(
    r"(填表|填报|填報|制表|製表|审核|審核|单位负责人|負責人|负责人|联系人|经办|报送)\S{0,6}\s*[:：].*", re.DOTALL
)
_SUM = re.compile(
    r"(合\s*计|总\s*计|小\s*计|共\s*计|合\s*計|總\s*計|小\s*計|(sub|grand)?[ -]?total)\s*[:：]?.{0,8}", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d{7}")
_COMMENT = ("##", "示例", "样例", "例：", "例:", "填写示例", "填写说明")
Row = Sequence[Any]


@dataclass
class Layout:
    """A table: `header` cells, the rows of data with the numbers shown beside them, and what was left aside.

    `above` are the rows before the header as they stand, `header_rows` those of the header itself; `headings` are the
    indexes of rows with one word and nothing else, as somebody writes above the rows of a street.
    """

    header: list[str]
    columns: list[str | None]
    rows: list[Row]
    numbers: list[int]
    above: list[Row] = field(default_factory=list)
    header_rows: list[Row] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    score: int = 0


def find(sheet: Sheet, shape: Shape) -> Layout:
    """The table of a sheet for a ledger; `score` 0 where no header is recognised."""
    rows = sheet.rows
    best: tuple[int, int, int, list[str]] | None = None
    for at in range(min(len(rows), LOOKED_AT)):
        for height in (1, 2):
            if at + height > len(rows) or not any(map(_said, rows[at])):
                continue
            header = _header(rows, at, height)
            score = _score(header, rows, at, height, shape)
            if score > (best[0] if best else 0):
                best = (score, at, height, header)
    if best is None:
        return Layout([], [], [], [])
    score, at, height, header = best
    layout = Layout(header, [], [], [], list(rows[:at]), list(rows[at : at + height]), score=score)
    _fill(layout, rows, at + height, sheet.first)
    return layout


def likely_header(sheet: Sheet) -> list[str]:
    """The fullest row of texts at the top, for somebody to say what its cells mean; none with somebody's number."""
    rows = [[_text(cell) for cell in row] for row in sheet.rows[:10]]
    rows = [row for row in rows if not any(_NUMBER.search(cell) for cell in row)]
    rows = [[cell for cell in row if cell and not cell.replace(".", "").isdigit()] for row in rows]
    return max(rows, key=len, default=[])[:200]


def unfolded(sheet: Sheet) -> Sheet:
    """A csv file that was opened as a workbook holds a whole line in one cell: its rows, split at last."""
    head = [str(row[0]) for row in sheet.rows[:LOOKED_AT] if row and _said(row[0])]
    mark = next((mark for mark in ";\t," if sum(text.count(mark) >= 5 for text in head) * 2 >= max(1, len(head))), "")
    if not mark:
        return sheet
    lines = (" ".join(str(cell) for cell in row if _said(cell)).replace("\n", " ") for row in sheet.rows)
    return Sheet(sheet.name, list(csv.reader(lines, delimiter=mark)), sheet.first, sheet.encoding)


def _header(rows: Sequence[Row], at: int, height: int) -> list[str]:
    upper = [_text(cell) for cell in rows[at]]
    if height == 1:
        return upper
    lower = [_text(cell) for cell in rows[at + 1]]
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    spread, last = [], ""
    for above, below in zip(upper, lower, strict=True):
        last = above or (last if below else "")
        spread.append(last)
    return [f"{a} / {b}" if a and b and a != b else a or b for a, b in zip(spread, lower, strict=True)]


def named(header: str, shape: Shape) -> str | None:
    """The column that a header names; of one in two rows the lower part, the upper one, or both together."""
    if " / " not in header:
        return shape.column(header)
    upper, _slash, lower = header.rpartition(" / ")
    return shape.column(upper + lower) or shape.column(lower) or shape.column(f"{upper}.{lower}")


def _score(header: list[str], rows: Sequence[Row], at: int, height: int, shape: Shape) -> int:
    """How many columns are recognised, doubled; a header in one row wins a tie, and so does the first."""
    found = {column for column in (named(cell, shape) for cell in header if cell) if column}
    if not found:
        return 0
    filled = sum(bool(cell) for cell in header)
    if len(found) == 1 and filled > 4 and not (shape.required and shape.required <= found):
        return 0  # one word that happens to be a header, in a row of data
    numbers = sum(isinstance(cell, float | int | date) for row in rows[at : at + height] for cell in row)
    return max(0, 2 * len(found) - (height == 2) - (1 if numbers else 0))


def _fill(layout: Layout, rows: Sequence[Row], start: int, first: int) -> None:
    """The rows of data, without blank ones, comments, a repeated header, and the notes at the end."""
    end = len(rows)
    width = sum(bool(cell) for cell in layout.header)
    while end > start:
        row = [cell for cell in rows[end - 1] if _said(cell)]
        note = (
            bool(row)
            and width >= 3
            and isinstance(row[0], str)
            and (len(row) == 1 and _is_note(row[0]) or _foot(row[0]))
        )
        if row and not note:
            break
        if note:
            layout.notes.insert(0, (first + end - 1, str(row[0]).strip()[:200]))
        end -= 1
    again = [list(map(_text, row)) for row in layout.header_rows]
    for at in range(start, end):
        row = rows[at]
        lead = next(
            (cell for cell in row if cell is not None and cell != "" and (cell.__class__ is not str or cell.strip())),
            None,
        )
        if lead is None:
            continue
        if isinstance(lead, str) and (
            lead.startswith(_COMMENT)
            or (width >= 3 and _SUM.fullmatch(lead.strip()))
            or (lead.strip() in again[-1] and list(map(_text, row)) in again)
        ):
            layout.notes.append((first + at, lead.strip()[:60]))
            continue
        if width >= 4 and lead.__class__ is str and not _DIGIT.search(lead) and not any(row[row.index(lead) + 1 :]):
            layout.headings.append(len(layout.rows))
        layout.rows.append(row)
        layout.numbers.append(first + at)


def _foot(text: str) -> bool:
    """Whether a row at the end begins like a signature or a sum, whatever else stands in it."""
    return bool(_FOOT.fullmatch(text.strip()) or _SUM.fullmatch(text.strip()))


def _is_note(text: str) -> bool:
    text = text.strip()
    return (
        text.lower().startswith(_NOTE)
        or len(text) > 24
        or text[:2] in ("1.", "1、", "2.", "2、", "3.", "3、", "（1", "(1")
    )


def _said(cell: Any) -> bool:
    return cell is not None and cell != "" and (not isinstance(cell, str) or bool(cell.strip()))


def _text(cell: Any) -> str:
    return " ".join(str(cell).split()) if isinstance(cell, str) else "" if cell is None else str(cell)
