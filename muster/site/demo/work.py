"""Who works and learns where: schools by year and neighbourhood, employers with teams of people from anywhere."""

from __future__ import annotations

import numpy as np

from . import naming
from .geography import QINDU, WEICHENG
from .places import Organisation, Town, near
from .population import Population

TEAM = (5, 12)  # persons in a team, from and below
TEAMS_TO_A_CANTEEN = 3  # so many teams eat in one part of the hall
CLASS = 40
_QINDU_FIRMS = 0.06
_LEVELS = (("幼儿园", 3, 6, 0.7), ("小学", 6, 12, 1.0), ("中学", 12, 18, 1.0))
_GRADES = {"幼儿园": ("小", "中", "大")}
_YEARS = ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级")


def add_schools(town: Town, people: Population, random: np.random.Generator) -> None:
    """Classes of children of one year from neighbouring grids; two classes of a year to a school."""
    for district in (WEICHENG, QINDU):
        here = people.in_district(district)
        names: dict[tuple[str, int], int] = {}
        for level, youngest, oldest, share in _LEVELS:
            for age in range(youngest, oldest):
                pupils = np.flatnonzero(here & (people.age == age) & (random.random(len(people)) < share))
                for number, start in enumerate(range(0, len(pupils), CLASS)):
                    members = pupils[start : start + CLASS]
                    grid = people.geography.grids[people.grid[members[0]]]
                    key = level, number // 2
                    if key not in names:
                        names[key] = len(town.organisations)
                        name = f"{people.geography.areas[district].name}第{number // 2 + 1}{level}"
                        town.organisations.append(Organisation(name, "school", grid.code))
                    school = names[key]
                    label = f"{_GRADES.get(level, _YEARS)[age - youngest]}{number % 2 + 1}班"
                    _place_team(town, members, school, label, "school", near(grid, random))
                    town.learns[members] = len(town.places) - 1


def _place_team(town: Town, members: np.ndarray, employer: int, team: str, kind: str, at: tuple[float, float]) -> None:
    """The room of a team or class, and its members' belonging."""
    organisation = town.organisations[employer]
    town.places.add(kind, f"{organisation.name} {team}", organisation.area, at, employer)
    town.employer[members] = employer
    for member in members.tolist():
        town.team[member] = team


def add_firms(town: Town, people: Population, random: np.random.Generator) -> None:
    """Teams of colleagues who come from anywhere; a firm with several has a canteen, a part of it for every three."""
    working = (people.age >= 19) & (people.age < np.where(people.male, 60, 55)) & (people.household >= 0)
    workers = random.permutation(np.flatnonzero(working & (random.random(len(people)) < 0.75)))
    ends = np.cumsum(random.integers(*TEAM, len(workers) // TEAM[0] + 1))
    teams = [team for team in np.split(workers, ends[ends < len(workers)]) if len(team)]
    grids = people.geography.grids
    home = [grid for grid in grids if grid.code.startswith(WEICHENG)]
    away = [grid for grid in grids if grid.code.startswith(QINDU)]
    sizes = np.minimum(np.cumsum(random.choice([1, 1, 2, 3, 4, 6, 8], len(teams))), len(teams))
    starts = np.unique(np.concatenate(([0], sizes[sizes < len(teams)])))
    firms = naming.firms(len(starts), random)
    for (name, line), start, end in zip(firms, starts.tolist(), [*starts.tolist()[1:], len(teams)], strict=True):
        nearby = away if random.random() < _QINDU_FIRMS else home
        grid = nearby[random.integers(len(nearby))]
        town.organisations.append(Organisation(name, "employer", grid.code))
        _firm(town, teams[start:end], naming.FIRMS[line].split(), near(grid, random))


def _firm(town: Town, teams: list[np.ndarray], labels: list[str], at: tuple[float, float]) -> None:
    employer = len(town.organisations) - 1
    firm = town.organisations[employer]
    for number, members in enumerate(teams):
        _place_team(town, members, employer, labels[number % len(labels)], "workplace", at)
        town.works[members] = len(town.places) - 1
    for number, start in enumerate(range(0, len(teams), TEAMS_TO_A_CANTEEN) if len(teams) > 1 else ()):
        canteen = town.places.add("dining", f"{firm.name}食堂{number + 1}区", firm.area, at, employer)
        town.eats[np.concatenate(teams[start : start + TEAMS_TO_A_CANTEEN])] = canteen
