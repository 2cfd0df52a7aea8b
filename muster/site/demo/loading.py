"""The synthetic district into the database: each table by one COPY, as `muster_act`.

Row-level security refuses COPY into a walled table, so rows arrive in a temporary one and are inserted from there. All
but presence is one transaction; presence goes through its own loader.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction

from muster.kernel.people import names
from muster.kernel.posts.logins import ACT, acting, connection
from muster.kernel.presence.load import Loaded, load_presence

from . import cells, identity
from .places import Town
from .population import CHILD, HEAD, Population
from .stays import Stays, lodged_at, rows_of

_CHILDHOOD = 14  # years below which a guardian speaks for a person
_COLUMNS = {
    "areas_area": "code name level parent boundary min_lon min_lat max_lon max_lat population",
    "people_household": "id ref area door",
    "people_organisation": "id ref name kind area",
    "people_place": "id ref name kind area lat lon organisation_id layout",
    "people_person": "id ref label sex born_on home present household_id organisation_id team canonical_id guardian_id"
    " created_at",
    "people_persondetails": "person_id name name_key initials address note",
    "people_identifier": "id person_id kind country value_enc key_id blind_index",
}


@dataclass
class Keys:
    """The ids that the rows got, in the order of the population, of the places and of the organisations."""

    people: list[UUID]
    places: list[UUID]
    organisations: list[UUID]


def load_world(people: Population, town: Town, stays: Stays, random: np.random.Generator, at: datetime) -> Keys:
    """Areas, households, organisations, places and persons with names and numbers; `at` is when they were recorded."""
    keys = Keys(*(identity.uuids(len(rows), random) for rows in (people.names, town.places.kind, town.organisations)))
    households = identity.uuids(len(people.households), random)
    homes = people.households
    refs = (f"H{number:07}" for number in range(len(homes)))
    with acting(), transaction.atomic(using=ACT):
        with connection().cursor() as cursor:
            cursor.execute("SET LOCAL muster.made_up = 'on'")  # made up one by one: nobody is there twice
        _insert("areas_area", _areas(people))
        _insert("people_household", zip(households, refs, homes.area, homes.doors(), strict=True))
        _insert("people_organisation", _organisations(town, keys))
        _insert("people_place", _places(town, keys))
        _insert("people_person", _persons(people, town, stays, keys, households, at))
        _insert("people_persondetails", _details(people, town, keys))
        for kind, values in (
            ("id_card", identity.cards(people.born, people.male)),
            ("phone", identity.phones(people.age)),
        ):
            _insert("people_identifier", identity.sealed(keys.people, kind, values, random))
    return keys


def load_stays(stays: Stays) -> Loaded:
    """The movement into the log of presence; people and places are known by their references."""
    with acting():
        return load_presence(rows_of(stays, _keys("people_person"), _keys("people_place")))


def analyse() -> None:
    """Let the planner know the new tables; the owner does it, because it owns them."""
    from django.db import connections

    from muster.kernel.posts.logins import OWNER

    with connections[OWNER].cursor() as cursor:
        for table in _COLUMNS:
            cursor.execute(f"ANALYZE {table}")
    connections[OWNER].close()


def _insert(table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    columns = _COLUMNS[table].replace(" ", ", ")
    with connection().cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE arriving AS SELECT {columns} FROM {table} WITH NO DATA")
        with cursor.copy("COPY arriving FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM arriving")
        cursor.execute("DROP TABLE arriving")


def _keys(table: str) -> np.ndarray:
    """The numbers that the database gave, in the order of the references."""
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT key FROM {table} WHERE ref ~ '^[LP][0-9]{{7}}$' ORDER BY ref")
        return np.array([key for (key,) in cursor.fetchall()], dtype="int64")


def _areas(people: Population) -> Iterable[tuple[Any, ...]]:
    counts: dict[str, int] = {}
    area = people.households.area
    for household in people.household[people.household >= 0].tolist():
        counts[area[household]] = counts.get(area[household], 0) + 1
    for code, count in list(counts.items()):
        for width in (2, 4, 6, 9, 12, 15, 18):
            counts[code[:width]] = counts.get(code[:width], 0) + count
    for row in people.geography.areas.values():
        boundary, box = None, (None,) * 4
        if row.polygon:
            boundary = json.dumps(cells.geometry(row.polygon))
            lons, lats = zip(*row.polygon, strict=True)
            box = (min(lons), min(lats), max(lons), max(lats))
        yield row.code, row.name, row.level, row.parent or None, boundary, *box, counts.get(row.code)


def _organisations(town: Town, keys: Keys) -> Iterable[tuple[Any, ...]]:
    for number, (key, row) in enumerate(zip(keys.organisations, town.organisations, strict=True)):
        yield key, f"O{number:07}", row.name, row.kind, row.area


def _places(town: Town, keys: Keys) -> Iterable[tuple[Any, ...]]:
    all_ = town.places
    for number, key in enumerate(keys.places):
        employer = keys.organisations[all_.organisation[number]] if all_.organisation[number] >= 0 else None
        at = round(all_.lat[number], 5), round(all_.lon[number], 5)
        yield (
            key,
            f"L{number:07}",
            all_.name[number],
            all_.kind[number],
            all_.area[number],
            *at,
            employer,
            all_.layout[number],
        )


def _persons(people: Population, town: Town, stays: Stays, keys: Keys, households: list[UUID], at) -> Iterable[tuple]:
    area, lodged = people.households.area, lodged_at(stays)
    born = np.datetime_as_string(people.born, unit="D").tolist()
    heads = dict(
        zip(people.household[people.part == HEAD].tolist(), np.flatnonzero(people.part == HEAD).tolist(), strict=True)
    )
    wards = (people.age < _CHILDHOOD) & (people.part == CHILD)
    columns = (people.household.tolist(), people.male.tolist(), wards.tolist(), town.employer.tolist())
    for number, (household, male, ward, employer) in enumerate(zip(*columns, strict=True)):
        key = keys.people[number]
        home = area[household] if household >= 0 else ""
        present = home or (town.places.area[lodged[number]] if number in lodged else "")
        label, sex = names.mask(people.names[number]), "male" if male else "female"
        door = households[household] if household >= 0 else None
        organisation = keys.organisations[employer] if employer >= 0 else None
        guardian = keys.people[heads[household]] if ward else None
        shown = key, f"P{number:07}", label, sex, born[number]
        yield *shown, home, present, door, organisation, town.team[number], key, guardian, at


def _details(people: Population, town: Town, keys: Keys) -> Iterable[tuple[Any, ...]]:
    district = people.geography.areas
    for key, name, household in zip(keys.people, people.names, people.household.tolist(), strict=True):
        address = ""
        if household >= 0:
            code = people.households.area[household]
            address = district[code[:6]].name + district[code[:9]].name + town.places.name[household]
        yield key, name, *names.keys(name), address, ""
