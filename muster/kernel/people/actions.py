"""Writes about persons and places, and the looks into a file, which are logged before they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from os.path import commonprefix
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.codes import normalise, parent_of
from muster.kernel.areas.words import explain
from muster.kernel.facts.actions import record
from muster.kernel.loading import BadValue, LoadReport, NumberedRow, cell
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import access, crypto, identifiers, loading, queries
from muster.kernel.people.models import IDENTIFIER_KINDS, Identifier, Person, PersonDetails
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import may, require

DETAILS = ("name", "address", "note")


@action("people.load_people")
def load_people(*, by: Any, rows: Sequence[NumberedRow], now: datetime, op: UUID | None = None) -> LoadReport:
    """Insert or update persons from one batch of a file (`kernel.loading.BATCH` rows); a verdict for every row."""
    require(by, "people.load_people", common_area(rows))
    with connection().cursor() as cursor:
        return loading.load_people(cursor, rows, now)


def common_area(rows: Sequence[NumberedRow]) -> str:
    """The smallest area that holds all rows; '' where one has no readable area."""
    try:
        shared = commonprefix([normalise(row.get("area")) for _number, row in rows])
    except BadValue:
        return ""
    return shared if parent_of(shared + "0") == shared else parent_of(shared)


@action("people.bare_people")
def bare_people(*, by: Any, refs: Sequence[str], now: datetime, op: UUID | None = None) -> int:
    """Make records that hold only the sender's reference, for those that are not there yet; returns how many refs."""
    _require_role(by, "people.bare_people")
    with connection().cursor() as cursor:
        loading.bare_people(cursor, refs, now)
    return len(refs)


@action("people.bare_places")
def bare_places(*, by: Any, refs: Sequence[str], now: datetime, op: UUID | None = None) -> int:
    """Make places that hold only the sender's reference, for those that are not there yet; returns how many refs."""
    _require_role(by, "people.bare_places")
    with connection().cursor() as cursor:
        loading.bare_places(cursor, refs)
    return len(refs)


def _require_role(by: Any, permission: str) -> None:
    """A bare record lies in no area: whoever holds the permission may make one."""
    if not may(by, permission):
        require(by, permission)


@action("people.add_person")
def add_person(*, by: Any, now: datetime, area: str, op: UUID | None = None, **row: str) -> Person:
    """Record one person by name, id_number, phone, address or household; somebody with that number is returned instead.

    A phone alone is not enough to be the same person: it may be shared. Raises Invalid.
    """
    require(by, "people.add_person", area)
    if not any(cell(row.get(name)) for name in ("name", "id_number", "phone")):
        raise Invalid("name", _("A name or a number is needed"))
    if number := cell(row.get("id_number")):
        try:
            known = queries.having(identifiers.read_any(number)).first()
        except BadValue as error:
            raise Invalid("id_number", explain(error)) from error
        if known:
            return known
    with connection().cursor() as cursor:
        return Person.objects.get(pk=loading.add_one(cursor, {**row, "area": area}, now))


@action("people.merge_persons")
def merge_persons(*, by: Any, person: UUID, into: UUID, now: datetime, op: UUID | None = None) -> Person:
    """Say that two records are one person; nothing is re-pointed, so it can be undone. Raises Invalid."""
    rows = {row.pk: row for row in Person.objects.select_for_update().filter(pk__in=[person, into]).order_by("pk")}
    one, other = rows[person], rows[into]
    require(by, "people.merge_persons", one.home or other.home)
    require(by, "people.merge_persons", other.home or one.home)
    if one.merged_into_id:
        raise Invalid("person", _("This record is merged already"))
    if other.canonical_id == one.pk:
        raise Invalid("into", _("The other record is merged into this one"))
    one.merged_into = other
    one.save(update_fields=["merged_into"])
    Person.objects.filter(canonical_id=one.pk).update(canonical_id=other.canonical_id)
    record("people.merged", subject=one.pk, area=one.home, by=by, now=now, op=op, data={"into": str(other.pk)})
    return Person.objects.get(pk=one.pk)


@action("people.unmerge_person")
def unmerge_person(*, by: Any, person: UUID, now: datetime, op: UUID | None = None) -> Person:
    """Undo a merge: the record, with those merged into it, stands for itself again. Raises Invalid."""
    one = Person.objects.select_for_update().get(pk=person)
    require(by, "people.unmerge_person", one.home)
    if one.merged_into_id is None:
        raise Invalid("person", _("This record is not merged"))
    former, one.merged_into = one.merged_into_id, None
    one.save(update_fields=["merged_into"])
    with connection().cursor() as cursor:
        cursor.execute(_STAND_ALONE, [one.pk, one.pk])
    record("people.unmerged", subject=one.pk, area=one.home, by=by, now=now, op=op, data={"from": str(former)})
    return Person.objects.get(pk=one.pk)


_STAND_ALONE = """
    WITH RECURSIVE own AS (
        SELECT id FROM people_person WHERE id = %s
        UNION ALL SELECT p.id FROM people_person p JOIN own ON p.merged_into_id = own.id
    )
    UPDATE people_person SET canonical_id = %s WHERE id IN (SELECT id FROM own)
"""


@action("people.open_file")
def open_file(*, by: Any, person: Person | UUID, now: datetime, op: UUID | None = None) -> dict[str, Any]:
    """Name, address, note and masked numbers of a person, over all their records. Raises Refused; logged either way."""
    _not_stored(op)
    subject = Person.objects.get(pk=getattr(person, "pk", person))
    access.admit(by, "people.open_file", subject, now, event="opened_file")
    records = queries.records_of(subject.pk)
    found = {row.pk: row for row in PersonDetails.objects.filter(pk__in=records)}
    details = {name: _first(found, records, name) for name in DETAILS}
    numbers = Identifier.objects.filter(person__in=records).order_by("kind", "id")
    seen: dict[bytes, dict[str, str]] = {}
    for number in numbers:
        value = plain(number)
        shown = {"kind": number.kind, "country": number.country, "masked": identifiers.masked(number.kind, value)}
        seen.setdefault(bytes(number.blind_index), shown)
    return {**details, "identifiers": list(seen.values())}


@action("people.reveal")
def reveal(
    *, by: Any, person: Person | UUID, field: str, purpose: str, now: datetime, op: UUID | None = None
) -> list[str]:
    """The plain values of one field of a person's file, for a purpose; logged before it is answered.

    `field` is name, address, note or a kind of identifier; `purpose` one of `access.PURPOSES`. Raises Refused, Invalid.
    """
    _not_stored(op)
    subject = Person.objects.get(pk=getattr(person, "pk", person))
    if field not in DETAILS and field not in IDENTIFIER_KINDS:
        raise Invalid("field", _("There is no such field"))
    if purpose not in access.PURPOSES:
        raise Invalid("purpose", _("Say what for"))
    access.admit(by, "people.reveal", subject, now, event="revealed", field=field, purpose=purpose)
    records = queries.records_of(subject.pk)
    if field in DETAILS:
        found = {row.pk: row for row in PersonDetails.objects.filter(pk__in=records)}
        return [value] if (value := _first(found, records, field)) else []
    numbers = Identifier.objects.filter(person__in=records, kind=field).order_by("id")
    return list(dict.fromkeys(plain(n) for n in numbers))


def _first(found: dict[UUID, PersonDetails], records: list[UUID], name: str) -> str:
    """The first record that says something, the canonical one before the others."""
    return next((value for id_ in records if id_ in found and (value := getattr(found[id_], name))), "")


def _not_stored(op: UUID | None) -> None:
    if op is not None:
        raise TypeError("a look has no operation id: its answer would be stored")


def plain(row: Identifier) -> str:
    """The number itself."""
    return crypto.decrypt(row.key_id, row.value_enc, row.pk)
