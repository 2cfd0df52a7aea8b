"""Taking a list apart: blocks of a division (`辽宁省大连市（16个）：`), lines that head others, a block's places."""

from __future__ import annotations

import re
from typing import NamedTuple

from . import divisions, places, signs, telling
from .lines import masked
from .pieces import take_apart
from .signs import number

_ENDS = re.compile(r"[、,;。]|\Z")
_KIND = re.compile(r"(?:小区|社区|花园|家园|公寓|街道|村|镇|乡)$")


class Block(NamedTuple):
    """Part of a list: its division (empty before the first), how it is written, its declared number, its text."""

    code: str
    heading: str
    count: int | None
    text: str


def blocks(text: str, home: str) -> list[Block]:
    """The blocks of a list in order."""
    found: list[Block] = []
    code, heading, count, start = "", "", None, 0
    for match in signs.BLOCK.finditer(masked(text)):
        place, number_of = signs.COUNT_AT_END.fullmatch(match["place"]).groups()
        number_of = match["n"] or match["m"] or number_of
        counted = bool(number_of)
        named, at = _suffix(place, code or home, counted)
        if counted and code and _elsewhere(place, code) and (not named or _ENDS.match(text, match.end())):
            found.append(Block(code, heading, count, text[start : match.start("place")]))
            code, heading, count, start = "", "", None, match.start("place")
            continue
        if not named or (counted and len(named) >= 6 and _ENDS.match(text, match.end())):
            continue  # `浦东新区北蔡镇（1个）、`: the count of one place, or of those before it
        before = signs.NUMBERING.sub("", place[:at])  # without the number of the heading
        found.append(Block(code, heading, count, text[start : match.start("place")] + before))
        code, heading, start = named, place[at:], match.end()
        count = number(number_of) if number_of else None
    return [*found, Block(code, heading, count, text[start:])]


def _elsewhere(place: str, code: str) -> bool:
    """Whether a counted place (`福建省泉州市丰泽区东海街道（1个）`) begins with a province that the block is not in."""
    named = places.descend(signs.NUMBERING.sub("", place))[0]
    return len(named) == 6 and named[:2] != code[:2]


def in_parts(text: str, home: str) -> str:
    """Gives a line that is only a division's name, with a count or without, over a line that begins with a place of it,
    the stop of a block; what only counts (`城关区12个、七里河区6个`) is left out."""
    lines = text.split("\n")
    last = home
    for index, (line, after) in enumerate(zip(lines, lines[1:], strict=False)):
        name, count = signs.COUNT_AT_END.fullmatch(signs.NUMBERING.sub("", line)).groups()
        if (
            1 < len(name) <= 16
            and name[-1] in "省市州盟区县旗"
            and (code := places.header(name, home) or places.header(name, last[:4]))
        ):
            last = code
            if _lies_in(signs.NUMBERING.sub("", after), code):
                lines[index] = f"{name}{f'（{count}个）' if count else ''}:"
    return "\n".join(signs.COUNTED.sub("", line) for line in lines)


def _lies_in(line: str, code: str) -> bool:
    """Whether a line names a place of a division rather than a division beside it."""
    below = places.find(line, code)
    if not below.code.startswith(code):
        return False
    return bool(below.rest) or (len(code) < 6 and (below.named or len(below.code) > len(code)))


def bare(line: str, home: str) -> str:
    """The division that is all that a line says, numbering aside; empty where it says more."""
    name = signs.NUMBERING.sub("", line).rstrip(":")
    return places.header(name, home) if 1 < len(name) <= 16 and name[-1] in "省市州盟区县旗" else ""


def style(line: str) -> str:
    """How a line is numbered, for lines of one rank: `（一）` and `（二）` are of one style."""
    lead = signs.NUMBERING.match(line)
    return re.sub(r"[一二三四五六七八九十]+", "一", re.sub(r"[0-9]+", "1", lead[0])) if lead else ""


def _suffix(text: str, within: str, counted: bool) -> tuple[str, int]:
    """The division that the end of the text names, and where it begins. Without a count all of it must be the name."""
    lead = signs.NUMBERING.match(text)
    first = lead.end() if lead else 0
    for start in range(first, len(text) - 1 if counted else first + 1):
        code = places.header(text[start:], within[:4]) or places.header(text[start:], within[:2])
        if code and (
            start == first or len(code) == 2 or text[start : start + 2] in divisions.below("") or len(text) - start > 3
        ):
            return code, start
    if len(within) >= 4 and places.ZONED.fullmatch(text[first:]):
        return within[:4], first  # `新站高新区:`, a zone that no table has: somewhere in the city
    return (street, first) if (street := _street(text[first:], within)) else ("", 0)


def _street(text: str, within: str) -> str:
    """The street of the county, else of its city, that is all of the text (`马王堆街道:` over its places): 9 digits.

    The county alone for a town that no table has.
    """
    if len(within) < 6 or not signs.STREET.fullmatch(text):
        return ""
    codes = divisions.streets(divisions.city_of(within)).get(text, ())
    near = next((code for code in codes if code.startswith(within[:6])), "")
    return near or (codes[0] if len(codes) == 1 else within[:6])


def items(text: str, count: int | None, code: str) -> list[tuple[str, str]]:
    """The places of a block. Lines are places where the block is written in lines; else separators part them."""
    lines = [("\n", line.strip()) for line in text.split("\n") if line.strip("。;,、 ")]
    running = take_apart(text)
    readings = [lines, running] if text.startswith("\n") and len(lines) > 1 and _in_lines(lines, code) else [running]
    readings += [take_apart(text, numbers=False), take_apart(text, ",;。\n")]
    if count is None:
        return parted(readings[0], code)
    readings += [parted(running, code), _opened(running)]
    return next((reading for reading in readings if len(reading) == count), readings[0])


def _opened(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The items, those that are a street with its communities in brackets taken apart."""
    opened = []
    for mark, item in found:
        over = re.fullmatch(rf"({signs.STREET.pattern})（([^（）]*、[^（）]*)）", item)
        opened += [(mark, f"{over[1]}{each}") for each in over[2].split("、")] if over else [(mark, item)]
    return opened


def parted(found: list[tuple[str, str]], within: str) -> list[tuple[str, str]]:
    """The items, those that are two places joined by a word taken apart."""
    return [(mark, each) for mark, item in found for each in two(item, within)]


def two(item: str, within: str) -> list[str]:
    """`甲街道乙村和丙街道丁村` are two places: after the word another division, a street of the city, or a place of the
    same kind begins."""
    city = divisions.city_of(within)
    for match in re.finditer("以及|和|及", item) if len(item) < 200 else ():
        left, right = item[: match.start()], item[match.end() :]
        if not left:
            return two(right, within)
        kind = _KIND.search(left)
        alike = kind and len(left) > 3 and len(right) > 3 and right.endswith(kind[0]) and "（" not in item
        if alike or (
            city
            and (
                telling.street(city, right)
                or places.descend(right, city, full=True)[0] != city
                or places.find(right).code
            )
        ):
            return [left, *two(right, within)]
    return [item]


def _in_lines(lines: list[tuple[str, str]], code: str) -> bool:
    """Whether most lines begin with the name of a division."""
    return sum(places.find(signs.NUMBERING.sub("", line), code).named for _, line in lines) * 3 >= len(lines) * 2
