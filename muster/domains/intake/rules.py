"""Finding the place that somebody means, when to try a number again, and the reference that a caller is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

MOST_FOUND = 8
TRY_AGAIN = (10, 30, 60)  # minutes after the first, second and third call without an answer; local rule, unverified
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs that cannot be mistaken for one another when spoken
_SIGNS = 6
_SPACE = re.compile(r"[\s,，。·、:：()（）-]+")


@dataclass(frozen=True)
class Spot:
    """An area, or a place (`place` is its id) in one, by name, and by pinyin key and initials."""

    code: str
    name: str
    key: str
    initials: str
    place: UUID | None = None

    @cached_property
    def bare(self) -> str:
        """The name as names are compared; made once, because a district has thirty thousand of them."""
        return plain(self.name)


@dataclass(frozen=True)
class Found:
    """What fits, the best first; `sure` where the first fits better than every other."""

    spots: list[Spot]
    sure: bool


def plain(text: str) -> str:
    """Text as names are compared: one form of each character, lower case, without spaces and punctuation."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text).lower())


def find_spot(text: str, spots: Iterable[Spot]) -> Found:
    """The areas and places that somebody may mean by a name, pinyin, initials, or an address that holds names.

    In an address a name counts together with those of the areas around it that are also said: 中山社区1号楼 is
    building 1 of that community and of no other.
    """
    wanted = plain(text)
    if len(wanted) < 2:
        return Found([], False)
    spots = list(spots)
    if wanted.isascii() and not any(character.isdigit() for character in wanted):
        scored = [(_by_letters(wanted, spot), spot) for spot in spots]
    else:
        said = {spot.code: len(name) for spot in spots if spot.place is None and (name := spot.bare) in wanted}
        scored = [(_by_name(wanted, spot, said), spot) for spot in spots]
    best = sorted(
        ((score, spot) for score, spot in scored if score),
        key=lambda pair: (-pair[0], len(pair[1].name), len(pair[1].code), pair[1].code),
    )[:MOST_FOUND]
    sure = bool(best) and (len(best) == 1 or best[0][0] > best[1][0])
    return Found([spot for _score, spot in best], sure)


def _by_letters(wanted: str, spot: Spot) -> int:
    if spot.bare == wanted or spot.key == wanted:
        return 100
    if spot.key.startswith(wanted):
        return 80
    return 60 if spot.initials.startswith(wanted) else 0


def _by_name(wanted: str, spot: Spot, said: dict[str, int]) -> int:
    name = spot.bare
    if len(name) < 2:
        return 0
    if name == wanted:
        return 1000
    if wanted in name:
        return 900 if name.startswith(wanted) else 800
    if name in wanted:
        around = sum(length for code, length in said.items() if spot.code.startswith(code) and code != spot.code)
        inside = said.get(spot.code, 0) if spot.place else 0
        return len(name) + around + inside + (1 if spot.place else 0)
    return 0


def next_try(unanswered: int, now: datetime) -> datetime | None:
    """When to call again after so many calls without an answer; None when it is time to do something else."""
    return now + timedelta(minutes=TRY_AGAIN[unanswered - 1]) if 0 < unanswered <= len(TRY_AGAIN) else None


def reference(day: datetime, id_: UUID) -> str:
    """The reference that a caller is told: month and day, and six signs of chance from the report's id."""
    number, signs = id_.int, ""
    for _sign in range(_SIGNS):
        number, rest = divmod(number, len(_ALPHABET))
        signs += _ALPHABET[rest]
    return f"{day:%m%d}-{signs}"
