"""The days of isolation: checks and tests as duties, homes assessed, and release only when nothing is missing."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from muster.domains.isolation import actions, queries
from muster.domains.isolation.actions import endings
from muster.domains.isolation.checks import CHECKS
from muster.domains.isolation.jobs import ask_all
from muster.domains.isolation.models import HealthCheck, Room, Sample, Stay, Transfer
from muster.domains.isolation.rules import Sample as CaseSample
from muster.kernel import ids
from muster.kernel.controls.actions import withdraw_evidence
from muster.kernel.controls.models import Control, DueTest
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.messages.models import Message
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from muster.site.forgetting import purge
from tests.isolation_cast import FIT, answer_tests, at, build, control_of, facts, owed, rooms_of, serve, site_of


@pytest.fixture
def town(db, clock):
    return build()


@pytest.fixture
def stay(town):
    """王 at the site since 19:15, contact until 10 December, home from the 7th."""
    return actions.start_stay(by=town.site, control=control_of(town.wang), site=site_of(town.hotel))


@pytest.fixture
def home(town):
    """李 observed at home."""
    control = control_of(town.li, "home", 7, (1, 4, 7))
    actions.assess_home(by=town.worker, control=control, answers=FIT)
    with acting():
        return Stay.objects.select_related("control").get(control=control)


def test_each_slot_is_a_duty_of_the_site(town, clock, stay):
    first = owed("isolation.health_check")
    assert [(d.place_id, d.due_at, d.data["slot"]) for d in first] == [(town.hotel.id, at(0, 20), "pm")]
    check = actions.record_check(by=town.site, stay=stay, temperature="36.4")
    assert (str(check.temperature), check.anomaly, check.slot) == ("36.4", [], "pm")
    assert not owed("isolation.health_check")
    clock.set(at(1, 5, 55))
    ask_all()
    assert not owed("isolation.health_check")
    clock.set(at(1, 14, 5))
    ask_all()
    ask_all()
    assert [d.data["slot"] for d in owed("isolation.health_check")] == ["am", "pm"]
    late = actions.record_check(by=town.site, stay=stay, temperature="36,6", on=date(2021, 12, 1), slot="am")
    assert (late.slot, str(late.temperature)) == ("am", "36.6")
    assert [d.data["slot"] for d in owed("isolation.health_check")] == ["pm"]


def test_a_check_not_made_on_its_day_is_missed_and_said_so(town, clock, stay):
    clock.set(at(1, 1))
    ask_all()
    assert [d.data["slot"] for d in owed("isolation.health_check")] == ["pm"]
    clock.set(at(1, 6, 5))
    ask_all()
    assert [(d.data["on"], d.data["slot"]) for d in owed("isolation.health_check")] == [("2021-12-01", "am")]
    assert facts("isolation.check_missed") == 1
    with pytest.raises(Invalid, match="slot"):
        actions.record_check(by=town.site, stay=stay, temperature="36.5", on=date(2021, 11, 30), slot="pm")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"temperature": "33.9"}, "temperature"), ({"temperature": "43.1"}, "temperature"),
        ({"temperature": "warm"}, "temperature"), ({"temperature": "36.5", "symptoms": ["rash"]}, "symptoms"),
        ({"temperature": "36.5", "on": date(2021, 11, 30), "slot": "am"}, "slot"),
        ({"temperature": "36.5", "on": date(2021, 12, 1), "slot": "am"}, "slot"),
    ],
)  # fmt: skip
def test_a_check_that_cannot_be(town, stay, given, field):
    with pytest.raises(Invalid) as no:
        actions.record_check(by=town.site, stay=stay, **given)
    assert no.value.field == field


def test_a_slot_is_checked_once(town, stay):
    op = ids.uuid7()
    check = actions.record_check(by=town.site, stay=stay, temperature="36.5", op=op)
    assert actions.record_check(by=town.site, stay=stay, temperature="36.5", op=op) == check
    with pytest.raises(Invalid, match="slot"):
        actions.record_check(by=town.site, stay=stay, temperature="36.5")
    assert facts("isolation.health_checked") == 1


def test_fever_or_a_symptom_is_for_the_investigator(town, stay):
    check = actions.record_check(by=town.site, stay=stay, temperature="37.3", symptoms=["cough", "cough"])
    assert (check.anomaly, check.symptoms) == (["fever", "symptoms"], ["cough"])
    duty = owed("isolation.answer_anomaly")[0]
    assert (duty.role, duty.subject, duty.place_id, duty.person_id) == (
        "investigator", check.id, town.hotel.id, town.wang.id
    )  # fmt: skip
    for post in (town.far_investigator, town.far_site, town.community):
        with pytest.raises(Refused):
            actions.answer_anomaly(by=post, check=check, outcome="observed")
    with pytest.raises(Invalid):
        actions.answer_anomaly(by=town.investigator, check=check, outcome="ignored")
    actions.answer_anomaly(by=town.investigator, check=check, outcome="observed")
    assert not owed("isolation.answer_anomaly")
    with pytest.raises(Invalid):
        actions.answer_anomaly(by=town.site, check=check, outcome="observed")


def test_an_anomaly_can_mean_hospital(town, stay):
    with acting():
        hospital = actions.add_site(by=SYSTEM, area="610404002", name="定点医院", kind="hospital")
    check = actions.record_check(by=town.site, stay=stay, temperature="39")
    op = ids.uuid7()
    actions.answer_anomaly(by=town.site, check=check, outcome="to_hospital", op=op)
    actions.answer_anomaly(by=town.site, check=check, outcome="to_hospital", op=op)
    with acting():
        assert Transfer.objects.get().site_id == hospital.id


def test_only_those_responsible_record(town, stay, home):
    for post in (town.far_site, town.worker, town.far_worker, town.community):
        with pytest.raises(Refused):
            actions.record_check(by=post, stay=stay, temperature="36.5")
    for post in (town.site, town.neighbour, town.far_worker):
        with pytest.raises(Refused):
            actions.record_check(by=post, stay=home, temperature="36.5")
    assert actions.record_check(by=town.worker, stay=home, temperature="36.5").area == town.li.home


def test_the_check_stays_owed_where_the_person_is(town, clock, stay):
    moved = actions.assign_room(by=town.site, stay=stay)
    assert [d.data["stay"] for d in owed("isolation.health_check")] == [str(moved.id)]
    actions.record_check(by=town.site, stay=moved, temperature="36.5")
    clock.advance(minutes=10)
    again = actions.assign_room(by=town.site, stay=moved)
    assert not owed("isolation.health_check")
    with pytest.raises(Invalid, match="stay"):
        actions.record_check(by=town.site, stay=moved, temperature="36.5")
    assert again.began_at == clock.now


def test_tests_that_come_due_are_duties_until_taken(town, clock, stay):
    duty = owed("isolation.sample")[0]
    with acting():
        sample = Sample.objects.get(pk=duty.subject)
    assert (duty.place_id, sample.due_on) == (town.hotel.id, date(2021, 11, 30))
    with pytest.raises(Refused):
        actions.record_sample(by=town.far_site, sample=sample)
    op = ids.uuid7()
    actions.record_sample(by=town.site, sample=sample, op=op)
    actions.record_sample(by=town.site, sample=sample, op=op)
    actions.record_sample(by=town.site, sample=sample)
    assert (facts("isolation.sampled"), owed("isolation.sample")) == (1, [])
    clock.set(at(1, 8))
    ask_all()
    assert len(owed("isolation.sample")) == 1
    answer_tests(stay.control, until=date(2021, 12, 1))
    ask_all()
    assert owed("isolation.sample") == []
    assert facts("isolation.sampled") == 2


def test_a_test_that_the_plan_dropped_is_no_longer_owed(town, stay):
    with acting():
        DueTest.objects.filter(control=stay.control).delete()
    ask_all()
    assert (owed("isolation.sample"), facts("isolation.sample_dropped")) == ([], 1)
    with acting():
        sample = Sample.objects.get()
    with pytest.raises(Invalid):
        actions.record_sample(by=town.site, sample=sample)


def test_release_says_what_is_missing(town, clock, stay):
    with pytest.raises(Invalid) as no:
        actions.release(by=town.site, stay=stay)
    assert no.value.field == "release"
    assert "10" in no.value.message  # the day until which, and then what else
    assert "30" in no.value.message
    serve(clock, stay, 10)
    with acting():
        unmet = {one.code for one in actions.what_is_missing(stay, stay.control, clock.now)}
    assert unmet == {"test_missing", "tests_too_few"}
    answer_tests(stay.control, "positive")
    with acting():
        unmet = {one.code for one in actions.what_is_missing(stay, stay.control, clock.now)}
    assert "positive" in unmet
    with acting():
        assert Control.objects.get().ended_at is None


def test_release_ends_control_stay_and_room(town, clock, stay):
    serve(clock, stay, 10)
    answer_tests(stay.control)
    assert [d.subject for d in owed("isolation.release")] == [stay.id]
    for post in (town.far_site, town.far_headquarters, town.community):
        with pytest.raises(Refused):
            actions.release(by=post, stay=stay)
    op = ids.uuid7()
    done = actions.release(by=town.site, stay=stay, op=op)
    assert actions.release(by=town.site, stay=stay, op=op) == done
    assert done.ended_how == "released"
    assert done.notice.startswith("610404-20211210-")
    assert rooms_of(town.hotel)["101"] == "cleaning"
    with acting():
        control = Control.objects.get()
        assert (control.ended_how, Person.objects.get(pk=town.wang.pk).present) == ("released", town.wang.home)
        assert not Duty.objects.open().filter(person=town.wang).exists()
        assert Message.objects.get(kind="isolation.released").params == {"day": "2021-12-10", "number": done.notice}
        fact = Fact.objects.get(kind="isolation.released")
        assert fact.causes.count() == 2  # the stay, and the results
    with pytest.raises(Invalid):
        actions.release(by=town.site, stay=stay)


def test_an_open_anomaly_or_the_last_check_missing_keeps_the_person(town, clock, stay):
    clock.set(at(10, 21))
    answer_tests(stay.control)
    with acting():
        assert [one.code for one in actions.what_is_missing(stay, stay.control, clock.now)] == ["check_missing"]
    check = actions.record_check(by=town.site, stay=stay, temperature="38")
    with acting():
        assert [one.code for one in actions.what_is_missing(stay, stay.control, clock.now)] == ["anomaly_open"]
    actions.answer_anomaly(by=town.site, check=check, outcome="tested")
    assert actions.release(by=town.site, stay=stay).ended_how == "released"


def test_a_control_that_was_extended_recalls_the_release(town, clock, stay):
    clock.set(at(10, 8))
    ask_all()
    assert len(owed("isolation.release")) == 1
    control_of(town.wang, days=10)
    ask_all()
    assert owed("isolation.release") == []
    clock.set(at(20, 8))
    ask_all()
    assert len(owed("isolation.release")) == 1


def test_a_lifted_control_lets_the_person_go(town, clock, stay):
    with pytest.raises(Invalid):
        actions.end_stay_lifted(by=SYSTEM, control=stay.control)
    with acting(), transaction.atomic(using=ACT):
        because = record("duties.escalated", subject=ids.uuid7(), area=stay.area, by=SYSTEM, now=clock.now)
        lifted = withdraw_evidence([stay.control.evidences.get().fact_id], by=SYSTEM, now=clock.now, because=because)
    op = ids.uuid7()
    for _twice in range(2):
        actions.end_stay_lifted(by=town.headquarters, control=lifted[0], because=because, op=op)
    with pytest.raises(Refused):
        actions.end_stay_lifted(by=town.far_headquarters, control=lifted[0])
    with acting():
        stay.refresh_from_db()
        assert Message.objects.filter(kind="isolation.lifted").count() == 1
        assert not Duty.objects.open().filter(person=town.wang).exists()
    assert stay.ended_how == "lifted"
    assert rooms_of(town.hotel)["101"] == "cleaning"


def test_a_lifted_control_cancels_the_way(town, clock):
    control = control_of(town.wang)
    transfer = actions.request_transfer(by=town.community, control=control)
    with acting(), transaction.atomic(using=ACT):
        because = record("duties.escalated", subject=ids.uuid7(), area=control.area, by=SYSTEM, now=clock.now)
        withdraw_evidence([control.evidences.get().fact_id], by=SYSTEM, now=clock.now, because=because)
    assert actions.end_stay_lifted(by=SYSTEM, control=control) is None
    with acting():
        transfer.refresh_from_db()
    assert transfer.state == "cancelled"
    assert rooms_of(town.hotel)["101"] == "ready"


def test_a_case_is_released_by_two_clear_tests_a_day_apart(town, clock, monkeypatch):
    control = control_of(town.wang, days=0, tests=(), kind="laboratory_result")
    with acting():
        Control.objects.update(ends_on=None)
    stay = actions.start_stay(by=town.site, control=control, site=site_of(town.hotel))
    assert stay.home_days == 0
    given: list[CaseSample] = []
    monkeypatch.setattr(endings, "CASE_SAMPLES", [lambda person, disease: given])
    given.append(CaseSample(at(6, 9), "negative"))
    serve(clock, stay, 7)
    assert owed("isolation.release") == []
    with pytest.raises(Invalid, match="release"):
        actions.release(by=town.site, stay=stay)
    given.append(CaseSample(at(7, 10), "positive", 36, 37))
    ask_all()
    assert [d.subject for d in owed("isolation.release")] == [stay.id]
    assert actions.release(by=town.site, stay=stay).ended_how == "released"


def test_temperatures_and_symptoms_end_with_their_time(town, clock, stay):
    actions.record_check(by=town.site, stay=stay, temperature="36.5")
    clock.set(at(10, 12))
    actions.record_check(by=town.site, stay=stay, temperature="36.5")
    answer_tests(stay.control)
    actions.release(by=town.site, stay=stay)
    clock.set(at(40, 12))
    for day, left in ((9, 2), (11, 0)):
        with acting():
            purge(by=SYSTEM, limits={"health": at(day, 0)}, rule="test")
            assert HealthCheck.objects.count() == left


def faults() -> list[str]:
    """Which of the data's own checks fail."""
    with acting():
        return [name for name, sql in CHECKS.items() if queries.fetch(sql)]


def test_the_rows_agree_with_one_another(town, clock, stay, home):
    actions.request_transfer(by=town.community, control=control_of(town.zhang))
    assert faults() == []
    with acting():
        Room.objects.update(state="ready")
    assert faults() == ["rooms are as the stays in them say", "rooms are reserved for somebody on the way"]
