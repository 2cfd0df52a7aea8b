"""From the desk to the result and the last missing person; the custody equation is checked after every step."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from muster.domains.screening import actions, live, missing, progress, queries
from muster.domains.screening.jobs import finish_all
from muster.domains.screening.models import Batch, Box, Handover, Reason, Resample, Result, Tube
from muster.domains.tracing.models import Case
from muster.kernel import plans
from muster.kernel.controls.models import Control, Evidence
from muster.kernel.duties.actions import sweep
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import Post
from tests import screening_cast as cast
from tests.screening_cast import brought, packed, reported, seal, send, swab

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def town(db, clock):
    return cast.build(people=12)


@pytest.fixture
def row(town):
    return cast.opened(town)


@pytest.fixture(autouse=True)
def what_must_hold(db):
    yield
    assert cast.broken_rules() == []


def custody(row):
    with acting():
        found = live.custody(row)
    assert cast.broken_rules() == []
    return found["collected"], found["resulted"], found["pending"], found["voided"]


def left(row):
    with acting():
        live = missing.people(row, "").count()
        assert progress.total(row).missing == live
        return live


def tube(code):
    with acting():
        return Tube.objects.get(code=code)


def filled(town, row, code, *who):
    send(town, row, *(swab(town, name, code) for name in who), seal(code, len(who)))


def owed(kind):
    with acting():
        return Duty.objects.open().filter(kind=kind).count()


def test_a_box_is_counted_and_signed_by_two_at_each_step(town, row):
    filled(town, row, "T1", "r0", "r1")
    filled(town, row, "T2", "r2")
    box = packed(town, row, "B1", 2)
    assert (owed("screening.carry_box"), owed("screening.deliver_box")) == (1, 0)
    actions.hand_over_box(by=town.community, box=box, side="giver", count=2)
    with pytest.raises(Invalid):
        actions.hand_over_box(by=town.community, box=box, side="taker", count=2)
    actions.hand_over_box(by=town.street, box=box, side="taker", count=2)
    assert (owed("screening.carry_box"), owed("screening.deliver_box")) == (0, 1)
    actions.hand_over_box(by=town.street, box=box, side="giver", count=2)
    for post in (town.street, town.far_community):
        with pytest.raises(Refused):
            actions.hand_over_box(by=post, box=box, side="taker", count=2)
    actions.hand_over_box(by=town.lab, box=box, side="taker", count=2)
    assert (owed("screening.carry_box"), owed("screening.deliver_box")) == (0, 0)
    assert tube("T1").received_at is not None
    assert custody(row) == (3, 0, 3, 0)


def test_what_a_laboratory_received_is_owed_until_every_tube_is_reported(town, row, clock):
    """Whatever the way in, and whether or not the sender counts: expected is what the box holds."""
    for code, who in (("T1", "r0"), ("T2", "r1"), ("T3", "r2")):
        filled(town, row, code, who)
    box = packed(town, row, "B1", 3)
    brought(town, box)
    with acting():
        [duty] = Duty.objects.open().filter(kind="screening.report_box")
    assert (duty.subject, duty.due_at) == (box.id, box.packed_at + timedelta(minutes=1440))
    reported(town, T1="negative")
    actions.void_tube(by=town.lab, tube=tube("T2"), why="leaked")
    with acting():
        assert Batch.objects.get().boxes == [str(box.id)]
        assert queries.left_in([box.id], 10) == {box.id: ["T3"]}
    assert owed("screening.report_box") == 1
    reported(town, T3="invalid")
    assert owed("screening.report_box") == 0
    with acting():
        assert Duty.objects.get(pk=duty.pk).withdrawn is False


def test_one_user_with_two_posts_signs_one_side(town, row):
    filled(town, row, "T1", "r0")
    box = packed(town, row, "B1", 1)
    with acting():
        town.community.refresh_from_db()
        second = Post.objects.create(
            user=town.community.user, role=town.street.role, area=town.street.area, from_at=town.street.from_at
        )
    actions.hand_over_box(by=town.community, box=box, side="giver", count=1)
    with pytest.raises(Invalid) as no:
        actions.hand_over_box(by=second, box=box, side="taker", count=1)
    assert no.value.field == "side"
    with acting(), pytest.raises(IntegrityError), transaction.atomic(using=ACT):  # the database holds it too
        Handover.objects.filter(box=box, step="pickup").update(
            taker_by=second.id, taker_user=second.user_id, taker_count=1
        )
    actions.hand_over_box(by=town.street, box=box, side="taker", count=1)  # the control: somebody else may


def test_deadlines_of_a_box_come_from_the_plan(town, row, monkeypatch):
    plan = plans.edition(row.plan)
    slow = plan.model_copy(update={"samples": plan.samples.model_copy(update={"delivery_minutes": 30})})
    monkeypatch.setattr(plans, "edition", lambda name: slow)
    filled(town, row, "T1", "r0")
    box = packed(town, row, "B1", 1)
    assert (box.due_at - box.packed_at).total_seconds() == 30 * 60


def test_an_overdue_box_is_late_and_rises(town, row, clock):
    filled(town, row, "T1", "r0")
    packed(town, row, "B1", 1)
    clock.advance(hours=3)
    with acting():
        sweep(clock.now)
        assert Duty.objects.get(kind="screening.carry_box").late


def test_different_counts_are_counted_again_and_a_broken_tube_is_missing_again(town, row):
    filled(town, row, "T1", "r0", "r1")
    filled(town, row, "T2", "r2")
    box = packed(town, row, "B1", 2)
    actions.hand_over_box(by=town.community, box=box, side="giver", count=2)
    done = actions.hand_over_box(by=town.street, box=box, side="taker", count=1)
    assert (done.giver_at, done.taker_at, done.differed) == (None, None, 1)
    assert owed("screening.recount_box") == 1
    before = left(row)
    actions.void_tube(by=town.street, tube=tube("T1"), why="broken")
    assert left(row) == before + 2
    assert custody(row) == (3, 0, 1, 2)
    brought(town, box)
    assert owed("screening.recount_box") == 0
    send(town, row, swab(town, "r0", "T3"))
    assert left(row) == before + 1
    with pytest.raises(Invalid):
        actions.void_tube(by=town.street, tube=tube("T1"), why="lost")


def test_only_what_is_there_is_packed_and_once(town, row):
    filled(town, row, "T1", "r0")
    send(town, row, swab(town, "r1", "T2"))
    with pytest.raises(Invalid):
        packed(town, row, "B1", 2)
    packed(town, row, "B1", 1)
    with pytest.raises(Invalid):
        packed(town, row, "B1", 1)
    with pytest.raises(Invalid):
        packed(town, row, "B2", 0)
    assert tube("T2").box_id is None


def test_a_laboratory_reports_only_what_it_received_and_the_same_again_is_unchanged(town, row):
    filled(town, row, "T1", "r0", "r1")
    box = packed(town, row, "B1", 1)
    assert reported(town, T1="negative") == ["rejected"]
    brought(town, box)
    assert reported(town, T1="negative", T9="negative") == ["new", "rejected"]
    assert reported(town, T1="negative") == ["unchanged"]
    assert custody(row) == (2, 2, 0, 0)
    with acting():
        assert Fact.objects.filter(kind="screening.tube_negative", subject=tube("T1").id).count() == 1
        assert not Result.objects.exists()


def test_another_result_waits_for_a_second_person(town, row):
    filled(town, row, "T1", "r0", "r1")
    brought(town, packed(town, row, "B1", 1))
    reported(town, T1="negative")
    assert reported(town, T1="positive") == ["held"]
    assert (tube("T1").result, tube("T1").claimed) == ("negative", "pool_suspect")
    with pytest.raises(Invalid):
        actions.confirm_claim(by=town.lab, tube=tube("T1"), agree=True)
    with pytest.raises(Refused):
        actions.confirm_claim(by=town.street, tube=tube("T1"), agree=True)
    actions.confirm_claim(by=town.lab_second, tube=tube("T1"), agree=True)
    assert (tube("T1").result, tube("T1").claimed) == ("pool_suspect", "")
    assert owed("screening.resample") == 2
    reported(town, T1="negative")
    actions.confirm_claim(by=town.lab_second, tube=tube("T1"), agree=True)
    assert owed("screening.resample") == 0
    with acting():
        assert not Control.objects.open().exists()


def test_a_batch_with_odd_rates_is_held_as_a_whole(town, row):
    for number in range(20):
        filled(town, row, f"T{number}", "r0" if number else "r1")
    brought(town, packed(town, row, "B1", 20))
    results = {f"T{number}": "positive" if number < 2 else "negative" for number in range(20)}
    assert reported(town, **results) == ["held"] * 20
    assert custody(row) == (20, 0, 20, 0)
    with acting():
        assert not Case.objects.exists()


def test_an_invalid_tube_makes_its_people_missing_again_until_it_is_taken_back(town, row):
    filled(town, row, "T1", "r0", "r1")
    brought(town, packed(town, row, "B1", 1))
    before = left(row)
    reported(town, T1="invalid")
    assert left(row) == before + 2
    reported(town, T1="negative")
    actions.confirm_claim(by=town.lab_second, tube=tube("T1"), agree=True)
    assert left(row) == before


def test_a_key_persons_own_tube_is_their_result_and_a_flip_corrects_it(town, row):
    send(town, row, swab(town, "r0", "T1", capacity=1), seal("T1", 1))
    brought(town, packed(town, row, "B1", 1))
    reported(town, T1="positive")
    with acting():
        assert Case.objects.open().get().person_id == town.r0.id
    reported(town, T1="negative")
    actions.confirm_claim(by=town.lab_second, tube=tube("T1"), agree=True)
    with acting():
        assert not Case.objects.open().exists()
        assert Result.objects.get(superseded_at=None).result == "negative"


def test_a_suspect_pool_one_case_nine_free_gaps_to_zero_and_the_round_closed(town, row, run_jobs):
    """The whole of it, with the custody equation after each step."""
    ten = [f"r{number}" for number in range(10)]
    filled(town, row, "P1", *ten)
    filled(town, row, "P2", "wang")
    assert custody(row) == (11, 0, 11, 0)
    brought(town, packed(town, row, "B1", 2))
    assert custody(row) == (11, 0, 11, 0)
    assert reported(town, P1="positive", P2="negative") == ["new", "new"]
    assert custody(row) == (11, 11, 0, 0)
    run_jobs()
    with acting():
        assert tube("P1").result == "pool_suspect"
        assert not Case.objects.exists()
        held = Control.objects.open()
        assert set(held.values_list("measure", flat=True)) == {"home"}
        assert held.count() == owed("screening.resample") == 10
        assert set(Evidence.objects.values_list("kind", flat=True)) == {"pool_suspect"}
        members = list(Resample.objects.order_by("person__ref"))
    worker = {cast.BUILDING: town.worker, cast.NEXT_BUILDING: town.neighbour}
    with pytest.raises(Refused):
        actions.resample(by=town.far_worker, resample=members[0], site=cast.sites()[0], code="X")
    for number, member in enumerate(members):
        actions.resample(by=worker[member.area], resample=member, site=cast.sites()[0], code=f"S{number}")
    assert owed("screening.resample") == 0
    assert custody(row) == (21, 11, 10, 0)
    brought(town, packed(town, row, "B2", 10))
    reported(town, **{f"S{number}": "positive" if number == 3 else "negative" for number in range(10)})
    run_jobs()
    assert custody(row) == (21, 21, 0, 0)
    with acting():
        case = Case.objects.open().get()
        assert case.person_id == members[3].person_id
        assert list(Control.objects.open().values_list("person_id", flat=True)) == [case.person_id]
        assert Control.objects.filter(ended_how="lifted").count() == 9
        assert set(Resample.objects.values_list("result", flat=True)) == {"negative", "positive"}

    assert left(row) == 4
    with pytest.raises(Invalid):
        actions.close_round(by=town.headquarters, round=row)
    actions.seek_missing(by=town.headquarters, round=row)
    assert actions.seek_missing(by=town.headquarters, round=row) == 0
    gaps = owed("screening.find_missing")
    assert gaps >= 2
    send(town, row, swab(town, "r10", "D1"), swab(town, "r11", "D1"), seal("D1", 2))
    with acting():
        rest = list(missing.people(row, "").values_list("pk", flat=True))
    with pytest.raises(Refused):
        actions.excuse(by=town.far_worker, round=row, people=rest, reason="away")
    assert actions.excuse(by=town.street, round=row, people=rest, reason="away") == 2
    assert actions.excuse(by=town.street, round=row, people=rest, reason="away") == 0
    assert (left(row), owed("screening.find_missing")) == (0, 0)
    brought(town, packed(town, row, "B3", 1))
    reported(town, D1="negative")
    closed = actions.close_round(by=town.headquarters, round=row)
    assert closed.state == "closed"
    assert custody(row) == (23, 23, 0, 0)


def test_the_last_sample_of_a_building_proves_its_duty(town, row):
    row = cast.opened(town, areas=[cast.NEXT_BUILDING])
    actions.seek_missing(by=town.headquarters, round=row)
    assert owed("screening.find_missing") == 1
    assert finish_all() == 0
    even = [f"r{number}" for number in range(0, 12, 2)]
    send(town, row, *(swab(town, who, "T1") for who in even))
    assert (finish_all(), owed("screening.find_missing")) == (1, 0)


def test_a_reason_lapses_when_a_sample_comes(town, row):
    before = left(row)
    actions.excuse(by=town.street, round=row, people=[town.r0.id], reason="away")
    assert left(row) == before - 1
    send(town, row, swab(town, "r0", "T1"))
    assert left(row) == before - 1
    with acting():
        assert Reason.objects.get().lapsed_at is not None
        assert progress.total(row) == progress.Progress("", 15, 1, 0)
        assert Box.objects.count() == 0
