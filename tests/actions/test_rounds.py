"""Planning a round: whom it holds, which site each building goes to and when, and what opening it counts."""

from datetime import timedelta

import pytest

from muster.domains.screening import actions, progress
from muster.domains.screening.models import Round, RoundCount, RoundSite, Slot
from muster.kernel import clock
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.actions import merge_persons
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests import screening_cast as cast

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def town(db, clock):
    return cast.build(people=6)


def test_each_building_goes_to_the_nearest_site_within_the_hours(town):
    row = cast.plan(town)
    first, second = cast.sites()
    with acting():
        slots = {slot.building: slot for slot in Slot.objects.filter(round=row)}
        stations = {station.site_id: station for station in RoundSite.objects.filter(round=row)}
    assert slots[cast.BUILDING].site_id == first.id
    assert slots[cast.NEXT_BUILDING].site_id == second.id
    assert slots[cast.BUILDING].metres == pytest.approx(111, abs=2)
    assert row.starts_at <= slots[cast.BUILDING].from_at < slots[cast.BUILDING].until_at <= row.ends_at
    assert sum(station.people for station in stations.values()) == row.people == 9
    assert stations[first.id].desks == stations[first.id].samplers == 1
    assert row.unplaced == 0


def test_people_who_find_no_room_are_counted_and_their_buildings_named(town):
    for site in cast.sites():
        actions.close_site(by=SYSTEM, site=site)
    row = cast.plan(town)
    with acting():
        assert row.unplaced == row.people
        assert not Slot.objects.filter(round=row).exclude(site=None).exists()


def test_areas_that_lie_in_others_count_once_and_any_set_of_areas_will_do(town):
    both = cast.plan(town, areas=["610404001", cast.BUILDING, "610404002"])
    assert both.areas == ["610404001", "610404002"]
    assert both.area == "610404"
    assert cast.plan(town, areas=[cast.BUILDING]).people == 5
    with acting():
        assert cast.plan(town, areas=[cast.BUILDING, cast.NEXT_BUILDING]).area == "610404001001"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"areas": []}, "areas"),
        ({"areas": ["999999"]}, "areas"),
        ({"areas": ["x!"]}, "areas"),
        ({"areas": ["610404002"]}, "areas"),
        ({"disease": "measles"}, "disease"),
        ({"disease": "mumps"}, "disease"),
        ({"pool_size": 7}, "pool_size"),
    ],
)
def test_what_cannot_be_planned_says_why(town, given, field):
    with pytest.raises(Invalid) as no:
        cast.plan(town, **given)
    assert no.value.field == field


def test_a_round_takes_no_longer_than_the_plan_allows(town):
    now = clock.now()
    with pytest.raises(Invalid) as no:
        actions.plan_round(
            by=town.headquarters, areas=["610404001"], disease="covid19", pool_size=10, starts_at=now,
            ends_at=now + timedelta(hours=25),
        )  # fmt: skip
    assert no.value.field == "ends_at"


def test_only_headquarters_over_the_areas_plans_and_opens(town):
    for post in (town.street, town.far_headquarters):
        with pytest.raises(Refused):
            actions.plan_round(
                by=post, areas=["610404001"], disease="covid19", pool_size=10, starts_at=clock.now(),
                ends_at=clock.now() + timedelta(hours=2),
            )  # fmt: skip
    row = cast.plan(town)
    with pytest.raises(Refused):
        actions.open_round(by=town.far_headquarters, round=row)


def test_opening_counts_whom_it_expects_by_building_merged_records_once(town):
    row = cast.plan(town)
    merge_persons(by=SYSTEM, person=town.r0.id, into=town.r2.id)
    row = actions.open_round(by=town.headquarters, round=row)
    with acting():
        counts = dict(RoundCount.objects.filter(round=row).values_list("area", "expected"))
        assert progress.total(row) == progress.Progress("", 8, 0, 0)
        assert Fact.objects.filter(kind="screening.round_opened", subject=row.id).count() == 1
    assert counts == {cast.BUILDING: 5, cast.NEXT_BUILDING: 2, "610404001001001": 1}
    with pytest.raises(Invalid):
        actions.open_round(by=town.headquarters, round=row)


def test_the_next_round_is_over_the_same_areas_and_there_is_only_one(town):
    first = cast.plan(town)
    second = cast.plan(town, areas=[], after=first)
    assert (second.areas, second.series, second.ordinal) == (first.areas, first.series, 2)
    with pytest.raises(Invalid):
        cast.plan(town, areas=[], after=first)
    with acting():
        assert Round.objects.count() == 2
