"""The home list: who is put on it, and who comes to a site again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts.permissions import reaches, require

from ..models import HomeNeed
from ..models.homes import NEEDS
from .gaps import MOST_PEOPLE


@action("screening.need_home")
def need_home(*, by: Any, people: Iterable[UUID], why: str, now: datetime, op: UUID | None = None) -> int:
    """Put those of these persons who live in the post's area on the home list; returns how many are new on it.

    Raises Invalid without a reason of the list, or for too many people.
    """
    require(by, "screening.need_home", by.area)
    wanted = list(dict.fromkeys(people))
    if why not in NEEDS:
        raise Invalid("why", _("Choose a reason."))
    if not wanted or len(wanted) > MOST_PEOPLE:
        raise Invalid("people", _("Tick from 1 to %(most)s people.") % {"most": MOST_PEOPLE})
    found = Person.objects.filter(pk__in=wanted, merged_into=None).values_list("pk", "home")
    known = set(HomeNeed.objects.filter(person__in=wanted, ended_at=None).values_list("person", flat=True))
    rows = [
        HomeNeed(person_id=person, area=home[:18], why=why, since=now, by_id=by.id)
        for person, home in found
        if person not in known and reaches(by, home)
    ]
    HomeNeed.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@action("screening.end_home")
def end_home(*, by: Any, need: HomeNeed, now: datetime, op: UUID | None = None) -> HomeNeed:
    """They come to a site again. Raises Invalid if that was said before."""
    row = HomeNeed.objects.select_for_update().get(pk=need.pk)
    require(by, "screening.end_home", row.area)
    if row.ended_at:
        raise Invalid("need", _("They are not on the list any more."))
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    return row
