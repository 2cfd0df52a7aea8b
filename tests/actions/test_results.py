"""Results: recorded once, corrected by superseding, held where they contradict themselves; tests are ticked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from muster.domains.screening.actions import load_results, record_result
from muster.domains.screening.models import Result
from muster.kernel.controls.actions import begin_control
from muster.kernel.controls.models import DueTest
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, OpConflict, Refused
from muster.kernel.people.models import Organisation, Person
from muster.kernel.posts.logins import ACT, acting, viewing
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import PROCEDURES, Procedure
from tests.night import confirmed
from tests.town import build_town, make_person

SAMPLED = datetime.fromisoformat("2021-11-30T09:00:00+08:00")


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture(autouse=True)
def no_procedures(monkeypatch):
    """What follows from a result is tested with the procedures."""
    for name in list(PROCEDURES):
        monkeypatch.delitem(PROCEDURES, name)


def send(town, ref="R1", result="positive", by=None, **changes):
    given = {"person": town.wang, "laboratory": town.laboratory, "disease": "covid19", "sampled_at": SAMPLED}
    return record_result(by=by or town.lab, ref=ref, result=result, **{**given, **changes})


def agreed(town, **given):
    """A correction that a second person confirmed."""
    return confirmed(town, send(town, **given))


def row(ref="R1", person="wang", **changes):
    base = {"ref": ref, "person": person, "disease": "covid19", "sampled_at": "2021-11-30T09:00", "result": "negative"}
    return {**base, **changes}


def facts(kind):
    with acting():
        return list(Fact.objects.filter(kind=f"screening.{kind}").order_by("id"))


def test_a_result_makes_one_fact_about_it_in_the_area_of_the_person(town, clock):
    stored = send(town, ct_orf=21.5, ct_n=19.0)
    (fact,) = facts("result_positive")
    assert (fact.id, fact.subject, fact.area) == (stored.fact_id, stored.id, town.wang.home)
    assert fact.data == {
        "person": str(town.wang.id),
        "disease": "covid19",
        "result": "positive",
        "plan": "covid19-cn-8",
        "sampled_at": "2021-11-30T09:00:00+08:00",
    }
    assert fact.happened_at == clock.now


def test_where_a_person_is_now_goes_before_where_they_live(town):
    with acting():
        Person.objects.filter(pk=town.wang.pk).update(present="610402001001001")
        town.wang.refresh_from_db()
    assert send(town).area == "610402001001001"


def test_the_same_content_again_changes_nothing(town):
    first = send(town)
    assert send(town) == first
    assert send(town, by=SYSTEM) == first
    assert len(facts("result_positive")) == 1


def test_the_same_reference_with_another_content_is_refused(town):
    send(town)
    with pytest.raises(Invalid) as no:
        send(town, result="negative")
    assert no.value.field == "ref"
    send(town, result="negative", laboratory=None, by=SYSTEM)  # nobody's, so another series of references


def test_a_correction_supersedes_because_of_both(town):
    wrong = send(town)
    right = agreed(town, ref="R2", result="negative", corrects="R1")
    with acting():
        wrong.refresh_from_db()
    assert wrong.superseded_at and right.corrects_id == wrong.id
    (corrected,) = facts("result_corrected")
    assert corrected.subject == wrong.id
    assert corrected.data["was"] == "positive" and corrected.data["result"] == "negative"
    with acting():
        settled = Fact.objects.get(kind="screening.correction_settled")
        assert {cause.cause_id for cause in corrected.causes.all()} == {wrong.fact_id, right.fact_id, settled.id}
        assert [cause.cause_id for cause in Fact.objects.get(pk=right.fact_id).causes.all()] == [wrong.fact_id]


def test_a_correction_may_keep_its_reference_and_both_may_be_sent_again(town):
    wrong = send(town)
    right = agreed(town, result="negative", corrects="R1")
    assert send(town) == wrong
    assert send(town, result="negative", corrects="R1") == right
    again = agreed(town, ref="R3", result="invalid", corrects="R1")
    assert again.corrects_id == right.id


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"person": "li"}, "corrects"),
        ({"sampled_at": SAMPLED + timedelta(hours=1)}, "corrects"),
        ({"disease": "measles"}, "corrects"),
        ({"laboratory": None, "by": SYSTEM}, "corrects"),
        ({"corrects": "R7"}, "corrects"),
    ],
)
def test_a_correction_is_of_the_same_sample(town, change, field):
    send(town)
    if "person" in change:
        change = {"person": town.li}
    with pytest.raises(Invalid) as no:
        send(town, ref="R2", result="negative", **{"corrects": "R1", **change})
    assert no.value.field == field


def test_a_corrected_result_is_not_corrected_twice(town):
    send(town)
    agreed(town, ref="R2", result="negative", corrects="R1")
    with pytest.raises(Invalid):
        send(town, ref="R3", result="invalid", corrects="R1")


@pytest.mark.parametrize(
    ("result", "ct_orf", "ct_n"),
    [("positive", 41, 42), ("negative", 30, 31), ("untested", 30, None), ("positive", 0.5, 30), ("maybe", None, None)],
)
def test_contradictions_are_held(town, result, ct_orf, ct_n):
    with pytest.raises(Invalid):
        send(town, result=result, ct_orf=ct_orf, ct_n=ct_n)


def test_one_gene_is_a_doubt_that_is_kept_with_the_fact(town):
    send(town, ct_orf=33)
    assert facts("result_positive")[0].data["doubts"] == ["single_gene"]


def test_what_was_recorded_stays_unchanged_under_other_rules(town):
    first = send(town, sampled_at=SAMPLED.replace(year=2010), plan="covid19-cn-9")
    assert send(town, sampled_at=SAMPLED.replace(year=2010)) == first
    with pytest.raises(Invalid) as no:
        send(town, ref="R2", sampled_at=SAMPLED.replace(year=2010))
    assert no.value.field == "disease"


def test_a_past_result_is_not_held_against_todays_bound_and_runs_nothing(town, monkeypatch):
    seen = []
    procedure = Procedure("test", "screening.result_positive", "", seen.extend, None)
    monkeypatch.setitem(PROCEDURES, "test", procedure)
    stored = send(town, ct_orf=41, ct_n=42, history=True)
    assert stored.history and facts("result_positive")[0].data["history"] is True
    assert facts("result_positive")[0].happened_at == SAMPLED
    send(town, ref="R2")
    assert [fact.subject for fact in seen] == [Result.objects.using(ACT).get(ref="R2").id]


def test_a_laboratory_sends_only_its_own(town):
    with acting():
        other = Organisation.objects.create(name="other laboratory")
    with pytest.raises(Refused):
        send(town, laboratory=other)
    with pytest.raises(Refused):
        send(town, laboratory=None)
    with pytest.raises(Refused):
        send(town, by=town.worker)
    send(town, by=town.investigator, laboratory=None)
    with pytest.raises(Refused):
        send(town, ref="R2", by=town.far_investigator, laboratory=None)


def test_due_tests_are_answered_and_a_corrected_answer_is_taken_back(town, clock):
    day = clock.now.date()
    with acting(), transaction.atomic(using=ACT):
        seen = send(town, ref="R0")
        begin_control(
            person=town.wang.id, area=town.wang.home, kind="laboratory_result", fact=seen.fact_id, subject=seen.id,
            measure="site", ends_on=day + timedelta(days=14), tests=[day], disease="covid19", plan="covid19-cn-8",
            by=SYSTEM, now=clock.now,
        )  # fmt: skip
    first = send(town, result="negative")
    with acting():
        assert DueTest.objects.get().done_fact_id == first.fact_id
    second = agreed(town, ref="R2", result="positive", corrects="R1")
    with acting():
        assert (DueTest.objects.get().done_fact_id, DueTest.objects.get().result) == (second.fact_id, "positive")
    agreed(town, ref="R3", result="invalid", corrects="R2")
    with acting():
        assert DueTest.objects.get().done_fact_id is None


def test_a_batch_has_a_verdict_for_every_row(town):
    send(town, ref="R1", result="negative")
    rows = [
        (2, row()),
        (3, row("R2", result="positive", ct_orf="25.3")),
        (4, row("R2", result="positive", ct_orf="25.3")),
        (5, row("R3", person="nobody")),
        (6, row("R4", sampled_at="yesterday")),
        (7, row("R5", disease="plague")),
        (8, row("R6", laboratory="other")),
        (9, row("R7", result="invalid", corrects="R2")),
        (10, row("", result="invalid")),
        (11, row("R8", sampled_at="2021-12-30")),
    ]
    report = load_results(by=town.lab, rows=rows)
    assert (report["new"], report["unchanged"], report["held"]) == (1, 2, 1)
    assert [(no["row"], no["field"]) for no in report["rejected"]] == [
        (5, "person"), (6, "sampled_at"), (7, "disease"), (8, "laboratory"), (10, "ref"), (11, "sampled_at"),
    ]  # fmt: skip
    assert report["taken"] == [[2, "R1", "unchanged"], [3, "R2", "new"], [4, "R2", "unchanged"], [9, "R7", "held"]]
    again = load_results(by=town.lab, rows=rows)
    assert (again["new"], again["unchanged"], again["held"]) == (0, 3, 1)
    with acting():
        assert Result.objects.live().count() == 2


def test_a_batch_sent_twice_under_one_operation_counts_once(town):
    from muster.kernel import ids

    op = ids.uuid7()
    first = load_results(by=town.lab, rows=[(1, row())], op=op)
    assert load_results(by=town.lab, rows=[(1, row())], op=op) == first
    with pytest.raises(OpConflict):
        load_results(by=town.lab, rows=[(1, row(result="positive"))], op=op)


def test_unknown_persons_and_laboratories_are_made_when_asked(town):
    rows = [(2, row(person="new one", laboratory="new lab"))]
    assert load_results(by=SYSTEM, rows=rows)["rejected"]
    assert load_results(by=SYSTEM, rows=rows, create_missing=True)["new"] == 1
    with acting():
        stored = Result.objects.select_related("person", "laboratory").get()
    assert (stored.person.ref, stored.laboratory.kind, stored.area) == ("new one", "laboratory", "")


def test_merged_records_are_one_person(town, clock):
    from muster.kernel.people.actions import merge_persons

    with acting():
        twin = make_person("wang2", "王建国", "610404001001002")
    merge_persons(by=SYSTEM, person=twin.id, into=town.wang.id)
    first = send(town)
    twin = Person.objects.using(ACT).get(pk=twin.pk)
    assert send(town, person=twin) == first
    assert send(town, ref="R2", person=twin).area == town.wang.home


def test_only_one_result_of_a_reference_is_live(town):
    first = send(town)
    with acting(), pytest.raises(IntegrityError), transaction.atomic(using=ACT):
        other = send(town, ref="R2")
        Result.objects.filter(pk=other.pk).update(ref="R1", laboratory=first.laboratory)


def test_pages_show_results_of_the_area_and_a_laboratory_its_own(town):
    send(town)
    send(town, ref="R2", laboratory=None, by=SYSTEM)
    seen = {}
    for name in ("lab", "investigator", "far_investigator", "worker"):
        with viewing(getattr(town, name).id):
            seen[name] = set(Result.objects.values_list("ref", flat=True))
    assert seen == {"lab": {"R1"}, "investigator": {"R1", "R2"}, "far_investigator": set(), "worker": {"R1", "R2"}}
