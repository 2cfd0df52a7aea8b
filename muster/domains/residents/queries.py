"""Set-based reading for the comparison of records. Needs the login of actions: pages read no names and no numbers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

from muster.kernel.posts.logins import connection

from . import likeness
from .rules import Record

_TURNED = 3  # words of a name whose orders are looked for


@dataclass(frozen=True, slots=True)
class Known:
    """A record, whose it is, and what it is looked for by."""

    id: UUID
    canonical: UUID
    home: str
    household: UUID | None
    initials: str
    record: Record


# Each way names pairs (asked, met). The limit is what one record may meet in this way: where there are more, what
# they have in common says nothing (the phone of a factory, the first of January).
_WAYS = (
    # One number of a document or a phone; a plate is a family's.
    """
    SELECT i.person_id, met.id FROM people_identifier i, LATERAL (
        SELECT m.person_id AS id FROM people_identifier m
        WHERE m.blind_index = i.blind_index AND m.person_id <> i.person_id LIMIT 30) met
    WHERE i.person_id IN (SELECT id FROM asked) AND i.kind <> 'plate'
    """,
    # One sound of name; common names are many, so something of home or birth must not speak against it.
    """
    SELECT asked.id, met.id FROM asked, unnest(asked.keys) AS sound, LATERAL (
        SELECT p.id FROM people_persondetails d JOIN people_person p ON p.id = d.person_id
        WHERE d.name_key = sound AND p.id <> asked.id AND (
            p.born_on IS NULL OR asked.born_on IS NULL OR left(p.home, 12) = left(asked.home, 12)
            OR extract(year FROM p.born_on) = extract(year FROM asked.born_on)
            OR to_char(p.born_on, 'MMDD') = to_char(asked.born_on, 'MMDD'))
        LIMIT 60) met
    """,
    # One day of birth, or day and month in each other's place, and a letter of the initials in common.
    """
    SELECT asked.id, met.id FROM asked, LATERAL (
        SELECT p.id FROM people_person p LEFT JOIN people_persondetails d ON d.person_id = p.id
        WHERE p.born_on IN (asked.born_on, asked.swapped) AND p.id <> asked.id
            AND (coalesce(d.initials, '') = '' OR asked.letters = '' OR d.initials ~ asked.letters)
        LIMIT 100) met
    WHERE asked.born_on IS NOT NULL
    """,
    # One household, and a letter of the initials in common.
    """
    SELECT asked.id, met.id FROM asked, LATERAL (
        SELECT p.id FROM people_person p JOIN people_persondetails d ON d.person_id = p.id
        WHERE p.household_id = asked.household AND p.id <> asked.id AND d.initials ~ asked.letters
        LIMIT 30) met
    WHERE asked.household IS NOT NULL AND asked.letters <> ''
    """,
)
_ASKED = """
    WITH asked AS MATERIALIZED (
        SELECT * FROM json_to_recordset(%s) AS r(id uuid, keys text[], letters text, born_on date, swapped date,
            home text, household uuid)
    )
"""
_MET = _ASKED + " UNION ".join(_WAYS)

_RECORDS = """
    SELECT p.id, p.canonical_id, p.home, p.household_id, p.sex, p.born_on, coalesce(d.name, ''),
           coalesce(d.name_key, ''), coalesce(d.initials, ''), coalesce(d.address, '')
    FROM people_person p LEFT JOIN people_persondetails d ON d.person_id = p.id WHERE p.id = ANY(%s)
"""
_NUMBERS = """
    SELECT person_id, kind, country, blind_index FROM people_identifier
    WHERE person_id = ANY(%s) AND kind <> 'plate'
"""


def records(persons: Iterable[UUID]) -> dict[UUID, Known]:
    """What is compared of these persons; two queries."""
    persons = list(persons)
    numbers: dict[UUID, dict[str, set[bytes]]] = {}
    with connection().cursor() as cursor:
        cursor.execute(_NUMBERS, [persons])
        for person, kind, country, index in cursor.fetchall():
            own = numbers.setdefault(person, {"numbers": set(), "cards": set(), "phones": set()})
            own["phones" if kind == "phone" else "numbers"].add(bytes(index))
            if kind == "id_card" and country == "CN":
                own["cards"].add(bytes(index))
        cursor.execute(_RECORDS, [persons])
        return {row[0]: _known(row, numbers.get(row[0], {})) for row in cursor.fetchall()}


def _known(row: tuple[Any, ...], numbers: dict[str, set[bytes]]) -> Known:
    id_, canonical, home, household, sex, born_on, name, key, initials, address = row
    own = {kind: frozenset(found) for kind, found in numbers.items()}
    record = Record(
        likeness.name_of(name, key), sex, born_on, address=likeness.plain_address(address), area=home, **own
    )
    return Known(id_, canonical, home, household, initials, record)


def meetings(asked: Collection[Known]) -> set[tuple[UUID, UUID]]:
    """The pairs worth comparing, the smaller id first: each asked record with those that have something in common."""
    with connection().cursor() as cursor:
        cursor.execute(_MET, [json.dumps([_asked(known) for known in asked], default=str)])
        return {(min(pair), max(pair)) for pair in cursor.fetchall()}


def _asked(known: Known) -> dict[str, Any]:
    born = known.record.born_on
    return {
        "id": known.id.hex,
        "keys": _turned(known.record.name),
        "letters": f"[{known.initials}]" if known.initials.isascii() and known.initials.isalpha() else "",
        "born_on": born,
        "swapped": date(born.year, born.day, born.month) if born and born.day <= 12 else None,
        "home": known.home,
        "household": known.household.hex if known.household else None,
    }


def _turned(name: likeness.Name) -> list[str]:
    """The keys that the name has with its words in any order."""
    words = name.text.split()
    if not name.key or not 1 < len(words) <= _TURNED or not name.text.isascii():
        return [name.key] if name.key else []
    return sorted({"".join(filter(str.isalpha, "".join(order))) for order in permutations(words)} | {name.key})
