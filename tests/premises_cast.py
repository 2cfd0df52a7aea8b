"""What tests of premises share: a venue in the town, its codes, and what the log says of it."""

from __future__ import annotations

from typing import Any

from muster.domains.premises import actions, codes
from muster.domains.premises.models import PersonalCode, Venue
from muster.kernel import clock
from muster.kernel.people.identifiers import check_character
from muster.kernel.posts.logins import acting, connection
from tests.town import GRID, Town

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
