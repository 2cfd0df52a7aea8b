"""Where a place lies: the divisions at the beginning of an address, found from a division that is known already."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from . import divisions, telling

ZONED = re.compile(r"[\u4e00-\u9fff]{1,9}(?:港区|新区|园区|开发区|高新区|经济区|保税区|示范区|管理区)")
_BESIDE = ("", "市", "地区", "境内", "市区", "城区", "主城区", "中心城区", "新城区")
_KIND = re.compile(r"[省市州盟区县旗]$")
_GOES_ON = re.compile(r"(?:[区路街道县镇乡村旗里]|社区|小区|新村|大道|大街|花园)")

Recall = Callable[[str, str], str]  # (code of a city, an address in it) -> the county that is known for it, or ""


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
        size = next((n for n in sizes if _kind(rest[:n], known[rest[:n]]) or not (full or _GOES_ON.match(rest[n:]))), 0)
        if not size:
            break
        child = known[rest[:size]]
        if len(child) == 4 and rest[size : size + 1] == "市" and rest[: size + 1] in divisions.below(child):
            child, size = divisions.below(child)[rest[: size + 1]], size + 1  # 恩施市 in 恩施
        code, rest = child, rest[size:]
    if len(code) == 6 and len(divisions.names()[code]) > 2:
        # a county that stands in the name of another of its city: `满洲里扎赉诺尔区`
        known = divisions.below(code[:4])
        size = next((n for n in range(min(15, len(rest)), 2, -1) if rest[:n] in known), 0)
        if size and _KIND.search(rest[:size]):
            code, rest = known[rest[:size]], rest[size:]
    return code, rest


def _kind(name: str, code: str) -> bool:
    """Whether the name says what kind of division it is. That of 杭州 and 贵州 ends with no kind."""
    return bool(_KIND.search(name)) and (name[-1] != "州" or divisions.names()[code][-1] == "州")


def header(text: str, within: str = "") -> str:
    """The division that the whole text names (`辽宁省大连市`, `天津市滨海新区`, `云南`), or an empty string."""
    for start in (within, ""):
        code, rest = descend(text, start)
        if code != start and rest in _BESIDE:
            return code
        # `天津市东疆港区`: a zone that has no code, below a city or a municipality
        if code != start and (len(code) == 4 or code in divisions.MUNICIPALITIES) and ZONED.fullmatch(rest):
            return code
    named = divisions.counties_named(text)
    return named[0] if len(named) == 1 else ""


def find(text: str, within: str = "", carried: str = "", recalled: Recall | None = None) -> Place:
    """The place of an address. `within` is certain (a heading); `carried` is the county named before it in a list.

    A county or city that the text names wins; then the county in which earlier lists had just this place (`recalled`);
    then a street or town that only one county of the city has; then the carried county; then a community.
    """
    if len(within) >= 4 and text.startswith(name := divisions.stem(within[:4])):
        below = text.removeprefix(name)
        if descend(below, within[:4], full=True)[0] != within[:4]:
            text = below  # `大连庄河市` in a list of 大连市
    for start in dict.fromkeys((carried[:6], within, within[:4], within[:2], "")):
        code, rest = descend(text, start, full=bool(within) and len(start) < len(within))
        if (code, rest) != (start, text) and (
            len(code) >= len(within) or not within.startswith(code)
        ):  # 河北省胸科医院 names no more
            return Place(_finer(code, rest, recalled, text.removesuffix(rest)), rest, True)
    if not within:
        for size in range(min(15, len(text)), 2, -1):
            if len(named := divisions.counties_named(text[:size])) == 1:  # a county whose name no other bears
                return Place(_finer(named[0], text[size:], None, text[:size]), text[size:], True)
    zone = bool(telling.ZONE.match(text))
    if zone:
        carried = ""  # a zone of its own: the county named before it does not go on
    return Place(_inside(within, text, carried, recalled), text, zone)


def _finer(code: str, rest: str, recalled: Recall | None, named: str) -> str:
    """What the text says below what it named: of a county its street, of a city all that `_inside` tells.

    A street after a zone decides by itself, for a zone may reach into several counties.
    """
    if len(code) < 6:
        return _inside(code, rest, "", recalled)
    found = telling.street(divisions.city_of(code), rest, code)
    zone = ZONED.search(named) and divisions.names()[code] not in named
    return found if found and (zone or found.startswith(code)) else code


def _inside(code: str, text: str, carried: str, recalled: Recall | None) -> str:
    """The finest code that the text tells inside a division; a county that was carried, or the division, else."""
    city = divisions.city_of(code)
    if not city:
        return carried[:6] or code
    near = carried or code
    county = near[:6] if len(near) >= 6 else ""
    if not county and recalled and (earlier := recalled(city, text)):
        found = telling.street(city, text, earlier)
        return found if found.startswith(earlier) else earlier
    if found := telling.street(city, text, near) or telling.zone(city, text):
        return found
    if county:
        return county
    if found := telling.community(city, text, near):
        return found if _countyless(city, found) else found[:6]
    return code


def likely(text: str, within: str) -> str:
    """The county (6 digits) in which an address probably lies though nothing certain tells it; '' where nothing does.

    For a person to look at, never for deciding about people: of four such counties one is another (docs/risk-areas.md).
    """
    city = divisions.city_of(within)
    return telling.loosely(city, text) if city else ""


def _countyless(city: str, code: str) -> bool:
    """A city without counties: what it has instead is its towns."""
    return divisions.names().get(code[:6]) == divisions.names().get(city)
