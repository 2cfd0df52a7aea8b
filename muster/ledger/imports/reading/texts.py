"""Text files of rows: which encoding, which delimiter. What was assumed is said."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .errors import Unreadable

DELIMITERS = ",;\t|"
_TRIED = 40  # lines
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")  # a character of two bytes, in any of the Chinese encodings
_HIGH = re.compile(rb"[\x80-\xff]+")
csv.field_size_limit(1 << 20)


def read(content: bytes) -> tuple[list[list[Any]], str]:
    """The rows, and the name of the encoding. Raises Unreadable."""
    text, encoding = decode(content)
    return split(text), encoding


def decode(content: bytes) -> tuple[str, str]:
    """UTF-16 and UTF-8 say so themselves; else it is Big5, GB 18030 where high bytes come in pairs, or ISO-8859-1."""
    if marked := _marked(content):
        return _strict(content, marked), marked.removesuffix("-le").removesuffix("-be")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    return _old(content)


def _marked(content: bytes) -> str:
    """The encoding that a file's first bytes tell; ''."""
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return encoding
    if (zeros := content[:4000].count(0)) * 3 > len(content[:4000]):
        return "utf-16-be" if content[:4000:2].count(0) * 2 > zeros else "utf-16-le"
    return ""


def stream(path: Path, size: int) -> Iterator[tuple[list[list[Any]], str]]:
    """The rows of a large file, `size` at a time, and the name of the encoding. Raises Unreadable."""
    encoding = _told(path)
    with path.open(encoding=encoding, newline="") as file:
        try:
            head = file.read(1 << 16).rpartition("\n")[0]
            file.seek(0)
            reader = csv.reader(file, delimiter=_delimiter(head))
            while rows := _rows(reader, size):
                yield rows, encoding.removesuffix("-le").removesuffix("-be")
        except UnicodeDecodeError:
            raise Unreadable(_("The file says that it is %(encoding)s, and is not.") % {"encoding": encoding}) from None


def _told(path: Path) -> str:
    """The encoding of a file, by its first lines that are not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        chunk = file.read(1 << 20)
        if marked := _marked(chunk):
            return marked
        while chunk:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return _old(chunk[chunk.find(b"\n") + 1 : chunk.rfind(b"\n") + 1])[1]
            chunk = file.read(1 << 20)
    return "utf-8"


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(_("The file says that it is %(encoding)s, and is not.") % {"encoding": encoding}) from None


def _big5(content: bytes) -> bool:
    """Whether text is Big5: its second bytes are never 80 to A0, and often below 80, which simplified GB's never are.

    Of its common characters the first byte is A4 to C6; the accented letters of Latin-1 stand above.
    """
    pairs = _PAIR.findall(content[:2_000_000])
    low = sum(pair[1] < 0x80 for pair in pairs)
    common = sum(0xA4 <= pair[0] <= 0xC6 for pair in pairs)
    if not pairs or low * 6 < len(pairs) or common * 5 < len(pairs) * 3 or any(0x80 <= p[1] <= 0xA0 for p in pairs):
        return False
    try:
        return bool(content.decode("big5hkscs"))
    except UnicodeDecodeError:
        return False


def _old(content: bytes) -> tuple[str, str]:
    if _big5(content):
        return content.decode("big5hkscs"), "big5hkscs"
    runs = [run for run in _HIGH.findall(content[:2_000_000])]
    pairs = sum(len(run) % 2 == 0 for run in runs)
    single = sum(len(run) == 1 for run in runs)
    if pairs >= single:
        try:
            return content.decode("gb18030"), "gb18030"
        except UnicodeDecodeError:
            pass
    high = sum(map(len, runs))
    if single * 2 >= len(runs) and high * 4 < len(content[:2_000_000]):
        return content.decode(
            "cp1252" if re.search(rb"[\x80-\x9f]", content) else "iso-8859-1", "replace"
        ), "iso-8859-1"
    try:
        return content.decode("gb18030"), "gb18030"
    except UnicodeDecodeError:
        raise Unreadable(_("The file is in none of UTF-8, UTF-16, GB 18030, Big5 and ISO-8859-1.")) from None


def split(text: str) -> list[list[Any]]:
    """Rows of cells; the delimiter is the one that makes most cells of the first lines."""
    return _rows(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text[:200_000])))


def _delimiter(text: str) -> str:
    head = "\n".join(text.splitlines()[:_TRIED])
    return max(DELIMITERS, key=lambda mark: _cells(head, mark)) if head else ","


def _rows(reader: Iterator[list[Any]], most: int | None = None) -> list[list[Any]]:
    rows: list[list[Any]] = []
    while most is None or len(rows) < most:
        try:
            rows += islice(reader, None if most is None else most - len(rows))
            return rows
        except csv.Error:  # an endless cell, or a NUL: that row is refused later
            rows.append(["\0"])
    return rows


def _cells(head: str, delimiter: str) -> int:
    try:
        return sum(len(row) - 1 for row in csv.reader(io.StringIO(head), delimiter=delimiter))
    except csv.Error:
        return head.count(delimiter)
