"""Reports: received, passed on and signed for, worked on, disposed of, closed; joined, and set apart again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muster.domains.arrivals.actions import declare
from muster.domains.intake import actions, words
from muster.domains.intake.kinds import KINDS
from muster.domains.intake.models import Note, Receipt, Report, Task
from muster.domains.isolation import actions as isolation
from muster.domains.isolation.models import Stay, Transfer
from muster.kernel import clock as clock_of_program
from muster.kernel import ids
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.actions import open_file, reveal
from muster.kernel.people.models import Identifier
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.site.forgetting import forget
from muster.site.periodic import sweep_all
from tests.intake_cast import add_inn, call, facts_of, fresh, guest, owed
from tests.isolation_cast import build, control_of
from tests.town import GRID


@pytest.fixture
def town(db, clock):
    town = build()
    add_inn(town)
    return town


def receipt(report, level) -> Receipt:
    with acting():
        return Receipt.objects.get(report=report, level=level)


def task_of(report) -> Task:
    with acting():
        return Task.objects.get(report=report)


def test_a_report_is_written_down_and_its_clock_runs(town, clock):
    report = call(town)
    assert (report.area, report.place_id, report.due_at) == (GRID, town.inn.id, clock.now + timedelta(minutes=120))
    assert report.taken_at == clock.now  # the desk wrote it down itself
    assert (report.caller.label, report.about.label) == ("苏*", "马*")
    with acting():
        assert list(Note.objects.order_by("at", "id").values_list("kind", flat=True)) == ["what", "where"]
        fact = Fact.objects.get(kind="intake.report_received")
        assert fact.data == {"kind": "arrival", "channel": "phone", "source": "venue"}
    assert owed(report.id) == ["intake.dispose"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "nonsense"}, "kind"), ({"what": " "}, "what"), ({"what": "x" * 2001}, "what"),
        ({"caller_phone": "12"}, "caller_phone"), ({"about_phone": "abc"}, "about_phone"), ({"source": ""}, "source"),
        ({"channel": "letter"}, "channel"), ({"caller_name": "x" * 101}, "caller_name"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_down(town, changed, field):
    with pytest.raises(Invalid) as no:
        call(town, **changed)
    assert no.value.field == field
    with acting():
        assert not Report.objects.exists()


def test_who_may_write_one_down_and_where(town):
    for by in (town.far_worker, town.lab, town.auditor):
        with pytest.raises(Refused):
            call(town, by=by)
    assert call(town, by=town.worker).taken_at is None


def test_one_operation_is_one_report(town):
    op = ids.uuid7()
    assert call(town, op=op).pk == call(town, op=op).pk
    with acting():
        assert Report.objects.count() == 1


def test_the_same_name_and_phone_are_the_same_person_a_phone_alone_is_not(town):
    ma = guest(town)
    first, second = call(town), call(town, about_name="别人")
    assert first.about_id == ma.id
    assert second.about_id != ma.id
    assert second.caller_id == first.caller_id


def test_nobody_opens_a_known_persons_file_by_writing_a_report_about_them(town):
    ma = guest(town)
    report = call(town, by=town.worker, about=ma)
    assert report.about_id != ma.id
    with pytest.raises(Refused):
        open_file(by=town.worker, person=ma)
    call(town, about=ma)
    assert open_file(by=town.desk, person=ma)["name"] == "马强"


def test_the_files_close_with_the_report(town, clock):
    report = call(town, kind="help")
    assert reveal(by=town.desk, person=report.caller, field="phone", purpose="call") == ["+8613812345678"]
    actions.dispose(by=town.desk, report=report, result="done")
    actions.record_call(by=town.desk, report=report, whom="caller", outcome="reached")
    clock.advance(days=15)
    with pytest.raises(Refused):
        reveal(by=town.desk, person=report.caller, field="phone", purpose="call")


def test_who_gives_no_name_is_a_record_whose_words_are_deleted_in_time(town, clock):
    report = call(town, caller_name="", caller_phone="", about_name="", about_phone="")
    assert report.about is None
    actions.dispose(by=town.desk, report=report, result="done")
    assert fresh(report).closed_at == clock.now  # nobody to call back
    clock.advance(days=4000)
    forget()
    with acting():
        assert not Note.objects.exists()


@pytest.mark.parametrize(("kind", "levels"), [(code, kind.levels) for code, kind in KINDS.items()])
def test_the_kind_says_who_signs_for_it(town, kind, levels):
    report = call(town, kind=kind)
    with acting():
        found = list(Receipt.objects.filter(report=report).order_by("due_at").values_list("level", "holder"))
    assert found == [(level, GRID[: words.LEVELS[level][0]]) for level in levels]


def test_each_level_signs_for_itself_and_that_is_a_fact(town, clock):
    report = call(town)
    clock.advance(minutes=4)
    for level, post in (("street", town.street), ("district", town.headquarters), ("city", town.city)):
        row = receipt(report, level)
        assert owed(row.id) == ["intake.sign"]
        with acting():
            assert Duty.objects.get(subject=row.id).role == words.LEVELS[level][1]
        actions.sign_receipt(by=post, receipt=row)
        assert (fresh(row).signed_at, fresh(row).signed_post) == (clock.now, post.id)
        assert owed(row.id) == []
        assert facts_of(row.id) == ["intake.passed_on", "intake.receipt_signed"]


def test_nobody_below_signs_for_the_city_and_nobody_elsewhere_at_all(town):
    report = call(town)
    for post, level in ((town.headquarters, "city"), (town.street, "district"), (town.far_headquarters, "street")):
        with pytest.raises(Refused):
            actions.sign_receipt(by=post, receipt=receipt(report, level))
    actions.sign_receipt(by=town.headquarters, receipt=receipt(report, "street"))  # it has risen, or will


def test_a_missing_receipt_rises(town, clock):
    row = receipt(call(town), "street")
    clock.advance(minutes=11)
    sweep_all()
    with acting():
        duty = Duty.objects.open().get(subject=row.id)
    assert (duty.held_by_area, duty.holder_role, duty.late) == ("610404", "headquarters", True)


def test_a_report_is_passed_on_by_hand_once(town):
    report = call(town, kind="help")
    actions.pass_on(by=town.desk, report=report, level="city")
    with pytest.raises(Invalid):
        actions.pass_on(by=town.desk, report=report, level="city")
    assert owed(receipt(report, "city").id) == ["intake.sign"]


def test_a_task_is_accepted_and_done_and_the_report_disposed_and_closed(town, clock):
    report = call(town)
    actions.give_task(by=town.desk, report=report, what="check_arrival", role="community")
    task = task_of(report)
    assert (task.area, owed(task.id)) == (GRID[:12], ["intake.do_task"])
    with pytest.raises(Invalid):
        actions.dispose(by=town.desk, report=report, result="done")
    actions.accept_task(by=town.community, task=task)
    clock.advance(minutes=20)
    with pytest.raises(Invalid):
        actions.finish_task(by=town.community, task=task, result="not_possible")
    actions.finish_task(by=town.community, task=task, result="done", note="已核实")
    assert (owed(task.id), fresh(task).done_at) == ([], clock.now)
    actions.dispose(by=town.desk, report=report, result="done")
    assert owed(report.id) == ["intake.call_back"]
    actions.record_call(by=town.desk, report=report, whom="caller", outcome="reached")
    assert (owed(report.id), fresh(report).closed_at) == ([], clock.now)
    assert facts_of(report.id)[-2:] == ["intake.caller_reached", "intake.report_closed"]


@pytest.mark.parametrize(("name", "phone", "proven"), [("马强", "13912345678", True), ("马强", "13900000000", False)])
def test_the_declaration_proves_the_check(town, name, phone, proven):
    report = call(town)
    actions.give_task(by=town.desk, report=report, what="check_arrival", role="community")
    made = declare(
        by=town.community, name=name, phone=phone, origin="河北省石家庄市藁城区", area=GRID, channel="phone",
        arrives_on=clock_of_program.today(), here=True,
    )  # fmt: skip
    task = task_of(report)
    assert (task.result, owed(task.id)) == (("done", []) if proven else ("", ["intake.do_task"]))
    assert (fresh(report).about_id == made.person_id) is proven
    assert ("intake.arrival_settled" in facts_of(report.id)) is proven


def test_no_answer_is_tried_again_three_times_then_somebody_goes_there(town, clock):
    report = call(town)
    for minutes in (10, 30, 60):
        made = actions.record_call(by=town.desk, report=report, whom="about", outcome="no_answer")
        assert made.again_at == clock.now + timedelta(minutes=minutes)
        with acting():
            assert Duty.objects.open().get(kind="intake.call_person").due_at == made.again_at
        clock.set(made.again_at)
    actions.record_call(by=town.desk, report=report, whom="about", outcome="no_answer")
    assert task_of(report).what == "visit"
    assert owed(report.id) == ["intake.dispose"]


def test_a_wrong_number_sends_somebody_there_at_once(town):
    report = call(town)
    actions.record_call(by=town.desk, report=report, whom="caller", outcome="wrong_number")
    assert (task_of(report).what, task_of(report).role) == ("visit", "community")


def test_call_again_at_needs_a_time_to_come(town, clock):
    report = call(town)
    for again_at in (None, clock.now, clock.now + timedelta(days=15)):
        with pytest.raises(Invalid):
            actions.record_call(by=town.desk, report=report, whom="caller", outcome="later", again_at=again_at)
    at = clock.now + timedelta(hours=2)
    actions.record_call(by=town.desk, report=report, whom="caller", outcome="later", again_at=at)
    with acting():
        assert Duty.objects.open().get(kind="intake.call_back").due_at == at
    actions.record_call(by=town.desk, report=report, whom="caller", outcome="reached")
    assert owed(report.id) == ["intake.dispose"]


def test_the_same_report_twice_owes_once_and_can_be_set_apart(town):
    first = call(town)
    second = call(town, caller_phone="13600001111", same_as=first)
    assert (second.same_as_id, owed(second.id)) == (first.id, [])
    with acting():
        assert not Receipt.objects.filter(report=second).exists()
    with pytest.raises(Invalid):
        actions.take_up(by=town.desk, report=second)
    actions.set_apart(by=town.desk, report=second)
    assert owed(second.id) == ["intake.dispose"]
    assert owed(receipt(second, "street").id) == ["intake.sign"]
    actions.say_same(by=town.desk, report=second, same_as=first)
    assert (owed(second.id), owed(receipt(second, "street").id)) == ([], [])
    with pytest.raises(Invalid):
        actions.say_same(by=town.desk, report=first, same_as=first)


def test_the_public_page_is_taken_up_by_the_desk(town):
    report = call(town, by=SYSTEM, channel="page")
    assert owed(report.id) == ["intake.dispose", "intake.take_up"]
    actions.take_up(by=town.desk, report=report)
    assert owed(report.id) == ["intake.dispose"]


def test_nobody_is_taken_away_on_a_call_alone(town):
    report = call(town)
    with pytest.raises(Invalid):
        actions.want_transfer(by=town.headquarters, report=report)
    with acting():
        assert not Transfer.objects.exists()


def test_with_evidence_the_report_leads_to_a_room_and_is_disposed_of_by_it(town, clock):
    ma = guest(town)
    report = call(town)
    control_of(ma)
    actions.want_transfer(by=town.headquarters, report=report)
    with acting():
        transfer = Transfer.objects.get(person=ma)
    isolation.confirm_handover(by=town.worker, transfer=transfer, side="sender")
    clock.advance(minutes=80)
    isolation.confirm_handover(by=town.site, transfer=transfer, side="receiver")
    with acting():
        assert Stay.objects.get(person=ma).room is not None
    done = fresh(report)
    assert (done.result, done.disposed_at, done.disposed_at - done.received_at) == (
        "isolated", clock.now, timedelta(minutes=80),
    )  # fmt: skip
    assert owed(report.id) == ["intake.call_back"]


def test_no_phone_stands_in_plain_text(town, db):
    call(town)
    with acting():
        assert Identifier.objects.filter(kind="phone").count() == 2
        assert not Note.objects.filter(text__contains="1381234").exists()
        assert "1381234" not in str(list(Fact.objects.values_list("data", flat=True)))


def test_a_disposal_that_was_a_slip_is_taken_back_before_the_caller_is_told(town, clock):
    report = call(town)
    actions.dispose(by=town.desk, report=report, result="nothing_found", note="x")
    with pytest.raises(Invalid, match="^report:"):
        actions.reopen(by=town.headquarters, report=report)
    clock.advance(minutes=10)
    report = actions.reopen(by=town.desk, report=report)
    assert (report.state, report.result, report.closed_at) == ("taken", "", None)
    assert owed(report.id) == ["intake.dispose"]
    assert facts_of(report.id)[-2:] == ["intake.report_disposed", "intake.reopened"]
    with pytest.raises(Invalid, match="^report:"):
        actions.reopen(by=town.desk, report=report)
    actions.dispose(by=town.desk, report=report, result="done")
    assert owed(report.id) == ["intake.call_back"]
    clock.advance(minutes=11)
    with pytest.raises(Invalid, match="^report:"):
        actions.reopen(by=town.desk, report=report)


def test_who_was_told_the_result_is_not_told_another(town):
    told, without = call(town), call(town, caller_name="", caller_phone="", about_phone="13912340000")
    for report in (told, without):
        actions.dispose(by=town.desk, report=report, result="done")
    actions.record_call(by=town.desk, report=told, whom="caller", outcome="reached")
    with pytest.raises(Invalid, match="^report:"):
        actions.reopen(by=town.desk, report=told)
    assert fresh(without).closed_at  # nobody to tell
    assert actions.reopen(by=town.desk, report=without).state == "taken"


def test_a_call_that_was_promised_before_stays_owed(town, clock):
    report = call(town)
    clock.advance(minutes=1)
    later = clock.now + timedelta(hours=1)
    actions.record_call(by=town.desk, report=report, whom="caller", outcome="later", again_at=later)
    clock.advance(minutes=1)
    actions.dispose(by=town.desk, report=report, result="done")
    actions.reopen(by=town.desk, report=report)
    assert owed(report.id) == ["intake.call_back", "intake.dispose"]


def test_a_task_given_wrongly_is_taken_back_until_somebody_is_on_it(town):
    report = call(town)
    task = actions.give_task(by=town.desk, report=report, what="disinfect", role="grid")
    with pytest.raises(Refused):
        actions.take_back_task(by=town.worker, task=task)
    task = actions.take_back_task(by=town.desk, task=task)
    assert task.result == words.TAKEN_BACK and owed(task.id) == []
    assert facts_of(task.id) == ["intake.task_given", "intake.task_taken_back"]
    with pytest.raises(Invalid, match="^task:"):
        actions.accept_task(by=town.worker, task=task)
    right = actions.give_task(by=town.desk, report=report, what="check_arrival", role="grid")
    actions.accept_task(by=town.worker, task=right)
    with pytest.raises(Invalid, match="^task:"):
        actions.take_back_task(by=town.desk, task=right)
    actions.finish_task(by=town.worker, task=right, result="done")
    assert actions.dispose(by=town.desk, report=report, result="done").result == "done"
