"""What tells the county inside a city when an address names none: street, community, what is called after either.

From the surest to the loosest, and each only where one county of the city alone has the name:

1. a street or town; also written without its 路, 道 or 大街 (`阿尔丁街道` is 阿尔丁大街街道), or after a zone;
2. a community or village;
3. an estate, road or company called after a community, a street or a town (`龙西新村`, `康安路44号`, `斜塘老街`);
4. the same in what follows a comma; 5. a county whose name lost its first sign, or stands inside the text;
6. the first of several streets of that name; 7. a community's name of three characters or more, anywhere.

1 and 2 are `street` and `community`; the rest is `loosely`, and only ever a guess.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from . import divisions

Table = Callable[[str], Mapping[str, tuple[str, ...]]]

ZONE = re.compile(
    r"^(?:[\u4e00-\u9fff·—-]{0,10}?)(?:高新技术产业开发区|高新技术开发区|经济技术开发区|火炬高技术产业开发区|风景名胜区|示范区|开发区|"
    r"高新园区|高新区|经开区|经济区|保税区|新区|(?<!校)园区)"
)
_ESTATE = re.compile(
    r"^([\u4e00-\u9fff]{2,4}?)(?:[一二三四五六七八九十东西南北]{1,2}[区村里]|小区|花园|新村|家园|老街|公寓|佳苑|西苑|东苑|新苑|"
    r"北苑|南苑|嘉园|雅苑|名苑|公馆|花苑|苑|园|里)(?![\u4e00-\u9fff]*(?:街道|镇|乡))"
)
_ROAD = re.compile(r"^([\u4e00-\u9fff]{2,4}?(?:路|大街|街|大道|道))(?![\u4e00-\u9fff]*(?:街道|镇|乡))")
_WAY = re.compile(r"(?:大街|大道|路|道|街)$")
_STREET_END = re.compile(r"(?:街道办事处|街道|地区办事处|地区|街|镇|(?:.{1,4}族)?乡)$")


def street(city: str, text: str, inside: str = "") -> str:
    """Code (9 digits) of the street or town that the text begins with; empty where it tells none or several counties.

    Of several, one inside `inside` counts.
    """
    return (
        _told(city, text, inside, divisions.streets)
        or _by_community(city, text)
        or _told(city, text, inside, _roadless)
    )


def _by_community(city: str, text: str) -> str:
    """`新华街道小寺社区`: of the counties that have such a street, the one whose street has the community after it."""
    for size in range(min(16, len(text)), 2, -1):
        if codes := divisions.streets(city).get(text[:size]):
            rest = text[size:]
            for end in range(min(16, len(rest)), 1, -1):
                both = {*divisions.communities(city).get(rest[:end], ())} & {*codes}
                if both:
                    return both.pop() if len(both) == 1 else ""
            return ""
    return ""


def zone(city: str, text: str) -> str:
    """County (6 digits) whose name the zone bears with which the text begins: `江夏经济开发区`, `新郑教育园区`."""
    found = ZONE.match(text)
    for size in range(4, 1, -1) if found else ():
        code = divisions.stems(city).get(text[:size], "")
        if code and found.end() > size + 1 and text[:size] != divisions.stem(city):
            return code
    return ""


def community(city: str, text: str, inside: str = "") -> str:
    """Code of the street (9 digits) whose community or village the text begins with."""
    return _told(city, text, inside, divisions.communities)


def loosely(city: str, text: str) -> str:
    """County (6 digits) by what is called after a community, street or town, or by a later piece; else empty."""
    return next(filter(None, _guesses(city, text)), "")


def _guesses(city: str, text: str) -> Iterator[str]:
    zone = ZONE.match(text)
    for start in [text, text[zone.end() :]] if zone else [text]:
        if road := _ROAD.match(start):
            yield _only(_roads(city).get(road[1], ()))
        if estate := _ESTATE.match(start):
            yield _only(divisions.communities(city).get(f"{estate[1]}社区", ()))
            yield _only(_stems(city).get(estate[1], ()))
        for size in (4, 3, 2):
            if not re.match(r"[路街道]", start[size:]):
                yield _only(_stems(city).get(start[:size], ()))
    for piece in re.split(r"[,，;；、]", text)[1:]:
        yield street(city, piece)[:6] or community(city, piece)[:6]
    yield _cut(city, text)
    yield _inside(city, text)
    yield from _first(city, text)
    yield _among(city, text)


def _cut(city: str, text: str) -> str:
    """`定区子午路`: the name of a county of which the first sign was lost."""
    ends = {name[1:]: code for name, code in divisions.below(city).items() if len(name) > 2}
    found = {code for name, code in ends.items() if re.search(r"[区县市旗]$", name) and text.startswith(name)}
    return _only(tuple(found))


def _inside(city: str, text: str) -> str:
    """`长安路2358号吴江科技创业园`: the only county whose name stands in the text without its kind.

    A name that counties of several cities bear (新城, 长安) tells nothing: it is a word of every town.
    """
    stems = {name[:-1]: code for name, code in divisions.below(city).items() if name[-1] in "区县市旗"}
    found = (code for stem, code in stems.items() if len(stem) > 1 and re.search(rf"{stem}(?![路街道])", text))
    return _only(tuple(code for code in found if _rare(divisions.names()[code][:-1])))


@lru_cache(maxsize=1)
def _bearers() -> Counter[str]:
    return Counter(name[:-1] for code, name in divisions.names().items() if len(code) == 6)


def _rare(stem: str) -> bool:
    return _bearers()[stem] == 1


def _first(city: str, text: str) -> Iterator[str]:
    """Of several streets of one name the lowest code: the city's own districts come before its counties."""
    for size in range(min(16, len(text)), 2, -1):
        if codes := divisions.streets(city).get(text[:size]):
            yield min(codes)[:6]


def _among(city: str, text: str) -> str:
    """`凤阳路郑家馨苑`: the one county of the communities whose name stands anywhere in the text, the longest first."""
    for size in (4, 3):
        pieces = (text[start : start + size] for start in range(len(text) - size + 1))
        found = {_only(divisions.communities(city).get(f"{piece}社区", ())) for piece in pieces} - {""}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _told(city: str, text: str, inside: str, table: Table) -> str:
    zone = ZONE.match(text)
    for start in (text, text[zone.end() :] if zone else ""):
        for size in range(min(16, len(start)), 1, -1):
            codes = table(city).get(start[:size], ())
            near = [code for code in codes if len(inside) >= 6 and code.startswith(inside[:6])]
            if near:
                return near[0]
            if _only(codes):
                return codes[0]
    return ""


def _only(codes: tuple[str, ...]) -> str:
    """The one county of some codes; empty where there are none or several."""
    counties = {code[:6] for code in codes}
    return counties.pop() if len(counties) == 1 else ""


def _gathered(pairs: Iterator[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, code in pairs:
        found.setdefault(name, []).append(code)
    return {name: tuple(codes) for name, codes in found.items()}


@lru_cache(maxsize=64)
def _roadless(city: str) -> dict[str, tuple[str, ...]]:
    """`阿尔丁街道`, `胜利办`: streets called after a road, without the word for it, where no other is called so."""
    plain = divisions.streets(city)

    def pairs() -> Iterator[tuple[str, str]]:
        for name, codes in plain.items():
            stem = _WAY.sub("", name.removesuffix("街道"))
            if name.endswith("街道") and stem != name.removesuffix("街道") and len(stem) > 1:
                spoken = [f"{stem}{end}" for end in ("街道", "街道办事处", "街道办", "办事处", "办")]
                yield from ((each, code) for code in codes for each in spoken if each not in plain)

    return _gathered(pairs())


@lru_cache(maxsize=64)
def _roads(city: str) -> dict[str, tuple[str, ...]]:
    """Roads after which a street is called: `康安路` -> the street 康安路街道."""
    named = ((name.removesuffix("街道"), codes) for name, codes in divisions.streets(city).items())
    return _gathered((road, code) for road, codes in named if _WAY.search(road) for code in codes)


@lru_cache(maxsize=64)
def _stems(city: str) -> dict[str, tuple[str, ...]]:
    """Streets and towns without their kind: `斜塘` -> 斜塘街道, `孟定` -> 孟定镇."""
    named = ((_STREET_END.sub("", name), name, codes) for name, codes in divisions.streets(city).items())
    return _gathered((stem, code) for stem, name, codes in named if stem != name and len(stem) > 1 for code in codes)
