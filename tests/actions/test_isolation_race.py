"""Two hundred people, twenty rooms: lock and constraint each keep it to twenty; without both it goes wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections, transaction

from muster.domains.isolation import actions, queries
from muster.domains.isolation.models import Room, Stay
from muster.kernel import clock as kernel_clock
from muster.kernel import ids
from muster.kernel.controls.actions import begin_controls
from muster.kernel.facts.actions import record
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from tests.isolation_cast import PLAN, build, site_of
from tests.town import GRID

RACERS, ROOMS, AT_ONCE = 200, 20, 12  # as many at once as the pool has connections
LOCK = "FOR UPDATE SKIP LOCKED"


@pytest.fixture
def constraint(db):
    """Takes the database's own rule away, and puts it back on emptied tables."""
    name = "stay_room_once"
    (rule,) = db.owner.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
    ).fetchone()

    def drop():
        db.owner.execute(f"ALTER TABLE isolation_stay DROP CONSTRAINT {name}")

    yield drop
    if not db.owner.execute("SELECT FROM pg_constraint WHERE conname = %s", [name]).fetchone():
        for connection in connections.all(initialized_only=True):
            connection.close()
        db.empty()
        db.owner.execute(f"ALTER TABLE isolation_stay ADD CONSTRAINT {name} {rule}")


def crowd(site):
    """People who all arrive at the site at this moment."""
    now = kernel_clock.now()
    with acting(), transaction.atomic(using=ACT):
        people = [Person(label="测*", home=GRID, created_at=now) for _ in range(RACERS)]
        for person in people:
            person.canonical_id = person.pk
        Person.objects.bulk_create(people)
        fact = record("duties.escalated", subject=site.id, area=GRID, by=SYSTEM, now=now)
        rows = [
            {"person": p.pk, "area": GRID, "kind": "exposure", "fact": fact, "subject": ids.uuid7(), "measure": "site",
             "ends_on": kernel_clock.local_day(now)}
            for p in people
        ]  # fmt: skip
        return begin_controls(rows, by=SYSTEM, now=now, plan=PLAN, disease="covid19")


def race(town) -> tuple[int, int]:
    """How many stays began, and in how many rooms."""
    site = site_of(town.hotel)
    controls = crowd(site)

    def arrive(control) -> bool:
        try:
            actions.start_stay(by=town.site, control=control, site=site)
        except (Invalid, IntegrityError):
            return False
        finally:
            connections[ACT].close()
        return True

    with ThreadPoolExecutor(AT_ONCE) as threads:
        began = sum(threads.map(arrive, controls))
    with acting():
        stays = Stay.objects.filter(ended_at=None)
        assert stays.count() == began
        return began, stays.values("room").distinct().count()


@pytest.fixture
def town(db, clock):
    made = build(rooms=ROOMS)
    with acting():
        assert Room.objects.filter(place_id=made.hotel.id, state="ready").count() == ROOMS
    return made


def test_two_hundred_for_twenty_rooms_gives_twenty(town):
    assert race(town) == (ROOMS, ROOMS)


def test_the_lock_alone_holds(town, constraint):
    constraint()
    assert race(town) == (ROOMS, ROOMS)


def test_the_constraint_alone_lets_nobody_into_an_occupied_room(town, monkeypatch):
    monkeypatch.setattr(queries, "TAKE_ROOMS", queries.TAKE_ROOMS.replace(LOCK, ""))
    began, rooms = race(town)
    assert began == rooms <= ROOMS


def test_without_lock_and_constraint_rooms_are_given_twice(town, constraint, monkeypatch):
    """The control: if this one held, the tests above would prove nothing."""
    assert LOCK in queries.TAKE_ROOMS
    monkeypatch.setattr(queries, "TAKE_ROOMS", queries.TAKE_ROOMS.replace(LOCK, ""))
    constraint()
    began, rooms = race(town)
    assert began > ROOMS >= rooms
