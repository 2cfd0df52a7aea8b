"""People from files: set-based, a verdict per row, the second time "unchanged".

A blank cell says nothing and changes nothing; a number that is new is added to those a person has. Two people with one
number are two records: the queue of duplicates is worked later and never stops a batch.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from muster.kernel import ids
from muster.kernel.loading import LoadReport, NumberedRow, cell, new_report, reject
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import crypto, identifiers, names
from muster.kernel.people.identifiers import Number
from muster.kernel.people.models import Person
from muster.kernel.people.rows import Line, area_code, day, read_all, take, texts

_ONE_LOADER = "SELECT pg_advisory_xact_lock(hashtext('people.load'))"  # two loads of one file do not meet half-way
_OWNERS = """
    SELECT DISTINCT i.blind_index, p.canonical_id FROM people_identifier i JOIN people_person p ON p.id = i.person_id
    WHERE i.blind_index = ANY(%s)
"""
_HOUSEHOLDS = """
    INSERT INTO people_household (id, ref, area, door) SELECT id, ref, area, ''
    FROM json_to_recordset(%s) AS r(id uuid, ref text, area text) ON CONFLICT (ref) DO NOTHING
"""
# The last column of each says whose row was written.
_PERSONS = """
    INSERT INTO people_person AS p
        (id, ref, label, sex, born_on, home, present, household_id, team, canonical_id, created_at)
    SELECT id, nullif(ref, ''), label, sex, born_on, area, area, home, '', id, %s FROM json_to_recordset(%s)
    AS r(id uuid, ref text, label text, sex text, born_on date, area text, home uuid)
    ON CONFLICT (id) DO UPDATE SET
        label = coalesce(nullif(EXCLUDED.label, ''), p.label), sex = coalesce(nullif(EXCLUDED.sex, ''), p.sex),
        born_on = coalesce(EXCLUDED.born_on, p.born_on), home = coalesce(nullif(EXCLUDED.home, ''), p.home),
        present = CASE WHEN p.present IN ('', p.home) THEN coalesce(nullif(EXCLUDED.home, ''), p.present)
                  ELSE p.present END,
        household_id = coalesce(EXCLUDED.household_id, p.household_id)
    WHERE EXCLUDED.label NOT IN ('', p.label) OR EXCLUDED.home NOT IN ('', p.home)
        OR coalesce(EXCLUDED.household_id <> p.household_id, EXCLUDED.household_id IS NOT NULL)
        OR EXCLUDED.sex NOT IN ('', p.sex) OR coalesce(EXCLUDED.born_on <> p.born_on, EXCLUDED.born_on IS NOT NULL)
    RETURNING id
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
    WHERE EXCLUDED.name NOT IN ('', d.name) OR EXCLUDED.address NOT IN ('', d.address)
    RETURNING person_id
"""
_IDENTIFIERS = """
    INSERT INTO people_identifier (id, person_id, kind, country, value_enc, key_id, blind_index)
    SELECT id, person, kind, country, decode(value, 'base64'), key_id, decode(index, 'base64')
    FROM json_to_recordset(%s)
    AS r(id uuid, person uuid, kind text, country text, value text, key_id text, index text)
    ON CONFLICT (person_id, blind_index) DO NOTHING
    RETURNING person_id
"""


def load_people(cursor: CursorWrapper, rows: Iterable[NumberedRow], now: datetime) -> LoadReport:
    """Insert or update persons from rows of ref, name, id_number, phone, born_on, area, address, household.

    Recognised by `ref`, else by the identity number; a row with neither is rejected. One transaction of the caller's.
    """
    report = new_report()
    cursor.execute(_ONE_LOADER)
    lines = _recognise(cursor, read_all(rows, _read, report), report)
    new = {line["id"] for line in lines if line["new"]}
    written = store(cursor, lines, now) - new
    report["new"], report["changed"] = len(new), len(written)
    report["unchanged"] += len(lines) - len(new) - len(written)
    return report


def add_one(cursor: CursorWrapper, row: Mapping[str, Any], now: datetime) -> UUID:
    """Insert one person from a row without a reference; returns the id. Raises Invalid with the column at fault."""
    line = {**_one(row), "id": ids.uuid7(), "new": True, "ref": ""}
    store(cursor, [line], now)
    return line["id"]


def correct_one(cursor: CursorWrapper, person: Person, row: Mapping[str, Any], now: datetime) -> None:
    """Write what a row says anew of one person; blank cells change nothing. Raises Invalid with the column at fault."""
    store(cursor, [{**_one(row), "id": person.pk, "new": False, "ref": person.ref or ""}], now)


def _one(row: Mapping[str, Any]) -> Line:
    report = new_report()
    lines = read_all([(1, {**row, "ref": "-"})], _read, report)
    for bad in report["rejected"]:
        raise Invalid(bad["field"], bad["reason"])
    return lines[0][1]


def bare_places(cursor: CursorWrapper, refs: Iterable[str]) -> None:
    """Make a place with nothing but its reference for each one that is not there yet."""
    rows = [{"id": ids.uuid7().hex, "ref": ref} for ref in dict.fromkeys(refs)]
    cursor.execute(
        "INSERT INTO people_place (id, ref, name, kind, area, layout) SELECT id, ref, '', 'other', '', ''"
        " FROM json_to_recordset(%s) AS r(id uuid, ref text) ON CONFLICT (ref) DO NOTHING",
        [json.dumps(rows)],
    )


def bare_people(cursor: CursorWrapper, refs: Iterable[str], now: datetime) -> None:
    """Make a record with nothing but its reference for each one that is not there yet."""
    rows = [{"id": id_.hex, "ref": ref, "label": _bare_label(ref, id_)} for ref in set(refs) if (id_ := ids.uuid7())]
    cursor.execute(_ONE_LOADER)
    cursor.execute(
        "INSERT INTO people_person (id, ref, label, sex, home, present, team, canonical_id, created_at)"
        " SELECT id, ref, label, '', '', '', '', id, %s FROM json_to_recordset(%s) AS r(id uuid, ref text, label text)"
        " ON CONFLICT (ref) DO NOTHING",
        [now, json.dumps(rows)],
    )


def _read(row: Mapping[str, Any]) -> tuple[Any, Line]:
    line = texts(row, {"ref": 100, "name": 100, "address": 500, "household": 100})
    line |= {"area": take(row, "area", area_code), "born_on": take(row, "born_on", day)}
    line |= {"name": names.tidy(line["name"]), "numbers": []}
    for column, read in (("id_number", identifiers.read_any), ("phone", _phone)):
        if cell(row.get(column)):
            number = take(row, column, read)
            line["numbers"].append((number, crypto.blind_index(*number)))
    key = line["ref"] or next((index for number, index in line["numbers"] if number.kind != "phone"), None)
    if key is None:
        raise Invalid("ref", _("A reference or an identity number is needed, to know this person again"))
    return key, line


def _phone(value: Any) -> Number:
    return identifiers.read("phone", value)


def _recognise(cursor: CursorWrapper, read: list[tuple[int, Line]], report: LoadReport) -> list[Line]:
    """Give each line its person's id, new or known; without a reference, a number of several people is refused."""
    cursor.execute(
        "SELECT ref, id FROM people_person WHERE ref = ANY(%s)", [[line["ref"] for _n, line in read if line["ref"]]]
    )
    known: dict[Any, list[UUID]] = {ref: [id_] for ref, id_ in cursor.fetchall()}
    nameless = [index for _n, line in read if not line["ref"] for _number, index in line["numbers"]]
    if nameless:
        cursor.execute(_OWNERS, [nameless])
        for index, id_ in cursor.fetchall():
            known.setdefault(bytes(index), []).append(id_)
    lines = []
    for row, line in read:
        keys = [line["ref"]] if line["ref"] else [index for n, index in line["numbers"] if n.kind != "phone"]
        found = {id_ for key in keys for id_ in known.get(key, ())}
        if len(found) > 1:
            reject(report, row, "id_number", _("Several people are recorded with this number; give the reference"))
        else:
            lines.append({**line, "id": next(iter(found), None) or ids.uuid7(), "new": not found})
    return lines


def store(cursor: CursorWrapper, lines: list[Line], now: datetime) -> set[UUID]:
    """Write persons, details and numbers; returns the ids of the persons of whom anything was written."""
    homes = _households(cursor, lines)
    people = [_person(line, homes.get(line["household"])) for line in lines]
    numbers = [_sealed(number, index, line["id"]) for line in lines for number, index in line["numbers"]]
    written: set[UUID] = set()
    statements: list[tuple[str, list[Any]]] = [
        (_PERSONS, [now, json.dumps(people)]),
        (_DETAILS, [json.dumps([person for person in people if person["name"] or person["address"]])]),
        (_IDENTIFIERS, [json.dumps(numbers)]),
    ]
    for sql, parameters in statements:
        cursor.execute(sql, parameters)
        written.update(id_ for (id_,) in cursor.fetchall())
    return written


def _households(cursor: CursorWrapper, lines: list[Line]) -> dict[str, UUID]:
    """The households that the lines name, made where missing; their area is that of the first line."""
    wanted = {line["household"]: line["area"] for line in reversed(lines) if line["household"]}
    fresh = [{"id": ids.uuid7().hex, "ref": ref, "area": area} for ref, area in wanted.items()]
    cursor.execute(_HOUSEHOLDS, [json.dumps(fresh)])
    cursor.execute("SELECT ref, id FROM people_household WHERE ref = ANY(%s)", [list(wanted)])
    return dict(cursor.fetchall())


def _person(line: Line, household: UUID | None) -> Line:
    card = next((number.value for number, _index in line["numbers"] if number.kind == "id_card"), "")
    key, initials = names.keys(line["name"])
    label = names.mask(line["name"]) or (_bare_label(line["ref"], line["id"]) if line["new"] else "")
    return {
        "id": line["id"].hex,
        "ref": line["ref"],
        "label": label,
        "sex": identifiers.sex(card) if card else line.get("sex", ""),
        "born_on": identifiers.born_on(card).isoformat() if card else line.get("born_on") or None,
        "area": line["area"],
        "home": household.hex if household else None,
        "name": line["name"],
        "name_key": key,
        "initials": initials,
        "address": line["address"],
    }


def _sealed(number: Number, index: bytes, person: UUID) -> dict[str, str]:
    id_ = ids.uuid7()
    key_id, value = crypto.encrypt(number.value, id_)
    return {
        "id": id_.hex,
        "person": person.hex,
        "kind": number.kind,
        "country": number.country,
        "value": base64.b64encode(value).decode(),
        "key_id": key_id,
        "index": base64.b64encode(index).decode(),
    }


def _bare_label(ref: str, id_: UUID) -> str:
    """What a person without a name is called: the sender's reference, unless that may itself be a number of theirs."""
    harmless = ref and len(ref) <= 20 and sum(c.isdigit() for c in ref) < 9 and not names.has_han(ref)
    return ref if harmless else "#" + id_.hex[-6:]
