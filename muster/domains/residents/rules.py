"""Whether two records are one person: what agrees, what that weighs, and how sure it is. Plain functions.

Each outcome of a comparison weighs log2(m / u) bits (Fellegi and Sunter 1969, "A theory for record linkage"): m is how
often it happens between two records of one person, u between two persons. Bits of different fields are added. Where
fields depend on one another (a family shares door and phone, twins share the day of birth) the sum says too much:
`limit_of` holds it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import log2
from typing import Any

from . import likeness

CERTAIN, LIKELY, POSSIBLE = "certain", "likely", "possible"
LEVELS = (CERTAIN, LIKELY, POSSIBLE)

# (field, outcome) -> (m, u). A field that one of the records lacks weighs nothing.
CHANCES: dict[tuple[str, str], tuple[float, float]] = {
    # Documents are one person's own; strangers share one by a slip of the hand, taken as 1 in 10 million.
    ("number", "same"): (0.9, 1e-7),
    # The check character of a Chinese card stops nearly every slip, so two cards are two persons.
    ("number", "two cards"): (0.002, 1.0),
    ("number", "different"): (0.3, 1.0),  # a passport is renewed, a letter is forgotten
    # The commonest full name in China, 张伟, is that of 1 person in 4,800 (Ministry of Public Security, 2020).
    ("name", "same"): (0.8, 1 / 4800),
    ("name", "sound"): (0.03, 1 / 1500),  # other characters of one sound: what input by sound gets wrong
    ("name", "near sound"): (0.02, 1 / 600),  # z and zh, n and l, n and ng: one in southern Mandarin
    ("name", "order"): (0.03, 1 / 20_000),  # given name and surname in each other's place
    ("name", "similar"): (0.12, 1 / 400),  # a slip or two of the hand
    ("name", "part"): (0.03, 1 / 200),  # one record has only the surname, or only the given name
    ("name", "one word"): (0.03, 1 / 60),  # surname or given name agrees, the other does not
    ("name", "different"): (0.02, 1.0),
    # Fifty years' days, all alike: 1 in 18,000.
    ("born", "same"): (0.92, 1 / 18_000),
    ("born", "swapped"): (0.005, 1 / 18_000),  # day and month in each other's place
    ("born", "one digit"): (0.03, 1 / 1200),  # about fifteen days are one digit away
    ("born", "different"): (0.04, 1.0),
    # A phone goes with a household: two persons with one are a family more often than a repeat.
    ("phone", "same"): (0.6, 1 / 2000),
    ("phone", "different"): (0.4, 1.0),  # people change numbers, and have two
    # A door among the five hundred of a community.
    ("address", "same"): (0.6, 1 / 500),
    ("address", "similar"): (0.2, 1 / 100),
    ("address", "different"): (0.2, 1.0),  # people move
    ("area", "same"): (0.8, 1 / 10),  # one community; asked only where an address is missing
    ("sex", "same"): (0.99, 0.5),
    ("sex", "different"): (0.01, 0.5),
}
WEIGHTS = {outcome: log2(m / u) for outcome, (m, u) in CHANCES.items()}

LIKELY_FROM = 20.0  # 2 ** 20 is a million: chance would give each person of a large district one such stranger
POSSIBLE_FROM = 13.0  # 2 ** 13 is eight thousand, the people of two communities
_COMMUNITY = 12  # digits of a community's code

_SURE_NAMES = {"same", "sound", "order"}


@dataclass(frozen=True, slots=True)
class Record:
    """What is compared of a person. Numbers are blind indexes; `cards` are those with a check character."""

    name: likeness.Name
    sex: str = ""
    born_on: date | None = None
    numbers: frozenset[bytes] = frozenset()
    cards: frozenset[bytes] = frozenset()
    phones: frozenset[bytes] = frozenset()
    address: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much agrees, in bits; how sure that makes; and the outcome of each field that both records have."""

    bits: float
    level: str
    outcomes: dict[str, str]


def compare(one: Record, other: Record) -> Verdict:
    """The verdict on two records; `level` is '' where they are two persons."""
    outcomes = {field: outcome for field, outcome in _outcomes(one, other) if outcome}
    bits = sum(WEIGHTS[item] for item in outcomes.items())
    return Verdict(round(bits, 1), _level(bits, outcomes), outcomes)


def _outcomes(one: Record, other: Record) -> list[tuple[str, str]]:
    address = likeness.addresses(one.address, other.address)
    near = _same_community(one.area, other.area) and not address
    return [
        ("number", numbers(one, other)),
        ("name", likeness.names(one.name, other.name)),
        ("born", births(one.born_on, other.born_on)),
        ("phone", _shared(one.phones, other.phones)),
        ("address", address),
        ("area", "same" if near else ""),
        ("sex", ("same" if one.sex == other.sex else "different") if one.sex and other.sex else ""),
    ]


def numbers(one: Record, other: Record) -> str:
    """`same`, `two cards`, `different`, or '' where one record has none."""
    if one.cards and other.cards and not one.cards & other.cards:
        return "two cards"
    return _shared(one.numbers, other.numbers)


def _shared(one: frozenset[Any], other: frozenset[Any]) -> str:
    if not (one and other):
        return ""
    return "same" if one & other else "different"


def _same_community(one: str, other: str) -> bool:
    return len(one) >= _COMMUNITY and one[:_COMMUNITY] == other[:_COMMUNITY]


def births(one: date | None, other: date | None) -> str:
    """`same`, `swapped` (day and month), `one digit`, `different`, or '' where one is not known."""
    if one is None or other is None:
        return ""
    if one == other:
        return "same"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return "swapped"
    slips = sum(a != b for a, b in zip(one.isoformat(), other.isoformat(), strict=True))
    return "one digit" if slips == 1 else "different"


def _level(bits: float, outcomes: dict[str, str]) -> str:
    limit = limit_of(outcomes)
    if limit == CERTAIN and bits >= LIKELY_FROM:
        return CERTAIN
    if limit != POSSIBLE and bits >= LIKELY_FROM:
        return LIKELY
    # One document with two persons: whatever else is said, somebody should look.
    return POSSIBLE if bits >= POSSIBLE_FROM or outcomes.get("number") == "same" else ""


def limit_of(outcomes: dict[str, str]) -> str:
    """The most that such outcomes can be, however many bits they have.

    Only possible: two cards; or, without a number in common, another name (twins, couples) or another day of birth
    (father and son of one name). Certain: nothing speaks against it, and either a number and the name agree, or name,
    birth, and phone or address.
    """
    number, name, born = (outcomes.get(field, "") for field in ("number", "name", "born"))
    unlike = name in ("different", "one word") or born == "different"
    if number == "two cards" or (number != "same" and unlike):
        return POSSIBLE
    against = {item for item in outcomes.items() if WEIGHTS[item] < 0} - {("address", "different")}
    home = "same" in (outcomes.get("phone"), outcomes.get("address"))
    agreed = (number == "same" and name in _SURE_NAMES) or (name == born == "same" and home)
    return CERTAIN if agreed and not against - {("phone", "different")} else LIKELY
