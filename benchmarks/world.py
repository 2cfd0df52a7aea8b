"""A synthetic district's two weeks of movement, as arrays: plausible enough that tracing meets its real difficulties.

Per person and day: one stay at home, work or school on weekdays, and visits to venues whose popularity falls off as in
a city (a few malls and markets with thousands of visits a day, a long tail of corner shops). One in a hundred sleeps in
a hotel, and a twentieth of those stays is still open. Most venue scans know only the moment of entering.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from muster.kernel.presence.rows import LODGING, NO_SEAT, NONE, SEAT, TRIP, VENUE_CODE, Rows

DAYS = 14
FIRST_DAY = np.datetime64("2021-11-15T16:00", "us")  # 00:00 of 16 November in Shanghai
MINUTE = 60_000_000
DAY = 1440 * MINUTE
# Shares of the places: dwellings' buildings, workplaces and schools, hotels, buses and carriages; the rest are venues.
HOMES, WORKPLACES, HOTELS, VEHICLES = 0.55, 0.15, 0.01, 0.01
KINDS = ("residence", "workplace", "lodging", "transport", "dining", "entertainment", "market", "other")


@dataclass
class World:
    """Where the people live and work, and what each place is; persons and places are numbered from 1."""

    people: int
    homes: np.ndarray
    works: np.ndarray
    first: dict[str, int]
    places: int
    kinds: np.ndarray
    popularity: np.ndarray


def make_world(people: int, *, seed: int = 7) -> World:
    """People in households of about three, three households to a building; workplaces of every size."""
    random = np.random.default_rng(seed)
    places = max(200, people // 5)
    counts = [int(places * share) for share in (HOMES, WORKPLACES, HOTELS, VEHICLES)]
    starts = np.cumsum([1, *counts])
    first = dict(zip(("homes", "works", "hotels", "vehicles", "venues"), starts.tolist(), strict=True))
    venues = places + 1 - first["venues"]
    size = random.pareto(1.2, counts[1]) + 1
    works = first["works"] + random.choice(counts[1], people, p=np.minimum(size, 300) / np.minimum(size, 300).sum())
    popularity = np.cumsum((np.arange(venues) + 20.0) ** -0.9)
    kinds = np.repeat(np.arange(5), [*counts, venues])
    kinds[first["venues"] - 1 :] += random.integers(0, 4, venues)
    return World(
        people, random.integers(1, counts[0] + 1, people), works, first, places, kinds, popularity / popularity[-1]
    )


def make_presence(world: World, rows: int, *, seed: int = 11) -> Rows:
    """About `rows` stays over fourteen days, in no order."""
    random = np.random.default_rng(seed)
    daily = rows / world.people / DAYS
    parts = [_homes(world, random, daily * 0.25), _works(world, random, daily * 0.2), _hotels(world, random)]
    parts.append(_vehicles(world, random, int(rows * 0.02)))
    parts.append(_venues(world, random, rows - sum(len(part[0]) for part in parts)))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = random.permutation(len(columns[0]))
    person, place, entered, left, source, seat = (column[order] for column in columns)
    moment = FIRST_DAY.astype("int64")
    left = np.where(left == NONE, NONE, left + moment)
    return Rows(person, place, entered + moment, left, source.astype("int16"), seat.astype("int16"))


def _each_day(world: World, random, share: float) -> tuple[np.ndarray, np.ndarray]:
    """The persons and days on which something that happens on a share of the person-days happens."""
    took = np.flatnonzero(random.random(world.people * DAYS, dtype="float32") < share)
    return took // DAYS, took % DAYS


def _stay(person, place, entered, left, source, seat=None):
    none = np.full(len(person), NO_SEAT)
    return person + 1, place, entered, left, np.full(len(person), source), none if seat is None else seat


def _homes(world: World, random, share: float):
    person, day = _each_day(world, random, share)
    entered = day * DAY + random.integers(17 * 60, 23 * 60, len(person)) * MINUTE
    left = entered + random.integers(420, 840, len(person)) * MINUTE
    return _stay(person, world.homes[person], entered, left, VENUE_CODE)


def _works(world: World, random, share: float):
    person, day = _each_day(world, random, share * 7 / 5)
    weekday = (day + 1) % 7 < 5
    person, day = person[weekday], day[weekday]
    entered = day * DAY + random.integers(7 * 60, 10 * 60, len(person)) * MINUTE
    left = entered + random.integers(180, 600, len(person)) * MINUTE
    return _stay(person, world.works[person], entered, left, VENUE_CODE)


def _hotels(world: World, random):
    person = np.flatnonzero(random.random(world.people) < 0.01)
    hotel = world.first["hotels"] + random.integers(0, world.first["vehicles"] - world.first["hotels"], len(person))
    entered = random.integers(0, (DAYS - 1) * 1440, len(person)) * MINUTE
    left = entered + random.integers(600, 5 * 1440, len(person)) * MINUTE
    return _stay(person, hotel, entered, np.where(random.random(len(person)) < 0.05, NONE, left), LODGING)


def _vehicles(world: World, random, rows: int):
    person = random.integers(0, world.people, rows)
    vehicle = world.first["vehicles"] + random.integers(0, world.first["venues"] - world.first["vehicles"], rows)
    entered = random.integers(0, DAYS * 144, rows) * 10 * MINUTE
    seat = np.where(random.random(rows) < 0.5, random.integers(1, 20, rows), NO_SEAT)
    left = entered + random.integers(5, 60, rows) * MINUTE
    return _stay(person, vehicle, entered, left, np.where(seat > 0, SEAT, TRIP), seat)


def _venues(world: World, random, rows: int):
    person = random.integers(0, world.people, rows)
    venue = world.first["venues"] + np.searchsorted(world.popularity, random.random(rows))
    hour = random.triangular(7, 18, 22, rows)
    entered = random.integers(0, DAYS, rows) * DAY + (hour * 60 * MINUTE).astype("int64")
    left = np.where(random.random(rows) < 0.7, NONE, entered + random.integers(5, 120, rows) * MINUTE)
    return _stay(person, venue, entered, left, VENUE_CODE)
