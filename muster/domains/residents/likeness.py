"""How alike two names are, and two addresses: by character, by sound, by word. Plain functions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import permutations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

_HAN = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_SLIP = 0.86  # Jaro-Winkler of two words that differ by a slip or two of the hand (Winkler 1990 takes 0.85 to 0.9)
_ADDRESS_ALIKE = 80  # per cent of the words, in any order
_MOST_WORDS = 4  # of a name, whose orders are tried

# Sounds that a large part of China does not tell apart; what is left of each pair is the shorter.
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("hu", "f"), ("r", "n"))

# What an address calls its parts; the same door is written with and without them.
_NUMBER_WORDS = re.compile("(?<=[0-9a-z])(?:号楼|栋|幢|座|单元|号|室|楼|户|弄)|[-#,，、.．;；/·]")
_PLACES = re.compile("(?:省|自治区|市|地区|自治州|县|区|街道办事处|街道|办事处|镇|乡|社区|居委会|村委会|网格)")


@dataclass(frozen=True, slots=True)
class Name:
    """A tidy name in small letters, and its key in pinyin (`muster.kernel.people.names.keys`)."""

    text: str
    key: str


def name_of(tidy: str, key: str) -> Name:
    """The name as it is compared."""
    return Name(tidy.casefold(), key)


def names(one: Name, other: Name) -> str:
    """The outcome: same, sound, near sound, order, similar, part, one word, different; '' where one is missing."""
    if not (one.text and other.text):
        return ""
    if one.text == other.text:
        return "same"
    chinese = [bool(_HAN.search(name.text)) for name in (one, other)]
    if all(chinese):
        return _by_sound(one.key, other.key)
    if any(chinese):
        return _across(*((one, other) if chinese[0] else (other, one)))
    return _by_words(_WORD.findall(one.text), _WORD.findall(other.text))


def _by_sound(one: str, other: str) -> str:
    """Two names in characters. One more character in common says little: brothers and sisters have that too."""
    if one == other:
        return "sound"
    return "near sound" if merged(one) == merged(other) else "different"


def _across(chinese: Name, latin: Name) -> str:
    """A name in characters and one in letters, as in a passport, given name first or last."""
    words = _WORD.findall(latin.text)[:_MOST_WORDS]
    spelt = {"".join(order) for order in permutations(words)} | {latin.key}
    if chinese.key in spelt:
        return "sound"
    return "near sound" if merged(chinese.key) in {merged(key) for key in spelt} else "different"


def merged(key: str) -> str:
    """A pinyin key without the differences that accents drop: zhangning and zannin are one."""
    for distinct, plain in _MERGED:
        key = key.replace(distinct, plain)
    return key


def _by_words(one: list[str], other: list[str]) -> str:
    if sorted(one) == sorted(other):
        return "order"
    short, long = sorted((one, other), key=len)
    left, equal, alike = list(long), 0, 0
    for word in short:
        best = max(left, key=lambda known: _near(word, known), default="")
        if best and _near(word, best) >= _SLIP:
            equal, alike = equal + (word == best), alike + 1
            left.remove(best)
    if alike == len(short):
        return "similar" if len(long) == len(short) or len(short) > 1 else "part"
    if fuzz.ratio("".join(sorted(one)), "".join(sorted(other))) >= 100 * _SLIP:
        return "similar"  # a space in another place: “van dyke”, “vandyke”
    return "one word" if alike else "different"


def _near(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if OSA.distance(one, other, score_cutoff=1) == 1 and min(len(one), len(other)) > 2:
        return 0.99
    return JaroWinkler.similarity(one, other)


def plain_address(text: str) -> str:
    """An address as it is compared: one form of each character, numbers as words, without what parts are called."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _NUMBER_WORDS.sub(" ", text)
    text = _PLACES.sub(" ", text) if _HAN.search(text) else text
    return " ".join(re.sub(r"([0-9]+)", r" \1 ", text).split())


def addresses(one: str, other: str) -> str:
    """`same`, `similar`, `different`, or '' where one is missing; of plain addresses.

    Addresses of other numbers are other doors: 3 号楼 501 is not 3 号楼 502, however alike the rest is.
    """
    if not (one and other):
        return ""
    if one == other or sorted(one.split()) == sorted(other.split()):
        return "same"
    if _HAN.search(one) and _HAN.search(other):
        doors = [re.findall("[0-9]+", text) for text in (one, other)]
        inside = one.replace(" ", "").endswith(other.replace(" ", "")) or other.replace(" ", "").endswith(
            one.replace(" ", "")
        )
        if doors[0] != doors[1]:
            return "different"
        if inside and doors[0]:
            return "same"  # one begins with the district, the other does not
    return "similar" if fuzz.token_sort_ratio(one, other) >= _ADDRESS_ALIKE else "different"
