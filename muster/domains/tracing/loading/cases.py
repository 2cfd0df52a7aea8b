"""Rows of cases: ref, person, disease, onset_on, confirmed_at, classification, source_case, and perhaps plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, plans
from muster.kernel.loading import LoadReport, NumberedRow, cell, reject
from muster.kernel.people.models import Person

from .. import words
from ..models import Case
from . import cells
from .cells import Fault

CONTENT = ("onset_on", "confirmed_at", "classification")


@dataclass
class CaseRow:
    """A row as read. `case` is the stored or the new case; `others` are further rows about it, with other sources."""

    number: int
    ref: str
    person: str
    disease: str
    plan: str
    onset_on: date | None
    confirmed_at: datetime | None
    classification: str
    source: str
    who: Person | None = None
    case: Case | None = None
    sources: list[str] = field(default_factory=list)

    @property
    def content(self) -> tuple[Any, ...]:
        """What two rows about one case must agree on."""
        return (self.person, self.disease, self.onset_on, self.confirmed_at, self.classification)

    @property
    def began_on(self) -> date | None:
        """The first day that is known of the case."""
        return self.onset_on or (clock.local_day(self.confirmed_at) if self.confirmed_at else None)


def read(rows: Iterable[NumberedRow], plan: str, now: datetime, report: LoadReport) -> list[CaseRow]:
    """The rows that can be taken as far as they say themselves; the others are rejected."""
    rows, taken = list(rows), []
    under = cache(edition_of)
    known = {ref: case.plan for ref, case in cells.cases(cell(row.get("ref")) for _number, row in rows).items()}
    for number, row in rows:
        try:
            edition = plan or cell(row.get("plan")) or known.get(cell(row.get("ref")), "")
            taken.append(_read(number, row, edition, now, under))
        except Fault as fault:
            reject(report, number, fault.field, fault)
    return taken


def _read(number: int, row: Mapping[str, Any], plan: str, now: datetime, under: Callable[..., str]) -> CaseRow:
    ref, person, disease = (cells.needed(row, name) for name in ("ref", "person", "disease"))
    onset_on, confirmed_at = cells.day(row, "onset_on", now), cells.moment(row, "confirmed_at", now)
    classification = cell(row.get("classification")) or ("confirmed" if confirmed_at else "suspected")
    if classification not in words.CLASSIFICATIONS:
        raise Fault("classification", _("One of: %(words)s") % {"words": ", ".join(words.CLASSIFICATIONS)})
    day = onset_on or (clock.local_day(confirmed_at) if confirmed_at else None)
    return CaseRow(
        number, ref, person, disease, under(plan, disease, day), onset_on, confirmed_at, classification,
        source=cell(row.get("source_case")),
    )  # fmt: skip


def edition_of(plan: str, disease: str, day: date | None) -> str:
    """The code of the plan named, else of the disease's edition in force on that day. Raises Fault."""
    if disease not in plans.diseases():
        raise Fault(
            "disease", _("There is no plan for this disease; known: %(words)s") % {"words": ", ".join(plans.diseases())}
        )
    try:
        if plan and plans.edition(plan).disease == disease:
            return plan
        if plan:
            raise Fault("disease", _("The plan is for another disease"))
        if day is None:
            raise Fault("onset_on", _("Without a day the plan in force is not known; name one with --plan"))
        return plans.in_force(disease, day).edition
    except plans.NoPlan:
        raise Fault("disease", _("No plan for this disease was in force on that day; name one with --plan")) from None


def name(rows: list[CaseRow], create_missing: bool, by: Any, now: datetime, report: LoadReport) -> list[CaseRow]:
    """Find the persons, the stored cases and the sources that the rows name; a row that names nobody is rejected."""
    people = cells.persons((row.person for row in rows), create_missing, by, now)
    stored = cells.cases(row.ref for row in rows)
    named: dict[str, CaseRow] = {}
    for row in rows:
        row.who, row.case = people.get(row.person), stored.get(row.ref)
        first = named.get(row.ref)
        if row.who is None:
            reject(report, row.number, "person", _("There is no person with this reference"))
        elif first and first.content != row.content:
            reject(
                report, row.number, "ref", _("The same case stands otherwise in row %(row)s") % {"row": first.number}
            )
        elif row.case and _root(row.case.person) != _root(row.who):
            reject(report, row.number, "person", _("This case is known with another person"))
        else:
            named.setdefault(row.ref, row)
    refused = {entry["row"] for entry in report["rejected"]}
    return with_sources([row for row in rows if row.number not in refused], report)


def with_sources(rows: list[CaseRow], report: LoadReport) -> list[CaseRow]:
    """Only rows whose source is stored, or a row that is taken itself; a refused row may refuse those that name it."""
    here = {row.ref for row in rows}
    for row in rows:
        row.sources = cells.several(row.source, here) if row.source else []
    stored = cells.cases(source for row in rows for source in [row.source, *row.sources])
    while True:
        here = {row.ref for row in rows}
        for row in rows:
            if row.source in stored:
                row.sources = [row.source]
        bad = [
            row for row in rows if row.ref in row.sources or any(s not in here and s not in stored for s in row.sources)
        ]
        if not bad:
            return rows
        for row in bad:
            itself = row.ref in row.sources
            reason = _("A case cannot be its own source") if itself else _("There is no case with this reference")
            reject(report, row.number, "source_case", reason)
        gone = {row.number for row in bad}
        rows = [row for row in rows if row.number not in gone]


def _root(person: Person) -> Any:
    return person.canonical_id or person.pk
