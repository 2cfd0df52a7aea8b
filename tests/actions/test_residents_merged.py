"""Two records, one person: what is known under one holds for the other."""

from datetime import timedelta

import pytest
from django.db import transaction

from muster.domains.isolation.models import Transfer
from muster.domains.screening.queries import under_control
from muster.domains.tracing.actions.cases import open_case
from muster.kernel import ids
from muster.kernel.controls.actions import begin_control, record_test
from muster.kernel.controls.models import Control, DueTest
from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.messages.actions import send_due, tell
from muster.kernel.messages.models import Message
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import merge_persons, unmerge_person
from muster.kernel.people.queries import every_record, with_name
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from tests.isolation_cast import control_of
from tests.night import PLAN, build_night
from tests.town import GRID, make_person, owe, sign_in


@pytest.fixture
def town(db, clock):
    town = build_night()
    with acting():
        town.people["again"] = make_person("again", "黄健国", GRID + "001", phone="13812345678")
    return town


def merged(town):
    """The second record of Wang, under which much is known already, now points to the first."""
    merge_persons(by=SYSTEM, person=town.again.pk, into=town.wang.pk)


def test_a_control_under_the_other_record_is_the_person_s(town, clock):
    before = control_of(town.again, measure="home", days=7, tests=(1,))
    merged(town)
    with acting(), transaction.atomic(using=ACT):
        evidence = before.evidences.get()
        control = begin_control(
            person=town.wang.pk, area=town.wang.home, kind=evidence.kind, fact=evidence.fact_id, subject=town.wang.pk,
            measure="site", ends_on=clock.now.date() + timedelta(days=14), tests=[], by=SYSTEM, now=clock.now,
            plan=PLAN, disease=before.disease,
        )  # fmt: skip
        assert control.pk == before.pk and Control.objects.open().count() == 1
        due = DueTest.objects.get(control=before, done_fact=None)
        done = record_test(town.wang.pk, before.disease, due.due_on, fact=evidence.fact_id, result="negative")
        assert done == 1
        assert under_control([town.wang.pk]) == {town.wang.pk}
    unmerge_person(by=SYSTEM, person=town.again.pk)
    with acting():
        assert under_control([town.wang.pk]) == set() and under_control([town.again.pk]) == {town.again.pk}


def test_a_case_under_the_other_record_is_not_opened_twice(town, clock):
    row = {"disease": "covid19", "plan": PLAN, "found_how": "clinic", "classification": "suspected", "by": SYSTEM}
    open_case(person=town.again, **row)
    merged(town)
    with pytest.raises(Invalid):
        open_case(person=town.wang, **row)


def test_somebody_on_the_way_is_not_asked_for_twice(town):
    from muster.domains.isolation.actions.transfers import request_transfers

    one, other = (control_of(town.people[who], measure="site", days=14, tests=()) for who in ("again", "wang"))
    merged(town)
    with acting(), transaction.atomic(using=ACT):
        Transfer.objects.all().delete()
        fact = Fact.objects.get(pk=one.began_fact_id)
        made = request_transfers([one, other], by=SYSTEM, now=one.began_at, because=fact)
        assert Transfer.objects.count() == 1 and len({transfer.pk for transfer in made}) == 1


def test_duties_and_messages_reach_the_person_by_any_record(town, clock):
    duty = owe(town, clock.now, who="again")
    merged(town)
    with acting():
        cause = Fact.objects.get(pk=duty.opened_because_id)
        tell(town.wang.pk, "isolation.lifted", {}, town.wang.home, cause, clock.now)
        withdraw_duties(persons=[town.wang.pk], now=clock.now, because=cause)
        assert not Duty.objects.open().filter(pk=duty.pk).exists()
    send_due(clock.now)
    with acting():
        assert Message.objects.get().failed != "no_phone"


def test_a_person_is_found_by_the_name_of_any_record(town, client):
    merged(town)
    with acting():
        assert [person.pk for person in with_name("黄健国", SYSTEM)] == [town.wang.pk]
        assert with_name("hjg", town.worker)[0].pk == town.wang.pk
        assert list(every_record([town.again.pk])) == [town.wang.pk, town.again.pk]
    control_of(town.again, measure="home", days=7, tests=())
    sign_in(client, town.desk)
    page = client.post("/desk/search/", {"q": "黄健国", "op": str(ids.uuid7())}).content.decode()
    assert "王*" in page and "黄*" not in page
