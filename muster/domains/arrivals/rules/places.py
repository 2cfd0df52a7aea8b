"""Where a place lies: the divisions at the beginning of an address, found from a division that is known already."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from . import divisions

_ZONE = re.compile(
    r"^(?:[\u4e00-\u9fff·—-]{0,10}?)(?:高新技术产业开发区|高新技术开发区|经济技术开发区|火炬高技术产业开发区|风景名胜区|示范区|开发区|"
    r"高新园区|高新区|经开区|经济区|保税区|新区)"
)
_ZONED = re.compile(r"[\u4e00-\u9fff]{1,9}(?:港区|新区|园区|开发区|高新区|经济区|保税区|示范区|管理区)")
_KIND = re.compile(r"[省市州盟区县旗]$")
_GOES_ON = re.compile(r"(?:[区路街道县镇乡村旗里]|社区|小区|新村|大道|大街|花园)")


class Place(NamedTuple):
    """`code` reaches as deep as the text is certain: 2, 4, 6 or 9 digits. `rest` is what follows the county's name."""

    code: str
    rest: str
    named: bool  # whether the text itself named a county (or city) rather than a street that tells it

    @property
    def street(self) -> str:
        """Code of the street, empty where none was found."""
        return self.code if len(self.code) == 9 else ""


def descend(text: str, within: str = "", full: bool = False) -> tuple[str, str]:
    """(code, rest): the divisions that the text begins with, looked for below `within`. Code is `within` if none.

    A name without its kind (朝阳) does not count before 区, 路, 社区 and the like, nor where `full` is asked for.
    """
    code, rest = within, text
    while len(code) < 6:
        known = divisions.below(code)
        sizes = (n for n in range(min(15, len(rest)), 1, -1) if rest[:n] in known)
        size = next((n for n in sizes if _KIND.search(rest[:n]) or not (full or _GOES_ON.match(rest[n:]))), 0)
        if not size:
            break
        code, rest = known[rest[:size]], rest[size:]
    if len(code) == 6 and len(divisions.names()[code]) > 2:
        # a county that stands in the name of another of its city: `满洲里扎赉诺尔区`
        known = divisions.below(code[:4])
        size = next((n for n in range(min(15, len(rest)), 2, -1) if rest[:n] in known), 0)
        if size and _KIND.search(rest[:size]):
            code, rest = known[rest[:size]], rest[size:]
    return code, rest


def header(text: str, within: str = "") -> str:
    """The division that the whole text names (`辽宁省大连市`, `天津市滨海新区`, `云南`), or an empty string."""
    for start in (within, ""):
        code, rest = descend(text, start)
        if code != start and rest in ("", "市", "地区", "境内"):
            return code
        # `天津市东疆港区`: a zone that has no code, below a city or a municipality
        if code != start and (len(code) == 4 or code in divisions.MUNICIPALITIES) and _ZONED.fullmatch(rest):
            return code
    named = divisions.counties_named(text)
    return named[0] if len(named) == 1 else ""


def find(text: str, within: str = "", carried: str = "") -> Place:
    """The place of an address. `within` is certain (a heading); `carried` is the county named before it in a list.

    A county or city that the text names wins; then a street or town that only one county of the city has; then the
    carried county; then a community that only one county of the city has.
    """
    for start in dict.fromkeys((carried[:6], within, within[:4], within[:2], "")):
        code, rest = descend(text, start, full=bool(within) and len(start) < len(within))
        if code != start:
            return Place(_street(code, rest) or code, rest, True)
    if not within:
        for size in range(min(15, len(text)), 2, -1):
            if len(named := divisions.counties_named(text[:size])) == 1:  # a county whose name no other bears
                return Place(_street(named[0], text[size:]) or named[0], text[size:], True)
    if zone := _ZONE.match(text):
        carried = ""  # a zone of its own: the county named before it does not go on
    code, city = within, divisions.city_of(within)
    if city:
        if found := _told(city, text, carried or within, divisions.streets):
            return Place(found, text, bool(zone))
        if not carried and (found := _told(city, text, within, divisions.communities)):
            code = found if divisions.names().get(found[:6]) == divisions.names().get(city) else found[:6]
    return Place(carried[:6] or code, text, bool(zone))


def _street(code: str, rest: str) -> str:
    """The street that the rest begins with, inside a county or, for a city, where only one has it."""
    city = divisions.city_of(code)
    return _told(city, rest, code, divisions.streets) if city else ""


def _told(city: str, text: str, inside: str, table: Callable[[str], dict[str, tuple[str, ...]]]) -> str:
    """The code that a street's or community's name tells, empty where it tells none or several counties."""
    zone = _ZONE.match(text)
    for start in (text, text[zone.end() :] if zone else ""):
        for size in range(min(14, len(start)), 1, -1):
            codes = table(city).get(start[:size], ())
            near = [code for code in codes if inside and code.startswith(inside[:6])]
            if near:
                return near[0]
            if len({code[:6] for code in codes}) == 1:
                return codes[0]
    return ""
