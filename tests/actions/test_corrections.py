"""A correction that changes a result waits for a second person; until then the earlier result stands, safely."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from muster.domains.screening import actions
from muster.domains.screening.models import Correction, Result, ResultLink
from muster.domains.screening.shown import results_of
from muster.domains.tracing.models import Case
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.messages.models import Message
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.models import Person
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.procedures.providers import _case_samples
from tests import screening_cast as cast
from tests.night import confirmed
from tests.town import build_town, make_post

SAMPLED = datetime.fromisoformat("2021-11-30T09:00:00+08:00")


@pytest.fixture
def town(db, clock):
    town = build_town()
    with acting():
        town.posts["second"] = make_post("second", roles.LABORATORY, organisation_id=town.laboratory.id)
        town.posts["machine"] = cast.machine_post(town.laboratory)
    return town


@pytest.fixture(autouse=True)
def what_must_hold(db):
    yield
    assert cast.broken_rules() == []


def send(town, ref="R1", result="negative", by="lab", **changes):
    given = {"person": town.wang, "laboratory": town.laboratory, "disease": "covid19", "sampled_at": SAMPLED}
    return actions.record_result(by=town.posts[by], ref=ref, result=result, **{**given, **changes})


def decide(town, row, by="second", agree=True):
    return actions.confirm_correction(by=town.posts[by], correction=row, agree=agree)


def in_force(town):
    with acting():
        return [row.result for row in Result.objects.live().filter(person=town.wang)]


def owed():
    with acting():
        return list(Duty.objects.open().filter(kind="screening.confirm_correction"))


def outcomes():
    with acting():
        return list(Correction.objects.order_by("sent_at", "id").values_list("ref", "found", "outcome"))


def told(kind):
    with acting():
        return Message.objects.filter(kind=kind).count()


def certificate(town, clock):
    """What the person's page shows of each sample: the result, its tone, and whether there is a certificate."""
    with acting():
        person = Person.objects.get(pk=town.wang.pk)
        ends = clock.now + timedelta(days=7)
        link = ResultLink(person=person, plan="covid19-cn-8", made_at=clock.now, expires_at=ends)
        return [(row.word, row.tone, bool(row.code)) for row in results_of(link, clock.now)]


def test_one_word_flips_nothing_and_two_persons_flip_it_with_all_that_follows(town, run_jobs, clock):
    send(town)
    row = send(town, "R2", "positive", corrects="R1", reason="mixed")
    assert (row.outcome, row.reason, in_force(town)) == ("waiting", "mixed", ["negative"])
    [duty] = owed()
    words = {"was": "negative", "claimed": "positive", "reason": "mixed"}
    assert (duty.role, duty.due_at, duty.data) == ("headquarters", clock.now + timedelta(minutes=30), words)
    run_jobs()
    with acting():
        assert not Case.objects.exists()
    clock.advance(minutes=5)
    done = decide(town, row)
    assert (done.outcome, done.became.result, in_force(town), owed()) == ("confirmed", "positive", ["positive"], [])
    with acting():
        assert Case.objects.open().get().person_id == town.wang.id
        kinds = Fact.objects.filter(kind__startswith="screening.").order_by("id").values_list("kind", flat=True)
        assert [kind.partition(".")[2] for kind in kinds] == [
            "result_negative", "correction_held", "correction_settled", "result_positive", "result_corrected",
        ]  # fmt: skip
    with pytest.raises(Invalid):
        decide(town, row, "headquarters")


def test_a_positive_taken_back_by_two_lifts_the_case_and_tells_the_person_anew(town, run_jobs):
    send(town, result="positive")
    run_jobs()
    row = send(town, "R2", corrects="R1")
    run_jobs()
    with acting():
        assert Case.objects.open().exists()
    decide(town, row, "headquarters")
    run_jobs()
    with acting():
        assert not Case.objects.open().exists()
    assert told("screening.result_corrected") == 1


def test_refused_the_result_stands_and_the_same_words_are_not_heard_again(town, run_jobs):
    send(town)
    row = send(town, "R2", "positive", corrects="R1")
    assert decide(town, row, agree=False).outcome == "refused"
    run_jobs()
    assert (in_force(town), owed(), told("screening.result_corrected")) == (["negative"], [], 0)
    with pytest.raises(Invalid):
        send(town, "R2", "positive", corrects="R1")
    anew = send(town, "R3", "positive", corrects="R2")  # under a new reference it is held anew
    assert anew.result_id == row.result_id
    assert len(owed()) == 1


def test_nobody_confirms_their_own_and_a_machine_never(town):
    send(town)
    row = send(town, "R2", "positive", corrects="R1")
    for by in ("lab", "machine"):
        with pytest.raises(Invalid):
            decide(town, row, by)
        with pytest.raises(Invalid):
            decide(town, row, by, agree=False)
    for by in ("investigator", "far_headquarters", "worker"):
        with pytest.raises(Refused):
            decide(town, row, by)
    assert outcomes() == [("R2", "positive", "waiting")]


def test_what_a_machine_sent_needs_one_who_stands_behind_it_and_another(town):
    send(town, by="machine")
    row = send(town, "R2", "positive", by="machine", corrects="R1")
    assert decide(town, row, "lab").outcome == "waiting"
    with pytest.raises(Invalid):
        decide(town, row, "lab")
    assert decide(town, row, "headquarters").outcome == "confirmed"


def test_a_correction_that_comes_twice_has_one_effect(town, run_jobs):
    send(town)
    first, again = (send(town, "R2", "positive", corrects="R1") for _time in range(2))
    assert first.pk == again.pk and len(owed()) == 1
    became = decide(town, first).became
    assert send(town, "R2", "positive", corrects="R1") == became
    run_jobs()
    assert (outcomes(), in_force(town)) == ([("R2", "positive", "confirmed")], ["positive"])
    with acting():
        assert Fact.objects.filter(kind="screening.result_positive").count() == 1


def test_a_correction_of_a_correction_takes_its_place_and_moves_no_deadline(town, clock):
    send(town)
    first = send(town, "R2", "positive", corrects="R1")
    [before] = owed()
    clock.advance(minutes=20)
    second = send(town, "R3", "invalid", corrects="R2")
    third = send(town, "R4", "negative", corrects="R1")  # back to what is in force: that waits too, the doubt stays
    assert outcomes() == [("R2", "positive", "replaced"), ("R3", "invalid", "replaced"), ("R4", "negative", "waiting")]
    assert {first.doubt, second.doubt, third.doubt} == {before.subject}
    assert [(duty.id, duty.due_at) for duty in owed()] == [(before.id, before.due_at)]
    assert send(town, "R2", "positive", corrects="R1").outcome == "replaced"  # a late copy brings nothing back
    with pytest.raises(Invalid):
        decide(town, first)
    decide(town, third)
    with acting():
        assert [row.ref for row in Result.objects.live()] == ["R4"]
    assert owed() == []


def test_a_reference_is_that_of_one_content_held_or_not(town):
    send(town)
    send(town, "R5", person=town.li)
    with pytest.raises(Invalid) as no:
        send(town, "R5", "positive", corrects="R1")
    assert no.value.field == "ref"
    send(town, "R2", "positive", corrects="R1")
    with pytest.raises(Invalid) as no:
        send(town, "R2", "positive")
    assert no.value.field == "ref"


def test_other_cycles_with_the_same_word_are_one_hands_work(town):
    send(town, result="positive", ct_orf=30, ct_n=31)
    assert isinstance(send(town, "R2", "positive", ct_orf=29, ct_n=31, corrects="R1"), Result)
    assert owed() == []


def test_history_is_corrected_as_it_came_but_flips_nothing_that_is_live(town):
    past = {"by": SYSTEM, "history": True, "person": town.wang, "disease": "covid19", "sampled_at": SAMPLED}
    given = past | {"laboratory": town.laboratory}
    actions.record_result(ref="H1", result="positive", **given)
    assert isinstance(actions.record_result(ref="H2", result="negative", corrects="H1", **given), Result)
    send(town, "R1", sampled_at=SAMPLED + timedelta(hours=1))
    given["sampled_at"] += timedelta(hours=1)
    assert actions.record_result(ref="H3", result="positive", corrects="R1", **given).outcome == "waiting"


def test_while_it_waits_the_person_has_no_certificate_and_nobody_is_let_out_by_it(town, clock):
    send(town)
    assert certificate(town, clock) == [("negative", "enter", True)]
    row = send(town, "R2", "positive", corrects="R1")
    assert certificate(town, clock) == [("negative", "test", False)]
    with acting():
        assert _case_samples(town.wang.id, "covid19") == []
    decide(town, row, agree=False)
    assert certificate(town, clock) == [("negative", "enter", True)]
    with acting():
        assert len(_case_samples(town.wang.id, "covid19")) == 1


def test_a_row_of_a_load_is_held_and_the_others_count(town):
    send(town)
    base = {"person": "wang", "disease": "covid19", "sampled_at": "2021-11-30T09:00"}
    rows = [
        (1, base | {"ref": "R2", "result": "positive", "corrects": "R1"}),
        (2, base | {"ref": "R3", "result": "negative", "person": "li"}),
        (3, base | {"ref": "R4", "result": "invalid", "corrects": "R2"}),
    ]
    report = actions.load_results(by=town.machine, rows=rows)
    assert report["taken"] == [[1, "R2", "held"], [2, "R3", "new"], [3, "R4", "held"]]
    assert (report["new"], report["held"], in_force(town)) == (1, 2, ["negative"])
    assert [outcome for _ref, _found, outcome in outcomes()] == ["replaced", "waiting"]


def test_the_tube_is_decided_by_two_and_overtakes_what_waited_about_its_person(db, clock):
    town = cast.build(people=1)
    row = cast.opened(town)
    cast.send(town, row, cast.swab(town, "r0", "T1", capacity=1), cast.seal("T1", 1))
    cast.brought(town, cast.packed(town, row, "B1", 1))
    cast.reported(town, T1="negative")
    with acting():
        result = Result.objects.get(ref="T1")
    held = actions.record_result(
        by=town.lab, person=town.r0, laboratory=town.laboratory, ref="X", disease=result.disease,
        sampled_at=result.sampled_at, result="positive", corrects="T1",
    )  # fmt: skip
    assert cast.reported(town, T1="positive") == ["held"]
    with acting():
        [tube] = row.tubes.all()
    actions.confirm_claim(by=town.lab_second, tube=tube, agree=True)
    with acting():
        held.refresh_from_db()
        assert [each.result for each in Result.objects.live()] == ["positive"]
    assert (held.outcome, owed()) == ("replaced", [])


def test_confirmed_at_the_end_of_a_chain_it_is_written_as_it_was_sent(town):
    send(town, result="positive", ct_orf=30, ct_n=31)
    right = confirmed(town, send(town, "R2", "invalid", corrects="R1"))
    assert (right.ref, right.result, right.corrects.ref) == ("R2", "invalid", "R1")


def test_to_positive_is_decided_sooner_also_when_it_comes_second(town, clock):
    send(town, result="positive", ct_orf=24.0, ct_n=24.0)
    send(town, "R2", "negative", corrects="R1")
    assert owed()[0].due_at == clock.now + timedelta(minutes=60)  # the other way round there is time
    send(town, "N1", person=town.people["zhang"])
    send(town, "N2", "invalid", corrects="N1", person=town.people["zhang"])
    [duty] = [each for each in owed() if each.person_id == town.people["zhang"].pk]
    assert duty.due_at == clock.now + timedelta(minutes=60)
    clock.advance(minutes=10)
    send(town, "N3", "positive", corrects="N1", person=town.people["zhang"])
    [sooner] = [each for each in owed() if each.person_id == town.people["zhang"].pk]
    assert (sooner.id, sooner.due_at, sooner.next_at) == (duty.id, *[clock.now + timedelta(minutes=30)] * 2)


@pytest.mark.parametrize(
    ("reason", "remark", "field"),
    [
        ("lost", "", "reason"), ("", "words alone", "reason"), ("other", "", "remark"), ("mixed", "字" * 201, "remark"),
        ("other", "he is 610404199001011230", "remark"),
    ],
)  # fmt: skip
def test_a_reason_is_one_of_a_few(town, reason, remark, field):
    send(town)
    with pytest.raises(Invalid) as no:
        send(town, "R2", "positive", corrects="R1", reason=reason, remark=remark)
    assert no.value.field == field
    with pytest.raises(Invalid):
        send(town, "R3", reason="mixed")  # what corrects nothing has no reason
    row = send(town, "R2", "positive", corrects="R1", reason="other", remark="离心机盖未盖紧")
    assert (row.reason, row.remark) == ("other", "离心机盖未盖紧")
    assert send(town, "R2", "positive", corrects="R1", reason="equipment") == row  # sent again it is the same one
