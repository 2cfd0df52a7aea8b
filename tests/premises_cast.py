"""What tests of premises share: a venue in the town, its codes, and what the log says of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from muster.domains.premises import actions, codes
from muster.domains.premises.models import Booking, Event, PersonalCode, Venue
from muster.kernel import clock, ids
from muster.kernel.people.identifiers import check_character
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting, connection
from muster.kernel.posts.models import SYSTEM, Post
from tests.town import GRID, Town, make_post

PHONE, OTHER_PHONE = "13800138000", "13900139000"


def card(number: int) -> str:
    """A synthetic identity number of somebody born in 1950."""
    first = f"61040419500101{number:03}"
    return first + check_character(first)


def venue_of(town: Town, **given: Any) -> Venue:
    """A market in the worker's grid, unless said otherwise."""
    row = {"area": GRID, "name": "中山菜市场", "kind": "market", "responsible": "马师傅", "phone": OTHER_PHONE} | given
    return actions.add_venue(by=town.worker, **row)


def sheet(venue: Venue) -> str:
    """The code on its printed sheet."""
    return codes.make(codes.SHEET, venue.id, venue.code_number)


def desk(venue: Venue) -> str:
    """The code in its staff's link."""
    return codes.make(codes.DESK, venue.id, venue.desk_number)


def screen(venue: Venue) -> str:
    """The code on its screen at this moment."""
    return codes.make_screen(venue.id, venue.code_number, clock.now())


def code_of(person: Any, number: str = "202112010006") -> PersonalCode:
    """A person's own code, as if it had been issued to them."""
    now, pk = clock.now(), ids.uuid7()
    with acting():
        return PersonalCode.objects.create(
            id=pk, person=person, number=number, area=GRID, issued_at=now, issued_by=ids.uuid7(),
            ends_at=now + timedelta(days=365), mark=codes.mark(codes.make(codes.PERSON, pk)),
        )  # fmt: skip


def paper(row: PersonalCode) -> str:
    """The code on somebody's paper."""
    return codes.make(codes.PERSON, row.id)


def log_of(venue: Venue) -> list[tuple]:
    """(key of person, entered, left, source) of everybody at the venue."""
    with acting(), connection().cursor() as cursor:
        cursor.execute(
            "SELECT person, entered_at, left_at, source FROM presence WHERE place = %s ORDER BY entered_at, person",
            [Venue.objects.select_related("place").get(pk=venue.pk).place.key],
        )
        return cursor.fetchall()


def gathering(town: Town, **given: Any) -> Event:
    """An exhibition of 120 people in three days, asked for by the community, unless said otherwise."""
    begins = clock.midnight(clock.today()) + timedelta(days=3, hours=9)
    row = {
        "area": GRID, "name": "农产品展销会", "kind": "expo", "place_name": "会展中心", "expected": 120,
        "starts_at": begins, "ends_at": begins + timedelta(hours=8), "organiser": "马师傅", "phone": OTHER_PHONE,
    } | given  # fmt: skip
    return actions.ask_event(by=row.pop("by", town.community), **row)


def agreed(town: Town, event: Event) -> Event:
    """The sector that is asked agrees, by its regulator in the district."""
    role = roles.REGULATORS[event.sector]
    with acting():
        post = Post.objects.filter(role=role, area=event.area[:6]).first() or make_post(role, role, event.area[:6])
    return actions.give_opinion(by=post, event=event, agrees=True)


def link(venue: Venue) -> str:
    """The code of its booking page."""
    return codes.make(codes.BOOK, venue.id, venue.code_number)


def at_nine(days: int = 1) -> datetime:
    """Nine in the morning, tomorrow unless said otherwise."""
    return clock.midnight(clock.today() + timedelta(days=days)) + timedelta(hours=9)


def booked(town: Town) -> Booking:
    """The market takes fifty at once; somebody booked for tomorrow."""
    with acting():
        venue = Venue.objects.get(name="中山菜市场")
    actions.set_capacity(by=town.community, venue=venue, cap=50, per_slot=20, slot_minutes=30, opens=540, closes=1260)
    return actions.book(by=SYSTEM, code=link(venue), starts_at=at_nine(), name="钱多", phone=PHONE)
