"""Who somebody is that says a name and a phone: the record that has both, else a new one; and who may be meant too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.codes import LEVELS
from muster.kernel.areas.words import explain
from muster.kernel.loading import BadValue
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import crypto, identifiers, loading, names
from muster.kernel.people.models import Identifier, Person, PersonDetails
from muster.kernel.people.queries import readings
from muster.kernel.posts.logins import connection

LONGEST_NAME = 100


def found_or_made(
    named: Iterable[tuple[str, str]], area: str, now: datetime, *, phone_needed: bool = True
) -> list[Person]:
    """The persons of these names and phones, in order; who is not known is made, present in `area`, home not known.

    A phone may be shared, so it takes both to be the same person; somebody who is known is not changed, and the
    answer never tells. Whoever has no phone, where none is needed, is made. Raises Invalid.
    """
    asked = [_read(name, phone, phone_needed) for name, phone in named]
    known = _known(index for _name, _phone, index in asked if index)
    people = []
    for name, phone, index in asked:
        person = known.get((name, index))
        if person is None:
            person = _make(name, phone, area, now)
        if index:
            known[name, index] = person
        people.append(person)
    return people


def namesakes(person: Person, name: str, phone: str, area: str) -> tuple[list[Person], bool]:
    """Others without an identity number who may be this person; nobody says whether they are.

    Whose name sounds alike and who share a phone (then also True); where nobody does, those of the same name in the
    same community. Needs the login of actions.
    """
    name, community = names.tidy(name), area[: LEVELS["community"]]
    phones = Identifier.objects.filter(kind="phone")
    said = [crypto.blind_index(*number) for number in readings(phone) if number.kind == "phone"]
    said += map(bytes, phones.filter(person__canonical=person.pk).values_list("blind_index", flat=True))
    alike = PersonDetails.objects.filter(name_key=names.keys(name)[0]).exclude(name_key="")
    if by_phone := _without_number(
        alike.filter(person__in=phones.filter(blind_index__in=said).values("person")), person
    ):
        return by_phone, True
    here = Q(person__home__startswith=community) | Q(person__present__startswith=community)
    known = len(community) == LEVELS["community"]
    return _without_number(alike.filter(here, name=name), person) if known else [], False


def _without_number(alike: QuerySet[PersonDetails], but: Person) -> list[Person]:
    numbered = Identifier.objects.filter(person__canonical=OuterRef("pk")).exclude(kind__in=("phone", "plate"))
    others = Person.objects.filter(pk__in=alike.values("person__canonical")).exclude(pk=but.pk)
    return list(others.exclude(Exists(numbered)).order_by("pk"))


def _read(name: str, phone: str, phone_needed: bool) -> tuple[str, str, bytes]:
    name = names.tidy(name)
    if not name:
        raise Invalid("name", _("Enter the name."))
    if len(name) > LONGEST_NAME:
        raise Invalid("name", _("At most %(most)s characters") % {"most": LONGEST_NAME})
    if not phone_needed and not phone.strip():
        return name, "", b""
    try:
        number = identifiers.read("phone", phone)
    except BadValue as error:
        raise Invalid("phone", explain(error)) from error
    return name, phone, crypto.blind_index(*number)


def _known(indexes: Iterable[bytes]) -> dict[tuple[str, bytes], Person]:
    rows = Identifier.objects.filter(kind="phone", blind_index__in=set(indexes)).order_by("-id")
    rows = rows.select_related("person__canonical", "person__details")
    return {
        (row.person.details.name, bytes(row.blind_index)): row.person.canonical
        for row in rows
        if hasattr(row.person, "details") and row.person.canonical
    }


def _make(name: str, phone: str, area: str, now: datetime) -> Person:
    row: dict[str, Any] = {"name": name, "phone": phone, "area": ""}
    with connection().cursor() as cursor:
        made: UUID = loading.add_one(cursor, row, now)
    Person.objects.filter(pk=made).update(present=area)
    return Person.objects.get(pk=made)
