"""The table of places and organisations, and who belongs to which."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .cells import Point
from .geography import Grid


@dataclass
class Places:
    """Every place; homes come first, in the order of the households. `organisation` is a number or -1."""

    kind: list[str] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    area: list[str] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    organisation: list[int] = field(default_factory=list)
    layout: list[str] = field(default_factory=list)

    def add(self, kind: str, name: str, area: str, at: Point, organisation: int = -1, layout: str = "") -> int:
        """One more place; returns its number."""
        row = (kind, name, area, at[0], at[1], organisation, layout)
        for column, value in zip(vars(self).values(), row, strict=True):
            column.append(value)
        return len(self.kind) - 1

    def __len__(self) -> int:
        return len(self.kind)


@dataclass
class Organisation:
    """An employer, a school, a laboratory."""

    name: str
    kind: str
    area: str


@dataclass(frozen=True)
class Site:
    """A place where people are isolated: its number, `site` or `hospital`, and how many rooms are kept."""

    place: int
    kind: str
    rooms: int


@dataclass
class Town:
    """The places, and who works, learns and eats at which (-1: nowhere). Venues are listed by kind and street."""

    places: Places
    organisations: list[Organisation]
    works: np.ndarray
    learns: np.ndarray
    eats: np.ndarray
    employer: np.ndarray
    team: list[str]
    venues: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    hotels: list[int] = field(default_factory=list)
    carriages: list[int] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    laboratory: int = -1


def near(grid: Grid, random: np.random.Generator) -> Point:
    """A point not far from the middle of a grid."""
    east, north = random.normal(0, 0.0015, 2).tolist()
    return grid.centre[0] + east, grid.centre[1] + north
