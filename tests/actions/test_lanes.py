"""The booking lane of a checkpoint: times are staggered, none takes more than it has, and who did not come is seen.

RACERS in the environment makes the crowd larger: `RACERS=1000 pytest tests/actions/test_lanes.py`.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connections
from django.db.models import F
from django.utils import translation

from muster.domains.arrivals import actions
from muster.domains.arrivals.actions import lanes
from muster.domains.arrivals.models import Arrival, LaneBooking, LaneSlot
from muster.domains.arrivals.waiting import lane_of
from muster.kernel import clock as program_clock
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from tests.premises_cast import card
from tests.town import GRID, build_town

RACERS = int(os.environ.get("RACERS", "16"))
AT_ONCE = 8
LANE = {"per_slot": RACERS // 4, "slot_minutes": 30, "opens": 540, "closes": 630}


@pytest.fixture
def town(db, clock):
    clock.advance(hours=13)  # the morning of the next day
    with translation.override("en"):
        yield build_town()


@pytest.fixture
def barrier(town):
    row = actions.add_checkpoint(by=town.street, name="南站出口", kind="station", area=GRID[:12])
    actions.set_lane(by=town.street, checkpoint=row, **LANE)
    return row


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    return program_clock.midnight(program_clock.today()) + timedelta(days=days, hours=hour, minutes=minute)


def declared(number: int, **given) -> Arrival:
    said = {"name": f"孙{number}", "phone": f"138{number:08}", "origin": "陕西省西安市雁塔区", "area": GRID[:12]}
    return actions.declare(by=SYSTEM, arrives_on=program_clock.today(), **(said | given))


def book(barrier, row, **given) -> LaneBooking:
    return actions.book_lane(by=SYSTEM, checkpoint=barrier, read=row.ref, **given)


def test_who_has_a_time_is_due_then_late_then_did_not_come(town, barrier, clock):
    clock.set(at(8, 30))
    first, second, third = (declared(number) for number in range(3))
    for row in (first, second, third):
        book(barrier, row, starts_at=at(9))
    groups = []
    for moment in (at(8, 40), at(8, 45), at(9, 31), at(11, 31)):
        clock.set(moment)
        if moment == at(9, 31):
            seen = {"booking": second.ref, "code": "green", "negative": True}
            actions.take_passage(by=town.community, checkpoint=barrier, given={"people": [seen]})
        with acting():
            groups.append([len(rows) for _words, rows, _tone in lane_of(barrier, clock.now)["lane_groups"]])
    assert groups == [[0, 0, 0], [3, 0, 0], [0, 2, 0], [0, 0, 2]]
    with acting():
        assert LaneBooking.objects.get(arrival=second).came_at == at(9, 31)


def test_a_full_time_names_the_next_free_one_and_a_change_gives_the_first_back(town, barrier):
    actions.set_lane(by=town.street, checkpoint=barrier, **(LANE | {"per_slot": 1}))
    rows = [declared(number) for number in range(4)]
    book(barrier, rows[0], starts_at=at(9))
    with pytest.raises(Invalid, match="next free one: 09:30") as no:
        book(barrier, rows[1], starts_at=at(9))
    assert no.value.field == "slot"
    book(barrier, rows[1], starts_at=at(9, 30))
    book(barrier, rows[2], starts_at=at(10))
    with pytest.raises(Invalid, match="All times"):
        book(barrier, rows[3], starts_at=at(9))
    with acting():
        Arrival.objects.filter(pk=rows[3].pk).update(arrives_on=at(9, days=1).date())
    book(barrier, rows[0], starts_at=at(9, days=1))
    book(barrier, rows[3])  # the one that was given back
    with acting():
        taken = dict(LaneSlot.objects.values_list("starts_at", "taken"))
        assert taken == {at(9): 1, at(9, 30): 1, at(10): 1, at(9, days=1): 1}
        assert LaneBooking.objects.get(arrival=rows[3]).slot.starts_at == at(9)
    for wrong in (at(9, 10), at(23), at(9, days=61), at(9, days=-1)):
        with pytest.raises(Invalid):
            book(barrier, rows[0], starts_at=wrong)


def test_an_identity_card_at_the_device_is_enough(town, barrier, clock):
    row = declared(1, id_number=card(5))
    with pytest.raises(Refused):
        actions.book_lane(by=town.far_community, checkpoint=barrier, read=card(5))
    made = actions.book_lane(by=town.community, checkpoint=barrier, read=card(5))
    assert (made.arrival_id, made.slot.starts_at) == (row.pk, at(9))
    for unknown in (card(6), "ZZZZZZZZ", "12", "", "不知道这个人是谁呀"):
        with pytest.raises(Invalid):
            actions.book_lane(by=town.community, checkpoint=barrier, read=unknown)
    clock.set(at(23))
    with pytest.raises(Invalid, match="All times"):
        actions.book_lane(by=town.community, checkpoint=barrier, read=card(5))


@pytest.mark.parametrize(
    ("field", "wrong"), [("per_slot", 0), ("slot_minutes", 4), ("closes", 540), ("closes", 1441), ("closes", 560)]
)
def test_what_a_lane_cannot_be(town, barrier, field, wrong):
    with pytest.raises(Invalid) as no:
        actions.set_lane(by=town.street, checkpoint=barrier, **(LANE | {field: wrong}))
    assert no.value.field == field
    with pytest.raises(Refused):
        actions.set_lane(by=town.worker, checkpoint=barrier, **LANE)


def race(barrier) -> int:
    """Everybody asks for nine o'clock at once; returns how many were told that they have it."""
    rows = [declared(number) for number in range(RACERS)]

    def ask(row: Arrival) -> bool:
        try:
            book(barrier, row, starts_at=at(9))
            return True
        except Invalid as no:
            assert no.field == "slot"
            return False
        finally:
            connections[ACT].close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(ask, rows))


def test_a_crowd_gets_exactly_the_places_there_are(barrier):
    assert race(barrier) == LANE["per_slot"]
    with acting():
        assert LaneSlot.objects.get().taken == LaneBooking.objects.count() == LANE["per_slot"]


def test_without_the_lock_the_same_crowd_overbooks(barrier, monkeypatch):
    together = Barrier(AT_ONCE)
    with acting():
        made = LaneSlot.objects.create(
            checkpoint=barrier, area=barrier.area, starts_at=at(9), ends_at=at(9, 30), places=LANE["per_slot"]
        )

    def looks_then_takes(slot):
        held = LaneSlot.objects.get(pk=made.pk)
        free = held.taken < held.places
        with suppress(BrokenBarrierError):
            together.wait(timeout=5)  # as many as can be have looked before any of them takes
        if free:
            LaneSlot.objects.filter(pk=held.pk).update(taken=F("taken") + 1)
        return held if free else None

    monkeypatch.setattr(lanes, "take", looks_then_takes)
    assert race(barrier) > LANE["per_slot"]
