"""The town's fabric: homes, venues, hotels, vehicles, isolation sites; schools and firms come from `work`."""

from __future__ import annotations

import numpy as np

from . import naming
from .geography import QINDU, WEICHENG, Grid, short_name
from .places import Organisation, Places, Site, Town, near
from .population import Population
from .work import add_firms, add_schools

# One venue of a kind for so many people of its street.
_PEOPLE_PER_VENUE = {"market": 500, "dining": 550, "entertainment": 2500, "medical": 2500, "other": 1500, "park": 3000}
# Where to, layout of the vehicle, rows of seats.
LINES = (
    ("西安", "train_sealed", 24),
    ("宝鸡", "train_sealed", 24),
    ("泾阳", "coach_ventilated", 11),
    ("兴平", "coach_ventilated", 11),
)
_SIZED_FOR = 30_000  # people for whom the sites have so many rooms
_SITES = (
    (WEICHENG, "渭城区", "site", "第一集中隔离点", 120),
    (WEICHENG, "渭城区", "site", "第二集中隔离点", 90),
    (WEICHENG, "渭城区", "site", "后备集中隔离点", 0),
    (QINDU, "秦都区", "site", "集中隔离点", 60),
    (WEICHENG, "咸阳市", "hospital", "定点医院", 20),
)


def make_town(people: Population, random: np.random.Generator) -> Town:
    """Places for all that the population does."""
    number = len(people)
    nowhere = np.full((4, number), -1)
    town = Town(Places(), [], *nowhere, [""] * number)
    _homes(town, people)
    add_schools(town, people, random)
    add_firms(town, people, random)
    _venues(town, people, random)
    _hotels(town, people, random)
    _vehicles(town, people)
    _response(town, people, random)
    return town


def _homes(town: Town, people: Population) -> None:
    homes = people.households
    building = {code: row.name for code, row in people.geography.areas.items() if row.level == "building"}
    for area, unit, door, lon, lat in zip(
        homes.area, homes.unit.tolist(), homes.doors(), homes.lon.tolist(), homes.lat.tolist(), strict=True
    ):
        town.places.add("residence", f"{building[area[:18]]}{unit}单元{door}", area, (lon, lat))


def _venues(town: Town, people: Population, random: np.random.Generator) -> None:
    """Venues of each kind in every street that has people."""
    streets: dict[str, list[Grid]] = {}
    for grid in people.geography.grids:
        streets.setdefault(grid.street, []).append(grid)
    grids = people.grid
    counts = np.bincount(grids[grids >= 0], minlength=len(people.geography.grids))
    inhabitants = dict.fromkeys(streets, 0)
    for grid, count in zip(people.geography.grids, counts.tolist(), strict=True):
        inhabitants[grid.street] += count
    for kind, per in _PEOPLE_PER_VENUE.items():
        for street, nearby in streets.items():
            number = max(2, round(inhabitants[street] / per))
            chosen = [nearby[which] for which in random.integers(0, len(nearby), number).tolist()]
            town.venues.setdefault(kind, {})[street] = [
                town.places.add(kind, name, grid.code, near(grid, random))
                for grid, name in zip(chosen, naming.venues(kind, number, random), strict=True)
            ]


def _hotels(town: Town, people: Population, random: np.random.Generator) -> None:
    """Hotels of Weicheng, one for about twelve guests at a time."""
    home = [grid for grid in people.geography.grids if grid.code.startswith(WEICHENG)]
    for number in range(max(2, len(people.guests) // 12)):
        grid = home[random.integers(len(home))]
        community = people.geography.areas[grid.code[:12]].name
        name = f"{short_name(community).removesuffix('社区')}{('商务', '快捷', '假日')[number % 3]}酒店"
        town.hotels.append(town.places.add("lodging", name, grid.code, near(grid, random)))


def _vehicles(town: Town, people: Population) -> None:
    """A carriage or coach for each line; it runs every day, out in the morning and back in the evening."""
    at = people.geography.grids[0].centre
    for to, layout, _rows in LINES:
        what = "城际列车6号车厢" if layout.startswith("train") else "班车"
        area = people.geography.grids[0].code[:6]
        town.carriages.append(town.places.add("transport", f"咸阳至{to}{what}", area, at, layout=layout))


def _response(town: Town, people: Population, random: np.random.Generator) -> None:
    """What the night needs: isolation sites in both districts, a hospital, the laboratory."""
    for district, prefix, kind, name, rooms in _SITES:
        grids = [grid for grid in people.geography.grids if grid.code.startswith(district)]
        grid = grids[random.integers(len(grids))]
        place = town.places.add(
            "lodging" if kind == "site" else "medical", prefix + name, grid.code, near(grid, random)
        )
        town.sites.append(Site(place, kind, max(rooms, len(people) * rooms // _SIZED_FOR)))
    town.laboratory = len(town.organisations)
    town.organisations.append(Organisation("渭城区疾控中心检验所", "laboratory", people.geography.grids[0].code))
