"""Visits: who is at a venue, by their own phone, by its staff, or for others; all of it goes into the one log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.models import Area
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import loading, names
from muster.kernel.people.models import Person, Place
from muster.kernel.people.named import found_or_made
from muster.kernel.posts.logins import ACT, connection, prepared
from muster.kernel.posts.permissions import require
from muster.kernel.presence.load import enter
from muster.kernel.presence.rows import VENUE_CODE

from .. import codes, words
from ..models import Device, EnteredFor, Venue
from ..rules import MOST_OTHERS, Other
from .personal import holder

HOMES = ("street", "community", "grid")
BAD_CODE = _("This code is not valid here, or no longer. Scan the code at the entrance again.")
BAD_DESK = _("This link is not valid any longer. Ask the community for a new one.")

# Asked at every door, so the server keeps their plans.
_OWN, _ITS, _WHO = ([field.column for field in model._meta.concrete_fields] for model in (Venue, Place, Person))
_OPEN = f"""
    SELECT {", ".join(f"v.{column}" for column in _OWN)}, {", ".join(f"p.{column}" for column in _ITS)}
    FROM premises_venue v JOIN people_place p ON p.id = v.place_id WHERE v.id = %s AND v.closed_at IS NULL
"""
_REMEMBERED = f"""
    SELECT d.verified, {", ".join(f"own.{column}" for column in _WHO)}
    FROM premises_device d JOIN people_person p ON p.id = d.person_id
    JOIN people_person own ON own.id = coalesce(p.canonical_id, p.id) WHERE d.id = %s AND d.revoked_at IS NULL
"""


@action("premises.check_in")
def check_in(
    *, by: Any, code: str, name: str = "", phone: str = "", device: UUID | None = None, absent: bool = False,
    others: Sequence[Sequence[str]] = (), why: str = "", now, op=None,
) -> dict[str, str]:  # fmt: skip
    """Somebody scanned a venue's code: they, unless `absent`, and the `others` (name, phone) they enter are there now.

    Who has no `device` that is remembered says name and phone once. A screen's code counts from its own half minute and
    a sheet's from the minute, so the same scan again is the same visit. Returns the device's id and whether it is
    `verified` ('' where not), the venue's name and the time.
    """
    require(by, "premises.check_in", "")
    venue, at = venue_of(code, codes.SHEET, codes.SCREEN, now=now)
    known = _remembered(device)
    if known is None:
        [person] = found_or_made([(name, phone)], venue.area, now)
        device, verified = Device.objects.create(person=person, made_at=now).pk, False
    else:
        verified, person = known
    along = _others(others, phone, why, absent, venue, now)
    write(venue, along if absent else [person, *along], at)
    _remember(venue, along, why, at, by_person=person)
    return {
        "device": str(device), "verified": "yes" if verified else "", "venue": venue.name, "at": at.isoformat()
    }  # fmt: skip


def _remembered(device: UUID | None) -> tuple[bool, Person] | None:
    """Whether a device is verified, and whose it is, merges followed; None where it is not remembered."""
    with prepared() as cursor:
        row = cursor.execute(_REMEMBERED, [device]).fetchone() if device else None
    return (row[0], Person.from_db(ACT, _WHO, row[1:])) if row else None


def venue_of(code: str, *kinds: bytes, now: datetime) -> tuple[Venue, datetime]:
    """The open venue that a code names, and since when its bearer is there. Raises Invalid."""
    refused = Invalid("code", BAD_DESK if codes.DESK in kinds else BAD_CODE)
    try:
        said = codes.read(code, *kinds, now=now)
    except codes.BadCode:
        raise refused from None
    with prepared() as cursor:
        row = cursor.execute(_OPEN, [said.about]).fetchone()
    if row is None:
        raise refused
    venue = Venue.from_db(ACT, _OWN, row[: len(_OWN)])
    venue.place = Place.from_db(ACT, _ITS, row[len(_OWN) :])
    number = venue.desk_number if said.kind == codes.DESK else venue.code_number
    if said.number != number or (said.kind == codes.SHEET and venue.screen):
        raise refused
    at = said.expires_at - codes.SCREEN_LASTS if said.expires_at else now.replace(second=0, microsecond=0)
    return venue, at


def _others(
    others: Sequence[Sequence[str]], phone: str, why: str, absent: bool, venue: Venue, now: datetime
) -> list[Person]:
    """The people who are entered by somebody else; without a phone of their own they are asked for at the sender's."""
    if absent and not others:
        raise Invalid("others", _("Enter who is there."))
    if not others:
        return []
    if why not in words.WHYS:
        raise Invalid("why", _("Say why you enter them."))
    if len(others) > MOST_OTHERS:
        raise Invalid("others", _("At most %(most)s people at once.") % {"most": MOST_OTHERS})
    named = [Other(*other) for other in others]
    if not phone and any(not other.phone for other in named):
        raise Invalid("others", _("Enter a phone for each of them."))
    try:
        return found_or_made([(other.name, other.phone or phone) for other in named], venue.area, now)
    except Invalid as no:
        raise Invalid("others", no.message) from None


@action("premises.record_visit")
def record_visit(
    *, by: Any, venue: Venue, code: str = "", name: str = "", phone: str = "", lives: str = "", address: str = "",
    why: str = "", now, op=None,
) -> dict[str, str]:  # fmt: skip
    """Enter somebody at a venue: by their paper code (scanned, or its digits), or by name, phone and why.

    Nobody is turned away for having no phone: then it is the name, the area where they `lives` and their `address`
    there, as far as they tell. Returns the ids of person and venue. Raises Invalid.
    """
    require(by, "premises.record_visit", venue.area)
    return _enter(venue, code, (name, phone, lives, address), why, now, by_post=by.id)


@action("premises.record_at_desk")
def record_at_desk(
    *, by: Any, desk: str, code: str = "", name: str = "", phone: str = "", lives: str = "", address: str = "",
    why: str = "", now, op=None,
) -> dict[str, str]:  # fmt: skip
    """The same as `record_visit`, by a venue's staff, who hold the venue's link instead of a post."""
    require(by, "premises.record_at_desk", "")
    venue, _at = venue_of(desk, codes.DESK, now=now)
    return _enter(venue, code, (name, phone, lives, address), why, now, by_post=None)


def _enter(
    venue: Venue, code: str, who: tuple[str, str, str, str], why: str, now: datetime, by_post: UUID | None
) -> dict[str, str]:
    if venue.closed_at:
        raise Invalid("venue", _("This venue is closed."))
    at = now.replace(second=0, microsecond=0)
    if code.strip():
        person, why = holder(code, now).person.canonical, "no_phone"
    else:
        if why not in words.WHYS:
            raise Invalid("why", _("Say why you enter them."))
        person = _named(venue, *who, now)
    write(venue, [person], at)
    _remember(venue, [person], why, at, by_post=by_post)
    return {"person": str(person.pk), "venue": str(venue.pk)}


def _named(venue: Venue, name: str, phone: str, lives: str, address: str, now: datetime) -> Person:
    """Who is called so and has that phone; without one, who is called so and lives there. Whoever is not known is made.

    Who has no phone is known again by name, area and address, all three, where one person has them. A new record is
    present in the area where they live, so that who looks for them there has it in range; their home is not known.
    """
    if phone.strip():
        return found_or_made([(name, phone)], venue.area, now)[0]
    if lives and not Area.objects.filter(code=lives, closed_on=None, level__in=HOMES).exists():
        raise Invalid("lives", _("There is no area with this code."))
    address = address.strip()
    if lives and address and name.strip():
        there = Q(home__startswith=lives) | Q(home="", present=lives)
        rows = Person.objects.filter(there, details__name=names.tidy(name), details__address=address)
        known = list(Person.objects.filter(pk__in=rows.values("canonical"))[:2])
        if len(known) == 1:
            return known[0]
    [person] = found_or_made([(name, "")], lives or venue.area, now, phone_needed=False)
    if address:
        with connection().cursor() as cursor:
            loading.correct_one(cursor, person, {"address": address}, now)
    return person


def write(venue: Venue, people: Sequence[Person], at: datetime) -> None:
    """Into the log of who was where: entered now, left not known (the plan says how long that counts)."""
    enter(venue.place.key, VENUE_CODE, [person.key for person in people], at)


def _remember(venue: Venue, people: Sequence[Person], why: str, at: datetime, **by: Any) -> None:
    by_person, by_post = by.get("by_person"), by.get("by_post")
    if not people:
        return
    EnteredFor.objects.bulk_create(
        EnteredFor(venue=venue, person=person, by_person=by_person, by_post=by_post, why=why, at=at)
        for person in people
    )
