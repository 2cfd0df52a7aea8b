"""Booking a place, and counting who is inside: never more than there are places, however many ask at once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.named import found_or_made
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import require

from .. import codes
from ..models import Booking, Capacity, Slot, Venue
from .visits import venue_of, write

MOST_PARTY, MOST_PLACES, DAYS = 10, 100_000, 3
EARLY = timedelta(minutes=15)
FULL = _("This time is full. Choose another.")
_INSIDE = "CASE WHEN counted_on = %(on)s THEN inside ELSE 0 END + %(change)s"
_COUNT = f"""
    UPDATE premises_capacity SET inside = {_INSIDE}, counted_on = %(on)s
    WHERE venue_id = %(venue)s AND {_INSIDE} BETWEEN 0 AND cap RETURNING inside
"""


@action("premises.set_capacity")
def set_capacity(
    *, by: Any, venue: Venue, cap: int, per_slot: int, slot_minutes: int, opens: int, closes: int, now, op=None
) -> Capacity:
    """Say how many are inside at once, and how many may book each slot between two minutes of the day. Raises Invalid.

    Slots that somebody booked already keep the places they had.
    """
    require(by, "premises.set_capacity", venue.area)
    for field, value in (("cap", cap), ("per_slot", per_slot)):
        if not 0 < value <= MOST_PLACES:
            raise Invalid(field, _("Enter a number of people."))
    if not 10 <= slot_minutes <= 720:
        raise Invalid("slot_minutes", _("A slot takes 10 to 720 minutes."))
    if not 0 <= opens < closes <= 1440 or closes - opens < slot_minutes:
        raise Invalid("closes", _("It closes after it opens, and one slot fits between."))
    given = {"cap": cap, "per_slot": per_slot, "slot_minutes": slot_minutes, "opens": opens, "closes": closes}
    row, _made = Capacity.objects.update_or_create(venue=venue, defaults={**given, "area": venue.area})
    record("premises.capacity_set", subject=venue.pk, area=venue.area, by=by, now=now, op=op, data=given)
    return row


def bookable(venue: Venue, now: datetime) -> list[Slot]:
    """The slots of three days from now, with what is taken; those that nobody asked for are not stored yet."""
    known = {row.starts_at: row for row in Slot.objects.filter(venue=venue, ends_at__gt=now)}
    held, today = venue.capacity, clock.local_day(now)
    found = []
    for day in (today + timedelta(days=number) for number in range(DAYS)):
        for starts_at, ends_at in clock.slots(day, held.opens, held.closes, held.slot_minutes):
            if ends_at > now:
                made = Slot(venue=venue, area=venue.area, starts_at=starts_at, ends_at=ends_at, places=held.per_slot)
                found.append(known.get(starts_at, made))
    return found


@action("premises.book")
def book(*, by: Any, code: str, starts_at: datetime, name: str, phone: str, party: int = 1, now, op=None) -> Booking:
    """Book places of a slot; the answer is the same whoever is known already. Raises Invalid, also when it is full."""
    require(by, "premises.book", "")
    venue = booked_at(code, now)
    if not 1 <= party <= MOST_PARTY:
        raise Invalid("party", _("At most %(most)s people at once.") % {"most": MOST_PARTY})
    wanted = next((slot for slot in bookable(venue, now) if slot.starts_at == starts_at), None)
    if wanted is None:
        raise Invalid("slot", _("Choose a time of the list."))
    [person] = found_or_made([(name, phone)], venue.area, now)
    Slot.objects.bulk_create([wanted], ignore_conflicts=True)
    slot = Slot.objects.get(venue=venue, starts_at=starts_at)
    if not take(slot, party):
        raise Invalid("slot", FULL)
    number = f"{secrets.randbelow(10**8):08}"
    row = Booking.objects.create(slot=slot, number=number, person=person, party=party, made_at=now)
    data = {"slot": starts_at.isoformat(), "party": party}
    record("premises.booked", subject=row.pk, area=venue.area, by=by, now=now, op=op, data=data)
    return row


def take(slot: Slot, party: int) -> bool:
    """Take places, if there are so many: one statement, so that whoever comes second sees what the first has taken."""
    free = Slot.objects.filter(pk=slot.pk, taken__lte=F("places") - party)
    return free.update(taken=F("taken") + party) == 1


def booked_at(code: str, now: datetime) -> Venue:
    """The venue that a booking code names. Raises Invalid, also where nothing can be booked."""
    venue, _at = venue_of(code, codes.BOOK, now=now)
    if not Capacity.objects.filter(venue=venue).exists():
        raise Invalid("code", _("Nothing can be booked here."))
    return Venue.objects.select_related("place", "capacity").get(pk=venue.pk)


@action("premises.cancel_booking")
def cancel_booking(*, by: Any, code: str, number: str, now, op=None) -> Booking:
    """Give the places of a booking back. Raises Invalid; a wrong number and one of another venue are answered alike."""
    require(by, "premises.cancel_booking", "")
    row = _booking(booked_at(code, now), number)
    if row.slot.starts_at <= now:
        raise Invalid("number", _("Its time has begun."))
    row.cancelled_at = now
    row.save(update_fields=["cancelled_at"])
    Slot.objects.filter(pk=row.slot_id).update(taken=F("taken") - row.party)
    record("premises.booking_cancelled", subject=row.pk, area=row.slot.area, by=by, now=now, op=op)
    return row


def _booking(venue: Venue, number: str) -> Booking:
    rows = Booking.objects.select_for_update(of=("self",)).select_related("slot", "person__canonical")
    row = rows.filter(number=number.strip(), slot__venue=venue, cancelled_at=None, entered_at=None).first()
    if row is None:
        raise Invalid("number", _("There is no such booking here."))
    return row


@action("premises.count_door")
def count_door(*, by: Any, desk: str, change: int = 0, number: str = "", now, op=None) -> dict[str, int]:
    """The staff let somebody in (`change`, or those of a booking) or out; more than the cap never come in.

    Who has booked is entered in the log of who was where. Returns who is inside now. Raises Invalid.
    """
    require(by, "premises.count_door", "")
    venue, _at = venue_of(desk, codes.DESK, now=now)
    booked = _booking(venue, number) if number.strip() else None
    if booked:
        if not booked.slot.starts_at - EARLY <= now < booked.slot.ends_at:
            raise Invalid("number", _("This booking is for another time."))
        change = booked.party
    if not -MOST_PARTY <= change <= MOST_PARTY or change == 0:
        raise Invalid("change", _("At most %(most)s people at once.") % {"most": MOST_PARTY})
    inside = _count(venue, change, now)
    if booked:
        booked.entered_at = now
        booked.save(update_fields=["entered_at"])
        write(venue, [booked.person.canonical], now.replace(second=0, microsecond=0))
    data = {"change": change, "inside": inside}
    record("premises.door_counted", subject=venue.pk, area=venue.area, by=by, now=now, op=op, data=data)
    return {"inside": inside}


def _count(venue: Venue, change: int, now: datetime) -> int:
    with connection().cursor() as cursor:
        cursor.execute(_COUNT, {"on": clock.local_day(now), "change": change, "venue": venue.pk})
        found = cursor.fetchone()
    if found is None:
        full = change > 0
        raise Invalid("change", _("It is full: let them wait outside.") if full else _("So many are not inside."))
    return int(found[0])
