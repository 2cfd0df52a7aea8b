"""People from files: set-based, a verdict per row, the second time "unchanged".

A blank cell says nothing and changes nothing; a number that is new is added to those a person has. Two people with one
number are two records: the queue of duplicates is worked later and never stops a batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from muster.kernel import ids
from muster.kernel.loading import LoadReport, NumberedRow, new_report, reject
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import storing
from muster.kernel.people.rows import Known, PersonRow, in_known_areas, read_people

ONE_LOADER = "SELECT pg_advisory_xact_lock(hashtext('people.load'))"  # two loads of one file do not meet half-way


def load_people(cursor: CursorWrapper, rows: Iterable[NumberedRow], now: datetime) -> LoadReport:
    """Insert or update persons from rows of ref, name, id_number, phone, area, address, household.

    Recognised by `ref`, else by the identity number; a row with neither is rejected. One transaction of the caller's.
    """
    report = new_report()
    cursor.execute(ONE_LOADER)
    read = in_known_areas(read_people(rows, report), report)
    _recognise(cursor, read, report)
    refused = {bad["row"] for bad in report["rejected"]}
    taken = [row for row in read if row.number not in refused]
    new = [row for row in taken if row.known is None]
    changed = [row for row in taken if row.known and row.known.differs(row)]
    report["new"], report["changed"] = len(new), len(changed)
    report["unchanged"] += len(taken) - len(new) - len(changed)
    homes = _households(cursor, [*new, *changed])
    storing.insert(cursor, new, homes, now)
    storing.update(cursor, changed, homes)
    return report


_KNOWN = """
    SELECT p.id, p.ref, p.home, coalesce(h.ref, ''), coalesce(d.name, ''), coalesce(d.address, ''),
           ARRAY(SELECT i.blind_index FROM people_identifier i WHERE i.person_id = p.id)
    FROM people_person p
    LEFT JOIN people_persondetails d ON d.person_id = p.id
    LEFT JOIN people_household h ON h.id = p.household_id
    WHERE {} = ANY(%s)
"""
_OWNERS = """
    SELECT DISTINCT i.blind_index, p.canonical_id FROM people_identifier i JOIN people_person p ON p.id = i.person_id
    WHERE i.blind_index = ANY(%s)
"""


def add_one(cursor: CursorWrapper, row: dict[str, Any], now: datetime) -> UUID:
    """Insert one person from a row without a reference; returns the id. Raises Invalid with the column at fault."""
    report = new_report()
    read = in_known_areas(read_people([(1, {**row, "ref": "-"})], report), report)
    for bad in report["rejected"]:
        raise Invalid(bad["field"], bad["reason"])
    read[0].ref = ""
    return UUID(storing.insert(cursor, read, _households(cursor, read), now)[0])


def _recognise(cursor: CursorWrapper, read: list[PersonRow], report: LoadReport) -> None:
    """Find the person of each row; a number that several people have, without a reference, decides nothing."""
    by_ref = {ref: known for ref, known in _stored(cursor, "p.ref", [row.ref for row in read if row.ref])}
    nameless = {index: row for row in read if not row.ref for value, index in row.numbers if value.kind != "phone"}
    owners: dict[bytes, list[UUID]] = {}
    if nameless:
        cursor.execute(_OWNERS, [list(nameless)])
        for index, person in cursor.fetchall():
            owners.setdefault(bytes(index), []).append(person)
    persons = [person for found in owners.values() for person in found]
    by_id = {known.id: known for _ref, known in _stored(cursor, "p.id", persons)}
    for row in read:
        if row.ref:
            row.known = by_ref.get(row.ref)
    for index, found in owners.items():
        if len(found) > 1:
            reason = _("Several people are recorded with this number; give the reference")
            reject(report, nameless[index].number, "id_number", reason)
        else:
            nameless[index].known = by_id[found[0]]


def _stored(cursor: CursorWrapper, column: str, values: list[Any]) -> Iterator[tuple[str, Known]]:
    """(reference, person as stored) for each of the references or ids that exist."""
    if values:
        cursor.execute(_KNOWN.format(column), [values])
        for id_, ref, home, household, name, address, indexes in cursor.fetchall():
            yield ref, Known(id_, home, household, name, address, {bytes(index) for index in indexes})


def _households(cursor: CursorWrapper, rows: list[PersonRow]) -> dict[str, UUID]:
    """The households that the rows name, made where missing: an area is that of the first row."""
    wanted = {row.household: row.area for row in reversed(rows) if row.household}
    if not wanted:
        return {}
    fresh = [{"id": str(ids.uuid7()), "ref": ref, "area": area} for ref, area in wanted.items()]
    cursor.execute(
        "INSERT INTO people_household (id, ref, area, door) SELECT id, ref, area, ''"
        " FROM json_to_recordset(%s) AS r(id uuid, ref text, area text) ON CONFLICT (ref) DO NOTHING",
        [json.dumps(fresh)],
    )
    cursor.execute("SELECT ref, id FROM people_household WHERE ref = ANY(%s)", [list(wanted)])
    return dict(cursor.fetchall())
