"""Workbooks of other makes, written by hand for tests: old Excel (BIFF8 in a compound file) and OpenDocument."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Rows = Sequence[Sequence[Any]]
SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xls(sheets: Mapping[str, Rows]) -> bytes:
    """An Excel 97 workbook: texts and numbers. Source: [MS-XLS] 2.4, [MS-CFB] 2."""
    bodies = [_sheet(rows) for rows in sheets.values()]
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(0x0042, b"\xb0\x04")
    length = len(start) + sum(4 + 8 + 2 * len(name) for name in sheets) + 4
    bounds, at = b"", length
    for name, body in zip(sheets, bodies, strict=True):
        text = name.encode("utf-16-le")
        bounds += _record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name), 1) + text)
        at += len(body)
    return _compound("Workbook", start + bounds + _record(0x000A, b"") + b"".join(bodies))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _sheet(rows: Rows) -> bytes:
    parts = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))]
    width = max(map(len, rows), default=0)
    parts.append(_record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)))
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(value, int | float):
                parts.append(_record(0x0203, place + struct.pack("<d", value)))
            elif value:
                parts.append(_record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")))
    return b"".join([*parts, _record(0x000A, b"")])


def _compound(name: str, stream: bytes) -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    many = len(stream) // SECTOR
    fats = -(-(many + 2) // (SECTOR // 4 - 1)) + 1
    chain = [_FAT] * fats + [_END] + [fats + 2 + n for n in range(many - 1)] + [_END]
    chain += [_FREE] * (fats * SECTOR // 4 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, fats, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(fats), *[_FREE] * (109 - fats))
    entries = _entry("Root Entry", 5, _END, 0, child=1) + _entry(name, 2, fats + 1, len(stream)) + bytes(256)
    return header + struct.pack(f"<{len(chain)}I", *chain) + entries + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    front = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, _FREE, _FREE, child)
    return front + bytes(36) + struct.pack("<IQ", start, size)


def ods(sheets: Mapping[str, Rows]) -> bytes:
    """An OpenDocument spreadsheet: texts and numbers. Source: OASIS OpenDocument 1.3, part 3, 9.1."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>{''.join(map(_line, rows))}</table:table>"
        for name, rows in sheets.items()
    )
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
        package.writestr("content.xml", content)
    return file.getvalue()


def _line(row: Sequence[Any]) -> str:
    return f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>"


def _cell(value: Any) -> str:
    if value in (None, ""):
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
