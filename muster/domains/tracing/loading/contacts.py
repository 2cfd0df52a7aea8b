"""Rows of contacts: case, person, ring, reason, place, first_at, last_at, minutes, area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids, plans
from muster.kernel.areas import queries as areas
from muster.kernel.areas.codes import normalise
from muster.kernel.areas.words import explain
from muster.kernel.facts.actions import record_many
from muster.kernel.loading import BadValue, LoadReport, NumberedRow, cell, reject
from muster.kernel.people.models import Person, Place

from .. import rules, words
from ..actions.numbers import district_of
from ..models import Case, Contact, Link
from . import cells
from .cells import Fault
from .inserting import insert_many
from .links import new_link, write_links

MOST_MINUTES = 10_000_000
CONTENT = ("ring", "reasons", "place_id", "first_at", "last_at", "minutes", "area")


@dataclass
class ContactRow:
    """A row as read; what is None or '' the row does not say."""

    number: int
    case: str
    person: str
    ring: int
    reasons: list[str]
    place: str
    first_at: datetime | None
    last_at: datetime | None
    minutes: int | None
    area: str
    of: Case | None = None
    who: Person | None = None
    at: Place | None = None

    @property
    def key(self) -> tuple[UUID, UUID]:
        """A person is a contact of a case once."""
        return self.of.pk, self.who.canonical_id or self.who.pk

    def said(self) -> dict[str, Any]:
        """The columns that the row fills."""
        values = {name: getattr(self, name, None) for name in CONTENT} | {"place_id": self.at and self.at.pk}
        return {name: value for name, value in values.items() if value not in (None, "")}


def read(rows: Iterable[NumberedRow], now: datetime, report: LoadReport) -> list[ContactRow]:
    """The rows that can be taken as far as they say themselves; the others are rejected."""
    taken = []
    for number, row in rows:
        try:
            taken.append(_read(number, row, now))
        except Fault as fault:
            reject(report, number, fault.field, fault)
    missing = areas.unknown({row.area for row in taken})
    for row in taken:
        if row.area in missing:
            reject(report, row.number, "area", _("There is no area with this code"))
    return [row for row in taken if row.area not in missing]


def _read(number: int, row: Mapping[str, Any], now: datetime) -> ContactRow:
    case, person = cells.needed(row, "case"), cells.needed(row, "person")
    first_at, last_at = cells.moment(row, "first_at", now), cells.moment(row, "last_at", now)
    if first_at and last_at and last_at < first_at:
        raise Fault("last_at", _("The last contact is before the first one"))
    try:
        area = normalise(row.get("area"))
    except BadValue as error:
        raise Fault("area", explain(error)) from None
    # Ledgers say in their own words how people met; what is none of ours still makes a contact.
    reasons = sorted({r if r in words.REASONS else "other" for r in cells.several(cell(row.get("reason")))} or {"told"})
    return ContactRow(
        number, case, person, cells.number(row, "ring", 1, 2) or 1, reasons, cell(row.get("place")), first_at, last_at,
        cells.number(row, "minutes", 0, MOST_MINUTES), area,
    )  # fmt: skip


def name(rows: list[ContactRow], create_missing: bool, by: Any, now: datetime, report: LoadReport) -> list[ContactRow]:
    """Find the cases, persons and places that the rows name; one that names nobody is rejected."""
    found = cells.cases(row.case for row in rows)
    people = cells.persons((row.person for row in rows if row.case in found), create_missing, by, now)
    places = cells.places((row.place for row in rows if row.case in found), create_missing, by, now)
    named: dict[tuple[UUID, UUID], ContactRow] = {}
    taken = []
    for row in rows:
        row.of, row.who, row.at = found.get(row.case), people.get(row.person), places.get(row.place)
        fault = _fault(row)
        if fault is None and (first := named.setdefault(row.key, row)) is not row:
            if first.said() == row.said():
                report["unchanged"] += 1
                continue
            fault = "person", _("The same contact stands otherwise in row %(row)s") % {"row": first.number}
        if fault:
            reject(report, row.number, *fault)
        else:
            taken.append(row)
    return taken


def _fault(row: ContactRow) -> tuple[str, Any] | None:
    if row.of is None:
        return "case", _("There is no case with this reference")
    if row.who is None:
        return "person", _("There is no person with this reference")
    if row.key[1] == row.of.person.canonical_id:
        return "person", _("This is the case itself")
    if row.place and row.at is None:
        return "place", _("There is no place with this reference")
    return None


def write(rows: list[ContactRow], *, by: Any, now: datetime, op: Any, history: bool, report: LoadReport) -> None:
    """Insert and update; counts go to the report. History is settled at once; live contacts are found now."""
    known = Contact.objects.filter(case__in={row.of.pk for row in rows}).select_related("person")
    stored = {(c.case_id, c.person.canonical_id): c for c in known}
    new, changed = [], []
    for row in rows:
        contact = stored.get(row.key)
        if contact is None:
            new.append(_contact(row, now, history))
        elif differing := {k: v for k, v in row.said().items() if getattr(contact, k) != v}:
            for column, value in differing.items():
                setattr(contact, column, value)
            changed.append(contact)
    report["new"] += len(new)
    report["changed"] += len(changed)
    report["unchanged"] += len(rows) - len(new) - len(changed)
    if history:
        links = _convert(new, now)
    insert_many(new)
    Contact.objects.bulk_update(changed, CONTENT, batch_size=1000)
    record_many("tracing.contact_found", [_found(contact, history) for contact in new], by=by, now=now, op=op)
    if history:
        write_links(links)


def _contact(row: ContactRow, now: datetime, history: bool) -> Contact:
    case, first_at = row.of, row.first_at or min(_window_start(row.of), row.last_at or now)
    return Contact(
        case=case, incident_id=case.incident_id, person_id=row.key[1], area=row.area or row.who.present or row.who.home,
        incident_area=case.incident_area, case_area=district_of(case.area), disease=case.disease, plan=case.plan,
        case_number=case.number, ring=row.ring, reasons=row.reasons, first_at=first_at, last_at=row.last_at,
        minutes=row.minutes, place=row.at, places=[row.at.pk] if row.at else [], fact=ids.uuid7(), found_at=now,
        history=history, status=words.RELEASED if history else words.FOUND, ended_at=now if history else None,
    )  # fmt: skip


def _window_start(case: Case) -> datetime:
    """The start of the case's window, which stands for an unknown first contact."""
    confirmed_on = clock.local_day(case.confirmed_at or case.opened_at)
    anchor = rules.anchor_of_case(case.onset_on, case.first_sampled_on, confirmed_on)
    lookback = plans.edition(case.plan).tracing.lookback_days
    return rules.window_of_case(anchor, None, None, lookback, clock.zone(), None, case.opened_at)[0]


def _convert(contacts: list[Contact], now: datetime) -> list[Link]:
    """History's contacts who are cases themselves ended as such; those of the first ring were infected by the case."""
    people = {contact.person_id for contact in contacts}
    own = {(c.person_id, c.disease): c for c in Case.objects.filter(person__in=people, history=True)}
    there = set(Link.objects.filter(source__person__in=people).values_list("source_id", "target_id"))
    there |= set(Link.objects.filter(target__person__in=people).values_list("source_id", "target_id"))
    links = []
    for contact in contacts:
        target = own.get((contact.person_id, contact.disease))
        if target is None or target.pk == contact.case_id:
            continue
        contact.status, contact.converted_case = words.CONVERTED, target
        pair = (contact.case_id, target.pk)
        if contact.ring == 1 and pair not in there and pair[::-1] not in there:
            there.add(pair)
            links.append(new_link(contact.case, target, "contact", False, now))
    return links


def _found(contact: Contact, history: bool) -> dict[str, Any]:
    data = {
        "case": str(contact.case_id), "incident": str(contact.incident_id), "person": str(contact.person_id),
        "ring": contact.ring, "reasons": contact.reasons, "minutes": contact.minutes,
    }  # fmt: skip
    return {
        "id": contact.fact, "subject": contact.id, "area": contact.area, "because": [contact.case.opened_fact],
        "data": data | ({"history": True} if history else {}),
    }  # fmt: skip
