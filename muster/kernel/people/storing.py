"""Writing persons, their details and numbers, many at a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from muster.kernel import ids
from muster.kernel.people import crypto, identifiers, names
from muster.kernel.people.identifiers import Number
from muster.kernel.people.rows import PersonRow

_INSERT_PERSONS = """
    INSERT INTO people_person
        (id, ref, label, sex, born_on, home, present, household_id, team, canonical_id, created_at)
    SELECT id, nullif(ref, ''), label, sex, born_on, area, area, household, '', id, %s FROM json_to_recordset(%s)
    AS r(id uuid, ref text, label text, sex text, born_on date, area text, household uuid)
"""
_UPDATE_PERSONS = """
    UPDATE people_person p SET
        label = coalesce(nullif(r.label, ''), p.label), sex = coalesce(nullif(r.sex, ''), p.sex),
        born_on = coalesce(r.born_on, p.born_on), home = coalesce(nullif(r.area, ''), p.home),
        present = CASE WHEN p.present IN ('', p.home) THEN coalesce(nullif(r.area, ''), p.present) ELSE p.present END,
        household_id = coalesce(r.household, p.household_id)
    FROM json_to_recordset(%s) AS r(id uuid, label text, sex text, born_on date, area text, household uuid)
    WHERE p.id = r.id
"""
_DETAILS = """
    INSERT INTO people_persondetails AS d (person_id, name, name_key, initials, address, note)
    SELECT id, name, name_key, initials, address, '' FROM json_to_recordset(%s)
    AS r(id uuid, name text, name_key text, initials text, address text)
    ON CONFLICT (person_id) DO UPDATE SET
        name = coalesce(nullif(EXCLUDED.name, ''), d.name),
        name_key = coalesce(nullif(EXCLUDED.name_key, ''), d.name_key),
        initials = coalesce(nullif(EXCLUDED.initials, ''), d.initials),
        address = coalesce(nullif(EXCLUDED.address, ''), d.address)
"""
_IDENTIFIERS = """
    INSERT INTO people_identifier (id, person_id, kind, country, value_enc, key_id, blind_index)
    SELECT id, person, kind, country, decode(value, 'base64'), key_id, decode(index, 'base64')
    FROM json_to_recordset(%s)
    AS r(id uuid, person uuid, kind text, country text, value text, key_id text, index text)
    ON CONFLICT (person_id, blind_index) DO NOTHING
"""


def insert(cursor: CursorWrapper, rows: list[PersonRow], homes: dict[str, UUID], now: datetime) -> list[str]:
    """Insert new persons; `homes` maps references of households to their ids. Returns the persons' ids."""
    people = [_person(row, ids.uuid7().hex, homes) for row in rows]
    if people:
        cursor.execute(_INSERT_PERSONS, [now, json.dumps(people)])
        _details_and_numbers(cursor, rows, people, fresh=True)
    return [person["id"] for person in people]


def update(cursor: CursorWrapper, rows: list[PersonRow], homes: dict[str, UUID]) -> None:
    """Write what the rows say otherwise than the stored persons."""
    if rows:
        people = [_person(row, str(row.known.id), homes) for row in rows if row.known]
        cursor.execute(_UPDATE_PERSONS, [json.dumps(people)])
        _details_and_numbers(cursor, rows, people)


def _person(row: PersonRow, id_: str, homes: dict[str, UUID]) -> dict[str, Any]:
    card, household = row.card, homes.get(row.household)
    key, initials = names.keys(row.name)
    return {
        "id": id_,
        "ref": row.ref,
        "label": names.mask(row.name) if row.name or row.known else bare_label(row.ref, id_),
        "sex": identifiers.sex(card) if card else "",
        "born_on": identifiers.born_on(card).isoformat() if card else None,
        "area": row.area,
        "household": str(household) if household else None,
        "name": row.name,
        "name_key": key,
        "initials": initials,
        "address": row.address,
    }


def _details_and_numbers(
    cursor: CursorWrapper, rows: list[PersonRow], people: list[dict[str, Any]], *, fresh: bool = False
) -> None:
    # New persons have no rows to meet, and an INSERT that looks for none is faster.
    details, identifiers_ = (sql.partition("ON CONFLICT")[0] if fresh else sql for sql in (_DETAILS, _IDENTIFIERS))
    detailed = [person for person in people if person["name"] or person["address"]]
    if detailed:
        cursor.execute(details, [json.dumps(detailed)])
    known = (
        (row, person["id"], row.known.indexes if row.known else ()) for row, person in zip(rows, people, strict=True)
    )
    numbers = [sealed(n, i, person) for row, person, had in known for n, i in row.numbers if i not in had]
    if numbers:
        cursor.execute(identifiers_, [json.dumps(numbers)])


def sealed(number: Number, index: bytes, person: str) -> dict[str, str]:
    """A row of people_identifier for `json_to_recordset`."""
    id_ = ids.uuid7()
    key_id, value = crypto.encrypt(number.value, id_)
    return {
        "id": id_.hex,
        "person": person,
        "kind": number.kind,
        "country": number.country,
        "value": base64.b64encode(value).decode(),
        "key_id": key_id,
        "index": base64.b64encode(index).decode(),
    }


def bare_label(ref: str, id_: str) -> str:
    """What a person without a name is called: the sender's reference, unless that may itself be a number of theirs."""
    short = len(ref) <= 20 and sum(c.isdigit() for c in ref) < 9
    return ref if ref and short and not names.has_han(ref) else "#" + id_[-6:]


def bare_people(cursor: CursorWrapper, refs: Iterable[str], now: datetime) -> None:
    """Make a record with nothing but its reference for each one that is not there yet."""
    rows = [{"id": str(ids.uuid7()), "ref": ref} for ref in dict.fromkeys(refs)]
    for row in rows:
        row["label"] = bare_label(row["ref"], row["id"])
    cursor.execute(
        "INSERT INTO people_person (id, ref, label, sex, home, present, team, canonical_id, created_at)"
        " SELECT id, ref, label, '', '', '', '', id, %s FROM json_to_recordset(%s) AS r(id uuid, ref text, label text)"
        " ON CONFLICT (ref) DO NOTHING",
        [now, json.dumps(rows)],
    )
