"""What is looked at before a workbook is opened, so that no file can ask for more memory than there is.

A reader keeps a sheet as a full rectangle: one cell in the last corner would be seventeen thousand million. So the
corner is found first, in the file's own text, as it streams by. Source: ECMA-376, 18.3.1.4 (references of cells).
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib

from django.utils.translation import gettext as _

from muster.ledger.files.cells import column_number

from .errors import Unreadable

MOST_UNPACKED = 1_000_000_000  # bytes of all parts together
_CHUNK = 1 << 20
_ROW = re.compile(rb'<row [^>]*?\br="(\d+)"')
_WIDE = re.compile(rb'r="([A-Z]{2,3})\d')
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d+)"')
_FILLED = re.compile(rb'<c [^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*?(?<!/)>\s*<(?:v|is|f)')
# A cell with an error (its value says which), or with a formula that nobody worked out: no value, not even no text.
_NO_VALUE = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?:(?=[^>]* t="e")[^>/]*>((?:(?!</c>).){0,600})'
    rb'|(?:(?! t="str")[^>/])*>'
    rb"(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)(?:<v></v>|<v ?/>)?)</c>",
    re.DOTALL,
)
_FORMULA = re.compile(rb"<f[ />]")
_ATTRIBUTE = re.compile(r'\b(?:\w+:)?(Id|id|Target|name)="([^"]*)"')
_MOST_LOST = 10_000
_TABLE = re.compile(r"xl/worksheets/[^/]+\.xml")


Lost = dict[tuple[int, int], str]  # (row from 1, column from 0) -> what a cell of a workbook holds instead of a value


def check(content: bytes, most_cells: int) -> dict[str, Lost]:
    """By the name of a sheet the cells that a reader takes for blank ones, though somebody wrote something there.

    Raises Unreadable for a package that is broken or that would not fit into memory; other formats pass.
    """
    if content[:2] != b"PK":
        if content[:4] == b"\xd0\xcf\x11\xe0" and "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable(_("The workbook has a password; save it without one."))
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable(
                    _("Unpacked, the workbook is larger than %(most)s MB.") % {"most": MOST_UNPACKED // 10**6}
                )
            lost: dict[str, Lost] = {}
            for part in parts:
                if _TABLE.fullmatch(part.filename):
                    lost[part.filename] = _corner(package, part, most_cells)
                elif part.filename == "content.xml":
                    _repeats(package, part, most_cells)
            return (
                {name: lost[part] for name, part in _sheets(package).items() if part in lost}
                if any(lost.values())
                else {}
            )
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_("The workbook is damaged.")) from None


def _sheets(package: zipfile.ZipFile) -> dict[str, str]:
    """The part of the package that each sheet is in."""
    try:
        related = package.read("xl/_rels/workbook.xml.rels").decode(errors="replace")
        book = package.read("xl/workbook.xml").decode(errors="replace")
    except KeyError:
        return {}
    parts = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", related):
        said = dict(_ATTRIBUTE.findall(tag))
        parts[said.get("Id")] = "xl/" + said.get("Target", "").removeprefix("/xl/").removeprefix("./")
    tags = [dict(_ATTRIBUTE.findall(tag)) for tag in re.findall(r"<sheet\b[^>]*>", book)]
    return {html.unescape(said.get("name", "")): parts.get(said.get("id"), "") for said in tags}


def _corner(package: zipfile.ZipFile, part: zipfile.ZipInfo, most_cells: int) -> Lost:
    last, wide, first = 0, 26, 0
    lost: Lost = {}
    for text in _chunks(package, part):
        # The rare sign first: to look for two or three that are frequent takes ten times as long.
        spoilt = (b"#" in text and b't="e"' in text) or _FORMULA.search(text)
        if spoilt and len(lost) < _MOST_LOST:
            for letters, row, inside in _NO_VALUE.findall(text):
                value = re.search(rb"<v>([^<]*)</v>", inside)
                lost[int(row), column_number(letters) - 1] = value[1].decode(errors="replace") if value else "="
        if row := _ROW.search(text):
            first = first or int(row[1])
            last = max(last, int(row[1]))
        if row := _ROW.search(text, max(0, text.rfind(b"<row "))):
            last = max(last, int(row[1]))
        for letters in set(_WIDE.findall(text)):
            wide = max(wide, column_number(letters))
    if (last - first + 1) * wide > most_cells:
        _filled_corner(package, part, most_cells)
    return lost


def _filled_corner(package: zipfile.ZipFile, part: zipfile.ZipInfo, most_cells: int) -> None:
    """The same for the cells that hold something: a format painted down to the last row costs nothing."""
    rows, columns = set[int](), set[int]()
    for text in _chunks(package, part):
        for letters, row in set(_FILLED.findall(text)):
            columns.add(column_number(letters))
            rows.add(int(row[:9]))
    if not rows:
        return
    height, width = max(rows) - min(rows) + 1, max(columns) - min(columns) + 1
    if height * width > most_cells:
        raise Unreadable(
            _("The sheet reaches from row %(first)s to row %(last)s over %(columns)s columns; that is too large.")
            % {"first": min(rows), "last": max(rows), "columns": width}
        )


def _repeats(package: zipfile.ZipFile, part: zipfile.ZipInfo, most_cells: int) -> None:
    """An OpenDocument sheet writes equal cells once, with a number; empty ones are dropped by the reader."""
    tail = re.compile(rb'<table:table-cell[^>]*?number-columns-repeated="(\d+)"[^>]*?office:value')
    total = 0
    for text in _chunks(package, part):
        total += sum(int(n) for n in tail.findall(text) if len(n) < 12)
        total += max((int(n) for n in _REPEATED.findall(text) if len(n) < 12 and int(n) < 1_000_000), default=0)
        if total > most_cells:
            raise Unreadable(_("The sheet is too large."))


def _chunks(package: zipfile.ZipFile, part: zipfile.ZipInfo):
    kept, seen = b"", 0
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            seen += len(chunk)
            if seen > MOST_UNPACKED:
                raise Unreadable(
                    _("Unpacked, the workbook is larger than %(most)s MB.") % {"most": MOST_UNPACKED // 10**6}
                )
            yield kept + chunk
            kept = chunk[-200:]
