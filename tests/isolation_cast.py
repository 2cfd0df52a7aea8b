"""A site with rooms in the town, and people under control: what the tests of isolation start from."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from muster.domains.isolation import actions
from muster.domains.isolation.jobs import ask_all
from muster.domains.isolation.models import Room, Site, Stay
from muster.kernel import clock, ids
from muster.kernel.controls.actions import begin_control
from muster.kernel.controls.models import Control, DueTest
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.posts import roles
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from tests.town import Town, build_town, make_place, make_post

PLAN = "covid19-cn-9"
FIT = {
    "lives_alone": False,
    "ventilated_room": True,
    "own_bathroom": True,
    "shared_air": False,
    "housemates_isolate": True,
    "carer_ill_or_elderly": False,
}
UNFIT = {**FIT, "own_bathroom": False}


def build(rooms: int = 3) -> Town:
    """The town with a site of so many rooms at the hotel, another site in the far district, and its staff."""
    town = build_town()
    with acting():
        site = actions.add_site(by=SYSTEM, area=town.hotel.area, name="中山隔离点", place=town.hotel)
        actions.add_rooms(by=SYSTEM, site=site, labels=[str(101 + number) for number in range(rooms)])
        there = make_place("far_hotel", "远处隔离点", "lodging", "610402001001")
        far = actions.add_site(by=SYSTEM, area=there.area, name="人民隔离点", place=there)
        actions.add_rooms(by=SYSTEM, site=far, labels=["1", "2"])
        town.posts["far_site"] = make_post("far_site", roles.ISOLATION_SITE, place_id=there.id)
        town.posts["far_street"] = make_post("far_street", roles.STREET, "610402001")
    town.places["far_hotel"] = there
    return town


def site_of(place) -> Site:
    """The site in a building."""
    with acting():
        return Site.objects.get(place=place)


def rooms_of(place) -> dict[str, str]:
    """The state of each room, by label."""
    with acting():
        return dict(Room.objects.filter(place_id=place.id).order_by("label").values_list("label", "state"))


def control_of(person, measure: str = "site", days: int = 10, tests=(1, 2, 3, 5, 7, 10), kind="exposure") -> Control:
    """Put somebody under control from now on, because of an exposure today."""
    now = clock.now()
    day = clock.local_day(now)
    with acting(), transaction.atomic(using=ACT):
        fact = Fact.objects.filter(kind="duties.escalated", subject=person.id).first() or record(
            "duties.escalated", subject=person.id, area=person.home, by=SYSTEM, now=now
        )
        return begin_control(
            by=SYSTEM, now=now, plan=PLAN, disease="covid19", person=person.id, area=person.home, kind=kind,
            fact=fact.id, subject=ids.uuid7(), measure=measure, ends_on=day + timedelta(days=days), exposure_on=day,
            tests=[day + timedelta(days=number - 1) for number in tests],
        )  # fmt: skip


def owed(kind: str) -> list[Duty]:
    """The open duties of a kind."""
    with acting():
        return list(Duty.objects.open().filter(kind=kind).order_by("due_at", "id"))


def facts(kind: str) -> int:
    """How many facts of a kind there are."""
    with acting():
        return Fact.objects.filter(kind=kind).count()


def answer_tests(control: Control, result: str = "negative", until: date | None = None) -> None:
    """Let results be there for the tests due by a day (all)."""
    with acting(), transaction.atomic(using=ACT):
        rows = DueTest.objects.filter(control=control, due_on__lte=until or date.max)
        fact = record("duties.escalated", subject=ids.uuid7(), area=control.area, by=SYSTEM, now=clock.now())
        rows.update(done_fact=fact, result=result)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of December 2021 in Shanghai (day 0 is 30 November)."""
    return datetime(2021, 11, 30, hour, minute, tzinfo=clock.zone()) + timedelta(days=day)


def serve(clock, stay: Stay, day: int, hour: int = 12) -> None:
    """Let the days pass, with the checks of the last of them made."""
    clock.set(at(day, hour))
    ask_all()
    actions.record_check(by=SYSTEM, stay=stay, temperature="36.5")
