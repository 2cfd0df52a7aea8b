"""Units count their staff and who of them and their families came back or is ill; whom they count, they name.

What is counted and not named stays owed, for the unit by its link and for the grid worker as a duty, until the two are
equal or the unit has said why not. Source: employers answer for the checks of their staff and families.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import open_duties
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import crypto, identifiers
from muster.kernel.people.models import Organisation, Person, Place
from muster.kernel.people.named import found_or_made
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import codes, words
from ..models import Routine, Venue
from ..routines import kinds
from ..rules import people_in
from .rows import locked, of_desk
from .sectors import refuse_others
from .visits import venue_of

STAFF, MOST_LINES = "staff", 500


def counted_and_named(row: Routine) -> list[tuple[str, int, int]]:
    """(code, how many were counted, how many of them are named), for what is named person by person."""
    kind = kinds().get(row.code)
    return [
        (code, row.counts[code], _staff(row.venue_id) if code == STAFF else len(row.named.get(code, ())))
        for code in (kind.named if kind else ())
        if code in row.counts
    ]


def _staff(venue: UUID) -> int:
    places = Place.objects.filter(pk__in=Venue.objects.filter(pk=venue).values("place_id")).exclude(organisation=None)
    return Person.objects.filter(organisation__in=places.values("organisation_id"), canonical=F("pk")).count()


def reconcile(row: Routine, because: Any, by: Any, now: datetime, op: Any = None) -> None:
    """Say how many are not named: owed from its report (`because`) on, until there are none. The row is saved."""
    before = row.unnamed
    missing = sum(max(0, said - named) for _code, said, named in counted_and_named(row))
    row.unnamed = 0 if row.unnamed_why else missing if because else min(before, missing)
    row.save(update_fields=["unnamed", "unnamed_why", "named"])
    if row.unnamed and because:
        owed = [{"subject": row.pk, "area": row.area, "because": because}]
        open_duties("premises.name_people", owed, by=by, now=now)
    elif before and not row.unnamed:
        data = {"why": row.unnamed_why}
        record("premises.people_named", subject=row.pk, area=row.area, by=by, now=now, op=op, data=data)


@action("premises.name_staff_at_desk")
def name_staff_at_desk(*, by: Any, desk: str, people: str, now, op=None) -> int:
    """The unit names who works there, a name and a phone on each line; returns how many. Raises Invalid.

    Who has an employer on record keeps it; the answer does not tell.
    """
    require(by, "premises.name_staff_at_desk", "")
    venue, _at = venue_of(desk, codes.DESK, now=now)
    named = people_in(people)
    if not named:
        raise Invalid("people", _("Write a name and a phone on each line."))
    if len(named) > MOST_LINES:
        raise Invalid("people", _("At most %(most)s at once.") % {"most": MOST_LINES})
    found = []
    for number, each in enumerate(named, start=1):
        try:
            found += found_or_made([(each.name, each.phone)], venue.area, now)
        except Invalid as no:
            said = {"row": number, "name": each.name, "why": no.message}
            raise Invalid("people", _("Line %(row)s, %(name)s: %(why)s") % said) from None
    place = Place.objects.select_for_update().get(pk=venue.place_id)
    if place.organisation_id is None:
        place.organisation = Organisation.objects.create(name=venue.name, area=venue.area)
        place.save(update_fields=["organisation"])
    ids = {person.pk for person in found}
    Person.objects.filter(pk__in=ids, organisation=None).update(organisation=place.organisation_id)
    for row in Routine.objects.select_for_update().filter(venue=venue, unnamed__gt=0):
        reconcile(row, None, SYSTEM, now, op)
    return len(ids)


@action("premises.note_named")
def note_named(*, by: Any, venue: Venue, code: str, phone: str, now, op=None) -> None:
    """Somebody whom the unit counted under `code` was named: in its last report that misses one, else in the newest.

    Only a mark of them is kept, under the installation's key: from report to report it is another.
    """
    require(by, "premises.note_named", "")
    asked = [kind.code for kind in kinds().values() if code in kind.named]
    rows = list(Routine.objects.select_for_update().filter(venue=venue, code__in=asked).order_by("-period_on")[:2])
    if not rows:
        return
    row = next((each for each in rows if each.unnamed and _misses(each, code)), rows[0])
    kind, country, number = identifiers.read("phone", phone)
    mark = crypto.blind_index(kind, country, f"{number} {row.pk} {code}").hex()
    row.named = row.named | {code: sorted({*row.named.get(code, ()), mark})}
    reconcile(row, None, by, now, op)


def _misses(row: Routine, code: str) -> bool:
    return any(said > named for each, said, named in counted_and_named(row) if each == code)


@action("premises.explain_unnamed")
def explain_unnamed(*, by: Any, routine: Routine, why: str, now, op=None) -> Routine:
    """A post says, for the unit, why nobody else will be named. Raises Invalid."""
    row = locked(routine.pk)
    require(by, "premises.explain_unnamed", row.area)
    refuse_others(by, row, checks=True)
    return _explain(row, why, by, now, op)


@action("premises.explain_unnamed_at_desk")
def explain_unnamed_at_desk(*, by: Any, desk: str, routine: UUID, why: str, now, op=None) -> Routine:
    """The unit says, by its link, why nobody else will be named. Raises Invalid."""
    require(by, "premises.explain_unnamed_at_desk", "")
    return _explain(of_desk(desk, routine, now), why, by, now, op)


def _explain(row: Routine, why: str, by: Any, now: datetime, op: Any) -> Routine:
    if not row.unnamed:
        raise Invalid("routine", _("Everybody who was counted is named."))
    if why not in words.UNNAMED:
        raise Invalid("why", _("Choose one of the list."))
    row.unnamed_why = why
    reconcile(row, None, by, now, op)
    return row
