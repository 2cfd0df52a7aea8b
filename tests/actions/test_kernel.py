"""The kernel: one effect per operation, facts that stay, duties that close and climb, controls with evidence."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.controls.actions import begin_control, withdraw_evidence
from muster.kernel.controls.models import Control, DueTest
from muster.kernel.declare import duty, fact, permission
from muster.kernel.duties import ladder
from muster.kernel.duties.actions import open_duty, withdraw_duties
from muster.kernel.duties.models import Duty, DutyCount
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import OpConflict, Refused
from muster.kernel.operations.models import Operation
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, AccessLog, Post
from muster.kernel.posts.permissions import require
from muster.kernel.posts.roles import COMMUNITY, HEADQUARTERS, STREET
from muster.site.periodic import seal_all, sweep_all
from muster.site.seals import verify
from tests.town import FAR_GRID, GRID, build_town

fact("test.done", "done in a test")
fact("test.begun", "begun in a test")
duty("test.visit", title="visit", role="grid", proof="test.done", minutes=60, escalate_minutes=30)
permission("test.write", "grid")


@action("test.write")
def write(*, by, area, number, now, op=None):
    """An action as every domain has them."""
    require(by, "test.write", area)
    return str(record("test.begun", subject=ids.uuid7(), area=area, by=by, now=now, op=op, data={"n": number}).id)


@pytest.fixture
def town(db, clock):
    return build_town()


def begun(clock, area=GRID):
    return record("test.begun", subject=ids.uuid7(), area=area, by=SYSTEM, now=clock.now)


def test_the_same_operation_has_one_effect_and_the_same_answer(town):
    op = ids.uuid7()
    first = write(by=town.worker, area=GRID, number=1, op=op)
    again = write(by=town.worker, area=GRID, number=1, op=op)
    assert first == again
    with acting():
        assert Fact.objects.count() == 1
        assert Operation.objects.count() == 1


def test_the_same_operation_with_another_payload_or_actor_is_refused(town):
    op = ids.uuid7()
    write(by=town.worker, area=GRID, number=1, op=op)
    with pytest.raises(OpConflict):
        write(by=town.worker, area=GRID, number=2, op=op)
    with pytest.raises(OpConflict):
        write(by=town.far_worker, area=GRID, number=1, op=op)


def test_a_refused_operation_leaves_nothing_but_a_line_in_the_log(town):
    with pytest.raises(Refused):
        write(by=town.worker, area=FAR_GRID, number=1, op=ids.uuid7())
    with acting():
        assert not Fact.objects.exists()
        assert not Operation.objects.exists()
        assert AccessLog.objects.get().event == "refused"


def test_concurrent_copies_of_an_operation_have_one_effect(town):
    op, answers = ids.uuid7(), []

    def send():
        try:
            answers.append(write(by=town.worker, area=GRID, number=1, op=op))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 5
    assert len(set(answers)) == 1
    with acting():
        assert Fact.objects.count() == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE facts_fact SET area = ''", "DELETE FROM facts_fact", "TRUNCATE facts_fact CASCADE"]
)
@pytest.mark.parametrize("login", ["act", "owner"])
def test_nobody_changes_a_fact(town, clock, statement, login):
    with acting():
        begun(clock)
    with pytest.raises(DatabaseError), connections[login].cursor() as cursor:
        cursor.execute(statement)


def test_a_fact_closes_the_duty_it_proves_and_no_other(town, clock):
    with acting():
        cause = begun(clock)
        mine, other = (
            open_duty("test.visit", subject=ids.uuid7(), area=GRID, by=SYSTEM, now=clock.now, because=cause)
            for _ in range(2)
        )
        proof = record("test.done", subject=mine.subject, area=GRID, by=town.worker, now=clock.now, because=[cause])
        mine.refresh_from_db()
        other.refresh_from_db()
        assert mine.closed_by_fact_id == proof.id
        assert other.closed_at is None
        count = DutyCount.objects.get()
        assert (count.open, count.done, count.late) == (1, 1, 0)


def test_an_overdue_duty_climbs_one_step_at_a_time(town, clock):
    with acting():
        row = open_duty("test.visit", subject=ids.uuid7(), area=GRID, by=SYSTEM, now=clock.now, because=begun(clock))
        held = [row.held_by_area]
        clock.advance(minutes=61)
        for _ in range(6):
            sweep_all()
            row.refresh_from_db()
            held.append(row.held_by_area)
            clock.advance(minutes=31)
        assert held == [GRID, GRID[:12], GRID[:9], GRID[:6], GRID[:4], GRID[:4], GRID[:4]]
        assert row.late
        missed = [fact.data["missed_by"] for fact in Fact.objects.filter(kind="duties.escalated").order_by("id")]
        assert missed == ["grid", COMMUNITY, STREET, HEADQUARTERS]
        assert DutyCount.objects.get().late == 1


def test_a_duty_without_an_owner_is_listed_and_starts_where_somebody_is(town, clock):
    with acting():
        begun_by = begun(clock)
        for area, holder in ((GRID + "9", GRID), ("610404002001001", "610404"), ("619999001001001", "619999001001001")):
            row = open_duty("test.visit", subject=ids.uuid7(), area=area, by=SYSTEM, now=clock.now, because=begun_by)
            assert row.unowned == (area[:15] != GRID)
            assert row.held_by_area == holder and row.next_at == row.due_at


def test_bodies_without_a_post_are_passed_and_it_stays_with_the_last_who_is_there(town, clock):
    with acting():
        Post.objects.filter(Q(role__in=[COMMUNITY, STREET]) | Q(pk=town.city.pk)).update(until_at=clock.now)
        row = open_duty("test.visit", subject=ids.uuid7(), area=GRID, by=SYSTEM, now=clock.now, because=begun(clock))
        clock.advance(minutes=61)
        for _ in range(3):
            sweep_all()
            clock.advance(minutes=31)
        row.refresh_from_db()
        assert (row.held_by_area, row.holder_role, row.late) == (GRID[:6], HEADQUARTERS, True)
        data = Fact.objects.get(kind="duties.escalated").data
        assert ladder.passed((data["from"], data["missed_by"]), (data["to"], data["role"])) == [
            (GRID[:12], COMMUNITY), (GRID[:9], STREET),
        ]  # fmt: skip


def test_a_withdrawn_duty_is_neither_open_nor_done(town, clock):
    with acting():
        cause = begun(clock)
        row = open_duty("test.visit", subject=ids.uuid7(), area=GRID, by=SYSTEM, now=clock.now, because=cause)
        assert withdraw_duties(subjects=[row.subject], now=clock.now, because=cause) == 1
        assert Duty.objects.get().withdrawn
        count = DutyCount.objects.get()
        assert (count.open, count.done, count.withdrawn) == (0, 0, 1)


def control_row(town, fact_row, measure="home", ends_on=date(2021, 12, 7), tests=(date(2021, 12, 1),), subject=None):
    return dict(
        person=town.wang.id, area=GRID, kind="exposure", fact=fact_row, subject=subject or ids.uuid7(),
        measure=measure, ends_on=ends_on, tests=tests, exposure_on=date(2021, 11, 30),
    )  # fmt: skip


def begin(town, clock, fact_row, **row):
    with transaction.atomic(using="act"):
        return begin_control(
            by=SYSTEM, now=clock.now, plan="covid19-cn-8", disease="covid19", **control_row(town, fact_row, **row)
        )


def test_the_database_refuses_a_control_without_evidence(town, clock):
    with acting(), pytest.raises(IntegrityError, match="no evidence"), transaction.atomic(using="act"):
        Control.objects.create(
            person=town.wang, disease="covid19", plan="covid19-cn-8", measure="home", began_at=clock.now,
            ends_on=date(2021, 12, 7), area=GRID, began_fact=begun(clock),
        )  # fmt: skip


def test_the_strongest_measure_and_the_latest_end_hold(town, clock):
    with acting():
        begin(town, clock, begun(clock))
        control = begin(town, clock, begun(clock), measure="site", ends_on=date(2021, 12, 4), tests=[date(2021, 12, 3)])
        assert Control.objects.count() == 1
        control.refresh_from_db()
        assert (control.measure, control.ends_on) == ("site", date(2021, 12, 7))
        assert DueTest.objects.count() == 2


def test_a_control_stays_while_one_evidence_stands_and_is_lifted_with_the_last(town, clock):
    with acting():
        first, second = begun(clock), begun(clock)
        begin(town, clock, first, measure="site")
        control = begin(town, clock, second)
        with transaction.atomic(using="act"):
            assert withdraw_evidence([first.id], by=SYSTEM, now=clock.now, because=begun(clock)) == []
        control.refresh_from_db()
        assert control.measure == "home"
        with transaction.atomic(using="act"):
            assert withdraw_evidence([second.id], by=SYSTEM, now=clock.now, because=begun(clock)) == [control]
        control.refresh_from_db()
        assert control.ended_how == "lifted"
        assert Fact.objects.filter(kind="controls.lifted", subject=control.id).exists()


def test_seals_hold_and_a_changed_fact_is_found(town, clock, db):
    with acting():
        changed = [begun(clock) for _ in range(3)][1]
        assert seal_all() == 3
        begun(clock)
        assert seal_all() == 1
        assert list(verify()) == []
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE facts_fact SET area = '1' WHERE id = %s", [changed.id])
        cursor.execute("SET session_replication_role = DEFAULT")
    with acting():
        assert len(list(verify())) == 1
