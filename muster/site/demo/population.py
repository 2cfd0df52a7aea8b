"""Who lives where: households in units of buildings of grids, and the people in them, as arrays.

About nine in ten live in Weicheng, the others in Qindu next door; a few guests come from outside the area tree. The
same number of people and the same seed give the same population.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import naming
from .geography import HOUSEHOLDS_PER_GRID, QINDU, WEICHENG, AreaRow, Geography, make_geography

TODAY = np.datetime64("2021-11-30")
QINDU_SHARE = 0.1
GUESTS_PER_PERSON = 1 / 1500
_SIZES = (0.25, 0.30, 0.21, 0.13, 0.07, 0.04)  # households of 1, 2, … persons; about 2.6 on average
HEAD, SPOUSE, CHILD, ELDER, OTHER_ELDER = range(5)
# Who the members of a household of each size are, after the head.
_MEMBERS = {
    1: ((),),
    2: ((SPOUSE,), (SPOUSE,), (CHILD,)),
    3: ((SPOUSE, CHILD), (SPOUSE, CHILD), (SPOUSE, ELDER)),
    4: ((SPOUSE, CHILD, CHILD), (SPOUSE, CHILD, ELDER)),
    5: ((SPOUSE, CHILD, CHILD, ELDER), (SPOUSE, CHILD, ELDER, OTHER_ELDER)),
    6: ((SPOUSE, CHILD, CHILD, ELDER, OTHER_ELDER),),
}


@dataclass
class Households:
    """One row per door: its grid's number, and building, unit, floor, door in it."""

    grid: np.ndarray
    building: np.ndarray
    unit: np.ndarray
    floor: np.ndarray
    door: np.ndarray
    area: list[str]
    lon: np.ndarray
    lat: np.ndarray

    def __len__(self) -> int:
        return len(self.grid)

    def doors(self) -> list[str]:
        """The number on each door: floor and flat."""
        return [f"{floor}{door:02}" for floor, door in zip(self.floor.tolist(), self.door.tolist(), strict=True)]


@dataclass
class Population:
    """The people, in order of household; guests without one (-1) come last. `grid` is -1 for guests."""

    geography: Geography
    households: Households
    household: np.ndarray
    part: np.ndarray
    age: np.ndarray
    male: np.ndarray
    born: np.ndarray
    names: list[str]

    def __len__(self) -> int:
        return len(self.household)

    @property
    def guests(self) -> np.ndarray:
        """The numbers of those whose home is outside the area tree."""
        return np.flatnonzero(self.household < 0)

    @cached_property
    def grid(self) -> np.ndarray:
        """The number of each person's grid."""
        return np.where(self.household < 0, -1, self.households.grid[self.household])

    def in_district(self, district: str) -> np.ndarray:
        """Who lives in a district, as a mask."""
        known = np.array([grid.code.startswith(district) for grid in self.geography.grids] + [False])
        return known[self.grid]


def make_population(people: int, random: np.random.Generator) -> Population:
    """So many people: residents in full households, and the guests."""
    guests = max(4, round(people * GUESTS_PER_PERSON))
    sizes = {WEICHENG: _sizes(people - guests - round(people * QINDU_SHARE), random)}
    sizes[QINDU] = _sizes(round(people * QINDU_SHARE), random)
    grids = {district: max(1, round(len(many) / HOUSEHOLDS_PER_GRID)) for district, many in sizes.items()}
    geography = make_geography(grids, random)
    households = _households(geography, sizes, grids, random)
    every = np.concatenate(list(sizes.values()))
    part, age, male, surname = _members(every, random)
    household = np.repeat(np.arange(len(every)), every)
    household, part = _append(household, guests, -1), _append(part, guests, HEAD)
    age, male = np.append(age, random.integers(25, 58, guests)), np.append(male, random.random(guests) < 0.6)
    surname = np.append(surname, naming.surnames(guests, random))
    born = _born(age, random)
    return Population(geography, households, household, part, age, male, born, naming.people(male, surname, random))


def _append(column: np.ndarray, number: int, value: int) -> np.ndarray:
    return np.append(column, np.full(number, value, dtype=column.dtype))


def _sizes(people: int, random: np.random.Generator) -> np.ndarray:
    """Sizes of households that add up to so many people."""
    sizes = random.choice(np.arange(1, len(_SIZES) + 1), people // 2 + 1, p=_SIZES)
    full = sizes[: int(np.searchsorted(np.cumsum(sizes), people, side="right"))]
    rest = people - int(full.sum())
    return np.append(full, rest) if rest else full


def _households(geography: Geography, sizes, grids, random: np.random.Generator) -> Households:
    """Doors filled grid by grid: a grid's buildings are alike, with two to four units of five to seven floors."""
    first = 0
    shares = []
    for district, many in grids.items():
        shares.append(first + np.arange(len(sizes[district])) * many // len(sizes[district]))
        first += many
    grid = np.concatenate(shares)
    units, floors = random.integers(2, 5, first)[grid], random.integers(5, 8, first)[grid]
    place = np.arange(len(grid)) - np.searchsorted(grid, grid)  # the household's number in its grid
    building, rest = np.divmod(place, units * floors * 2)
    unit, rest = np.divmod(rest, floors * 2)
    floor, door = np.divmod(rest, 2)
    codes = [row.code for row in geography.grids]
    area = [
        f"{codes[g]}{b + 1:03}{u + 1:03}"
        for g, b, u in zip(grid.tolist(), building.tolist(), unit.tolist(), strict=True)
    ]
    _name_buildings(geography, sorted(set(area)), random)
    centre = np.array([row.centre for row in geography.grids])[grid]
    lon = centre[:, 0] + ((building % 5) - 2) * 0.0006
    lat = centre[:, 1] + ((building // 5) - 1) * 0.0005
    return Households(grid, building + 1, unit + 1, floor + 1, door + 1, area, lon, lat)


def _name_buildings(geography: Geography, units: list[str], random: np.random.Generator) -> None:
    """Buildings and units as areas; five buildings make a compound, in a village a group of houses."""
    below: dict[str, list[str]] = {}
    for unit in units:
        below.setdefault(unit[:15], []).append(unit)
    for grid in geography.grids:
        compounds = naming.compounds(20, random)
        mine = below.get(grid.code, [])
        for code in dict.fromkeys(unit[:18] for unit in mine):
            number = int(code[15:])
            compound = f"{(number - 1) // 5 + 1}组" if grid.village else compounds[(number - 1) // 5 % len(compounds)]
            geography.areas[code] = AreaRow(code, f"{compound}{number}号楼", "building", grid.code)
        for code in mine:
            geography.areas[code] = AreaRow(code, f"{int(code[15:18])}号楼{int(code[18:])}单元", "unit", code[:18])


def _members(sizes: np.ndarray, random: np.random.Generator):
    """Part in the household, age, sex and surname (a number) of each member, household by household."""
    starts = np.cumsum(sizes) - sizes
    part = np.zeros(int(sizes.sum()), dtype=int)
    for size, kinds in _MEMBERS.items():
        homes = starts[sizes == size]
        kind = random.integers(0, len(kinds), len(homes))
        for number, members in enumerate(kinds):
            for position, member in enumerate(members, start=1):
                part[homes[kind == number] + position] = member
    head_age = np.where(sizes == 1, random.integers(22, 86, len(sizes)), random.integers(27, 56, len(sizes)))
    older = (sizes == 2) & (random.random(len(sizes)) < 0.5)
    head_age = np.where(older, random.integers(50, 82, len(sizes)), head_age)
    of_head = np.repeat(head_age, sizes)
    people = len(part)
    ages = {
        SPOUSE: of_head + random.integers(-3, 4, people),
        CHILD: np.maximum(of_head - random.integers(23, 37, people), 0),
        ELDER: np.minimum(of_head + random.integers(22, 31, people), 96),
        OTHER_ELDER: np.minimum(of_head + random.integers(22, 31, people), 96),
    }
    age = np.select([part == member for member in ages], list(ages.values()), of_head)
    head_male = np.repeat(random.random(len(sizes)) < 0.6, sizes)
    male = np.where(part == HEAD, head_male, np.where(part == SPOUSE, ~head_male, random.random(people) < 0.5))
    family, married = (np.repeat(naming.surnames(len(sizes), random), sizes) for _ in range(2))
    own = naming.surnames(people, random)
    fathers = np.where(head_male, family, married)
    surname = np.select(
        [part == HEAD, part == SPOUSE, part == CHILD, part == ELDER], [family, married, fathers, family], own
    )
    return part, age, male, surname


def _born(age: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Days of birth that give these ages (years) today."""
    return TODAY - (age * 365.25).astype(int) - random.integers(1, 365, len(age))
