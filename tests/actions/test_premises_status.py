"""A person's status: from evidence only; exceptions by two bodies that end; why; objections; proofs checked offline."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from muster.domains.premises import actions, codes, proofs
from muster.domains.premises.models import Contest, Device, Exemption, PersonalCode
from muster.domains.premises.standing import stand, why
from muster.domains.screening.actions import load_results
from muster.kernel import clock as program_clock
from muster.kernel import ids
from muster.kernel.controls.actions import end_control
from muster.kernel.controls.models import DueTest, Evidence
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.messages.models import Message
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.actions import add_person, merge_persons, unmerge_person
from muster.kernel.people.identifiers import read_any
from muster.kernel.people.models import Person
from muster.kernel.people.queries import having
from muster.kernel.posts import roles
from muster.kernel.posts.actions import give_post
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM, AccessLog, User
from tests.isolation_cast import build, control_of
from tests.premises_cast import OTHER_PHONE, PHONE, card
from tests.town import FAR_GRID, GRID, make_person


@pytest.fixture
def town(db, clock):
    made = build()
    with acting():
        made.people["sun"] = make_person("sun", "孙立", GRID + "001")
    return made


def word(person) -> tuple[str, str]:
    with acting():
        found = stand([person.pk], program_clock.now())[person.pk]
    return found.word, found.without


def known(town, name: str = "孙立", number: int = 7):
    """Somebody with a personal code, whose phone is verified."""
    code = actions.issue_code(by=town.worker, area=GRID, name=name, id_number=card(number), same="stranger")
    device = actions.open_device(by=SYSTEM, code=code.number, pin=actions.pin_of(code))["device"]
    with acting():
        return Person.objects.get(pk=code.person_id), device, code


def test_without_evidence_everybody_may_enter(town):
    assert word(town.sun) == ("enter", "enter")


def test_a_control_holds_until_it_ends_and_a_test_due_is_made_first(town, clock):
    control = control_of(town.sun, measure="home", days=3, tests=(1,))
    assert word(town.sun) == ("stay", "stay")
    with acting(), transaction.atomic(using=ACT):
        end_control(control, how="released", by=SYSTEM, now=program_clock.now())
    assert word(town.sun) == ("enter", "enter")
    control = control_of(town.sun, measure="monitoring", days=3, tests=(1,))
    clock.advance(days=1)
    assert word(town.sun) == ("test", "test")
    with acting():
        assert DueTest.objects.filter(control=control).count() == 1


def test_evidence_that_is_withdrawn_counts_no_longer(town):
    control = control_of(town.sun, measure="site", days=3, tests=())
    with acting(), transaction.atomic(using=ACT):
        Evidence.objects.filter(control=control).update(withdrawn_at=program_clock.now())
        assert stand([town.sun.pk], program_clock.now())[town.sun.pk].word == "enter"
        transaction.set_rollback(True, using=ACT)


def test_merged_records_are_one_person(town):
    with acting():
        twin = make_person("sun2", "孙立", GRID + "001")
    control_of(twin, measure="home", days=3, tests=())
    assert word(town.sun)[0] == "enter"
    merge_persons(by=SYSTEM, person=twin.pk, into=town.sun.pk)
    assert word(town.sun)[0] == word(twin)[0] == "stay"


def declared(town, name: str = "李大", phone: str = PHONE, area: str = FAR_GRID):
    """Somebody of whom only name and phone are known, who must stay at home."""
    person = add_person(by=SYSTEM, area=area, name=name, phone=phone)
    control_of(person, measure="home", days=3, tests=())
    return person


def test_no_code_speaks_for_somebody_who_may_be_under_control_until_that_is_said(town):
    held = declared(town)
    given = {"by": town.worker, "area": GRID, "name": "李大", "id_number": card(8), "phone": PHONE}
    for same in ("", "yes"):
        with pytest.raises(Invalid) as no:
            actions.issue_code(**given, same=same)
        assert no.value.field == "same"
    with acting():
        assert not PersonalCode.objects.exists() and not having(read_any(card(8))).exists()
    code = actions.issue_code(**given, same="same")
    assert word(code.person) == word(held) == ("stay", "stay")
    with acting():
        assert Fact.objects.get(kind="premises.personal_code_issued").data["same"] == "same"
        assert Fact.objects.filter(kind="people.merged", subject=held.pk).exists()
    assert actions.issue_code(**given).person_id == code.person_id  # they are one now: nothing is asked
    unmerge_person(by=SYSTEM, person=held.pk)
    assert (word(code.person)[0], word(held)[0]) == ("enter", "stay")


def test_father_and_son_of_one_name_and_phone_stay_apart_when_the_desk_says_so(town):
    father = declared(town)
    given = {"by": town.worker, "area": GRID, "name": "李大", "id_number": card(8), "phone": PHONE}
    code = actions.issue_code(**given, same="relative")
    assert (word(code.person)[0], word(father)[0]) == ("enter", "stay")
    with acting():
        said = Fact.objects.get(kind="premises.personal_code_issued").data
        looked = AccessLog.objects.get(event="compared", subject=father.pk)
    assert said == {"same": "relative", "compared": [str(father.pk)]} and looked.post_id == town.worker.pk


def test_who_may_be_meant_by_a_name_and_a_phone(town):
    def asked(name: str, phone: str = "", number: int = 8) -> bool:
        try:
            with acting(), transaction.atomic(using=ACT):
                actions.issue_code(by=town.worker, area=GRID, name=name, id_number=card(number), phone=phone)
                transaction.set_rollback(True, using=ACT)
        except Invalid as no:
            return no.field == "same"
        return False

    declared(town)
    declared(town, "周静", OTHER_PHONE, GRID)
    assert asked("李大", PHONE) and asked("李达", PHONE)  # as it was heard on the phone
    assert asked("周静")  # of one community: the phone may be left out
    assert not asked("李大") and not asked("王芳", PHONE) and not asked("周敬")
    numbered = add_person(by=SYSTEM, area=GRID, name="何梅", id_number=card(9), phone=PHONE)
    control_of(numbered, measure="home", days=3, tests=())
    assert not asked("何梅", PHONE)  # another card: another person
    declared(town, "何梅")
    assert asked("何梅", number=9)  # by the phone that is on record


def test_of_several_with_one_name_the_phone_says_who_is_meant(town):
    first, second = declared(town, area=GRID), declared(town, phone=OTHER_PHONE, area=GRID)
    again = add_person(by=SYSTEM, area=FAR_GRID, name="李大", phone=PHONE)  # passed a checkpoint
    given = {"by": town.worker, "area": GRID, "name": "李大", "id_number": card(8), "same": "same"}
    with pytest.raises(Invalid) as no:
        actions.issue_code(**given)
    assert no.value.field == "phone" and word(first) == word(second) == ("stay", "stay")
    code = actions.issue_code(**given, phone=PHONE)
    with acting():
        standing = dict(Person.objects.filter(pk__in=[first.pk, second.pk, again.pk]).values_list("pk", "canonical_id"))
    assert standing == {first.pk: code.person_id, again.pk: code.person_id, second.pk: second.pk}


def test_a_laboratorys_result_counts_before_anybody_has_worked_on_it(town, clock):
    def result(ref: str, verdict: str, **row):
        load_results(by=town.lab, rows=[(1, {"ref": ref, "person": "sun", "disease": "covid19", "result": verdict,
            "sampled_at": program_clock.now().isoformat(), **row})])  # fmt: skip

    result("P1", "pool_suspect")
    assert word(town.sun) == ("test", "test")
    clock.advance(hours=1)
    result("P2", "negative")
    assert word(town.sun) == ("enter", "enter")
    clock.advance(hours=1)
    result("P3", "positive", ct_orf=20)
    assert word(town.sun)[0] == "stay"


def test_why_walks_back_and_names_nobody(town):
    control_of(town.sun, measure="home", days=3, tests=())
    with acting():
        found = stand([town.sun.pk], program_clock.now())[town.sun.pk]
        steps = why(found)
        [fact] = {ground.fact for ground in found.grounds}
        assert steps[fact][0]["title"] and set(steps[fact][0]) == {"title", "on"}
        causes = Fact.objects.get(pk=fact).causes.count()
    assert len(steps[fact]) >= 1 + bool(causes)


def test_one_statement_more_for_a_thousand_people_than_for_one(town, django_assert):
    with acting():
        people = [make_person(f"p{n}", "测", GRID) for n in range(30)]
    assert django_assert(lambda: stand([town.sun.pk], program_clock.now())) == django_assert(
        lambda: stand([person.pk for person in people], program_clock.now())
    )


@pytest.fixture
def django_assert():
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    def count(do) -> int:
        with acting(), CaptureQueriesContext(connections[ACT]) as held:
            do()
        return len(held)

    return count


def test_an_exception_needs_two_bodies_eases_and_ends(town, clock):
    person, _device, code = known(town)
    control_of(person, measure="home", days=7, tests=())
    asked = actions.ask_exemption(by=town.headquarters, who=code.number, to="enter", reason="medical", hours=6)
    assert word(person) == ("stay", "stay")
    with pytest.raises(Invalid):
        actions.confirm_exemption(by=town.headquarters, exemption=asked)
    same_body = second_headquarters(town)
    with pytest.raises(Invalid):
        actions.confirm_exemption(by=same_body, exemption=asked)
    for outsider in (town.far_headquarters, town.worker, town.street):
        with pytest.raises(Refused):
            actions.confirm_exemption(by=outsider, exemption=asked)
    actions.confirm_exemption(by=town.city, exemption=asked)
    assert word(person) == ("enter", "stay")
    with acting():
        assert Message.objects.filter(person=person, kind="premises.exempted").count() == 1
    clock.advance(hours=6)
    assert word(person) == ("stay", "stay")
    with pytest.raises(Invalid):
        actions.confirm_exemption(by=town.city, exemption=asked)


def second_headquarters(town):
    """Another user of the same body."""
    with acting():
        user = User.objects.create(username="hq2", display_name="hq2", password="!")
    return give_post(by=SYSTEM, user=user, role=roles.HEADQUARTERS, area="610404")


def test_the_same_user_in_two_bodies_is_one(town):
    person, _device, code = known(town)
    control_of(person, measure="home", days=7, tests=())
    with acting():
        user = User.objects.get(pk=town.headquarters.user_id)
    also_city = give_post(by=SYSTEM, user=user, role=roles.HEADQUARTERS, area="6104")
    asked = actions.ask_exemption(by=town.headquarters, who=card(7), to="enter", reason="care", hours=6)
    with pytest.raises(Invalid):
        actions.confirm_exemption(by=also_city, exemption=asked)


def test_an_exception_is_only_for_whom_evidence_holds_and_only_eases(town):
    person, _device, code = known(town)
    ask = {"who": code.number, "to": "enter", "reason": "care", "hours": 6}
    with pytest.raises(Invalid):
        actions.ask_exemption(by=town.headquarters, **ask)
    control_of(person, measure="home", days=7, tests=())
    for wrong in ({"to": "stay"}, {"to": "red"}, {"hours": 0}, {"hours": 73}, {"reason": "stability"}, {"who": "12"},
                  {"who": card(9)}):  # fmt: skip
        with pytest.raises(Invalid):
            actions.ask_exemption(by=town.headquarters, **ask | wrong)
    with pytest.raises(Refused):
        actions.ask_exemption(by=town.far_headquarters, **ask)
    asked = actions.ask_exemption(by=town.street, **ask)
    actions.confirm_exemption(by=town.headquarters, exemption=asked)
    assert word(person) == ("enter", "stay")
    actions.end_exemption(by=town.street, exemption=asked)
    assert word(person) == ("stay", "stay")
    with acting():
        assert set(Message.objects.filter(person=person).values_list("kind", flat=True)) >= {"premises.exemption_ended"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "stay"},
        {"expires_at": timedelta(hours=73)},
        {"expires_at": timedelta(0)},
        {"confirmed_body": "area 610404", "confirmed_by": "new", "confirmed_at": timedelta(0)},
        {"confirmed_body": "area 6104", "confirmed_by": "same", "confirmed_at": timedelta(0)},
        {"confirmed_at": timedelta(0)},
        {"reason": "stability"},
    ],
)
def test_the_database_holds_the_rules_of_exceptions(town, wrong):
    now, asker = program_clock.now(), ids.uuid7()
    row = {"person": town.sun, "area": GRID, "to": "enter", "reason": "care", "asked_by": asker,
           "asked_body": "area 610404", "asked_at": now, "expires_at": now + timedelta(hours=1)}  # fmt: skip
    words = {"new": ids.uuid7(), "same": asker}
    given = {k: now + v if isinstance(v, timedelta) else words.get(v, v) for k, v in wrong.items()}
    with acting(), pytest.raises(IntegrityError), transaction.atomic(using=ACT):
        Exemption.objects.create(**row | given)


def test_a_person_objects_and_somebody_owes_an_answer(town, clock):
    person, device, _code = known(town)
    with pytest.raises(Invalid):
        actions.contest_status(by=SYSTEM, device=device, reason="not_there")
    control = control_of(person, measure="home", days=7, tests=())
    with pytest.raises(Invalid):
        actions.contest_status(by=SYSTEM, device=device, reason="angry")
    contest = actions.contest_status(by=SYSTEM, device=device, reason="not_there", note="那天我在外地")
    assert actions.contest_status(by=SYSTEM, device=device, reason="over").pk == contest.pk
    with acting():
        duty = Duty.objects.open().get(kind="premises.answer_contest")
        assert (duty.subject, duty.due_at - program_clock.now()) == (contest.pk, timedelta(days=1))
        caused = {cause.cause_id for cause in Fact.objects.get(pk=duty.opened_because_id).causes.all()}
        assert caused == set(Evidence.objects.filter(control=control).values_list("fact_id", flat=True))
    with pytest.raises(Refused):
        actions.answer_contest(by=town.far_investigator, contest=contest, outcome="stands")
    for wrong in ("", "mended"):  # evidence stands still
        with pytest.raises(Invalid):
            actions.answer_contest(by=town.investigator, contest=contest, outcome=wrong)
    with acting(), transaction.atomic(using=ACT):
        end_control(control, how="lifted", by=SYSTEM, now=program_clock.now())
    actions.answer_contest(by=town.investigator, contest=contest, outcome="mended")
    with pytest.raises(Invalid):
        actions.answer_contest(by=town.investigator, contest=contest, outcome="stands")
    with acting():
        assert not Duty.objects.open().filter(kind="premises.answer_contest").exists()
        assert Message.objects.filter(person=person, kind="premises.contest_mended").count() == 1
        assert Contest.objects.get().answered_at


def test_only_a_verified_phone_objects(town):
    person, device, _code = known(town)
    control_of(person, measure="home", days=7, tests=())
    with acting():
        loose = Device.objects.create(person=person, made_at=program_clock.now())
    for phone in (loose.pk, ids.uuid7()):
        with pytest.raises(Invalid):
            actions.contest_status(by=SYSTEM, device=phone, reason="over")


def test_a_proof_is_read_until_its_time_is_over_and_no_bit_of_it_can_be_changed(clock):
    made = proofs.make("stay", "欧阳*", clock.now)
    said = proofs.read(made, clock.now)
    assert (said.word, said.label, said.ends_at - said.made_at) == ("stay", "欧阳*", proofs.LASTS)
    raw = base64.urlsafe_b64decode(made + "=" * (-len(made) % 4))
    accepted = 0
    for place in range(len(raw)):
        for bit in range(8):
            changed = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
            try:
                proofs.read(base64.urlsafe_b64encode(changed).decode().rstrip("="), clock.now)
                accepted += 1
            except codes.BadCode:
                pass
    assert accepted == 0
    for moment in (clock.now + proofs.LASTS + timedelta(seconds=1), clock.now - timedelta(hours=1)):
        with pytest.raises(codes.BadCode):
            proofs.read(made, moment)
    with pytest.raises(codes.BadCode):
        proofs.read(codes.make(codes.SHEET, ids.uuid7(), 1), clock.now)
