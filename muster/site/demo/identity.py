"""Identifiers of people who do not exist.

Identity numbers are valid in form (GB 11643-1999: area, day of birth, sequence, check character), but their area code,
610499, is assigned to no county, so no living person has one. Phone numbers begin with 142, which no operator gives to
subscribers. Ids of rows are UUIDv7 that follow from the seed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import numpy as np

from muster.kernel.people import crypto, identifiers

AREA = "610499"
PHONE = "142"
_MADE = 1_637_000_000_000  # 15 November 2021 in Unix milliseconds: before everything that happens
_LEAST_AGE = 12  # years from which on people have a phone


def uuids(number: int, random: np.random.Generator) -> list[uuid.UUID]:
    """Ids in rising order, one millisecond apart (RFC 9562, version 7)."""
    bits = random.integers(0, 1 << 62, (number, 2), dtype="int64").tolist()
    return [
        uuid.UUID(int=(_MADE + n) << 80 | 0x7 << 76 | (a & 0xFFF) << 64 | 0b10 << 62 | b)
        for n, (a, b) in enumerate(bits)
    ]


def cards(born: np.ndarray, male: np.ndarray) -> list[str]:
    """An identity number for each: people born on one day are numbered, men oddly and women evenly."""
    order = np.lexsort((male, born))
    day, sex = born[order], male[order]
    new = np.concatenate(([True], (day[1:] != day[:-1]) | (sex[1:] != sex[:-1])))
    starts = np.flatnonzero(new)
    rank = np.empty(len(born), dtype=int)
    rank[order] = np.arange(len(born)) - np.repeat(starts, np.diff(np.append(starts, len(born))))
    days = np.datetime_as_string(born, unit="D").tolist()
    made = []
    for day_of_birth, place in zip(days, (rank * 2 + male).tolist(), strict=True):
        first = f"{AREA}{day_of_birth.replace('-', '')}{place % 1000:03}"
        made.append(first + identifiers.check_character(first))
    return made


def phones(age: np.ndarray) -> list[str]:
    """A phone number for everybody who is old enough, else ''."""
    return [f"{PHONE}{number:08}" if years >= _LEAST_AGE else "" for number, years in enumerate(age.tolist())]


def sealed(
    people: list[uuid.UUID], kind: str, values: list[str], random: np.random.Generator
) -> Iterator[tuple[Any, ...]]:
    """Rows of people_identifier, encrypted and indexed as `people.crypto` does it for every other row."""
    for identifier, person, value in zip(uuids(len(people), random), people, values, strict=True):
        if value:
            number = identifiers.read(kind, value)
            key, encrypted = crypto.encrypt(number.value, identifier)
            yield identifier, person, kind, number.country, encrypted, key, crypto.blind_index(*number)
