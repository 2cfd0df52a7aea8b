"""What earlier lists tell about names that the division table does not have: estates, villages' hamlets, factories."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import zip_longest
from typing import Protocol

from . import divisions


class Listed(Protocol):
    """An area of a list: its code and what the list calls it."""

    code: str
    place: str


Known = defaultdict[tuple[str, str], Counter[str]]  # (code of the city, name) -> how often in which county (or town)
_SIGNS = re.compile(r"（新增）?|[\s&、,，。.()（）~—-]")
_PARTS = re.compile(r"社区|街道|镇|乡|村")
_PIECES = re.compile(r"[,，;；、&（(]")
# `顺天小区78、80号楼` is told by the estate; a road and its number are not, for roads run through several counties.
_NUMBER = re.compile(
    r"(?:(?<=[小区花园苑村城府庭居庄寨堡厂院寓])[0-9A-Za-z一二三四五六七八九十].*|(?<![路街巷弄道号0-9-])[0-9]+(?:号楼|[栋幢座]).*)$"
)
_KIND = re.compile(r"(?:小区|区域|片区|范围内?)$")  # `阳光河畔小区` and `阳光河畔24号楼` are one estate


def learn(areas: Iterable[Listed]) -> Known:
    """Names of the places of lists whose county is known: whole, without what stands before, without the building."""
    known: Known = defaultdict(Counter)
    for area in areas:
        code = area.code[:6]
        if len(code) < 6:
            continue
        if divisions.names().get(code) == divisions.names().get(code[:4]):
            code = area.code  # a city without counties is told by its towns
            if len(code) < 9:
                continue
        name = _SIGNS.sub("", area.place)
        city = divisions.city_of(area.code)
        ends = [match.end() for match in _PARTS.finditer(name)]
        ends += [
            match.end() for match in re.finditer(divisions.stem(city) or "$", name)
        ]  # `宁波某公司`: a 某公司 there
        names = {name, *(tail for end in ends if len(tail := name[end:]) > 2)}
        for told in {short for each in names for short in _shorter(each)}:
            known[city, told][code] += 1
    return known


def _shorter(name: str) -> list[str]:
    """The name, then without its building, then without its kind; from three characters on."""
    bare = _NUMBER.sub("", name)
    return [name, *(each for each in dict.fromkeys((bare, _KIND.sub("", bare))) if each != name and len(each) > 2)]


def recall(known: Known, city: str, text: str) -> str:
    """The county in which earlier lists had that place, empty where none or several had it equally often.

    The whole address first, then its first piece, then the estate without its building. 9 digits where a city has
    towns instead of counties, else 6.
    """
    city = divisions.city_of(city)
    first = _PIECES.split(text)[0]
    names = [_shorter(_SIGNS.sub("", each)) for each in (text, first)]
    for name in dict.fromkeys(each for step in zip_longest(*names, fillvalue="") for each in step):
        ranked = known[city, name].most_common(2) if (city, name) in known and len(name) > 1 else []
        if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
            return ranked[0][0]
    return ""
