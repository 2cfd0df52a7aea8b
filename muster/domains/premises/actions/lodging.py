"""The register of a house that lets rooms: guests in and out, and the list of the night; by the house's own link."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import add_person
from muster.kernel.people.models import Person
from muster.kernel.people.named import LONGEST_NAME, found_or_made
from muster.kernel.posts.logins import connection
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require
from muster.kernel.presence.load import load_presence
from muster.kernel.presence.rows import LODGING

from .. import codes, words
from ..models import Guest, Routine, Venue
from ..routines import kinds
from ..rules import first_of_period
from .routines import record_outcome
from .visits import venue_of

NIGHT_LIST = "night_list"
LONGEST_ROOM, LONGEST_ORIGIN = 20, 200


@action("premises.register_guest")
def register_guest(
    *, by: Any, desk: str, name: str, number: str, phone: str = "", room: str, origin: str = "", now, op=None
) -> Guest:
    """A guest moves in: by name and identity number, or name and phone; with the room, and where they come from.

    The stay goes into the log of who was where. Whether the person was known makes no difference to what is answered.
    Raises Invalid.
    """
    require(by, "premises.register_guest", "")
    venue = house_of(desk, now)
    for field, text, most in (("room", room, LONGEST_ROOM), ("origin", origin, LONGEST_ORIGIN)):
        if len(text) > most:
            raise Invalid(field, _("At most %(most)s characters") % {"most": most})
    if not room.strip():
        raise Invalid("room", _("Enter the room."))
    person = _guest(name, number, phone, venue.area, now).canonical
    if Guest.objects.filter(venue=venue, person__canonical=person, left_at=None).exists():
        raise Invalid("name", _("This guest is registered already."))
    at = now.replace(second=0, microsecond=0)
    row = Guest.objects.create(
        venue=venue, area=venue.area, person=person, room=room.strip(), origin=origin.strip(), came_at=at
    )
    load_presence([(person.key, venue.place.key, at, None, LODGING)])
    record("premises.guest_registered", subject=row.pk, area=row.area, by=by, now=now, op=op)
    return row


def house_of(desk: str, now: datetime) -> Venue:
    """The house behind a link. Raises Invalid, also for a venue that lets no rooms."""
    venue, _at = venue_of(desk, codes.DESK, now=now)
    if words.PLACE_OF[venue.kind] != "lodging":
        raise Invalid("code", _("This venue lets no rooms."))
    return venue


def _guest(name: str, number: str, phone: str, area: str, now: datetime) -> Person:
    if not number.strip():
        return found_or_made([(name, phone)], area, now)[0]
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Invalid("name", _("Enter the name."))
    try:
        person = add_person(by=SYSTEM, area="", name=name, id_number=number, phone=phone, now=now)
    except Invalid as no:
        raise Invalid("number" if no.field == "id_number" else no.field, no.message) from None
    if not person.present:
        Person.objects.filter(pk=person.pk).update(present=area)
    return Person.objects.select_related("canonical").get(pk=person.pk)


@action("premises.check_out")
def check_out(*, by: Any, desk: str, guest: UUID, now, op=None) -> Guest:
    """A guest has left: the stay ends in the log too. Raises Invalid."""
    require(by, "premises.check_out", "")
    venue = house_of(desk, now)
    rows = Guest.objects.select_for_update(of=("self",)).select_related("person")
    row = rows.filter(pk=guest, venue=venue, left_at=None).first()
    if row is None:
        raise Invalid("guest", _("This guest has left already."))
    row.left_at = max(now, row.came_at + timedelta(minutes=1))
    row.save(update_fields=["left_at"])
    with connection().cursor() as cursor:
        cursor.execute(
            "DELETE FROM presence WHERE place = %s AND entered_at = %s AND person = %s AND left_at IS NULL"
            " AND source = %s",
            [venue.place.key, row.came_at, row.person.key, LODGING],
        )
    load_presence([(row.person.key, venue.place.key, row.came_at, row.left_at, LODGING)])
    record("premises.guest_left", subject=row.pk, area=row.area, by=by, now=now, op=op)
    return row


@action("premises.send_night_list")
def send_night_list(*, by: Any, desk: str, now, op=None) -> Routine:
    """Tonight's list is what the register says now; a house without guests sends it too. Raises Invalid.

    What was still owed for the night before comes first.
    """
    require(by, "premises.send_night_list", "")
    venue = house_of(desk, now)
    row = owed_list(venue, now)
    if row is None:
        raise Invalid("list", _("Tonight's list is sent already."))
    count = Guest.objects.filter(venue=venue, left_at=None).count()
    return record_outcome(row, "done", count, "", SYSTEM, now, op)


def owed_list(venue: Venue, now: datetime) -> Routine | None:
    """The list that the house owes now: last night's where it was not sent, else tonight's; None where that is sent."""
    today = clock.local_day(now)
    rows = {row.period_on: row for row in venue.routines.filter(code=NIGHT_LIST, period_on__gte=today - timedelta(1))}
    owed = [row for _on, row in sorted(rows.items()) if not row.outcome]
    kind = kinds().get(NIGHT_LIST)
    if owed or kind is None or first_of_period(today, kind.every) in rows:
        return owed[0] if owed else None
    due = clock.midnight(today) + timedelta(hours=kind.due)
    return Routine.objects.create(
        venue=venue, area=venue.area, code=NIGHT_LIST, doer=kind.by, period_on=today, due_at=due
    )
