"""A bulletin's text while it is read: what of it has been understood, and what is left that nobody read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from . import divisions, places, signs


class Area(NamedTuple):
    """One listed area; names are empty where the bulletin and the table do not tell them."""

    province: str
    city: str
    county: str
    street: str
    place: str
    level: str
    code: str


@dataclass
class Sheet:
    """The text in its one form, the division it belongs to, what earlier lists tell, and the stretches understood."""

    text: str
    home: str = ""
    recalled: places.Recall | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)

    def take(self, piece: str, at: int) -> int:
        """Note that the next such piece from `at` on was understood; returns where it ends."""
        start = self.text.find(piece, at) if piece else -1
        if start < 0:
            return at
        self.spans.append((start, start + len(piece)))
        return start + len(piece)

    def unread(self) -> list[str]:
        """Pieces that may name a place and that nothing was made of, in their order. For a person to look at."""
        found, end = [], 0
        for start, after in [*sorted(self.spans), (len(self.text), 0)]:
            for sentence in re.split(r"[\n。;]", self.text[end:start]) if start > end else ():
                told, colon, listed = sentence.partition(":")
                if colon and signs.LEVEL_WORD.search(told):
                    sentence = listed  # what introduces a list does not make the list an aside
                if not signs.ASIDE.search(sentence):
                    pieces = re.split("[,、:]", sentence)
                    found += [piece for piece in pieces if _may_be_place(piece, self.home, len(pieces) > 1)]
            end = max(end, after)
        return found


def _may_be_place(piece: str, home: str, listed: bool) -> bool:
    name = signs.NUMBERING.sub("", piece).strip("（）.:“” ")
    if name.startswith(("以下", "下列", "上述")):
        return False
    if len(re.findall(r"[\u4e00-\u9fff]", name)) < 2 or signs.COUNT_AT_END.fullmatch(name)[2]:
        return False
    if code := places.header(name, home):
        return listed and len(code) > 4 and code != home  # a county among others may be an area
    return bool(signs.PLACE.search(name)) or places.descend(name, home, full=True)[0] != home


def area_of(place: places.Place, level: str, street: str = "") -> Area:
    """The area of a place found; `street` is the one named before it in its list, where the place names none."""
    province, city, county = divisions.title(place.code)
    rest = re.sub(r"（新增）$|^[:]", "", place.rest)
    named = ""
    if place.street:
        named = next((name for name in divisions.spoken_of(place.code) if name in place.rest), "")
    if not named and (
        written := re.match(r"(?!其[他余]|除|各)[\u4e00-\u9fff]{1,8}?(?:街道|地区|镇|乡)(?!村|地区)", rest)
    ):
        named = written[0]
    return Area(province, city, county, named or street, rest, level, place.code)
