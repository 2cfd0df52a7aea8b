"""A file as a table of a ledger: which sheet, which column means what, and every cell in the form we store.

Work goes column by column, and once for each distinct value: ledgers say the same thing many times.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from muster.kernel.areas.words import explain
from muster.kernel.loading import BadValue
from muster.ledger.files.cells import EXACT, inward

from . import dates, layout
from .errors import Unreadable
from .layout import Layout
from .shapes import Shape, plain
from .sheets import Sheet, Source

# What people write where there is nothing to say, and what it means.
BLANKS = {
    "": ("-", "--", "—", "——", "/", "\\", "无", "無", "空", "n/a", "na", "none", "null", "nil", ".", "N/A"),
    "unknown": ("未知", "不详", "不詳", "不明", "unknown", "unk", "not known", "unreported"),
    "pending": ("待定", "待查", "有待提供", "待补充", "pending", "tbd", "to be confirmed"),
    "not applicable": ("不适用", "不適用", "not applicable"),
    "asymptomatic": ("无症状", "無症狀", "无病征", "無病徵", "無病征", "asymptomatic", "no symptoms"),
}
_BLANK_OF = {plain(word): meaning for meaning, words in BLANKS.items() for word in words}
_WORDLIKE = re.compile(r"\D{1,20}")  # what may be such a word: numbers, and there are many, are not looked up
# Texts that are stored as they stand: no such word, nothing that was put before or around them.
_AS_IS, _NAME_AS_IS = re.compile(r"(?=\D{0,40}\d)\w(?:[^\0]*[^\s\0])?"), re.compile(r"\w(?:[^\0]*[^\s\0])?")
MEANINGS = {
    "unknown": gettext_noop("“%(said)s”: not known"),
    "pending": gettext_noop("“%(said)s”: still to come"),
    "not applicable": gettext_noop("“%(said)s”: does not apply"),
    "asymptomatic": gettext_noop("“%(said)s”: without symptoms, so there is no day of onset"),
}
NEEDS_NAME = frozenset(("name", "last_name", "first_name"))
ERROR, REVIEW, REMARK = "error", "review", ""
MOST_HEADERS = 500  # of a sheet with more, those that mean nothing here are not listed


@dataclass(frozen=True)
class Wishes:
    """What the sender or the user says about a file: sheet, order of dates, fixed values, and headers -> columns.

    A header that means nothing is given as ''.
    """

    sheet: str = ""
    order: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    how: str = "you"


@dataclass
class Finding:
    """Something about one cell: an error, a thing to review, or (kind '') a remark that explains what was done."""

    kind: str
    column: str
    reason: str


@dataclass
class Table:
    """A file's rows as columns of texts in stored form. `findings` are by the index of the row."""

    shape: Shape
    layout: Layout
    sheet: str
    encoding: str
    columns: list[str | None]
    how: list[str]
    values: dict[str, list[str]]
    findings: dict[int, list[Finding]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)

    @property
    def header(self) -> list[str]:
        """The header as the file has it, of two rows joined by a slash."""
        return self.layout.header

    @property
    def numbers(self) -> list[int]:
        """The number that a spreadsheet shows beside each row."""
        return self.layout.numbers

    @property
    def unknown(self) -> list[str]:
        """Headers that name no column of ours; they are left aside."""
        return [name for name, column in zip(self.header, self.columns, strict=True) if name and column is None]

    def mapping(self) -> list[dict[str, Any]]:
        """Each header, the column it is taken for (None: left aside), and how that is known."""
        rows = zip(self.header, self.columns, self.how, strict=True)
        named = [{"header": name, "column": column, "how": how} for name, column, how in rows if name]
        return [each for at, each in enumerate(named) if at < MOST_HEADERS or each["column"]]

    def row(self, index: int) -> dict[str, str]:
        """One row, as the loaders want it."""
        return {name: column[index] for name, column in self.values.items()}

    def find(self, index: int, kind: str, column: str, reason: Any) -> None:
        """Note something about a row."""
        self.findings.setdefault(index, []).append(Finding(kind, column, str(reason)))


def open_table(source: Source, shape: Shape, wishes: Wishes, today: date) -> Table:
    """The table of a file for a ledger. Raises Unreadable where no sheet has one, or columns are missing."""
    told = {plain(header): column for header, column in wishes.headers.items() if column}
    shape = replace(shape, headers={**shape.headers, **told})
    found, sheet, notes = _choose(source, shape, wishes)
    columns, how = _map(found, shape, wishes)
    missing = [name for name in shape.columns if name in shape.required - set(columns) - wishes.fixed.keys()]
    if missing:
        text = _(
            "The header of %(ledger)s lacks: %(columns)s. Where every row has the same value, say it once"
            " (--set %(column)s=…); where a header means it, say which (--map …=%(column)s)."
        ) % {"ledger": shape.name, "columns": ", ".join(missing), "column": missing[0]}
        raise Unreadable(text, filter(None, found.header), missing)
    table = Table(shape, found, sheet.name, sheet.encoding, columns, how, {}, notes=notes)
    if sheet.encoding not in ("", "utf-8", "utf-8-sig"):
        notes.append(_("The text was read as %(encoding)s.") % {"encoding": sheet.encoding})
    if found.notes:
        rows = ", ".join(str(number) for number, _text in found.notes[:20])
        notes.append(_("Notes left aside in rows: %(rows)s.") % {"rows": rows})
    _lost(table, sheet)
    _read_columns(table, wishes, today)
    return table


def _lost(table: Table, sheet: Sheet) -> None:
    """Cells in columns of ours that hold an error, or a formula that was never worked out: nobody guesses them."""
    index_of = {number: index for index, number in enumerate(table.numbers)} if sheet.lost else {}
    for (row, column), said in sheet.lost.items():
        at = column - sheet.left
        name = table.columns[at] if 0 <= at < len(table.columns) else None
        if name and row in index_of:
            reason = (
                _("The cell holds a formula without a result; open the workbook, save it, and send it again")
                if said == "="
                else _("The cell holds an error: %(error)s") % {"error": html.unescape(said)}
            )
            table.find(index_of[row], ERROR, name, reason)


def _choose(source: Source, shape: Shape, wishes: Wishes) -> tuple[Layout, Any, list[str]]:
    if wishes.sheet and wishes.sheet not in source.names:
        raise Unreadable(
            _("There is no sheet %(name)s; there are: %(names)s.")
            % {"name": wishes.sheet, "names": ", ".join(source.names)}
        )
    names = [wishes.sheet] if wishes.sheet else source.names
    chosen, most, others = names[0], -1.0, list[str]()
    if len(names) > 1:
        for name in names:
            head = layout.find(layout.unfolded(source.head(name)), shape)
            score = head.score + (0.5 if head.rows else 0)
            others += [name] if head.score >= 4 and head.rows else []
            if score > most:
                chosen, most = name, score
    sheet = layout.unfolded(source.whole(chosen))
    found = layout.find(sheet, shape)
    if not found.score:
        text = _("No row of the file looks like a header of %(ledger)s.") % {"ledger": shape.name}
        raise Unreadable(text, layout.likely_header(sheet), headless=True)
    notes = []
    if len(names) > 1:
        notes.append(_("Of %(count)s sheets, “%(name)s” fits best.") % {"count": len(names), "name": chosen})
    if others := [name for name in others if name != chosen]:
        text = _("Not read, though they hold such rows, too: %(names)s. Read each of them by its name.")
        notes.append(text % {"names": ", ".join(others)})
    return found, sheet, notes


def _map(found: Layout, shape: Shape, wishes: Wishes) -> tuple[list[str | None], list[str]]:
    """Columns by header: what was said first, then the names that are known; of several the one whose words fit."""
    said = {plain(header): column for header, column in wishes.headers.items()}
    candidates: dict[str, list[int]] = {}
    how = ["" for _cell in found.header]
    for index, header in enumerate(found.header):
        column = said.get(plain(header)) if plain(header) in said else layout.named(header, shape)
        if header and column:
            how[index] = wishes.how if plain(header) in said else "name"
            candidates.setdefault(column, []).append(index)
    columns: list[str | None] = [None] * len(found.header)
    for column, indexes in candidates.items():
        best = (
            indexes[0]
            if len(indexes) == 1
            else max(indexes, key=lambda at: (how[at] != "name", _fit(found, at, column, shape)))
        )
        columns[best] = column
        for index in indexes:
            how[index] = how[index] if index == best else ""
    return columns, how


def _fit(found: Layout, at: int, column: str, shape: Shape) -> float:
    """The share of filled cells that a column's vocabulary knows; without one, the share that is filled at all."""
    cells = [row[at] for row in found.rows[:2000] if at < len(row) and row[at] not in (None, "")]
    codes = shape.words.get(column)
    if codes is None:
        return len(cells) / (len(found.rows) or 1)
    return sum(plain(str(cell)) in codes for cell in cells) / (len(cells) or 1)


def _read_columns(table: Table, wishes: Wishes, today: date) -> None:
    rows, width = table.layout.rows, len(table.header)
    for index, row in enumerate(rows):
        if len(row) > width and any(cell not in (None, "") for cell in row[width:]):
            table.find(index, ERROR, "", _("The row has more cells than the header"))
    if len(table.layout.headings) * 2 <= len(rows):
        for index in table.layout.headings:
            column = next((name for name, cell in zip(table.columns, rows[index], strict=False) if name and cell), "")
            table.find(index, REVIEW, column, _("Only one cell is filled: is it a heading between the rows?"))
    # the header keeps a column that no row reaches, and is taken off again
    for name, (_header, *cells) in zip(table.columns, zip_longest(table.header, *rows, fillvalue=""), strict=False):
        if name and name not in wishes.fixed:
            table.values[name] = _column(table, name, cells, wishes.order, today)
    for name, value in wishes.fixed.items():
        table.values[name] = _column(table, name, [value] * len(rows), wishes.order, today)


def _column(table: Table, name: str, cells: list[Any], order: str, today: date) -> list[str]:
    distinct = set(cells)
    if is_time := name[-3:] in ("_on", "_at"):
        order = order or dates.order_of(distinct)
        if order:
            table.orders[name] = order
    read: dict[Any, str] = {}
    said: dict[Any, Finding] = {}
    if not is_time and name not in table.shape.words:
        as_is = (_NAME_AS_IS if name in NEEDS_NAME else _AS_IS).fullmatch
        read = {
            cell: text
            for cell in distinct
            if (
                text := cell
                if cell.__class__ is str and as_is(cell)
                else _whole(cell)
                if cell.__class__ is float
                else ""
            )
        }
    for cell in distinct - read.keys():
        text, finding = _cell(table.shape, name, cell, is_time, order, today)
        read[cell] = text
        if finding is not None:
            said[cell] = finding
    if said:
        for index, cell in enumerate(cells):
            if cell in said:
                table.findings.setdefault(index, []).append(said[cell])
    return [read[cell] for cell in cells]


def _whole(cell: float) -> str:
    """A number without a fraction that a spreadsheet keeps exactly, as text; '' for another."""
    return str(int(cell)) if abs(cell) < EXACT and cell == int(cell) else ""


def _cell(shape: Shape, name: str, cell: Any, is_time: bool, order: str, today: date) -> tuple[str, Finding | None]:
    """A cell as stored, and what is to be said about it."""
    try:
        if is_time and not isinstance(cell, str):
            return dates.read(cell, order), None
        text = inward(cell)
        meaning = _BLANK_OF.get(plain(text)) if _WORDLIKE.fullmatch(text) and name not in NEEDS_NAME else None
        if meaning is not None and shape.word(name, text) == text:
            words = _(MEANINGS[meaning]) % {"said": text} if meaning else ""
            return "", Finding(REMARK, name, words) if words and (is_time or name == "classification") else None
        return _day(text, order, today, name) if is_time else (shape.word(name, text), None)
    except dates.Ambiguous as error:
        return "", Finding(REVIEW, name, explain(error))
    except dates.Vague as error:
        return "", Finding(REMARK, name, f"“{text}”: {explain(error)}")
    except BadValue as error:
        return "", Finding(ERROR, name, explain(error))


def _day(text: str, order: str, today: date, name: str) -> tuple[str, Finding | None]:
    try:
        return dates.read(text, order), None
    except dates.NoYear as no:
        if name == "born_on":
            raise dates.Vague(_("There is no year")) from None
        day = dates.with_year(no, today)
        return day, Finding(REMARK, name, _("“%(said)s” has no year; taken as %(day)s") % {"said": text, "day": day})


def lines(table: Table, indexes: Iterable[int]) -> list[tuple[int, dict[str, str]]]:
    """Rows by index, with their numbers, as the loaders want them."""
    names = list(table.values)
    columns = [table.values[name] for name in names]
    return [
        (table.layout.numbers[index], dict(zip(names, [column[index] for column in columns], strict=True)))
        for index in indexes
    ]
