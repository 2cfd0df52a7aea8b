"""Cases: opened once from evidence, numbered without gaps, classified by a laboratory or two persons, taken back."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import IntegrityError, connections, transaction

from muster.domains.tracing import actions
from muster.domains.tracing.actions import numbers
from muster.domains.tracing.models import Case, Classification, Contact, Incident
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid, OpConflict, Refused
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import PROCEDURES
from tests import tracing_cast as cast
from tests.town import build_town, make_person

OP = UUID("01234567-89ab-7def-8123-456789abcdef")


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture(autouse=True)
def no_procedures(monkeypatch):
    """What follows in other domains is tested with the procedures."""
    for name in list(PROCEDURES):
        monkeypatch.delitem(PROCEDURES, name)


def test_a_result_opens_incident_case_and_duty(town, clock):
    fact = cast.positive(town.wang)
    case = cast.open_case(town.wang, fact=fact)
    assert (case.number, case.area, case.classification) == ("610404-2021-0001", town.wang.home, "confirmed")
    incident = cast.fresh(case).incident_id
    with acting():
        incident = Incident.objects.get(pk=incident)
        chain = case.chain
    assert (incident.number, incident.area, incident.root_fact) == ("610404-20211130-01", "610404", fact.id)
    assert chain.incident_id == incident.id
    (duty,) = cast.duties("trace_case")
    assert (duty.subject, duty.person_id, duty.role, duty.area) == (case.id, town.wang.id, "investigator", case.area)
    assert (duty.due_at - clock.now).total_seconds() == 240 * 60  # deadlines.trace_minutes
    assert duty.opened_because_id == case.opened_fact
    (opened,) = cast.facts("case_opened")
    assert (opened.id, opened.data["person"]) == (case.opened_fact, str(town.wang.id))
    assert cast.causes(opened) == {fact.id}


def test_a_second_result_finds_the_open_case(town, clock):
    case = cast.open_case(town.wang)
    clock.advance(hours=1)
    again = cast.open_case(town.wang)
    assert again.pk == case.pk and len(cast.facts("case_opened")) == 1 and len(cast.duties("trace_case")) == 1


def test_a_merged_record_is_the_same_person(town, clock):
    case = cast.open_case(town.wang)
    with acting():
        twin = make_person("wang2", "王建国", town.wang.home)
        type(twin).objects.filter(pk=twin.pk).update(merged_into=town.wang, canonical=town.wang)
        twin.refresh_from_db()
    assert cast.open_case(twin).pk == case.pk


def test_the_person_of_another_district_opens_the_incident_there(town, clock):
    near, far = cast.open_case(town.wang), cast.open_case(town.zhao)
    assert far.number == "610402-2021-0001" and far.incident_area == "610402" != near.incident_area


def test_who_is_a_contact_becomes_a_case_of_that_incident(town, clock):
    near = cast.open_case(town.wang)
    actions.add_told_contact(by=town.investigator, case=near, person=town.zhao)
    far = cast.open_case(town.zhao)
    assert (far.incident_id, far.incident_area, far.area) == (near.incident_id, "610404", town.zhao.home)
    assert far.number == "610402-2021-0001"


def test_the_same_op_opens_one_case_and_another_payload_is_refused(town, clock):
    fact = cast.positive(town.wang)
    first = cast.open_case(town.wang, fact=fact, op=OP)
    assert cast.open_case(town.wang, fact=fact, op=OP).pk == first.pk
    with pytest.raises(OpConflict):
        cast.open_case(town.li, fact=fact, op=OP)
    with acting():
        assert Case.objects.count() == 1


def test_a_neighbour_cannot_open_a_case(town, clock):
    for post in (town.far_investigator, town.worker, town.headquarters):
        with pytest.raises(Refused):
            actions.open_case(by=post, person=town.wang, disease="covid19", plan=cast.PLAN)
    with acting():
        assert not Case.objects.exists()


@pytest.mark.parametrize(("plan", "disease"), [("mers", "covid19"), ("nothing", "covid19")])
def test_the_plan_is_that_of_the_disease(town, clock, plan, disease):
    with pytest.raises(Invalid) as no:
        cast.open_case(town.wang, plan=plan, disease=disease)
    assert no.value.field == "plan"


# -- two persons sign a diagnosis


def diagnose(town, person=None, **given):
    return actions.open_case(
        by=town.investigator, person=person or town.wang, disease="covid19", plan=cast.PLAN, classification="suspected",
        found_how="clinic", onset_on=cast.at(0).date(), **given,
    )  # fmt: skip


def test_an_unsigned_diagnosis_shows_nobody(town, clock):
    case = diagnose(town)
    assert not cast.duties("trace_case") and len(cast.duties("sign_diagnosis")) == 1
    for by in (town.investigator, SYSTEM):
        with pytest.raises(Refused):
            actions.trace_case(by=by, case=case, as_of=clock.now)
        with pytest.raises(Refused):
            actions.confirm_contacts(by=by, case=case)
    with pytest.raises(Invalid):
        actions.add_told_contact(by=town.investigator, case=case, name="某人", phone="13800000001")
    with acting():
        assert not Contact.objects.exists()


def test_the_first_person_cannot_sign_twice(town, clock):
    case = diagnose(town)
    with pytest.raises(Invalid):
        actions.sign_diagnosis(by=town.investigator, case=case)
    with acting(), pytest.raises(IntegrityError), transaction.atomic(using=ACT):
        Classification.objects.filter(case=case).update(signed_at=clock.now, signed_by=town.investigator.user_id)


def test_a_second_signature_opens_the_duty_to_trace(town, clock):
    case = diagnose(town)
    actions.sign_diagnosis(by=cast.second(town), case=case)
    assert not cast.duties("sign_diagnosis") and len(cast.duties("trace_case")) == 1
    assert actions.trace_case(by=town.investigator, case=case, as_of=clock.now).found


def test_a_refused_first_diagnosis_excludes_the_case(town, clock):
    case = diagnose(town)
    actions.sign_diagnosis(by=cast.second(town), case=case, agreed=False)
    case = cast.fresh(case)
    assert (case.classification, bool(case.closed_at)) == ("excluded", True)
    assert not cast.duties("sign_diagnosis") and not cast.duties("trace_case")
    assert cast.open_case(town.wang).pk != case.pk  # a later result makes a case of its own


def test_a_laboratory_confirms_a_suspicion(town, clock):
    case = diagnose(town)
    again = cast.open_case(town.wang)
    assert (again.pk, cast.fresh(case).classification) == (case.pk, "confirmed")
    assert len(cast.duties("trace_case")) == 1 and not cast.duties("sign_diagnosis")
    with acting():
        steps = case.classifications.order_by("at", "id").values_list("classification", "basis")
        assert list(steps) == [("suspected", "diagnosis"), ("confirmed", "laboratory")]


def test_a_later_diagnosis_waits_and_changes_nothing(town, clock):
    case = diagnose(town)
    other = cast.second(town)
    actions.sign_diagnosis(by=other, case=case)
    actions.propose_diagnosis(by=other, case=case, classification="clinical")
    assert cast.fresh(case).classification == "suspected"
    with pytest.raises(Invalid):
        actions.propose_diagnosis(by=town.investigator, case=case, classification="excluded")
    actions.sign_diagnosis(by=town.investigator, case=case)
    assert cast.fresh(case).classification == "clinical" and len(cast.duties("trace_case")) == 1


@pytest.mark.parametrize(("old", "new"), [("confirmed", "suspected"), ("asymptomatic", "clinical")])
def test_no_step_back_by_hand(town, clock, old, new):
    case = cast.open_case(town.wang, classification=old)
    with pytest.raises(Invalid):
        actions.propose_diagnosis(by=town.investigator, case=case, classification=new)


# -- description


def test_the_file_of_a_case(town, clock):
    case = cast.open_case(town.wang)
    actions.describe_case(by=town.investigator, case=case, onset_on=cast.at(0, day=-1).date(), severity="mild")
    case = cast.fresh(case)
    assert (case.severity, str(case.onset_on)) == ("mild", "2021-11-29")
    for field, value in (("onset_on", cast.at(0, day=1).date()), ("severity", "terrible"), ("area", "61")):
        with pytest.raises(Invalid) as no:
            actions.describe_case(by=town.investigator, case=case, **{field: value})
        assert no.value.field == field
    with pytest.raises(Refused):
        actions.describe_case(by=town.far_investigator, case=case, severity="mild")


def test_notes_are_read_only_with_a_duty_about_the_person(town, clock):
    case = cast.open_case(town.wang)
    actions.add_note(by=town.investigator, case=case, kind="itinerary", text="坐3路车上班", from_at=cast.at(8))
    (note,) = actions.read_notes(by=town.investigator, case=case, now=clock.now)
    assert note.text == "坐3路车上班"
    for post in (town.far_investigator, town.headquarters, town.worker):
        with pytest.raises(Refused):
            actions.read_notes(by=post, case=case, now=clock.now)


# -- taking back


def test_a_corrected_result_takes_back_the_case_and_its_contacts(town, clock):
    case, other = cast.open_case(town.wang), cast.open_case(town.zhang)
    contact = actions.add_told_contact(by=town.investigator, case=case, person=town.li)
    kept = actions.add_told_contact(by=town.investigator, case=other, person=town.li)
    actions.set_source(by=town.investigator, case=other, state="linked", source=case)
    wrong = cast.positive(town.wang)
    gone = actions.withdraw_case(by=SYSTEM, case=case, because=wrong)
    assert gone == {"contacts": [str(contact.pk)], "facts": [str(contact.fact)], "reopened": []}
    assert (cast.fresh(contact).status, cast.fresh(kept).status) == ("withdrawn", "found")
    case, other = cast.fresh(case), cast.fresh(other)
    assert (case.classification, bool(case.closed_at), other.source_state) == ("excluded", True, "unknown")
    assert [duty.subject for duty in cast.duties("trace_case")] == [other.pk]
    with acting():
        assert Duty.objects.get(subject=case.pk, kind="tracing.trace_case").withdrawn


def test_whoever_was_a_contact_before_is_one_again(town, clock):
    first = cast.open_case(town.wang)
    contact = actions.add_told_contact(by=town.investigator, case=first, person=town.li)
    case = cast.open_case(town.li)
    actions.convert_contacts(by=SYSTEM, case=case)
    assert cast.fresh(contact).converted_case_id == case.pk
    actions.withdraw_case(by=SYSTEM, case=case, because=cast.positive(town.li))
    contact = cast.fresh(contact)
    assert (contact.status, contact.converted_case_id, contact.ended_at) == ("found", None, None)


def test_only_a_procedure_takes_a_case_back(town, clock):
    case = cast.open_case(town.wang)
    for call in (
        lambda: actions.withdraw_case(by=town.investigator, case=case, because=cast.positive(town.wang)),
        lambda: actions.classify_case(
            by=town.investigator, case=case, classification="excluded", fact=cast.positive(town.wang)
        ),
    ):
        with pytest.raises(Refused):
            call()


# -- numbers: a race that needs its lock


def race(people, monkeypatch=None):
    """Everybody opens a case at one moment."""
    together, errors = threading.Barrier(len(people)), []
    facts = [cast.positive(person) for person in people]

    def run(person, fact):
        try:
            together.wait(20)
            cast.open_case(person, fact=fact)
        except Exception as error:
            errors.append(error)
        finally:
            connections[ACT].close()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(people, facts, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with acting():
        return sorted(Case.objects.values_list("number", flat=True)), errors


def test_a_race_gives_every_number_once_and_one_incident(town, clock):
    with acting():
        people = [make_person(f"p{n}", f"某{n}", town.wang.home) for n in range(8)]
    found, errors = race(people)
    assert not errors and found == [f"610404-2021-{n:04}" for n in range(1, 9)]
    with acting():
        assert Incident.objects.count() == 1


def test_without_the_lock_and_the_constraint_numbers_repeat(town, clock, db, monkeypatch):
    meeting = threading.Barrier(8)

    class Unlocked:
        """Reads the last number, as everybody else does at that moment, without holding it."""

        def __init__(self, rows):
            self.rows = rows

        def get(self, **key):
            row = self.rows.get(**key)
            if key["pk"].startswith("610404"):
                meeting.wait(20)
            return row

    monkeypatch.setattr(numbers, "locked", Unlocked)
    unique = "SELECT conname FROM pg_constraint WHERE conrelid = 'tracing_case'::regclass AND contype = 'u'"
    names = [name for (name,) in db.owner.execute(unique).fetchall() if "number" in name]
    with acting():
        people = [make_person(f"p{n}", f"某{n}", town.wang.home) for n in range(8)]
        numbers.Series.objects.create(name="610404-2021", last=0)
    db.owner.execute(f"ALTER TABLE tracing_case DROP CONSTRAINT {names[0]}")
    try:
        found, _errors = race(people)
        assert len(set(found)) < len(found)
        with acting():
            Case.objects.all().update(closed_at=clock.now)
    finally:
        db.empty()
        db.owner.execute(f"ALTER TABLE tracing_case ADD CONSTRAINT {names[0]} UNIQUE (number)")
