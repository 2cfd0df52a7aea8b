"""Writing rows into a superior's sheet so that everything else of it stays as it was."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from muster.kernel import clock
from muster.ledger.files.cells import outward

from .layout import Layout

if TYPE_CHECKING:  # opening it takes a fifth of a second: only where a sheet is filled, not at every start
    from openpyxl.worksheet.cell_range import MultiCellRange
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST = 32_767  # characters of a cell
_REFERENCE = re.compile(
    r"(?<![A-Za-z_!'.])(\$?[A-Z]{1,3}\$?)(\d{1,7})(?::(\$?[A-Z]{1,3}\$?)(\d{1,7}))?(?![\d(A-Za-z_!])"
)
_TEXTS = {
    "iso": "%Y-%m-%d",
    "slash": "%Y/%m/%d",
    "dot": "%Y.%m.%d",
    "cn": "%Y年%m月%d日",
    "iso_time": "%Y-%m-%d %H:%M",
    "cn_time": "%Y年%m月%d日 %H:%M",
}
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def open_book(content: bytes) -> Any:
    """The workbook of a template that `guards.check` let through, without links to other workbooks."""
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(content), keep_vba=False, keep_links=False)


def saved(book: Any) -> bytes:
    """The workbook as a file."""
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def clear(page: Worksheet, layout: Layout) -> None:
    """Take out what the sender left in the prepared rows; how the cells look stays."""
    from openpyxl.cell.cell import MergedCell

    left, right = _width(layout)
    for row in page.iter_rows(layout.first, max(layout.end, layout.first), left, right):
        for cell in row:
            if not isinstance(cell, MergedCell) and not (layout.notes_at and cell.row >= layout.notes_at):
                cell.value, cell.comment, cell.hyperlink = None, None, None


def write(
    page: Worksheet, layout: Layout, columns: Sequence[int], rows: Iterable[Sequence[Any]], count: int,
    *, progress: Callable[[int], Any] = lambda done: None,
) -> tuple[int, set[int]]:  # fmt: skip
    """Write `count` rows into the given columns; returns how many rows were inserted above the notes, and the columns
    of which a cell had no place because the form merges it with another.
    """
    from openpyxl.cell.cell import MergedCell

    inserted = make_room(page, layout, count)
    pattern, blocked = _pattern(page, layout), set()
    styled = layout.end + inserted if layout.notes_at else layout.end
    for number, values in enumerate(rows):
        row = layout.first + number
        if row > styled:
            _dress(page, row, pattern, layout)
        for column, value in zip(columns, values, strict=True):
            cell = page.cell(row, column)
            if isinstance(cell, MergedCell):
                blocked.add(column)
            else:
                put(cell, value)
        progress(number + 1)
    return inserted, blocked


def put(cell: Any, value: Any) -> None:
    """A value in a cell, of which no text can become a formula."""
    if value is None or value == "":
        cell.value = None
    elif isinstance(value, datetime):
        cell.value = value.astimezone(clock.zone()).replace(tzinfo=None, microsecond=0)
    elif isinstance(value, bool):
        cell.value = str(value)
    elif isinstance(value, int | float | date):
        cell.value = value
    else:
        cell.value = storable(str(value))
        cell.data_type = "s"  # also for what looks like an error value or begins like a formula


def storable(text: str) -> str:
    """A text as a cell can hold it: harmless, without control characters, not too long."""
    return str(outward(_UNSTORABLE.sub("", text)))[:LONGEST]


def in_form(value: Any, form: str) -> Any:
    """A day or moment as the form writes it: `date` as such, else as text; '' is ISO 8601, with its time."""
    if isinstance(value, datetime):
        local = value.astimezone(clock.zone())
        return value if form == "date" else local.strftime(_TEXTS.get(form, _TEXTS["iso_time"]))
    if isinstance(value, date):
        return value if form == "date" else value.strftime(_TEXTS.get(form, _TEXTS["iso"]).split(" ")[0])
    return value


def make_room(page: Worksheet, layout: Layout, count: int) -> int:
    """Move what stands below the prepared rows down where the rows are more than these; returns by how many rows."""
    from openpyxl.worksheet.cell_range import CellRange

    more = count - (layout.end - layout.first + 1)
    if not layout.notes_at or more <= 0:
        return 0
    at, last = layout.notes_at, page.max_row
    merged = [each for each in page.merged_cells.ranges if each.min_row >= at]
    for each in merged:
        page.merged_cells.remove(each)
    heights = {row: copy(page.row_dimensions[row]) for row in list(page.row_dimensions) if row >= at}
    page.move_range(CellRange(min_col=1, min_row=at, max_col=page.max_column, max_row=last), rows=more)
    for each in merged:
        each.shift(row_shift=more)
        page.merged_cells.add(each)
    for row in heights:
        page.row_dimensions.pop(row)
    for row, dimension in heights.items():
        dimension.index = row + more
        page.row_dimensions[row + more] = dimension
    _shift_rules(page, layout, more)
    for row in page.iter_rows(1, page.max_row):
        for cell in row:
            if cell.data_type == "f" and isinstance(cell.value, str):
                cell.value = _shifted(cell.value, layout, more)
    pattern = _pattern(page, layout)
    for row in range(at, at + more):
        _dress(page, row, pattern, layout)
    return more


def _shifted(formula: str, layout: Layout, more: int) -> str:
    """A formula after rows came in: what pointed below them moves, what summed the prepared rows sums the new ones."""

    def row(number: int, ends: bool) -> int:
        return number + more if number >= layout.notes_at or (ends and number == layout.end) else number

    def moved(found: re.Match[str]) -> str:
        left, top, right, bottom = found.groups()
        if right is None:
            return f"{left}{row(int(top), False)}"
        return f"{left}{row(int(top), False)}:{right}{row(int(bottom), True)}"

    parts = re.split(r'("[^"]*")', formula)
    return "".join(part if part.startswith('"') else _REFERENCE.sub(moved, part) for part in parts)


def _shift_rules(page: Worksheet, layout: Layout, more: int) -> None:
    """Lists of allowed values, colours by rule and the printed area reach over the new rows."""
    for rule in page.data_validations.dataValidation if page.data_validations else ():
        rule.sqref = _stretched(rule.sqref, layout, more)
    old = [(each.sqref, each.rules) for each in page.conditional_formatting]
    page.conditional_formatting = type(page.conditional_formatting)()
    for where, rules in old:
        for rule in rules:
            page.conditional_formatting.add(str(_stretched(where, layout, more)), rule)
    if page.auto_filter.ref:
        page.auto_filter.ref = str(_stretched(page.auto_filter.ref, layout, more))
    if page.print_area:
        page.print_area = _printed(page, layout, more)


def _printed(page: Worksheet, layout: Layout, more: int) -> str:
    areas = [part.split("!")[-1].replace("$", "") for part in str(page.print_area).split(",")]
    return ",".join(str(_stretched(area, layout, more)) for area in areas)


def _stretched(where: MultiCellRange | str, layout: Layout, more: int) -> MultiCellRange:
    from openpyxl.worksheet.cell_range import CellRange, MultiCellRange

    made = []
    for each in MultiCellRange(str(where)).ranges:
        top = each.min_row + more if each.min_row >= layout.notes_at else each.min_row
        bottom = each.max_row + more if each.max_row >= layout.end else each.max_row
        made.append(CellRange(min_col=each.min_col, min_row=top, max_col=each.max_col, max_row=min(bottom, 1_048_576)))
    return MultiCellRange(made)


def _pattern(page: Worksheet, layout: Layout) -> tuple[dict[int, Any], list[tuple[int, int]], float | None]:
    """How the first prepared row looks: style by column, cells merged within it, its height."""
    left, right = _width(layout)
    if layout.end < layout.first:
        return {}, [], None
    styles = {column: copy(page.cell(layout.first, column)._style) for column in range(left, right + 1)}
    merged = [
        (each.min_col, each.max_col)
        for each in page.merged_cells.ranges
        if each.min_row == each.max_row == layout.first
    ]
    return styles, merged, page.row_dimensions[layout.first].height


def _dress(
    page: Worksheet, row: int, pattern: tuple[dict[int, Any], list[tuple[int, int]], float | None], layout: Layout
):
    styles, merged, height = pattern
    for column, style in styles.items():
        page.cell(row, column)._style = copy(style)
    for left, right in merged:
        page.merge_cells(start_row=row, end_row=row, start_column=left, end_column=right)
    if height is not None:
        page.row_dimensions[row].height = height


def _width(layout: Layout) -> tuple[int, int]:
    columns = [heading.at for heading in layout.columns]
    return min(columns), max(columns)
