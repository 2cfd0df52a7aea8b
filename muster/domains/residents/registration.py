"""Writing in the resident ledger: recorded, corrected, moved, a guardian named; always with who said so, and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.areas.codes import normalise
from muster.kernel.areas.queries import unknown
from muster.kernel.areas.words import explain
from muster.kernel.facts.actions import record
from muster.kernel.loading import BadValue
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import loading
from muster.kernel.people.actions import add_person
from muster.kernel.people.models import SEXES, Household, Person
from muster.kernel.people.queries import having, readings
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import require

from .words import SAID_BY, WHY

LONGEST_DOOR = 100


@action("residents.record_resident")
def record_resident(
    *, by: Any, area: str, said_by: str, why: str, door: str = "", sex: str = "", now: datetime, op: UUID | None = None,
    **row: str,
) -> Person:  # fmt: skip
    """Record somebody who lives in an area: name, id_number, phone, born_on, address. Raises Invalid.

    Somebody with that number is there already: then nothing is written, and it is said.
    """
    require(by, "residents.record_resident", area)
    said = _said(said_by, why)
    numbers = [number for number in readings(row.get("id_number", "")) if number.kind != "phone"]
    if numbers and having(*numbers).exists():
        raise Invalid("id_number", _("Somebody with this number is recorded already"))
    person = add_person(by=by, area=area, now=now, **row)
    _set(person, sex=_sex(sex), household=_household(area, door))
    record("residents.recorded", subject=person.pk, area=area, by=by, now=now, op=op, data=said)
    return person


@action("residents.correct_resident")
def correct_resident(
    *, by: Any, person: Person | UUID, said_by: str, why: str, door: str = "", sex: str = "", now: datetime,
    op: UUID | None = None, **row: str,
) -> Person:  # fmt: skip
    """Correct name, id_number, phone, born_on, address, sex or door; what is blank stays. Raises Invalid.

    A number is added to those the person has: none is ever taken away here.
    """
    known = _locked(person)
    require(by, "residents.correct_resident", known.home)
    said = _said(said_by, why)
    fields = {name: value.strip() for name, value in row.items() if value.strip()}
    if not (fields or door.strip() or sex):
        raise Invalid("name", _("Say what is to be corrected"))
    if fields:
        with connection().cursor() as cursor:
            loading.correct_one(cursor, known, fields, now)
    known.refresh_from_db()
    _set(known, sex=_sex(sex), household=_household(known.home, door))
    changed = sorted([*fields, *(["door"] if door.strip() else []), *(["sex"] if sex else [])])
    said["fields"] = changed
    record("residents.corrected", subject=known.pk, area=known.home, by=by, now=now, op=op, data=said)
    return known


@action("residents.move_resident")
def move_resident(
    *, by: Any, person: Person | UUID, to: str, on: date | None, said_by: str, why: str, door: str = "", now: datetime,
    op: UUID | None = None,
) -> Person:  # fmt: skip
    """Somebody moved to another home on a day; the former home stays in the fact. Raises Invalid."""
    known = _locked(person)
    require(by, "residents.move_resident", known.home)
    said, area = _said(said_by, why), _area(to)
    if on is None or on > clock.local_day(now):
        raise Invalid("on", _("Say the day of the move; it cannot lie in the future"))
    household = _household(area, door)
    if area == known.home and (household is None or household == known.household):
        raise Invalid("to", _("This is the home that is recorded"))
    former = known.home
    known.present = area if known.present in ("", former) else known.present
    known.home, known.household = area, household
    known.save(update_fields=["home", "present", "household"])
    data = {**said, "from": former, "to": area, "on": on.isoformat()}
    record("residents.moved", subject=known.pk, area=former, by=by, now=now, op=op, data=data)
    return known


@action("residents.set_guardian")
def set_guardian(
    *, by: Any, person: Person | UUID, guardian: UUID | None, said_by: str, why: str, now: datetime,
    op: UUID | None = None,
) -> Person:  # fmt: skip
    """Name the member of the household who speaks for somebody, or nobody. Raises Invalid."""
    known = _locked(person)
    require(by, "residents.set_guardian", known.home)
    said = _said(said_by, why)
    if guardian is not None:
        members = Person.objects.filter(household=known.household_id).exclude(pk=known.pk)
        other = members.filter(pk=guardian).first() if known.household_id else None
        if other is None or other.guardian_id == known.pk:
            raise Invalid("guardian", _("Choose another member of the household"))
    known.guardian_id = guardian
    known.save(update_fields=["guardian"])
    said["guardian"] = str(guardian) if guardian else ""
    record("residents.guardian_named", subject=known.pk, area=known.home, by=by, now=now, op=op, data=said)
    return known


def _locked(person: Person | UUID) -> Person:
    return Person.objects.select_for_update().get(pk=getattr(person, "pk", person))


def _said(said_by: str, why: str) -> dict[str, Any]:
    """Who said so and why, as codes: a fact holds no free text."""
    if said_by not in SAID_BY:
        raise Invalid("said_by", _("Say who told it"))
    if why not in WHY:
        raise Invalid("why", _("Say why"))
    return {"said_by": said_by, "why": why}


def _sex(sex: str) -> str:
    if sex not in dict(SEXES):
        raise Invalid("sex", _("Choose one of the list."))
    return sex


def _area(code: str) -> str:
    try:
        area = normalise(code)
    except BadValue as error:
        raise Invalid("to", explain(error)) from error
    if not area or unknown({area}):
        raise Invalid("to", _("There is no area with this code"))
    return area


def _household(area: str, door: str) -> Household | None:
    """The household behind a door of an area, made where it is missing; None without a door."""
    door = door.strip()
    if len(door) > LONGEST_DOOR:
        raise Invalid("door", _("At most %(most)s characters") % {"most": LONGEST_DOOR})
    if not door:
        return None
    known = Household.objects.filter(area=area, door=door).order_by("id").first()
    return known or Household.objects.create(area=area, door=door)


def _set(person: Person, *, sex: str, household: Household | None) -> None:
    person.sex, person.household = sex or person.sex, household or person.household
    person.save(update_fields=["sex", "household"])
