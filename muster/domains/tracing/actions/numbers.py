"""Numbers in series without gaps, and what many actions of tracing ask first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts.permissions import reaches, require

from ..models import Case, Series

DISTRICT = 6  # digits of a district's code


def district_of(area: str) -> str:
    """The district that leads what happens in an area; a shorter code stands for itself."""
    return area[:DISTRICT]


def next_serial(series: str, count: int = 1) -> int:
    """The first of `count` new numbers of a series; nobody else gets one of it until this transaction has ended."""
    Series.objects.bulk_create([Series(name=series)], ignore_conflicts=True)
    row = locked(Series.objects).get(pk=series)
    row.last += count
    row.save(update_fields=["last"])
    return row.last - count + 1


def locked(rows: Any) -> Any:
    """The rows, held until the transaction ends."""
    return rows.select_for_update()


def case_series(area: str, day: date) -> str:
    """The series of case numbers: one for each district and year."""
    return f"{district_of(area) or '0'}-{day.year}"


def require_of(by: Any, permission: str, row: Any) -> None:
    """Raise Refused unless the post reaches the responsible area, the leading one or a contact's case's district."""
    areas = (row.incident_area, getattr(row, "case_area", row.area))
    require(by, permission, next((area for area in areas if reaches(by, area)), row.area))


def hold_case(by: Any, permission: str, case: Case) -> Case:
    """The case, locked, after the permission was checked."""
    held = Case.objects.select_for_update().get(pk=case.pk)
    require_of(by, permission, held)
    return held


def needs_open(case: Case) -> None:
    """Raise Invalid for a case that was closed or only imported."""
    if case.closed_at or case.history:
        raise Invalid("case", _("This case is closed."))


def canonical(person: Person) -> UUID:
    """The id of the record that stands for the person."""
    return person.canonical_id or person.pk


def canonical_ids(persons: Iterable[UUID]) -> dict[UUID, UUID]:
    """Each given person's id with that of the record that stands for them."""
    rows = Person.objects.filter(pk__in=set(persons)).values_list("pk", "canonical_id")
    return {pk: other or pk for pk, other in rows}
