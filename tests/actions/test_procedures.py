"""What a result sets off: the whole loop, its failures, and taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from muster.domains.isolation import actions as isolation
from muster.domains.isolation.models import Stay, Transfer
from muster.domains.tracing.actions.tracing import confirm_contacts
from muster.domains.tracing.models import Case, Link
from muster.kernel.controls.models import Control, Evidence
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.messages.models import Message
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.procedures import positive_result
from tests.isolation_cast import site_of
from tests.night import build_night, case_of, contacts_of, result, together
from tests.town import NEXT_GRID, make_person, make_place


@pytest.fixture
def town(db, clock):
    return build_night()


def open_duties(kind):
    with acting():
        return list(Duty.objects.open().filter(kind=kind).order_by("area"))


def open_controls():
    with acting():
        return {control.person.ref: control for control in Control.objects.open().select_related("person")}


def test_the_case_and_its_duty_stand_before_any_job_has_run(town):
    result(town, "wang")
    case = case_of(town.wang)
    assert case.classification == "confirmed"
    assert [duty.subject for duty in open_duties("tracing.trace_case")] == [case.id]
    assert open_controls() == {}


def test_contacts_are_found_controlled_and_told_to_their_grid_in_whatever_district(town, run_jobs):
    result(town, "wang")
    run_jobs()
    found = contacts_of(case_of(town.wang))
    assert {name: sorted(row.reasons) for name, row in found.items() if row.ring == 1} == {
        "li": ["household"],
        "zhang": ["presence"],
        "zhao": ["presence"],
        "chen": ["presence"],
    }
    assert found["zhang"].minutes == 40
    assert set(open_controls()) == {"wang", "li", "zhang", "zhao"}
    notify = {duty.person_id: duty.area for duty in open_duties("tracing.notify_contact")}
    assert notify[town.zhao.id].startswith("610402")
    letters = open_duties("tracing.write_letter")
    assert [(duty.person_id, duty.area[:6]) for duty in letters] == [(town.chen.id, "610404")]
    assert open_duties("tracing.trace_case") == []


def test_every_control_walks_back_to_the_result(town, run_jobs):
    positive = result(town, "wang")
    run_jobs()
    with acting():
        for evidence in Evidence.objects.select_related("fact"):
            seen, walk = set(), [evidence.fact_id]
            while walk:
                seen.add(fact := walk.pop())
                walk += Fact.objects.get(pk=fact).causes.values_list("cause_id", flat=True)
            assert positive.fact_id in seen


def test_the_case_and_contacts_get_a_transfer_with_a_room(town, run_jobs):
    result(town, "wang")
    run_jobs()
    with acting():
        transfers = {t.person.ref: t for t in Transfer.objects.open().select_related("person", "room")}
        rooms = [t.room_id for t in transfers.values() if t.room_id]
    assert set(transfers) == {"wang", "li", "zhang", "zhao"}
    assert len(rooms) == len(set(rooms))


def test_a_failing_fan_out_leaves_the_fact_the_case_and_the_duty_and_is_tried_again(town, run_jobs, clock, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the fan-out fails")

    with monkeypatch.context() as patch:
        patch.setattr(positive_result, "confirm_contacts", broken)
        result(town, "wang")
        run_jobs(failing=True)
    case = case_of(town.wang)
    assert open_duties("tracing.trace_case")[0].subject == case.id
    assert contacts_of(case) == {}
    with acting():
        assert Fact.objects.filter(kind="screening.result_positive").count() == 1
    with acting(), transaction.atomic(using="act"):
        positive_result.follow(_facts("screening.result_positive"))
    assert len(contacts_of(case)) == 4


def _facts(kind):
    with acting():
        return list(Fact.objects.filter(kind=kind))


def test_a_contact_who_turns_positive_becomes_a_linked_case_with_contacts_of_its_own(town, run_jobs, clock):
    result(town, "wang")
    run_jobs()
    clock.advance(hours=10)
    result(town, "zhang")
    run_jobs()
    first, second = case_of(town.wang), case_of(town.zhang)
    assert second.incident_id == first.incident_id
    with acting():
        assert [(link.source_id, link.target_id) for link in Link.objects.all()] == [(first.id, second.id)]
        assert contacts_of(first)["zhang"].status == "converted"
        assert second.source_state == "linked"
    assert "zhao" in contacts_of(second)
    assert not [duty for duty in open_duties("tracing.notify_contact") if duty.person_id == town.zhang.id]


def test_a_case_that_was_none_is_a_contact_again_and_somebody_owes_telling_them(town, run_jobs, clock):
    result(town, "wang", ref="R1")
    run_jobs()
    result(town, "zhang", ref="R2")
    run_jobs()
    clock.advance(hours=3)
    result(town, "zhang", "negative", ref="R3", corrects="R2")
    assert contacts_of(case_of(town.wang))["zhang"].status != "converted"
    [owed] = [duty for duty in open_duties("tracing.notify_contact") if duty.person_id == town.zhang.id]
    assert owed.opened_at == clock.now < owed.due_at


def test_whoever_is_in_isolation_knows_of_it(town, run_jobs, clock):
    result(town, "wang")
    run_jobs()
    assert [duty for duty in open_duties("tracing.notify_contact") if duty.person_id == town.li.id]
    with acting():
        control = Control.objects.get(person=town.li)
    isolation.start_stay(by=town.site, control=control, site=site_of(town.hotel))
    assert not [duty for duty in open_duties("tracing.notify_contact") if duty.person_id == town.li.id]
    assert contacts_of(case_of(town.wang))["li"].notified_at == clock.now


def test_a_correction_lifts_exactly_the_controls_that_lose_their_last_evidence(town, run_jobs, clock):
    with acting():
        town.people["zhou"] = make_person("zhou", "周强", NEXT_GRID)
        town.places["park"] = make_place("park", "公园", "park", NEXT_GRID)
    together(town, "park", ["zhou", "zhang"], clock.now - timedelta(hours=2), minutes=20)
    result(town, "wang", ref="R1")
    result(town, "zhou", ref="R2")
    run_jobs()
    assert set(open_controls()) == {"wang", "li", "zhang", "zhao", "zhou"}
    clock.advance(hours=6)
    result(town, "wang", "negative", ref="R3", corrects="R1")
    run_jobs()
    # Zhou is a case by a result of their own; Zhang met both and keeps that evidence. Li and Zhao had only Wang.
    assert set(open_controls()) == {"zhang", "zhou"}
    with acting():
        assert Control.objects.get(person=town.li).ended_how == "lifted"
        assert Message.objects.filter(person=town.li, kind="isolation.lifted").count() == 1
        assert Case.objects.get(person=town.wang).classification == "excluded"
    assert not [duty for duty in open_duties("tracing.notify_contact") if duty.person_id == town.li.id]


def test_a_correction_before_the_fan_out_runs_leaves_nobody_under_control(town, run_jobs, clock):
    result(town, "wang", ref="R1")
    clock.advance(minutes=5)
    result(town, "wang", "negative", ref="R2", corrects="R1")
    run_jobs()
    assert open_controls() == {}
    with acting():
        assert not Stay.objects.exists()
    assert open_duties("tracing.trace_case") == []


def test_the_same_result_again_changes_nothing(town, run_jobs):
    result(town, "wang", ref="R1")
    run_jobs()
    before = len(_facts("tracing.contact_found"))
    result(town, "wang", ref="R1")
    run_jobs()
    with acting():
        assert Case.objects.count() == 1
    assert len(_facts("tracing.contact_found")) == before


def test_the_same_reference_with_another_content_is_refused(town):
    result(town, "wang", ref="R1")
    with pytest.raises(Invalid):
        result(town, "wang", "negative", ref="R1")


def test_a_later_contact_extends_the_control_and_tells_nobody_twice(town, run_jobs, clock):
    result(town, "wang")
    run_jobs()
    before = open_controls()["zhang"].ends_on
    clock.advance(days=1)
    together(town, "canteen", ["wang", "zhang"], clock.now - timedelta(hours=2), minutes=30)
    confirm_contacts(by=town.investigator, case=case_of(town.wang))
    run_jobs()
    assert open_controls()["zhang"].ends_on == before + timedelta(days=2)
    assert len([duty for duty in open_duties("tracing.notify_contact") if duty.person_id == town.zhang.id]) == 1
    with acting():
        assert Evidence.objects.filter(control=open_controls()["zhang"]).count() == 1


def test_each_positive_result_of_a_case_is_an_evidence_of_its_own(town, run_jobs, clock):
    result(town, "wang", ref="R1")
    run_jobs()
    clock.advance(hours=5)
    result(town, "wang", ref="R2")
    run_jobs()
    clock.advance(hours=1)
    result(town, "wang", "negative", ref="R3", corrects="R2")
    run_jobs()
    assert "wang" in open_controls()
    assert case_of(town.wang) is not None
