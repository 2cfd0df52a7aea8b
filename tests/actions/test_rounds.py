"""Planning a round: whom it holds, which site each building goes to and when, and what opening it counts."""

from datetime import timedelta

import pytest

from muster.domains.screening import actions, following, live, missing, progress
from muster.domains.screening.models import HomeNeed, Round, RoundCount, RoundSite, Slot
from muster.kernel import clock
from muster.kernel.duties.models import Duty
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


def close(town, row):
    with acting():
        people = list(missing.people(row, "").values_list("pk", flat=True))
    if people:
        actions.excuse(by=town.street, round=row, people=people, reason="away")
    return actions.close_round(by=town.headquarters, round=row)


def decisions():
    with acting():
        return Duty.objects.open().filter(kind="screening.decide_next").count()


def next_of(row):
    with acting():
        return following.proposal(row, clock.now())


def test_a_round_over_who_is_due_expects_them_alone_and_closes_with_them(town):
    regime = actions.start_regime(by=town.headquarters, area="610404", who="visitors", disease="covid19")
    actions.enlist(by=town.headquarters, regime=regime, lines=f"{town.r1.id}\n{town.r2.id}")
    row = cast.opened(town, regimes=[regime.id])
    assert row.people == 2
    cast.send(town, row, cast.swab(town, "r1", "T1"), cast.swab(town, "r3", "T1"))
    with acting():
        assert progress.total(row) == progress.Progress("", 2, 1, 0)
        assert [person.id for person in missing.people(row, "")] == [town.r2.id]
    with pytest.raises(Invalid):
        actions.close_round(by=town.headquarters, round=row)
    cast.send(town, row, cast.swab(town, "r2", "T1"))
    assert actions.close_round(by=town.headquarters, round=row).closed_at
    assert cast.broken_rules() == []
    with pytest.raises(Invalid):
        cast.plan(town, regimes=[regime.id])


def test_after_a_round_headquarters_owes_a_decision_and_the_next_one_is_it(town):
    row = close(town, cast.opened(town))
    assert decisions() == 1
    found = next_of(row)
    assert (found.what, found.streak, found.starts_at) == ("daily", 1, row.starts_at + timedelta(days=1))
    cast.plan(town, areas=[], after=row)
    assert decisions() == 0
    with acting():
        said = Fact.objects.get(kind="screening.next_decided", subject=row.id).data
    assert (said["what"], said["proposed"], said["clear_in_a_row"]) == ("next", "daily", 1)


def test_stopping_against_the_rule_needs_a_reason_and_with_it_none(town, clock):
    row = close(town, cast.opened(town, source_known=True))
    with pytest.raises(Invalid) as no:
        actions.stop_rounds(by=town.headquarters, round=row, why=" ")
    assert no.value.field == "why"
    for days in (1, 1, 3):
        clock.advance(days=days)
        now = clock.now
        row = actions.plan_round(
            by=town.headquarters, areas=[], disease="covid19", pool_size=10, after=row, source_known=True,
            starts_at=now, ends_at=now + timedelta(hours=12),
        )  # fmt: skip
        row = close(town, actions.open_round(by=town.headquarters, round=row))
    assert next_of(row).what == "stop"
    row = actions.stop_rounds(by=town.headquarters, round=row, why="")
    assert (decisions(), row.stopped_why) == (0, "")
    with pytest.raises(Invalid):
        cast.plan(town, areas=[], after=row)
    with pytest.raises(Invalid):
        actions.stop_rounds(by=town.headquarters, round=row, why="")


def test_while_results_are_out_the_rule_says_nothing(town):
    row = cast.opened(town)
    cast.send(town, row, cast.swab(town, "r1", "T1"), cast.seal("T1", 1))
    row = close(town, row)
    assert next_of(row).what == "wait"


def test_sites_with_speed_queue_and_end_are_counted_with_the_write(town, clock):
    row = cast.opened(town)
    site = cast.sites()[0]
    actions.report_queue(by=town.street, round=row, site=site, people=60)
    for minute in range(3):
        clock.advance(minutes=10)
        who = ["r1", "r3", "r5"][minute]
        cast.send(town, row, cast.swab(town, who, f"T{minute}"), cast.seal(f"T{minute}", 1))
    actions.report_queue(by=town.street, round=row, site=site, people=30)
    with acting():
        found = live.look(row, clock.now)
    here = next(each for each in found.sites if each.station.site_id == site.id)
    assert (here.samples, here.speed, here.wait, here.arriving) == (3, 6, 300, 0)
    assert here.end is None
    assert sum(samples for _low, _high, samples in found.ages) == 3
    assert found.laboratories[0][:2] == ("", 3)
    assert sum(gap for _count, gap in found.gaps) == row.people - 3
    assert cast.broken_rules() == []
    with pytest.raises(Invalid):
        actions.report_queue(by=town.street, round=row, site=site, people=7)
    with pytest.raises(Refused):
        actions.report_queue(by=town.far_community, round=row, site=site, people=30)


def test_who_cannot_come_is_on_the_home_list_until_sampled(town):
    row = cast.opened(town)

    def tour():
        with acting():
            return set(missing.at_home(row, "").values_list("pk", flat=True))

    assert actions.need_home(by=town.street, people=[town.r1.id, town.r2.id, town.zhao.id], why="elder") == 2
    assert actions.need_home(by=town.street, people=[town.r1.id], why="ill") == 0
    assert tour() == {town.r1.id, town.r2.id}
    with acting():
        assert progress.total(row).excused == 0
        need = HomeNeed.objects.get(person=town.r2)
    cast.send(town, row, cast.swab(town, "r1", "T1", how="list"))
    assert tour() == {town.r2.id}
    actions.end_home(by=town.street, need=need)
    assert tour() == set()
    with pytest.raises(Invalid):
        actions.end_home(by=town.street, need=need)
    with pytest.raises(Invalid):
        actions.need_home(by=town.street, people=[town.r1.id], why="tired")
    with pytest.raises(Refused):
        actions.need_home(by=town.lab, people=[town.r1.id], why="elder")
