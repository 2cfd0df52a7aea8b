"""Whom and what the rows of results name, found for a whole batch at once; and what a laboratory sees of itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from muster.kernel.controls.models import Control
from muster.kernel.people.models import Organisation, Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import ApiKey, Post

from .models import Result


def persons(refs: Iterable[str]) -> dict[str, Person]:
    """Persons by the sender's reference, or by our id where they have none; with the record they were merged into."""
    wanted = set(refs)
    unnamed = {ref: UUID(ref) for ref in wanted if len(ref) == 36 and _is_id(ref)}
    rows = Person.objects.select_related("canonical").filter(Q(ref__in=wanted) | Q(ref=None, pk__in=unnamed.values()))
    return {row.ref or str(row.pk): row for row in rows}


def laboratories(names: Iterable[str]) -> dict[str, Organisation]:
    """Organisations by reference, else by name."""
    wanted = set(names)
    rows = list(Organisation.objects.filter(Q(ref__in=wanted) | Q(name__in=wanted)).order_by("-pk"))
    return {row.name: row for row in rows} | {row.ref: row for row in rows if row.ref}


def sent_before(refs: Iterable[str]) -> dict[tuple[UUID | None, str], list[Result]]:
    """Every result, live or superseded, with one of these references, by laboratory and reference."""
    found: dict[tuple[UUID | None, str], list[Result]] = {}
    rows = Result.objects.filter(ref__in=set(refs)).select_related("person", "corrects").order_by("received_at", "id")
    for row in rows:
        found.setdefault((row.laboratory_id, row.ref), []).append(row)
    return found


def under_control(people: Iterable[UUID]) -> set[UUID]:
    """Which of these persons (canonical ids) are under control: only their tests can be due."""
    return set(Control.objects.open().filter(person__in=set(people)).values_list("person_id", flat=True))


def keys_of(post: Post) -> list[dict[str, Any]]:
    """Names and times of the keys of a laboratory's machines: pages cannot read the table, nobody reads a key."""
    with acting():
        keys = ApiKey.objects.filter(post__organisation_id=post.organisation_id, post__role=post.role)
        return list(keys.order_by("created_at").values("name", "created_at", "revoked_at"))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
