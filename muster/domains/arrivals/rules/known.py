"""What earlier lists tell about names that the division table does not have: estates, villages' hamlets, factories."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from .bulletins import Area

Known = defaultdict[tuple[str, str], Counter[str]]  # (code of the city, name) -> how often in which county (6 digits)
_SIGNS = re.compile(r"（新增）?|[\s&、,，。.()（）~—-]")
_PARTS = re.compile(r"社区|街道|镇|乡|村")


def learn(areas: list[Area]) -> Known:
    """Names of the places of lists that say their county: whole, and without the street or community before them."""
    known: Known = defaultdict(Counter)
    for area in areas:
        if len(area.code) < 6:
            continue
        name = _SIGNS.sub("", area.place)
        tails = [name[match.end() :] for match in _PARTS.finditer(name)]
        for each in {name, *(tail for tail in tails if len(tail) > 2)} - {""}:
            known[area.code[:4], each][area.code[:6]] += 1
    return known


def recall(known: Known, city: str, text: str) -> str:
    """The county (6 digits) in which earlier lists had that place, empty where none or several had it equally often."""
    ranked = known.get((city[:4], _SIGNS.sub("", text)), Counter()).most_common(2)
    return ranked[0][0] if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]) else ""
