"""Contacts from told to settled, sources and chains, incidents to their end, letters and their answers."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from muster.domains.tracing import actions
from muster.domains.tracing.actions import letters
from muster.domains.tracing.models import Chain, Contact, Link
from muster.kernel.controls.models import DueTest
from muster.kernel.duties.actions import open_duty
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM, AccessLog
from muster.kernel.procedures import PROCEDURES
from tests import tracing_cast as cast
from tests.town import build_town, make_person

OP = UUID("01234567-89ab-7def-8123-456789abcdef")


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """In English; what follows in other domains is tested with the procedures."""
    for name in list(PROCEDURES):
        monkeypatch.delitem(PROCEDURES, name)
    with translation.override("en"):
        yield


@pytest.fixture
def case(town, clock):
    return cast.open_case(town.wang)


def tell(town, case, person=None, **given):
    return actions.add_told_contact(by=town.investigator, case=case, person=person, **given)


def owe(contact):
    """The grid owes telling the contact, as the procedure opens it."""
    with acting():
        return open_duty(
            "tracing.notify_contact", subject=contact.id, area=contact.area, person=contact.person, by=SYSTEM,
            now=contact.found_at, because=contact.fact, plan=contact.plan, incident=contact.incident_id,
        )  # fmt: skip


# -- told, notified


def test_a_told_stranger_is_recorded_by_name_and_phone(town, case, clock):
    contact = tell(town, case, name="陌生人", phone="13900001111", area=town.zhao.home)
    with acting():
        person = Person.objects.get(pk=contact.person_id)
    assert (person.label, contact.area, contact.reasons, contact.ring) == ("陌*", town.zhao.home, ["told"], 1)
    assert contact.told_by == town.investigator.pk and contact.minutes is None
    assert (contact.first_at, contact.last_at) == (cast.at(0, day=-2), clock.now)
    assert tell(town, case, person).pk == contact.pk


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"person": "wang"}, "person"),
        ({"person": "zhao"}, "person"),
        ({}, "name"),
        ({"person": "li", "first_at": (10, 0), "last_at": (9, 0)}, "last_at"),
        ({"person": "li", "last_at": (23, 0)}, "last_at"),
    ],
)
def test_a_told_contact_that_cannot_be(town, case, clock, given, field):
    cast.open_case(town.zhao)
    given = {key: getattr(town, value) if key == "person" else cast.at(*value) for key, value in given.items()}
    with pytest.raises(Invalid) as no:
        actions.add_told_contact(by=town.investigator, case=case, **given)
    assert no.value.field == field


def test_a_contact_is_told_once(town, case, clock):
    contact = tell(town, case, town.zhang)
    owe(contact)
    clock.advance(minutes=9)
    actions.notify_contact(by=town.worker, contact=contact, op=OP)
    actions.notify_contact(by=town.worker, contact=contact, op=OP)
    actions.notify_contact(by=town.community, contact=contact)
    contact = cast.fresh(contact)
    assert (contact.status, contact.notified_at) == ("notified", clock.now)
    assert not cast.duties("notify_contact")
    (told,) = cast.facts("contact_notified")
    assert (told.subject, told.area, told.by) == (contact.pk, contact.area, town.worker.pk)
    assert cast.causes(told) == {contact.fact}


def test_a_contact_of_two_cases_is_told_of_both_at_one_door(town, case, clock):
    other = cast.open_case(town.li)
    both = [tell(town, each, town.zhang) for each in (case, other)]
    for contact in both:
        owe(contact)
    clock.advance(minutes=9)
    actions.notify_contact(by=town.worker, contact=both[0], op=OP)
    assert [cast.fresh(contact).notified_at for contact in both] == [clock.now] * 2
    assert not cast.duties("notify_contact")
    assert {fact.subject for fact in cast.facts("contact_notified")} == {contact.pk for contact in both}


@pytest.mark.parametrize("name", ["neighbour", "far_worker", "far_headquarters", "site", "lab"])
def test_a_neighbour_cannot_say_that_a_contact_was_told(town, case, clock, name):
    contact = tell(town, case, town.zhang)
    with pytest.raises(Refused):
        actions.notify_contact(by=getattr(town, name), contact=contact)
    with acting():
        assert AccessLog.objects.filter(event="refused", field="tracing.notify_contact").count() == 1


# -- settled


@pytest.fixture
def owned(town, case):
    """The chain of the case has headquarters as its owner."""
    with acting():
        chain = Chain.objects.get(pk=case.chain_id)
    return actions.set_chain_owner(by=town.investigator, chain=chain, owner=town.headquarters)


def test_only_the_owner_clears_and_only_when_control_is_over(town, case, clock, owned):
    contact = tell(town, case, town.zhang)
    with pytest.raises(Invalid, match="never put under control"):
        actions.clear_contact(by=town.headquarters, contact=contact)
    held = cast.control(contact)
    with pytest.raises(Invalid, match="still under control"):
        actions.clear_contact(by=town.headquarters, contact=contact)
    cast.end(held)
    with pytest.raises(Invalid, match="Only the owner"):
        actions.clear_contact(by=town.investigator, contact=contact)
    with pytest.raises(Refused):
        actions.clear_contact(by=town.far_headquarters, contact=contact)
    owe(contact)
    actions.clear_contact(by=town.headquarters, contact=contact)
    assert cast.fresh(contact).status == "cleared" and not cast.duties("notify_contact")
    assert cast.fresh(owned).cleared_at == clock.now and len(cast.facts("chain_cleared")) == 1


def test_negative_tests_clear_before_the_days_are_over(town, case, clock, owned):
    contact = tell(town, case, town.zhang)
    held = cast.control(contact, tests=[cast.at(0).date(), cast.at(0, day=1).date()])
    with pytest.raises(Invalid, match="test is still due"):
        actions.clear_contact(by=town.headquarters, contact=contact)
    with acting():
        DueTest.objects.filter(control=held).update(result="negative")
    actions.clear_contact(by=town.headquarters, contact=contact)
    assert cast.fresh(contact).status == "cleared"


def test_an_ownerless_chain_clears_nobody(town, case, clock):
    contact = tell(town, case, town.zhang)
    with pytest.raises(Invalid, match="no owner"):
        actions.clear_contact(by=town.headquarters, contact=contact)
    with acting(), pytest.raises(Invalid):
        actions.set_chain_owner(by=town.investigator, chain=Chain.objects.get(), owner=town.street)
    with acting(), pytest.raises(Refused):
        actions.set_chain_owner(by=town.far_headquarters, chain=Chain.objects.get(), owner=town.far_headquarters)


def test_control_tests_and_release_follow_from_elsewhere(town, case, clock):
    contact = tell(town, case, town.zhang)
    because = cast.positive(town.zhang)
    assert actions.mark_controlled(by=SYSTEM, contacts=[contact.pk]) == 1
    assert actions.mark_tested(by=SYSTEM, person=town.zhang, disease="covid19") == 1
    assert actions.release_contacts(by=SYSTEM, person=town.zhang, disease="covid19", because=because) == 1
    contact = cast.fresh(contact)
    assert (contact.status, contact.controlled_at, contact.tested_at, contact.ended_at) == (
        "released",
        *[clock.now] * 3,
    )
    assert actions.release_contacts(by=SYSTEM, person=town.zhang, disease="covid19", because=because) == 0
    for call in (
        lambda: actions.mark_controlled(by=town.investigator, contacts=[contact.pk]),
        lambda: actions.mark_tested(by=town.headquarters, person=town.zhang, disease="covid19"),
        lambda: actions.release_contacts(by=town.worker, person=town.zhang, disease="covid19", because=because),
    ):
        with pytest.raises(Refused):
            call()


def test_a_contact_who_turned_positive_joins_the_chain(town, case, clock):
    contact = tell(town, case, town.zhang)
    second = cast.open_case(town.zhang)
    assert second.chain_id != case.chain_id
    assert actions.convert_contacts(by=SYSTEM, case=second) == 1
    contact, second = cast.fresh(contact), cast.fresh(second)
    assert (contact.status, contact.converted_case_id) == ("converted", second.pk)
    assert (second.source_state, second.chain_id) == ("linked", case.chain_id)
    with acting():
        link = Link.objects.get()
    assert (link.source_id, link.target_id, link.confirmed) == (case.pk, second.pk, False)
    (turned,) = cast.facts("contact_converted")
    assert cast.causes(turned) == {contact.fact, second.opened_fact}
    assert actions.convert_contacts(by=SYSTEM, case=second) == 0


def test_the_database_holds_what_a_contact_is(town, case, clock):
    contact = tell(town, case, town.zhang)
    for change in ({"status": "converted"}, {"ring": 3}, {"status": "lost"}, {"last_at": cast.at(0, day=-9)}):
        with acting(), pytest.raises(IntegrityError), transaction.atomic(using=ACT):
            Contact.objects.filter(pk=contact.pk).update(**change)


# -- sources and chains


def test_sources_make_one_chain_and_a_cut_makes_two(town, clock):
    with acting():
        people = [make_person(f"p{n}", f"某{n}", town.wang.home) for n in range(4)]
    a, b, c, d = (cast.open_case(person) for person in people)
    for source, target in ((c, d), (a, b), (b, c)):
        actions.set_source(by=town.investigator, case=target, state="linked", source=source)
    chains = {cast.fresh(row).chain_id for row in (a, b, c, d)}
    assert chains == {a.chain_id} and cast.fresh(a).source_state == "unknown"
    actions.set_source(by=town.investigator, case=c, state="imported")
    assert cast.fresh(b).chain_id == a.chain_id
    assert cast.fresh(c).chain_id == cast.fresh(d).chain_id not in {a.chain_id, c.chain_id, d.chain_id}
    assert cast.fresh(c).source_state == "imported" and cast.fresh(d).source_state == "linked"


@pytest.mark.parametrize("state", ["linked", "nonsense"])
def test_a_source_that_cannot_be(town, case, clock, state):
    with pytest.raises(Invalid):
        actions.set_source(by=town.investigator, case=case, state=state)
    with pytest.raises(Invalid):
        actions.set_source(by=town.investigator, case=case, state="linked", source=case)


def test_unknown_is_not_none(town, case, clock):
    actions.set_source(by=town.investigator, case=case, state="none")
    assert cast.fresh(case).source_state == "none"
    actions.set_source(by=town.investigator, case=case, state="unknown")
    assert cast.fresh(case).source_state == "unknown"


# -- incidents


def test_an_incident_closes_when_nothing_is_owed(town, case, clock):
    contact = tell(town, case, town.zhang)
    with acting():
        incident = case.incident
    for owed in ("Contacts", "Duties"):
        with pytest.raises(Invalid, match=owed):
            actions.close_incident(by=town.headquarters, incident=incident)
        if owed == "Contacts":
            actions.release_contacts(by=SYSTEM, person=town.zhang, disease="covid19", because=cast.positive(town.zhang))
    actions.confirm_contacts(by=SYSTEM, case=case)
    for left in cast.contacts(case).values():
        if left.status == "found":
            with acting():
                Contact.objects.filter(pk=left.pk).update(status="released")
    with pytest.raises(Refused):
        actions.close_incident(by=town.far_headquarters, incident=incident)
    actions.close_incident(by=town.headquarters, incident=incident)
    assert cast.fresh(incident).closed_at == cast.fresh(case).closed_at == clock.now
    assert contact.incident_id == incident.pk


def test_steps_that_nothing_else_shows(town, case, clock):
    with acting():
        incident = case.incident
    clock.advance(minutes=50)
    actions.record_step(by=town.headquarters, incident=incident, step="disposal")
    (step,) = cast.facts("step_done")
    assert (step.data, step.happened_at) == ({"step": "disposal"}, clock.now)
    for given in ({"step": "trace"}, {"step": "disposal", "at": cast.at(1, day=-1)}):
        with pytest.raises(Invalid):
            actions.record_step(by=town.headquarters, incident=incident, **given)


# -- letters


def outside(town, case, area="610102"):
    return tell(town, case, name="外地人", phone="13900002222", area=area)


def test_a_letter_goes_where_our_areas_end(town, case, clock):
    contact = outside(town, case)
    letter = actions.send_letter(by=town.investigator, case=case, contacts=[contact.pk], to_name="新城区指挥部")
    assert letter.number == "610404-L2021-0001"
    assert (letter.deadline_at - letter.sent_at).total_seconds() == 24 * 3600
    (duty,) = cast.duties("answer_letter")
    assert (duty.subject, duty.due_at) == (letter.pk, letter.deadline_at)
    assert cast.fresh(contact).status == "notified" and len(cast.facts("contact_notified")) == 1


def test_inside_our_areas_there_are_duties_instead(town, case, clock):
    contact = tell(town, case, town.zhao)
    with pytest.raises(Invalid) as no:
        actions.send_letter(by=town.investigator, case=case, contacts=[contact.pk], to_name="秦都区")
    assert no.value.field == "contacts"
    with pytest.raises(Refused):
        actions.send_letter(by=town.far_investigator, case=case, contacts=[contact.pk], to_name="秦都区")


def test_a_letter_is_answered_when_everybody_on_it_is(town, case, clock):
    one, two = outside(town, case), tell(town, case, name="另一人", phone="13900003333", area="610102")
    letter = actions.send_letter(by=town.investigator, case=case, contacts=[one.pk, two.pk], to_name="新城区")
    actions.record_reply(by=town.investigator, letter=letter, replies={str(one.pk): "tested"})
    assert cast.fresh(letter).replied_at is None and cast.fresh(one).status == "controlled"
    assert cast.fresh(one).tested_at == clock.now
    actions.record_reply(by=town.investigator, letter=letter, replies={str(two.pk): "not_here"})
    assert cast.fresh(letter).replied_at == clock.now and not cast.duties("answer_letter")
    assert cast.fresh(two).status == "notified"
    for replies in ({}, {str(one.pk): "perhaps"}, {str(case.pk): "found"}):
        with pytest.raises(Invalid):
            actions.record_reply(by=town.investigator, letter=letter, replies=replies)


def test_names_on_a_letter_are_looked_at_in_the_open(town, case, clock):
    contact = outside(town, case)
    letter = actions.send_letter(by=town.investigator, case=case, contacts=[contact.pk], to_name="新城区")
    (row,) = letters.letter_persons(by=town.investigator, letter=letter, now=clock.now)
    assert (row["name"], row["phone"]) == ("外地人", "+8613900002222")
    with acting():
        assert AccessLog.objects.filter(event="revealed", subject=contact.person_id).count() == 2
    for post in (town.far_investigator, town.headquarters, town.worker):
        with pytest.raises(Refused):
            letters.letter_persons(by=post, letter=letter, now=clock.now)
    actions.print_letter(by=town.investigator, letter=letter)
    assert cast.fresh(letter).printed_at == clock.now
