"""Who turns positive: a resident whose last days make an instructive picture, found by the rule of co-presence.

The same rule, through the real procedure, finds the contacts later; this look ahead only chooses the person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from muster.kernel.presence.rows import LODGING

from .geography import QINDU, WEICHENG
from .places import Town
from .population import CHILD, ELDER, HEAD, Population
from .stays import DAY, END, UNKNOWN, Stays, lodged_at

WINDOW = 12 * DAY  # 28 November, 00:00: two days before the sampling
TOGETHER = 10  # minutes
SCAN_LASTS = 60  # minutes, where leaving is not known
CANDIDATES = 300
_WANTED = {
    "all": (38, 60),
    "workplace": (5, 11),
    "dining": (5, 20),
    "market": (6, 25),
    "qindu": (2, 9),
    "guest": (1, 1),
}


@dataclass
class Picture:
    """A person, and the persons who were together with them in the window (household included)."""

    person: int
    contacts: np.ndarray
    misses: int


def choose(people: Population, town: Town, stays: Stays) -> Picture:
    """The candidate whose contacts come nearest to what is wanted; the first one where several do."""
    late = _in_window(stays)
    gone = np.setdiff1d(people.guests, list(lodged_at(stays)))
    kinds = np.array(town.places.kind)
    visited = late.place[np.isin(late.person, gone) & (kinds[late.place] == "workplace")]
    able = (town.eats >= 0) & people.in_district(WEICHENG)
    pupil = np.zeros(len(people.households), dtype=bool)
    pupil[people.household[(people.part == CHILD) & (town.learns >= 0)]] = True
    parent = (people.age >= 28) & (people.age < 55) & (people.part == HEAD) & pupil[people.household]
    met = np.isin(town.works, visited)
    # The last two are for a very small town.
    candidates = next(found for kept in (able & parent & met, able & met, able) if len(found := np.flatnonzero(kept)))
    pictures = (_picture(people, kinds, late, gone, int(person)) for person in candidates[:CANDIDATES])
    return min(pictures, key=lambda picture: picture.misses)


def _in_window(stays: Stays) -> Stays:
    """The stays clipped to the window, with the ends that the plan assumes, in order of place."""
    assumed = np.where(stays.source == LODGING, END, np.minimum(stays.entered + SCAN_LASTS, END))
    left = np.where(stays.left == UNKNOWN, assumed, stays.left)
    kept = left > WINDOW
    late = Stays(*(column[kept] for column in stays._replace(left=left, entered=np.maximum(stays.entered, WINDOW))))
    order = np.argsort(late.place, kind="stable")
    return Stays(*(column[order] for column in late))


def _picture(people: Population, kinds: np.ndarray, late: Stays, gone: np.ndarray, person: int) -> Picture:
    met: list[np.ndarray] = []
    found = dict.fromkeys(_WANTED, 0)
    for mine in np.flatnonzero(late.person == person).tolist():
        place = late.place[mine]
        here = slice(*np.searchsorted(late.place, (place, place + 1)))
        together = np.minimum(late.left[here], late.left[mine]) - np.maximum(late.entered[here], late.entered[mine])
        others = late.person[here][(together >= TOGETHER) & (late.person[here] != person)]
        met.append(others)
        if kinds[place] in found:
            found[kinds[place]] = max(found[kinds[place]], len(others))
    family = np.flatnonzero((people.household == people.household[person]) & (np.arange(len(people)) != person))
    contacts = np.unique(np.concatenate([*met, family]))
    elders = int((people.part[family] >= ELDER).sum())
    found |= {"all": len(contacts), "qindu": int(people.in_district(QINDU)[contacts].sum())}
    found["guest"] = int(np.isin(contacts, gone).sum())
    misses = sum(max(least - found[name], found[name] - most, 0) for name, (least, most) in _WANTED.items())
    return Picture(person, contacts, misses * 10 + (0 if elders else 1))
