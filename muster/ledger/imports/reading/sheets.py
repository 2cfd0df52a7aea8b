"""Opening any file that holds a table: workbooks, csv in several encodings, JSON. Bounded, and never a crash."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _

from . import documents, guards, texts
from .errors import Unreadable

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")
MOST_BYTES = 200_000_000
MOST_CELLS = 12_000_000
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|table|meta|\?xml|workbook)", re.IGNORECASE)
LOOKED_AT = 60  # rows of each sheet that are looked at when choosing one


@dataclass
class Sheet:
    """Rows of cells as the file holds them; `first` is the number that a spreadsheet shows beside the first one.

    `lost` are cells that stand as blanks here and are none, `left` the empty columns left of the rows.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    first: int = 1
    encoding: str = ""
    lost: guards.Lost = field(default_factory=dict)
    left: int = 0


@dataclass(frozen=True)
class Source:
    """A file's sheets: `head` gives the first rows of one, `whole` all of them."""

    names: list[str]
    head: Callable[[str], Sheet]
    whole: Callable[[str], Sheet]


# The names of the parts of a Word document, and of a workbook's beside which it would be embedded: new files and old.
_WORD = (
    (b"word/document.xml", b"xl/workbook"),
    ("WordDocument".encode("utf-16-le"), "Workbook".encode("utf-16-le")),
)


def open_source(name: str, content: bytes) -> Source:
    """A file by its name and bytes; what it is says its content, not its ending. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1_000_000})
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    if any(word in content and book not in content for word, book in _WORD):
        raise Unreadable(_("This is a Word document: copy its table, with the header, and paste it as rows."))
    if _is_workbook(name, content):
        return _workbook(content)
    if _is_document(name, content):
        tables = documents.tables(content)
        return _of({label: Sheet(label, rows) for label, rows in tables.items()})
    if _MARKUP.match(content):
        raise Unreadable(_("This is a web page or XML, not a workbook; open it and save it as .xlsx."))
    if content[:5] in (b"%PDF-", b"\x89PNG\r") or content[:3] == b"\xff\xd8\xff":
        raise Unreadable(_("This is a picture or a PDF, not a list; send the workbook that it was made from."))
    rows, encoding = texts.read(content)
    _bounded(len(rows), max(map(len, rows[:1000]), default=0))
    return of_rows(rows, 1, encoding)


def is_text(name: str, start: bytes) -> bool:
    """Whether a file is lines of text, by its name and first bytes."""
    return not _is_workbook(name, start) and not _is_document(name, start)


def _is_workbook(name: str, start: bytes) -> bool:
    """By its first bytes, else by its name, unless those are the first of a text: lists are often renamed to .xls."""
    if start[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return True
    return (
        PurePath(name).suffix.lower() in WORKBOOKS and bool(_CONTROL.search(start[:1000])) and start[:2] not in _UTF_16
    )


def _is_document(name: str, start: bytes) -> bool:
    return PurePath(name).suffix.lower() == ".json" or start[:400].lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[")


def of_rows(rows: Sequence[Sequence[Any]], first: int, encoding: str) -> Source:
    """Rows of a text; `first` is the number of the first one."""
    return _of({"": Sheet("", rows, first, encoding)})


def _of(sheets: dict[str, Sheet]) -> Source:
    def head(name: str) -> Sheet:
        whole = sheets[name]
        return Sheet(name, whole.rows[:LOOKED_AT], whole.first, whole.encoding)

    return Source(list(sheets), head, sheets.__getitem__)


def _workbook(content: bytes) -> Source:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    lost = guards.check(content, MOST_CELLS)

    def guarded(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except PasswordError:
            raise Unreadable(_("The workbook has a password; save it without one.")) from None
        except (CalamineError, OSError, ValueError, IndexError, KeyError, OverflowError) as error:
            said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise Unreadable(_("The workbook cannot be opened: %(error)s.") % {"error": said}) from None
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # what a fault inside the reader is called
                raise
            raise Unreadable(_("The workbook is damaged.")) from None

    book = guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)))
    opened: dict[str, Any] = {}

    def sheet(name: str, rows: int | None) -> Sheet:
        def load() -> Sheet:
            found = opened.get(name) or opened.setdefault(name, book.get_sheet_by_name(name))
            _bounded(found.height, found.width)
            above, left = found.start or (0, 0)
            cells = found.to_python(skip_empty_area=True) if rows is None else _first(found, rows)
            return Sheet(name, cells, above + 1, "", lost.get(name, {}), left)

        return guarded(load)

    names = guarded(lambda: list(book.sheet_names))
    if not names:
        raise Unreadable(_("The workbook holds no sheet."))
    return Source(names, lambda name: sheet(name, LOOKED_AT), lambda name: sheet(name, None))


def _first(sheet: Any, rows: int) -> list[list[Any]]:
    above = sheet.start[0] if sheet.start else 0
    left = sheet.start[1] if sheet.start else 0
    return [row[left:] for row in sheet.to_python(skip_empty_area=False, nrows=above + rows)[above:]]


def _bounded(height: int, width: int) -> None:
    if height * width > MOST_CELLS:
        raise Unreadable(
            _("The table has %(rows)s rows and %(columns)s columns; that is too large. Send it in parts.")
            % {"rows": f"{height:,}", "columns": f"{width:,}"}
        )
