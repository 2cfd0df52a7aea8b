"""Booking and the count at the door: as many as there are places, however many ask; without the lock it overbooks.

RACERS in the environment makes the crowd larger: `RACERS=1000 pytest tests/actions/test_premises_booking.py`.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connections
from django.db.models import F, Sum

from muster.domains.premises import actions
from muster.domains.premises.actions import booking
from muster.domains.premises.jobs import forget
from muster.domains.premises.models import Booking, Capacity, Slot
from muster.kernel import clock as program_clock
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from tests.premises_cast import OTHER_PHONE, PHONE, at_nine, desk, link, log_of, venue_of
from tests.town import build_town

RACERS = int(os.environ.get("RACERS", "40"))
PLACES, AT_ONCE = RACERS // 10, 8


@pytest.fixture
def town(db, clock):
    clock.advance(hours=13)
    return build_town()


@pytest.fixture
def venue(town):
    row = venue_of(town)
    size(town, row)
    return row


def size(town, row, **given) -> Capacity:
    held = {"cap": 5, "per_slot": PLACES, "slot_minutes": 30, "opens": 540, "closes": 1260} | given
    return actions.set_capacity(by=town.community, venue=row, **held)


def books(venue, **given) -> Booking:
    return actions.book(
        by=SYSTEM, code=link(venue), **({"starts_at": at_nine(), "name": "钱多", "phone": PHONE} | given)
    )


def race(venue) -> int:
    """Everybody asks for a place of one slot at once; returns how many were told that they have one."""

    def ask(number: int) -> bool:
        try:
            books(venue, name=f"钱{number}", phone=f"138{number:08}")
            return True
        except Invalid as no:
            assert no.field == "slot"
            return False
        finally:
            connections[ACT].close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(ask, range(RACERS)))


def test_a_crowd_gets_exactly_the_places_there_are(venue):
    assert race(venue) == PLACES
    with acting():
        assert Slot.objects.get().taken == Booking.objects.aggregate(sum=Sum("party"))["sum"] == PLACES


def test_without_the_lock_the_same_crowd_overbooks(venue, monkeypatch):
    together = Barrier(AT_ONCE)
    with acting():
        [first, *_rest] = [slot for slot in booking.bookable(venue, program_clock.now()) if slot.starts_at == at_nine()]
        first.save()

    def looks_then_takes(slot, party):
        free = Slot.objects.get(pk=slot.pk).taken + party <= slot.places
        with suppress(BrokenBarrierError):
            together.wait(timeout=20)  # as many as can be have looked before any of them takes
        if free:
            Slot.objects.filter(pk=slot.pk).update(taken=F("taken") + party)
        return free

    monkeypatch.setattr(booking, "take", looks_then_takes)
    assert race(venue) > PLACES


@pytest.mark.parametrize("opens, closes, minutes, count", [(540, 600, 30, 2), (540, 599, 30, 1), (0, 1440, 720, 2)])
def test_only_whole_slots_are_offered(opens, closes, minutes, count):
    day = program_clock.today()
    found = program_clock.slots(day, opens, closes, minutes)
    first, last = (program_clock.midnight(day) + timedelta(minutes=minute) for minute in (opens, closes))
    assert len(found) == count and found[0][0] == first and found[-1][1] <= last


def test_places_are_booked_given_back_and_booked_again(town, venue):
    size(town, venue, per_slot=3)
    row = books(venue, party=3)
    with pytest.raises(Invalid) as no:
        books(venue, name="孙少", phone=OTHER_PHONE)
    assert no.value.field == "slot"
    for wrong in ("", "00000000", row.number[:-1]):
        with pytest.raises(Invalid):
            actions.cancel_booking(by=SYSTEM, code=link(venue), number=wrong)
    other = venue_of(town, name="东门市场")
    size(town, other)
    with pytest.raises(Invalid):  # the number of one venue means nothing at another
        actions.cancel_booking(by=SYSTEM, code=link(other), number=row.number)
    actions.cancel_booking(by=SYSTEM, code=link(venue), number=row.number)
    assert books(venue, name="孙少", phone=OTHER_PHONE, party=2).party == 2
    for given in (
        {"starts_at": at_nine() + timedelta(minutes=1)},
        {"starts_at": at_nine(days=9)},
        {"starts_at": at_nine(-1)},
    ):
        with pytest.raises(Invalid) as no:
            books(venue, **given)
        assert no.value.field == "slot"
    with pytest.raises(Invalid) as no:
        books(venue, party=11)
    assert no.value.field == "party"


def test_nothing_is_booked_where_nobody_said_how_many(town):
    row = venue_of(town)
    with pytest.raises(Invalid) as no:
        books(row)
    assert no.value.field == "code"
    with pytest.raises(Refused):
        size(town, row) and actions.set_capacity(
            by=town.neighbour, venue=row, cap=1, per_slot=1, slot_minutes=30, opens=0, closes=60
        )


def test_the_door_lets_in_no_more_than_the_cap_and_begins_anew_each_day(town, venue, clock):
    count = [actions.count_door(by=SYSTEM, desk=desk(venue), change=1)["inside"] for _n in range(5)]
    assert count == [1, 2, 3, 4, 5]
    with pytest.raises(Invalid):
        actions.count_door(by=SYSTEM, desk=desk(venue), change=1)
    size(town, venue, cap=4)  # fewer than are inside: nobody comes in until two have left
    actions.count_door(by=SYSTEM, desk=desk(venue), change=-1)
    with pytest.raises(Invalid):
        actions.count_door(by=SYSTEM, desk=desk(venue), change=1)
    actions.count_door(by=SYSTEM, desk=desk(venue), change=-1)
    assert actions.count_door(by=SYSTEM, desk=desk(venue), change=1)["inside"] == 4
    clock.advance(days=1)
    with pytest.raises(Invalid):
        actions.count_door(by=SYSTEM, desk=desk(venue), change=-1)
    assert actions.count_door(by=SYSTEM, desk=desk(venue), change=1)["inside"] == 1


def test_a_booking_enters_once_in_its_time_and_is_in_the_log(town, venue, clock):
    size(town, venue, per_slot=4)
    row = books(venue, party=2)
    with pytest.raises(Invalid):  # a day too early
        actions.count_door(by=SYSTEM, desk=desk(venue), number=row.number)
    program_clock.freeze(at_nine() - timedelta(minutes=10))
    assert actions.count_door(by=SYSTEM, desk=desk(venue), number=row.number)["inside"] == 2
    with pytest.raises(Invalid):
        actions.count_door(by=SYSTEM, desk=desk(venue), number=row.number)
    assert len(log_of(venue)) == 1
    program_clock.freeze(at_nine() + timedelta(days=32))
    forget()
    with acting():
        assert not Booking.objects.exists()
        assert Fact.objects.get(kind="people.purged", data__table="premises_booking").data["count"] == 1
