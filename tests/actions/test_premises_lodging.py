"""The register of a lodging house: guests in and out, tonight's list, and a guest from a risk area."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muster.domains.arrivals.models import Arrival
from muster.domains.isolation.models import Transfer
from muster.domains.premises import actions
from muster.domains.premises.jobs import forget, settle
from muster.domains.premises.models import Guest, Routine
from muster.kernel import clock as program_clock
from muster.kernel.controls.models import Control
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests.arrivals_cast import travellers
from tests.premises_cast import PHONE, card, desk, log_of, venue_of
from tests.town import build_town

RISKY = "黑龙江省黑河市爱辉区博文社区昌辉雅典城小区"


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def house(town):
    return venue_of(town, name="如家旅馆", kind="family_hotel")


def comes(house, **given) -> Guest:
    row = {"name": "孙远", "number": card(5), "room": "301", "origin": "陕西省西安市雁塔区"} | given
    return actions.register_guest(by=SYSTEM, desk=desk(house), **row)


def lists(house) -> list[tuple]:
    with acting():
        rows = Routine.objects.filter(venue=house, code="night_list").order_by("period_on")
        return [(row.outcome, row.figure) for row in rows]


def test_a_guest_stays_in_the_log_until_they_leave(town, house, clock):
    guest = comes(house)
    [(_person, came, left, source)] = log_of(house)
    assert (came, left, source) == (guest.came_at, None, 2)
    with pytest.raises(Invalid) as no:
        comes(house)  # the same identity number
    assert no.value.field == "name"
    clock.advance(hours=14)
    gone = actions.check_out(by=SYSTEM, desk=desk(house), guest=guest.pk)
    assert [row[1:] for row in log_of(house)] == [(guest.came_at, gone.left_at, 2)]
    with pytest.raises(Invalid):
        actions.check_out(by=SYSTEM, desk=desk(house), guest=guest.pk)
    assert comes(house).pk != guest.pk  # back the next day
    with acting():
        assert Person.objects.filter(label__startswith="孙").count() == 1
        data = [fact.data for fact in Fact.objects.filter(kind__startswith="premises.guest")]
        assert data == [{}, {}, {}]


def test_another_house_reaches_no_guest_and_a_market_has_none(town, house):
    guest = comes(house)
    other = venue_of(town, name="东门旅馆", kind="hotel")
    with pytest.raises(Invalid):
        actions.check_out(by=SYSTEM, desk=desk(other), guest=guest.pk)
    with pytest.raises(Invalid) as no:
        comes(venue_of(town))
    assert no.value.field == "code"
    wrong = [
        {"room": " "},
        {"name": " "},
        {"number": card(5)[:-1] + "12"[card(5)[-1] == "1"]},
        {"number": "", "phone": "5"},
        {"origin": "省" * 201},
    ]
    for given, field in zip(wrong, ("room", "name", "number", "phone", "origin"), strict=True):
        with pytest.raises(Invalid) as no:
            comes(house, **given)
        assert no.value.field == field


def test_tonights_list_counts_the_guests_and_nobody_counts_too(town, house, clock):
    settle()
    assert actions.send_night_list(by=SYSTEM, desk=desk(house)).figure == 0
    with pytest.raises(Invalid):
        actions.send_night_list(by=SYSTEM, desk=desk(house))
    clock.advance(days=1)
    comes(house), comes(house, name="李远", number="", phone=PHONE)
    actions.send_night_list(by=SYSTEM, desk=desk(house))  # before the job opened the day
    settle()
    assert lists(house) == [("done", 0), ("done", 2)]


def test_a_missing_list_rises_and_is_sent_before_the_next(town, house, clock):
    settle()
    clock.advance(hours=3)
    settle()
    with acting():
        row = Routine.objects.get(venue=house, code="night_list")
        assert row.chased_at and Duty.objects.open().get(subject=row.pk).kind == "premises.chase_routine"
    clock.advance(hours=6)  # 04:15 of the next day
    comes(house)
    actions.send_night_list(by=SYSTEM, desk=desk(house))
    assert lists(house) == [("done", 1)]
    with acting():
        assert not Duty.objects.open().filter(subject=row.pk).exists()


def test_a_guest_from_a_risk_area_is_put_under_control_and_a_neighbour_is_not(town, house, run_jobs):
    travellers(town)
    with acting():
        before = Arrival.objects.count()
    guest = comes(house, origin=RISKY)
    comes(house, name="赵近", number=card(6), origin="陕西省咸阳市渭城区")
    comes(house, name="钱近", number=card(7), origin="")
    run_jobs()
    with acting():
        row = Arrival.objects.get(person=guest.person)
        assert (row.declared_by, row.state, row.category) == ("hotel", "here", "middle")
        assert Arrival.objects.count() == before + 1
        assert Control.objects.get(person=guest.person).measure == "site"
        assert Transfer.objects.get(person=guest.person)


def test_who_declared_themselves_is_met_not_declared_again(town, house, run_jobs):
    from muster.domains.arrivals import actions as arrivals

    said = {"area": house.area[:12], "arrives_on": program_clock.today(), "origin": "陕西省西安市雁塔区"}
    own = arrivals.declare(by=SYSTEM, name="孙远", phone=PHONE, id_number=card(5), **said)
    comes(house)
    run_jobs()
    with acting():
        assert [(row.pk, row.state) for row in Arrival.objects.all()] == [(own.pk, "here")]


def test_stays_that_ended_go_with_the_log(town, house, clock):
    guest, stays = comes(house), comes(house, name="李远", number=card(8))
    actions.check_out(by=SYSTEM, desk=desk(house), guest=guest.pk)
    clock.advance(days=32)
    forget()
    with acting():
        assert list(Guest.objects.values_list("pk", flat=True)) == [stays.pk]
        fact = Fact.objects.get(kind="people.purged", data__table="premises_guest")
        assert fact.data["count"] == 1 and fact.recorded_at - guest.came_at > timedelta(days=30)
