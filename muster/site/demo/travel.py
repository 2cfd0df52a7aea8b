"""Those who travel: trips by train and coach with seats, and guests from elsewhere in hotels."""

from __future__ import annotations

import numpy as np

from muster.kernel.presence.rows import LODGING, NO_SEAT, OTHER, SEAT, TRIP

from .places import Town
from .population import Population
from .stays import DAY, DAYS, UNKNOWN, Absences, Stays, around, stays_of
from .town import LINES


def trips(people: Population, town: Town, busy: np.ndarray, random: np.random.Generator):
    """A few travel on free days, out in the morning and back in the evening; marks those days as taken."""
    able = (people.age >= 16) & (people.household >= 0)
    person, day = np.nonzero(~busy & able[:, None] & (random.random(busy.shape, dtype="float32") < 0.004))
    busy[person, day] = True
    line = random.integers(0, len(LINES), len(person))
    rows = np.array([rows for _to, _layout, rows in LINES])[line]
    seated = np.array([layout.startswith("train") for _to, layout, _rows in LINES])[line]
    place = np.array(town.carriages)[line]
    both = []
    for departs in (8 * 60 + 10, 18 * 60 + 5):
        entered = day * DAY + departs
        seat = np.where(seated, random.integers(1, rows + 1), NO_SEAT)
        stays = stays_of(person, place, entered, entered + 48, SEAT, seat)
        both.append(stays._replace(source=np.where(seated, SEAT, TRIP)))
    away = Absences(person, day * DAY + 7 * 60 + 20, day * DAY + 19 * 60 + 40)
    return away, Stays(*map(np.concatenate, zip(*both, strict=True)))


def guest_stays(people: Population, town: Town, random: np.random.Generator) -> list[Stays]:
    """People from elsewhere sleep in a hotel for some nights and visit a team that they do business with."""
    guests = people.guests
    number = len(guests)
    hotel = np.array(town.hotels)[random.integers(0, len(town.hotels), number)]
    entered = random.integers(11, 13, number) * DAY + around(random, 15.0, 240, number)
    departs = random.integers(13, 16, number)  # a third each left on Monday and Tuesday, and is still there
    left = np.where(departs >= DAYS, UNKNOWN, departs * DAY + around(random, 8.0, 90, number))
    nights = stays_of(guests, hotel, entered, left, LODGING)
    visited = random.choice(np.flatnonzero(town.eats >= 0), number)  # the colleague whom they visit
    start = 13 * DAY + around(random, 9.5, 60, number)  # Monday, 29 November
    meeting = stays_of(guests, town.works[visited], start, start + 90, OTHER)
    noon = 13 * DAY + 12 * 60 + random.integers(0, 5, number)
    return [nights, meeting, stays_of(guests, town.eats[visited], noon, noon + 25, OTHER)]
