"""Area codes: text in which a jurisdiction is a prefix, so that "mine and below" is one range.

Widths follow GB/T 2260 (province, city, district: 2, 4, 6 digits), the division code of the statistics
bureau (street and community: three more digits each) and GB/T 30428 (grid: three more). Building and unit
continue in the same way. Codes of other countries are mapped to segments of these widths; ASCII letters
are allowed. Plain functions of plain values.
"""

from __future__ import annotations

import re
from typing import Any

from muster.kernel.loading import BadValue

LEVELS: dict[str, int] = {
    "province": 2,
    "city": 4,
    "district": 6,
    "street": 9,
    "community": 12,
    "grid": 15,
    "building": 18,
    "unit": 21,
}
_LEVEL_OF_WIDTH = {width: level for level, width in LEVELS.items()}
_WIDTHS = tuple(LEVELS.values())
_PADDED = (6, 12)  # lengths to which division tables pad the codes of upper levels with zeros
_CODE = re.compile(r"[0-9A-Za-z]*")
_AFTER_ALL = "~"  # sorts after every letter and digit in the C collation
_EXACT = 2**53  # whole numbers are exact in a spreadsheet up to here

_ = str  # marks a text for translation; `areas.words.explain` translates it


def span(code: str) -> tuple[str, str]:
    """The half-open range `lo <= x < hi` that holds the area and all below it; '' is everything."""
    if not code:
        return "", _AFTER_ALL
    if not code.isascii():
        return code, code  # no area has such a code, and nothing lies below it
    return code, code[:-1] + chr(ord(code[-1]) + 1)


def within(code: str, ancestor: str) -> bool:
    """Whether `code` is `ancestor` or lies below it; everything lies in ''."""
    return code.startswith(ancestor)


def level_of(code: str) -> str:
    """The level that a code of this length has; '' for the whole installation. Raises BadValue for other lengths."""
    if not code:
        return ""
    if len(code) not in _LEVEL_OF_WIDTH:
        raise BadValue(_("An area code cannot have %(length)s characters"), length=len(code))
    return _LEVEL_OF_WIDTH[len(code)]


def parent_of(code: str) -> str:
    """The code one level up; '' for a province and for ''. An odd length is cut to the nearest level above."""
    return code[: max((width for width in _WIDTHS if width < len(code)), default=0)]


def width_below(code: str) -> int:
    """Digits of the codes one level below; at the lowest level its own."""
    return min((width for width in _WIDTHS if width > len(code)), default=len(code))


def ancestors(code: str) -> list[str]:
    """The codes above, nearest first, ending with '' (the whole installation)."""
    return [code[:width] for width in reversed(_WIDTHS) if width < len(code)] + ([""] if code else [])


def normalise(code: Any, level: str | None = None) -> str:
    """A code as stored, from a code as written: the zeros that pad an upper level are cut off.

    `610400` with level city is `6104`. Without a level, six and twelve characters are taken as padded when they
    end so: `610000000000` is `61`. Numbers from a spreadsheet are taken while they are exact.
    Raises BadValue for other characters, lengths or levels.
    """
    text = _as_text(code)
    if not _CODE.fullmatch(text):
        raise BadValue(_("An area code has only letters and digits, not “%(code)s”"), code=text)
    if level:
        return _cut(text, level)
    if len(text) in _PADDED:
        text = next((text[:width] for width in _WIDTHS if _only_padding(text, width)), text)
    level_of(text)
    return text


def _as_text(code: Any) -> str:
    if isinstance(code, float):
        if not code.is_integer() or abs(code) >= _EXACT:
            raise BadValue(_("The last digits of this number are lost; store it as text"))
        return str(int(code))
    return "" if code is None else str(code).strip()


def _only_padding(text: str, width: int) -> bool:
    return not text[width:].strip("0") and bool(text[:width].strip("0"))


def _cut(text: str, level: str) -> str:
    width = LEVELS.get(level)
    if width is None:
        raise BadValue(_("No such level: “%(level)s”"), level=level)
    if len(text) < width or not _only_padding(text, width):
        raise BadValue(_("The code “%(code)s” is not that of a %(level)s"), code=text, level=level)
    return text[:width]
