"""Two weeks of movement as arrays: 16 November 2021, 00:00, until 30 November, 19:15 (Shanghai).

Homes and work are known from door logs (source `other`), most visits from the scan of a venue code, which knows the
moment of entering and seldom that of leaving; guests from hotel registers, travellers from their seats or tickets.
"""

from __future__ import annotations

import numpy as np

from muster.kernel.presence.rows import OTHER, VENUE_CODE

from .places import Town
from .population import Population
from .stays import DAY, DAYS, END, UNKNOWN, Absences, Stays, around, stays_of
from .travel import guest_stays, trips

_FIRST_WEEKDAY = 1  # 16 November 2021 was a Tuesday
_OUTINGS = {"market": 0.55, "dining": 0.2, "park": 0.08, "other": 0.08, "entertainment": 0.05, "medical": 0.04}


def make_movement(people: Population, town: Town, random: np.random.Generator) -> Stays:
    """Every stay of everybody, in no order; none begins after the end."""
    working, at_work = _work(people, town, random)
    learning, at_school = _school(town, random)
    busy = np.zeros((len(people), DAYS), dtype=bool)
    for away in (working, learning):
        busy[away.person, away.leaves // DAY] = True
    travelling, aboard = trips(people, town, busy, random)
    outing, outside = _outings(people, town, busy, random)
    stopping, stops = _stops(people, town, working, random)
    absences = Absences(*map(np.concatenate, zip(stopping, learning, travelling, outing, strict=True)))
    parts = [*at_work, at_school, aboard, outside, stops, _homes(people, absences), *guest_stays(people, town, random)]
    every = Stays(*map(np.concatenate, zip(*parts, strict=True)))
    kept = (every.entered < END) & (every.person >= 0)
    every = Stays(*(column[kept] for column in every))
    return every._replace(left=np.where(every.left > END, UNKNOWN, every.left))


def _weekday(day: np.ndarray) -> np.ndarray:
    return (day + _FIRST_WEEKDAY) % 7 < 5


def _work(people: Population, town: Town, random: np.random.Generator):
    """Mornings and afternoons with the team on weekdays, and lunch between them."""
    present = random.random((len(people), DAYS), dtype="float32") < 0.95
    person, day = np.nonzero(present & (town.works >= 0)[:, None] & _weekday(np.arange(DAYS)))
    number, start = len(person), day * DAY
    leaves = start + around(random, 7.25, 60, number)
    arrives = leaves + random.integers(12, 36, number)
    noon = start + around(random, 11.75, 30, number)
    resumes = noon + random.integers(30, 56, number)
    ends = start + around(random, 17.0, 60, number)
    place, canteen = town.works[person], town.eats[person]
    hungry = (canteen >= 0) & (random.random(number) < 0.6)
    lunch = stays_of(person[hungry], canteen[hungry], noon[hungry] + 3, resumes[hungry] - 3, OTHER)
    stays = [stays_of(person, place, arrives, noon, OTHER), stays_of(person, place, resumes, ends, OTHER), lunch]
    return Absences(person, leaves, ends), stays


def _school(town: Town, random: np.random.Generator):
    present = random.random((len(town.learns), DAYS), dtype="float32") < 0.97
    person, day = np.nonzero(present & (town.learns >= 0)[:, None] & _weekday(np.arange(DAYS)))
    arrives = day * DAY + around(random, 7.7, 25, len(person))
    ends = day * DAY + around(random, 16.5, 20, len(person))
    away = Absences(person, arrives - 15, ends + random.integers(10, 25, len(person)))
    return away, stays_of(person, town.learns[person], arrives, ends, OTHER)


def _stops(people: Population, town: Town, working: Absences, random: np.random.Generator):
    """Some do their shopping on the way home."""
    stop = random.random(len(working.person)) < 0.22
    journey = random.integers(12, 36, len(stop))
    entered = working.returns[stop] + random.integers(5, 16, int(stop.sum()))
    place = _venue(people, town, working.person[stop], np.full(int(stop.sum()), "market"), random)
    left = _scanned_out(entered, random)
    home = working.returns + journey + np.where(stop, 30, 0)
    return working._replace(returns=home), stays_of(working.person[stop], place, entered, left, VENUE_CODE)


def _outings(people: Population, town: Town, busy: np.ndarray, random: np.random.Generator):
    """On free days: one outing to a venue, for about half of those over eleven."""
    able = (people.age >= 12) & (people.household >= 0)
    person, day = np.nonzero(~busy & able[:, None] & (random.random(busy.shape, dtype="float32") < 0.55))
    leaves = day * DAY + (random.triangular(7.5, 10, 20, len(person)) * 60).astype(int)
    kind = random.choice(list(_OUTINGS), len(person), p=list(_OUTINGS.values()))
    place = _venue(people, town, person, kind, random)
    entered = leaves + random.integers(6, 20, len(person))
    returns = leaves + random.integers(45, 110, len(person))
    return Absences(person, leaves, returns), stays_of(
        person, place, entered, _scanned_out(entered, random), VENUE_CODE
    )


def _scanned_out(entered: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A quarter scans again on leaving."""
    known = random.random(len(entered)) < 0.25
    return np.where(known, entered + random.integers(6, 26, len(entered)), UNKNOWN)


def _venue(people: Population, town: Town, person: np.ndarray, kind: np.ndarray, random: np.random.Generator):
    """A venue of the kind for each: mostly in the own street, some of them much more liked than others."""
    grids = people.geography.grids
    streets = sorted({grid.street for grid in grids})
    of_grid = np.array([streets.index(grid.street) for grid in grids])
    strays = random.random(len(person)) < 0.3
    street = np.where(strays, random.integers(0, len(streets), len(person)), of_grid[people.grid[person]])
    place = np.full(len(person), -1)
    liked = random.random(len(person)) ** 1.6
    for name, by_street in town.venues.items():
        for number, code in enumerate(streets):
            here = np.flatnonzero((kind == name) & (street == number))
            place[here] = np.array(by_street[code])[(liked[here] * len(by_street[code])).astype(int)]
    return place


def _homes(people: Population, away: Absences) -> Stays:
    """At home whenever not away; the last stay is known until the end of the log."""
    residents = np.arange(len(people) - len(people.guests))
    order = np.lexsort((away.leaves, away.person))
    person, leaves, returns = (column[order] for column in away)
    first = np.concatenate((residents, person))
    entered = np.concatenate((np.zeros(len(residents), dtype=int), returns))
    order = np.lexsort((entered, first))
    first, entered = first[order], entered[order]
    # Each absence ends the stay before it; a person's last stay lasts until the end.
    left = np.full(len(first), END)
    follows = np.flatnonzero(first[1:] == first[:-1])
    left[follows] = leaves
    kept = (entered < left) & (entered < END)
    person = first[kept]
    return stays_of(person, people.household[person], entered[kept], np.minimum(left[kept], END), OTHER)
