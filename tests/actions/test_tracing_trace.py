"""Tracing a case: every way of finding somebody, both rings, the preview, and the rows it becomes."""

from __future__ import annotations

import pytest

from muster.domains.tracing import actions, response, sources
from muster.domains.tracing.models import Contact, PendingRing
from muster.domains.tracing.trace import as_rows, gather_contacts
from muster.kernel import plans
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.models import Household, Organisation, Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, AccessLog
from muster.kernel.procedures import PROCEDURES
from tests import tracing_cast as cast
from tests.town import build_town, make_person, make_place


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """No procedures, and nobody who knows of isolation: those are tested where they live."""
    for name in list(PROCEDURES):
        monkeypatch.delitem(PROCEDURES, name)
    monkeypatch.setattr(sources, "_exposures", {})
    monkeypatch.setattr(sources, "_isolations", [])


def trace(case, clock, rings=None):
    """What a trace finds, by reference."""
    with acting():
        return {row["person"]: row for row in as_rows(gather_contacts(case, clock.now, rings))}


@pytest.fixture
def case(town, clock):
    """Wang, who lives with Li; sampled today, so the window begins two days before."""
    return cast.open_case(town.wang)


def person(ref, area="610404001001001", **fields):
    with acting():
        made = make_person(ref, f"某{ref}", area)
        Person.objects.filter(pk=made.pk).update(**fields)
        return Person.objects.get(pk=made.pk)


# -- ways of finding


def test_a_household_lasts_for_the_whole_window(case, town, clock):
    assert trace(case, clock) == {
        "li": {
            "person": "li", "ring": 1, "minutes": None, "first_at": "2021-11-28T00:00:00+08:00",
            "last_at": "2021-11-30T19:15:00+08:00", "places": [], "reasons": ["household"],
        }
    }  # fmt: skip


def test_meeting_at_a_place_counts_the_minutes(case, town, clock):
    cast.meet(town.canteen, town.wang, town.zhang, hours=(12, 12.5))
    cast.meet(town.canteen, town.zhao, hours=(12.4, 13))  # six minutes with Wang, and with Zhang
    found = trace(case, clock)
    assert set(found) == {"li", "zhang"}
    assert found["zhang"]["minutes"] == 30 and found["zhang"]["reasons"] == ["presence"]
    assert found["zhang"]["places"] == ["canteen"]
    assert found["zhang"]["first_at"] == "2021-11-30T12:00:00+08:00"


def test_several_reasons_are_one_contact(case, town, clock):
    cast.meet(town.canteen, town.wang, town.li, hours=(12, 13))
    found = trace(case, clock)["li"]
    assert found["reasons"] == ["household", "presence"] and found["minutes"] == 60
    assert (found["first_at"], found["last_at"]) == ("2021-11-28T00:00:00+08:00", "2021-11-30T19:15:00+08:00")


def test_a_team_at_work_counts_an_employer_alone_does_not(case, town, clock):
    with acting():
        works = Organisation.objects.create(ref="works", name="机械厂")
        Person.objects.filter(pk=town.wang.pk).update(organisation=works, team="A")
    person("mate", organisation=works, team="A")
    person("other_team", organisation=works, team="B")
    person("no_team", organisation=works)
    assert trace(case, clock)["mate"]["reasons"] == ["workplace"]
    assert set(trace(case, clock)) == {"li", "mate"}


def test_a_vehicle_counts_the_seats_within_reach(case, town, clock):
    with acting():
        plane = make_place("plane", "航班", "transport", "")
        type(plane).objects.filter(pk=plane.pk).update(layout="plane")
    near, far = person("near"), person("far")
    start, end = cast.at(8), cast.at(10)
    cast.stay([(who, plane, start, end, "seat", row) for who, row in ((town.wang, 20), (near, 23), (far, 24))])
    found = trace(case, clock, rings=1)
    assert found["near"]["reasons"] == ["seat"] and "far" not in found


def test_who_was_told_of_is_found_again(case, town, clock):
    actions.add_told_contact(
        by=town.investigator, case=case, person=town.zhao, first_at=cast.at(9), last_at=cast.at(10), place=town.canteen
    )
    found = trace(case, clock)["zhao"]
    assert (found["reasons"], found["minutes"], found["places"]) == (["told"], None, ["canteen"])
    assert found["first_at"] == "2021-11-30T09:00:00+08:00"


def test_what_another_domain_knows_is_handed_in(case, town, clock):
    asked = []

    def roommates(persons, start, end):
        asked.append((persons, start, end))
        return [sources.Exposure(town.zhao.pk, cast.at(1), cast.at(2), town.hotel.pk)]

    sources.add_exposures("same_room", roommates)
    found = trace(case, clock, rings=1)["zhao"]
    assert (found["reasons"], found["places"]) == (["same_room"], ["hotel"])
    assert asked == [([town.wang.pk], cast.at(0, day=-2), clock.now)]


def test_isolation_ends_the_window(case, town, clock):
    cast.meet(town.canteen, town.wang, town.zhang, hours=(12, 13))
    sources.add_isolations(lambda starts: {town.wang.pk: cast.at(12, 20)} if town.wang.pk in starts else {})
    assert trace(case, clock)["zhang"]["minutes"] == 20
    sources.add_isolations(lambda starts: {town.wang.pk: cast.at(0, day=-3)} if town.wang.pk in starts else {})
    assert trace(case, clock) == {}


def test_merged_records_are_one_person(case, town, clock):
    cast.meet(town.canteen, town.wang, hours=(12, 12.5))
    twin = person("zhang2", merged_into=town.zhang, canonical=town.zhang)
    cast.meet(town.canteen, twin, hours=(12, 12.15))
    cast.meet(town.canteen, town.zhang, hours=(12.15, 12.25))
    own = person("wang2", merged_into=town.wang, canonical=town.wang, household_id=town.li.household_id)
    assert own.canonical_id == town.wang.pk
    found = trace(case, clock)
    assert set(found) == {"li", "zhang"} and found["zhang"]["minutes"] == 15


def test_a_case_without_any_day_cannot_be_traced(town, clock):
    case = cast.open_case(town.wang)
    with acting():
        type(case).objects.filter(pk=case.pk).update(first_sampled_on=None, confirmed_at=None, history=True)
    with pytest.raises(Invalid) as no:
        trace(cast.fresh(case), clock)
    assert no.value.field == "onset_on"


# -- the second ring


def test_a_second_ring_is_near_the_first(case, town, clock):
    cast.meet(town.canteen, town.wang, town.zhang, hours=(12, 13))
    cast.meet(town.canteen, town.zhang, town.zhao, hours=(13, 13.5))
    found = trace(case, clock)
    assert (found["zhao"]["ring"], found["zhao"]["minutes"]) == (2, 30)
    assert trace(case, clock, rings=1).keys() == {"li", "zhang"}


def test_a_second_ring_counts_only_after_the_first_contact_and_at_its_kinds(case, town, clock):
    with acting():
        park = make_place("park", "公园", "park", "610404")
    cast.meet(town.canteen, town.zhang, town.zhao, hours=(10, 11))
    cast.meet(town.canteen, town.wang, town.zhang, hours=(12, 13))
    cast.meet(park, town.zhang, town.zhao, hours=(14, 15))
    assert "zhao" not in trace(case, clock)


def test_who_lives_with_a_contact_is_a_second_contact(case, town, clock):
    with acting():
        home = Household.objects.create(ref="h9", area=town.zhang.home)
        Person.objects.filter(pk=town.zhang.pk).update(household=home)
    person("child", household=home)
    cast.meet(town.canteen, town.wang, town.zhang, hours=(12, 13))
    found = trace(case, clock)["child"]
    assert (found["ring"], found["reasons"], found["minutes"]) == (2, ["household"], None)
    assert found["first_at"] == "2021-11-30T12:00:00+08:00"


def test_the_first_ring_wins_and_the_case_is_in_neither(case, town, clock):
    cast.meet(town.canteen, town.wang, town.zhang, town.zhao, hours=(12, 13))
    found = trace(case, clock)
    assert {ref: row["ring"] for ref, row in found.items()} == {"li": 1, "zhang": 1, "zhao": 1}


# -- who may look


def test_a_look_is_logged_and_writes_nothing_else(case, town, clock):
    with acting():
        before = Fact.objects.count()
    preview = actions.trace_case(by=town.investigator, case=case, as_of=clock.now)
    assert len(preview.ring(1)) == 1 and preview.counts(1) == ({"610404001": 1}, {"household": 1})
    actions.trace_case(by=SYSTEM, case=case, as_of=clock.now)
    with acting():
        assert (Fact.objects.count(), Contact.objects.count()) == (before, 0)
        (look,) = AccessLog.objects.filter(event="traced")
    assert (look.subject, look.post_id) == (town.wang.pk, town.investigator.pk)


@pytest.mark.parametrize("name", ["far_investigator", "headquarters", "worker", "community", "auditor"])
def test_others_do_not_trace(case, town, clock, name):
    for call in (
        lambda: actions.trace_case(by=getattr(town, name), case=case, as_of=clock.now),
        lambda: actions.confirm_contacts(by=getattr(town, name), case=case),
    ):
        with pytest.raises(Refused):
            call()


# -- from the preview to contacts


def test_contacts_are_made_with_a_fact_each_and_the_duty_is_proven(case, town, clock):
    cast.meet(town.canteen, town.wang, town.zhang, hours=(12, 13))
    cast.meet(town.canteen, town.zhang, town.zhao, hours=(13, 13.5))
    answer = actions.confirm_contacts(by=town.investigator, case=case)
    assert answer == {"ring1": 2, "ring2": 1, "new": 3, "pending": None}
    rows = cast.contacts(case)
    assert {ref: (row.ring, row.area, row.status) for ref, row in rows.items()} == {
        "li": (1, town.li.home, "found"),
        "zhang": (1, town.zhang.home, "found"),
        "zhao": (2, town.zhao.home, "found"),
    }
    assert rows["zhang"].place_id == town.canteen.pk and rows["zhang"].case_number == case.number
    found = {fact.subject: fact for fact in cast.facts("contact_found")}
    assert {row.fact for row in rows.values()} == {fact.id for fact in found.values()}
    assert cast.causes(found[rows["zhao"].pk]) == {case.opened_fact}
    assert found[rows["zhao"].pk].area == town.zhao.home
    assert not cast.duties("trace_case") and cast.fresh(case).traced_at == clock.now


def test_a_second_trace_only_widens(case, town, clock):
    actions.confirm_contacts(by=SYSTEM, case=case)
    cast.meet(town.canteen, town.wang, town.li, hours=(18, 19))
    assert actions.confirm_contacts(by=SYSTEM, case=case)["new"] == 0
    row = cast.contacts(case)["li"]
    assert (row.reasons, row.minutes, row.places) == (["household", "presence"], 60, [town.canteen.pk])
    assert len(cast.facts("contact_found")) == 1


def test_who_moves_to_the_first_ring_is_found_again(case, town, clock):
    cast.meet(town.canteen, town.wang, town.zhang, hours=(12, 13))
    cast.meet(town.canteen, town.zhang, town.zhao, hours=(13, 13.5))
    actions.confirm_contacts(by=SYSTEM, case=case)
    first = cast.contacts(case)["zhao"]
    cast.meet(town.canteen, town.wang, town.zhao, hours=(15, 16))
    actions.confirm_contacts(by=SYSTEM, case=case)
    again = cast.contacts(case)["zhao"]
    assert (first.ring, again.ring, again.pk == first.pk) == (2, 1, True)
    assert [fact.subject for fact in cast.facts("contact_found")].count(first.pk) == 2


def test_who_is_a_case_already_does_not_become_a_contact(case, town, clock):
    cast.open_case(town.li)
    assert actions.confirm_contacts(by=SYSTEM, case=case) == {"ring1": 1, "ring2": 0, "new": 0, "pending": None}
    assert not cast.contacts(case)


def test_the_same_op_makes_contacts_once(case, town, clock):
    from muster.kernel.ids import uuid7

    op = uuid7()
    first = actions.confirm_contacts(by=town.investigator, case=case, op=op)
    assert actions.confirm_contacts(by=town.investigator, case=case, op=op) == first
    assert len(cast.facts("case_traced")) == 1


def test_a_case_laid_aside_makes_no_contacts(case, town, clock):
    actions.withdraw_case(by=SYSTEM, case=case, because=cast.positive(town.wang))
    with pytest.raises(Refused):
        actions.confirm_contacts(by=SYSTEM, case=case)


# -- a second ring that is too large


@pytest.fixture
def crowd(case, town, clock, monkeypatch):
    """Zhang, who met Wang, ate with four others; the plan asks from three on."""
    plan = plans.edition(cast.PLAN)
    ring2 = plan.tracing.ring2.model_copy(update={"preview_limit": 3})
    small = plan.model_copy(update={"tracing": plan.tracing.model_copy(update={"ring2": ring2})})
    monkeypatch.setattr(plans, "edition", lambda code: small)
    cast.meet(town.canteen, town.wang, town.zhang, hours=(12, 13))
    cast.meet(town.canteen, town.zhang, *(person(f"guest{n}") for n in range(4)), hours=(14, 15))
    return case


def test_a_large_second_ring_is_counted_and_asked_about(crowd, town, clock):
    answer = actions.confirm_contacts(by=SYSTEM, case=crowd)
    with acting():
        ring = PendingRing.objects.get()
    assert answer == {"ring1": 2, "ring2": 4, "new": 2, "pending": str(ring.pk)}
    assert (ring.total, ring.by_area, ring.by_reason) == (4, {"610404001": 4}, {"presence": 4})
    assert [duty.subject for duty in cast.duties("confirm_ring")] == [ring.pk]
    with acting():
        done = response.progress([crowd.incident_id])[crowd.incident_id].done
    assert "trace" in done and "second_contacts" not in done
    actions.confirm_contacts(by=SYSTEM, case=crowd)
    assert len(cast.duties("confirm_ring")) == 1
    for post in (town.headquarters, town.far_investigator):
        with pytest.raises(Refused):
            actions.decide_ring(by=post, ring=ring, confirmed=True)
    clock.advance(minutes=20)
    actions.decide_ring(by=town.investigator, ring=ring, confirmed=True)
    assert not cast.duties("confirm_ring") and sum(row.ring == 2 for row in cast.contacts(crowd).values()) == 4
    (decided,) = cast.facts("ring_decided")
    assert all(decided.id in cast.causes(fact) for fact in cast.facts("contact_found")[2:])
    with pytest.raises(Invalid):
        actions.decide_ring(by=town.investigator, ring=ring, confirmed=False)
    assert actions.confirm_contacts(by=SYSTEM, case=crowd)["pending"] is None


def test_a_second_ring_that_was_left_is_not_asked_about_again(crowd, town, clock):
    actions.confirm_contacts(by=SYSTEM, case=crowd)
    with acting():
        ring = PendingRing.objects.get()
    actions.decide_ring(by=town.investigator, ring=ring, confirmed=False)
    actions.confirm_contacts(by=SYSTEM, case=crowd)
    assert not cast.duties("confirm_ring") and all(row.ring == 1 for row in cast.contacts(crowd).values())
