"""Whether a file may become a template: what it says it is, small when unpacked, without programs and links outside.

Macros and embedded objects run on the reader's machine; an external relationship makes Word or Excel fetch something
when the file is opened; a document type can make a parser read other files or grow without bound (OWASP, XML external
entities); so each is refused by name.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid
from muster.ledger.files.cells import column_number

MOST_BYTES = 5_000_000
MOST_UNPACKED = 40_000_000
MOST_PARTS = 1000
MOST_MERGED = 20_000  # cells in merged ranges: each is an object of its own once the sheet is open
SHEET, LETTER = "sheet", "letter"
_MAIN = {SHEET: "xl/workbook.xml", LETTER: "word/document.xml"}
WRONG = {
    SHEET: _("This is not a workbook of the .xlsx kind. Open it in your spreadsheet and save it as .xlsx."),
    LETTER: _("This is not a Word document of the .docx kind. Open it in Word and save it as .docx."),
}
_PROGRAM = re.compile(r"vbaProject|vbaData|activeX|macrosheets|/embeddings/|customUI", re.IGNORECASE)
_OUTSIDE = re.compile(rb"<[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>")
_MERGED = re.compile(rb"<mergeCell [^>]*ref=\"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})\"")


def too_large() -> str:
    """Why a file is not even read."""
    return str(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1_000_000})


def check(kind: str, content: bytes) -> list[str]:
    """Raise Invalid("file", …) unless this may be a template of the kind; returns the names of its parts."""
    if len(content) > MOST_BYTES:
        raise Invalid("file", too_large())
    if content[:4] == b"\xd0\xcf\x11\xe0":  # the container of old Office files, and of those with a password
        raise Invalid("file", _("This file is of the old kind or has a password. Save it anew, without a password."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _check_parts(kind, package)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise Invalid("file", WRONG[kind]) from None


def _check_parts(kind: str, package: zipfile.ZipFile) -> list[str]:
    parts = package.infolist()
    names = [part.filename for part in parts]
    if _MAIN[kind] not in names:
        raise Invalid("file", WRONG[kind])
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Invalid(
            "file", _("Unpacked, the file is larger than %(most)s MB.") % {"most": MOST_UNPACKED // 1_000_000}
        )
    if any(_PROGRAM.search(name) for name in names):
        raise Invalid("file", _("The file holds macros or embedded objects. Save it without them, as .xlsx or .docx."))
    for name in names:
        if name.endswith((".xml", ".rels")):
            _check_text(name, package.read(name))
    return names


def _check_text(name: str, text: bytes) -> None:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Invalid("file", _("The file is made in a way that we do not open (a document type inside)."))
    if b"macroEnabled" in text:
        raise Invalid("file", _("The file holds macros or embedded objects. Save it without them, as .xlsx or .docx."))
    if name.endswith(".rels") and any(b"/hyperlink" not in one for one in _OUTSIDE.findall(text)):
        raise Invalid("file", _("The file fetches something from outside when it is opened (a template, a picture)."))
    if "/worksheets/" in name and sum(map(_cells, _MERGED.findall(text))) > MOST_MERGED:
        raise Invalid("file", _("The merged cells of this sheet are too many to fill."))


def _cells(corners: tuple[bytes, bytes, bytes, bytes]) -> int:
    left, top, right, bottom = corners
    return (column_number(right) - column_number(left) + 1) * (int(bottom) - int(top) + 1)
