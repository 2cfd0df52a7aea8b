"""Names: the pinyin key they are found by, their initials, and the mask that hides them. Plain functions.

A surname often reads unlike the same character elsewhere (单 is Shan, 曾 is Zeng), so surnames have readings of their
own; other characters take the first reading of pypinyin's table.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from muster.kernel.people.surnames import COMPOUNDS, SINGLES

# Characters that in a given name are read otherwise than first in the table.
_GIVEN = {"长": "chang", "茜": "qian", "翟": "zhai", "曾": "zeng", "柏": "bo", "乐": "le", "仇": "qiu", "朴": "pu"}

_DOTS = str.maketrans(dict.fromkeys("•・‧∙.．", "·"))
_HAN_CLASS = "[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
_HAN = re.compile(_HAN_CLASS)
_INNER_SPACE = re.compile(rf"(?<={_HAN_CLASS})\s+(?={_HAN_CLASS})")
_WORD = re.compile("[^\\W\\d_]+")


def tidy(name: str) -> str:
    """A name as stored: one form of each character, single spaces, none inside a Chinese name."""
    name = " ".join(unicodedata.normalize("NFKC", name).split())
    return _INNER_SPACE.sub("", name.translate(_DOTS)) if _HAN.search(name) else name


def surname_of(name: str) -> str:
    """The surname of a tidy Chinese name: two characters where they are a compound one and a given name follows."""
    return name[:2] if len(name) > 2 and name[:2] in COMPOUNDS else name[:1]


def keys(name: str) -> tuple[str, str]:
    """(key, initials) of a name: lower-case letters without spaces; `ü` is `v` in pinyin.

    欧阳锋 has ("ouyangfeng", "oyf"); John Smith ("johnsmith", "js").
    """
    name = tidy(name)
    if name.isascii():
        syllables = [word.lower() for word in _WORD.findall(name)]
    else:
        syllables = _syllables(name)
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)


def search_keys(text: str) -> list[str]:
    """What somebody typed in letters, as possible beginnings of a key: `Lü Wei` and `lyu wei` also mean `lvwei`."""
    text = unicodedata.normalize("NFKC", text).lower()
    pinyin = re.sub("([ln])(?:ü|yu)", r"\1v", text)
    return list(dict.fromkeys("".join(_WORD.findall(_plain(form))) for form in (text, pinyin)))


def has_han(text: str) -> bool:
    """Whether the text has a Chinese character."""
    return _HAN.search(text) is not None


def mask(name: str) -> str:
    """What everybody may see of a name: 王*, 欧阳*, J*** S***. The number of stars says nothing of its length."""
    name = tidy(name)
    if not name:
        return ""
    if "·" in name:
        return "·".join(part[0] + "*" for part in name.split("·") if part)
    if _HAN.match(name):
        return surname_of(name) + "*"
    return " ".join(word[0].upper() + "***" for word in _WORD.findall(name)) or name[:1] + "*"


def _syllables(name: str) -> list[str]:
    """The readings of the characters; letters between them are words of their own."""
    surname = surname_of(name)
    if len(surname) == 2:
        found = list(COMPOUNDS[surname])
    elif reading := SINGLES.get(surname):
        found = [reading]
    else:
        surname, found = "", []
    word = ""
    for character in name[len(surname) :]:
        if reading := _reading(character):
            if word:
                found.append(word)
                word = ""
            found.append(reading)
        elif character.isalpha():
            word += _plain(character.lower())
        elif word:
            found.append(word)
            word = ""
    return [*found, word] if word else found


@cache
def _reading(character: str) -> str:
    """The reading of a Chinese character; '' for any other."""
    if not _HAN.match(character):
        return ""
    from pypinyin import lazy_pinyin  # its table takes a quarter of a second: only where names are written

    reading = _GIVEN.get(character) or lazy_pinyin(character)[0]
    return reading if reading.isascii() else character


@cache
def _plain(text: str) -> str:
    """Letters without their marks: é is e."""
    marks_apart = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in marks_apart if not unicodedata.combining(c)))
