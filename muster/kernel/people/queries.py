"""Finding persons and places, many at a time; merged records are one person."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from muster.kernel.loading import BadValue
from muster.kernel.people import crypto, identifiers, names
from muster.kernel.people.identifiers import Number
from muster.kernel.people.models import Person
from muster.kernel.posts.models import SYSTEM

_LAST = "\U0010ffff"  # sorts after every character in the C collation


def canonical(ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each record, the one that stands for the person."""
    return dict(Person.objects.filter(id__in=set(ids)).values_list("id", "canonical_id"))


def labels_of(ids: Any) -> dict[UUID, str]:
    """Masked names by id, a set or a query of ids; only of those whom the running code's login sees."""
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "label"))


def records_of(person: UUID) -> list[UUID]:
    """All records of the person that this record belongs to, the canonical one first."""
    return list(every_record([person]))


def every_record(persons: Iterable[UUID]) -> dict[UUID, UUID]:
    """All records of these persons, who are given by any of them, each with the one that stands; these come first."""
    roots = set(canonical(persons).values())
    merged = Person.objects.filter(canonical_id__in=roots, merged_into__isnull=False).order_by("id")
    return {root: root for root in roots} | dict(merged.values_list("id", "canonical_id"))


def having(*numbers: Number) -> QuerySet[Person]:
    """The persons (canonical records) that have one of these numbers. Needs the login of actions."""
    indexes = [crypto.blind_index(*number) for number in numbers]
    owners = Person.objects.filter(identifiers__blind_index__in=indexes).values("canonical_id")
    return Person.objects.filter(id__in=owners)


def readings(text: str) -> list[Number]:
    """What a typed number may be: an identity number, passport or other, and a phone. Empty if none of them."""
    found = []
    for read in (identifiers.read_any, lambda value: identifiers.read("phone", value)):
        with suppress(BadValue):
            found.append(read(text))
    return found


def with_name(text: str, by: Any, limit: int = 50) -> list[Person]:
    """Persons at home in the post's range of whom a record's name, pinyin or initials begin so, at most `limit`.

    Needs the login of actions: pages do not read names.
    """
    records = Person.objects.all()
    if by is not SYSTEM:
        home = {"canonical__home__gte": by.lo, "canonical__home__lt": by.hi}
        records = records.filter(**home) if by.lo is not None else records.none()
    text = names.tidy(text)
    if names.has_han(text):
        begins = [("name", text)]
    else:
        begins = [(column, key) for key in names.search_keys(text) if key for column in ("name_key", "initials")]
    # Each in the order of its own index, so that a short beginning stops at the limit.
    found: dict[UUID, str] = {}
    for column, key in begins:
        named = records.filter(**{f"details__{column}__gte": key, f"details__{column}__lt": key + _LAST})
        found |= named.order_by(f"details__{column}").values_list("canonical_id", "details__name_key")[:limit]
    people = Person.objects.in_bulk(found)
    return [people[pk] for pk in sorted(found, key=found.__getitem__)[:limit]]
