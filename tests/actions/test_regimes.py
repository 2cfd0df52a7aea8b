"""Standing regimes: who is in one, when they are due, what a sample does to that, and who owes what."""

from datetime import timedelta

import pytest

from muster.domains.screening import actions
from muster.domains.screening.jobs import ask_all, renew_all
from muster.domains.screening.models import Member, Tube
from muster.domains.screening.regimes import today as figures
from muster.kernel import clock
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.actions import merge_persons
from muster.kernel.people.models import Organisation, Person, Place
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests import screening_cast as cast
from tests.arrivals_cast import travellers
from tests.town import GRID, NEXT_GRID

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def town(db, clock):
    town = cast.build(people=6)
    with acting():
        town.works = Organisation.objects.create(ref="cold", name="第一冷库", kind="cold_chain", area=NEXT_GRID)
        Person.objects.filter(ref__in=["r0", "r1"]).update(organisation=town.works)
    return town


@pytest.fixture(autouse=True)
def what_must_hold(db):
    yield
    assert cast.broken_rules() == []


def start(town, who="cold_chain", **given):
    return actions.start_regime(by=town.headquarters, area="610404", who=who, disease="covid19", **given)


def of(town, ref):
    with acting():
        return Member.objects.get(person=town.people[ref])


def owed(kind):
    with acting():
        return Duty.objects.open().filter(kind=f"screening.{kind}").count()


def sums(regime, area="610404"):
    with acting():
        found = figures.by_regime([regime], area, clock.local_day(clock.now())).get(regime.id, figures.Due(0))
        return found.people, found.due, found.late, found.done


def day(days=0):
    return clock.local_day(clock.now()) + timedelta(days=days)


def test_the_people_of_its_units_are_in_it_and_due_at_once(town):
    regime = start(town)
    assert (regime.from_days, regime.to_days) == (7, 7)
    assert sums(regime) == (2, 2, 0, 0)
    assert of(town, "r0").area == NEXT_GRID
    assert sums(regime, GRID) == (0, 0, 0, 0)
    ask_all()
    ask_all()
    assert (owed("test_unit"), owed("take_due_test")) == (1, 0)


def test_a_kind_of_place_makes_its_unit_one_of_the_group(town):
    with acting():
        shop = Organisation.objects.create(ref="shop", name="便民药店", kind="employer", area=GRID)
        Place(kind="medical", area=GRID, organisation=shop).save()
        Person.objects.filter(ref="r2").update(organisation=shop)
    assert sums(start(town, "medical")) == (1, 1, 0, 0)


def test_any_sample_counts_moves_the_next_test_on_and_proves_the_duty(town, clock):
    regime, row = start(town), cast.opened(town)
    ask_all()
    cast.send(town, row, cast.swab(town, "r0", "T1"))
    assert sums(regime) == (2, 1, 0, 1)
    assert of(town, "r0").due_on == day(7)
    ask_all()
    assert owed("test_unit") == 1
    cast.send(town, row, cast.swab(town, "r1", "T1"))
    ask_all()
    assert owed("test_unit") == 0
    clock.advance(days=8)
    assert sums(regime) == (2, 2, 2, 0)
    ask_all()
    assert owed("test_unit") == 1


def test_a_sample_taken_back_or_lost_makes_the_test_due_again(town, clock):
    regime, row = start(town, "cold_chain_direct"), cast.opened(town)
    actions.enlist(by=town.headquarters, regime=regime, lines=f"{town.r2.id}\n{town.r3.id}")
    ask_all()
    assert owed("take_due_test") == 2
    first, second = cast.swab(town, "r2", "T1"), cast.swab(town, "r3", "T1")
    cast.send(town, row, first, second)
    ask_all()
    assert owed("take_due_test") == 0
    undo = {**cast.seal("T1", 0), "do": "undo", "target": first["op"]}
    cast.send(town, row, undo)
    assert (of(town, "r2").due_on, of(town, "r3").due_on) == (day(), day(3))
    cast.send(town, row, cast.seal("T1", 1))
    with acting():
        tube = Tube.objects.get(code="T1")
    actions.void_tube(by=town.street, tube=tube, why="broken")
    assert of(town, "r3").due_on == day()
    ask_all()
    assert owed("take_due_test") == 2
    assert sums(regime) == (2, 2, 0, 0)


def test_a_result_of_a_sample_taken_elsewhere_counts_too(town):
    start(town)
    report = {"ref": "x1", "person": town.r0, "laboratory": town.laboratory, "disease": "covid19", "result": "negative"}
    actions.record_result(by=town.lab, sampled_at=clock.now(), **report)
    assert of(town, "r0").due_on == day(7)


def test_who_leaves_the_unit_leaves_the_group_and_owes_nothing(town):
    regime = start(town)
    with acting():
        Person.objects.filter(ref="r0").update(organisation=None)
    merge_persons(by=SYSTEM, person=town.r1.id, into=town.r2.id)
    renew_all()
    with acting():
        assert list(Member.objects.values_list("person", flat=True)) == [town.r2.id]
    assert sums(regime) == (1, 1, 0, 0)


def test_arrivals_are_in_it_while_they_are_followed(town):
    travellers(town)
    regime = start(town, "arrivals")
    with acting():
        member = Member.objects.filter(regime=regime).first()
    assert member.how == "followed"
    assert member.area.startswith("610404")


def test_a_list_names_the_lines_that_are_nobodys(town):
    regime = start(town, "visitors")
    done = actions.enlist(by=town.worker, regime=regime, lines=f"{town.r1.id}\n13911112222\n\n{town.zhao.id}")
    assert done == {"new": 1, "known": 0, "unknown": [2, 4]}
    again = actions.enlist(by=town.worker, regime=regime, lines=str(town.r1.id))
    assert again == {"new": 0, "known": 1, "unknown": []}
    cast.send(town, cast.opened(town), cast.swab(town, "r1", "T1"))
    assert of(town, "r1").due_on is None
    with pytest.raises(Invalid):
        actions.enlist(by=town.worker, regime=regime, lines=" \n")
    with pytest.raises(Refused):
        actions.enlist(by=town.lab, regime=regime, lines="x")


def test_who_is_on_a_list_is_taken_out_and_the_rule_ends_with_its_duties(town):
    regime = start(town, "cold_chain_direct")
    actions.enlist(by=town.headquarters, regime=regime, lines=f"{town.r2.id}\n{town.r3.id}")
    ask_all()
    actions.delist(by=town.headquarters, regime=regime, member=of(town, "r2").id)
    assert owed("take_due_test") == 1
    actions.end_regime(by=town.headquarters, regime=regime)
    assert owed("take_due_test") == 0
    with pytest.raises(Invalid):
        actions.end_regime(by=town.headquarters, regime=regime)
    with acting():
        assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"who": "astronauts"}, "who"),
        ({"to_days": 9}, "to_days"),
        ({"from_days": 6, "to_days": 5}, "from_days"),
    ],
)
def test_a_rule_that_the_plan_does_not_bear_says_why(town, given, field):
    with pytest.raises(Invalid) as no:
        start(town, **{"who": "cold_chain", **given})
    assert no.value.field == field


def test_a_stricter_rule_may_be_set_only_once_and_only_by_headquarters(town):
    assert start(town, from_days=1, to_days=2).to_days == 2
    with pytest.raises(Invalid):
        start(town)
    with pytest.raises(Refused):
        actions.start_regime(by=town.street, area="610404001", who="medical", disease="covid19")


def test_the_days_are_those_of_the_device_but_never_tomorrow(town):
    start(town, "cold_chain")
    row = cast.opened(town)
    late = (clock.now() + timedelta(days=1)).isoformat()
    cast.send(town, row, cast.swab(town, "r0", "T1", at=late))
    assert of(town, "r0").last_on == day()
