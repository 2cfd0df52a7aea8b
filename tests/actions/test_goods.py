"""A batch from its declaration to the shelf: each step in its turn, each duty with its proof, a hold of all of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import override

from muster.domains.goods import actions
from muster.domains.goods.checks import CHECKS
from muster.domains.goods.models import Batch, Lot, Staff
from muster.domains.screening.actions import record_result, start_regime
from muster.domains.screening.jobs import ask_all
from muster.domains.screening.models import Member
from muster.kernel import clock as kernel_clock
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.site.check import ask
from tests import goods_cast as cast
from tests.town import build_town


@pytest.fixture
def town(db, clock):
    made = build_town()
    cast.enterprises(made)
    with override("en"):
        yield made


def owed(kind: str) -> list[Duty]:
    with acting():
        return list(Duty.objects.open().filter(kind=f"goods.{kind}").order_by("area"))


def faults() -> list[str]:
    with acting():
        return [row for check in CHECKS.values() for row in ask(check)]


def test_a_batch_goes_from_declaration_to_shelf_each_step_owed_and_proven(town, clock):
    batch = cast.declared(town)
    assert batch.number == "610404-20211130-001"
    lot = cast.arrived(town, batch, 98)
    (duty,) = owed("sample")
    assert (duty.place_id, duty.due_at) == (town.store.place_id, clock.now + timedelta(minutes=240))
    made = cast.sampled(town, lot)
    assert not owed("sample")
    assert owed("report_result")[0].role == "market"
    actions.record_result(by=town.market, sampling=made, result="negative", report="R1")
    assert not owed("report_result")
    assert [each.subject for each in owed("disinfect")] == [batch.id]
    actions.record_disinfection(by=town.store, batch=batch, certificate="X1")
    assert not owed("disinfect")
    actions.release(by=town.market, batch=batch)
    there = cast.moved(town, lot, "trader", 60)
    shelf = cast.moved(town, there, "corner", 10)
    actions.remove(by=town.corner, lot=shelf, quantity=4, why="sold")
    with acting():
        rows = Lot.objects.order_by("since", "id").values_list("received", "on_hand", "moved", "sold", "destroyed")
        assert list(rows) == [(98, 38, 60, 0, 0), (60, 50, 10, 0, 0), (10, 6, 0, 4, 0)]
    assert not owed("receive")
    assert faults() == []


def test_nothing_is_released_without_result_and_disinfection_and_the_reason_is_said(town):
    batch = cast.declared(town)

    def bar() -> str:
        with pytest.raises(Invalid) as no:
            actions.release(by=town.market, batch=batch)
        return str(no.value.message)

    assert bar() == "It has not arrived."
    lot = cast.arrived(town, batch)
    assert bar() == "It was not sampled: there is no test result."
    made = cast.sampled(town, lot)
    assert bar() == "Its samples have no result yet."
    with pytest.raises(Invalid, match="not released"):
        actions.send(by=town.store, lot=lot, to=cast.holder("trader"), quantity=1)
    actions.record_result(by=town.market, sampling=made, result="negative", report="R1")
    assert bar() == "It was not disinfected."
    actions.record_disinfection(by=town.store, batch=batch, certificate="X1")
    actions.release(by=town.market, batch=batch)
    assert bar() == "It is released already."


def test_goods_go_to_the_central_warehouse_first_where_the_plan_says_so(town):
    with pytest.raises(Invalid) as no:
        cast.declared(town, first=cast.holder("trader"))
    assert no.value.field == "first"
    cast.declared(town)
    with pytest.raises(Invalid) as no:
        cast.declared(town)
    assert no.value.field == "certificate"


def test_each_does_only_what_is_theirs(town):
    lot = cast.released(town)
    batch = lot.batch
    with pytest.raises(Refused):
        cast.declared(town, by=town.corner, certificate="Q2")
    with pytest.raises(Refused):
        actions.send(by=town.trader, lot=lot, to=cast.holder("corner"), quantity=1)
    sent = actions.send(by=town.store, lot=lot, to=cast.holder("trader"), quantity=5)
    with pytest.raises(Refused):
        actions.receive(by=town.corner, handover=sent, counted=5)
    with pytest.raises(Refused):
        actions.release(by=town.store, batch=batch)
    again = cast.sampled(town, lot)
    with pytest.raises(Refused):
        actions.record_result(by=town.store, sampling=again, result="negative", report="R2")


def test_two_counts_that_differ_are_settled_and_the_rest_is_the_senders(town):
    lot = cast.released(town)
    sent = actions.send(by=town.store, lot=lot, to=cast.holder("trader"), quantity=30)
    actions.receive(by=town.trader, handover=sent, counted=28)
    assert owed("settle")[0].subject == sent.id
    assert owed("receive")
    with acting():
        assert Lot.objects.count() == 1
    actions.settle(by=town.market, handover=sent, quantity=28)
    assert not owed("settle") and not owed("receive")
    assert (cast.fresh(lot).on_hand, cast.fresh(lot).moved) == (72, 28)
    back = actions.send(by=town.store, lot=lot, to=cast.holder("trader"), quantity=72)
    actions.take_back(by=town.store, handover=back)
    assert cast.fresh(lot).on_hand == 72
    with pytest.raises(Invalid):
        actions.receive(by=town.trader, handover=back, counted=72)
    assert faults() == []


def test_a_positive_sample_on_a_shelf_holds_everything_made_of_the_batch(town, clock):
    other = cast.released(town, certificate="Q2", product="冻带鱼")
    lot = cast.released(town)
    there = cast.moved(town, lot, "trader", 60)
    shelf = cast.moved(town, there, "corner", 10)
    underway = actions.send(by=town.trader, lot=there, to=cast.holder("corner"), quantity=5)
    keeper = actions.add_staff(by=town.corner, holder=cast.holder("corner"), name="钱多", phone="13800138000")
    clock.advance(hours=1)
    cast.sampled(town, shelf, "positive", by=town.corner)
    lots = {lot.id, there.id, shelf.id}
    assert cast.fresh(lot.batch).state == "held"
    assert cast.fresh(other.batch).state == "released"
    assert {each.subject for each in owed("seal")} == lots
    assert {each.subject for each in owed("dispose")} == lots
    assert {each.subject for each in owed("sample_again")} == lots
    assert [each.person_id for each in owed("test_staff")] == [keeper.person_id]
    assert owed("inform_city")[0].role == "headquarters"
    for stuck in (lot, there, shelf):
        with pytest.raises(Invalid, match="held"):
            actions.send(by=cast.post_at(town, stuck.place_id), lot=stuck, to=cast.holder("store"), quantity=1)
        with pytest.raises(Invalid, match="held"):
            actions.remove(by=cast.post_at(town, stuck.place_id), lot=stuck, quantity=1, why="sold")
    actions.receive(by=town.corner, handover=underway, counted=5)  # it is known where they are, and they are held there
    assert len(owed("seal")) == 4
    actions.inform_city(by=town.headquarters, batch=lot.batch)
    actions.seal(by=town.corner, lot=shelf)
    actions.remove(by=town.market, lot=shelf, quantity=10, why="destroyed", reference="销毁单1")
    assert shelf.id not in {each.subject for each in owed("seal") + owed("dispose")}
    assert not owed("inform_city")
    assert faults() == []


def test_a_hold_is_lifted_by_two_persons_and_its_duties_end(town, clock):
    lot = cast.released(town)
    cast.moved(town, lot, "trader", 60)
    actions.hold(by=town.market, batch=lot.batch, why="外省协查函")
    with pytest.raises(Invalid):
        actions.lift(by=town.market, batch=lot.batch)
    clock.advance(minutes=1)
    actions.ask_lift(by=town.market, batch=lot.batch, why="复检阴性")
    with pytest.raises(Invalid, match="lift: "):
        actions.lift(by=town.market, batch=lot.batch)
    actions.lift(by=town.market_second, batch=lot.batch)
    assert cast.fresh(lot.batch).state == "released"
    with acting():
        left = Duty.objects.open().filter(kind__startswith="goods.").values_list("kind", flat=True)
        assert list(left) == []
    cast.moved(town, lot, "corner", 40)
    assert faults() == []


def test_a_positive_sample_at_entry_bars_the_release_until_a_later_one_is_negative(town, clock):
    batch = cast.declared(town)
    lot = cast.arrived(town, batch)
    cast.sampled(town, lot, "positive")
    actions.record_disinfection(by=town.store, batch=batch, certificate="X1")
    with pytest.raises(Invalid, match="held"):
        actions.release(by=town.market, batch=batch)
    clock.advance(minutes=1)
    again = cast.sampled(town, lot)
    with pytest.raises(Invalid, match="no result"):
        actions.ask_lift(by=town.market, batch=batch, why="复检")
    actions.record_result(by=town.market, sampling=again, result="negative", report="R2")
    actions.ask_lift(by=town.market, batch=batch, why="复检阴性")
    actions.lift(by=town.headquarters, batch=batch)
    actions.release(by=town.market, batch=batch)
    assert cast.fresh(batch).state == "released"


def test_staff_are_in_the_regime_of_the_cold_chain_and_a_result_proves_their_test(town, clock):
    actions.add_staff(by=town.store, holder=cast.holder("store"), name="马力", phone="13900139000")
    with acting():
        person = Staff.objects.select_related("person").get().person
    regime = start_regime(by=town.headquarters, area="610404", who="cold_chain", disease="covid19")
    ask_all()
    with acting():
        assert list(Member.objects.filter(regime=regime).values_list("person", flat=True)) == [person.id]
    lot = cast.released(town)
    clock.advance(hours=1)
    actions.hold(by=town.market, batch=lot.batch, why="协查")
    assert [each.person_id for each in owed("test_staff")] == [person.id]
    given = {"person": person, "disease": "covid19", "result": "negative"}
    record_result(by=SYSTEM, ref="S1", sampled_at=clock.now - timedelta(hours=3), **given)
    assert owed("test_staff"), "a sample from before the hold proves nothing"
    clock.advance(hours=2)
    record_result(by=SYSTEM, ref="S2", sampled_at=clock.now, **given)
    assert not owed("test_staff")


def test_a_breach_is_put_right_checked_and_punished(town, clock):
    found = actions.find_breach(by=town.market, holder=cast.holder("corner"), kind="no_certificate", note="冷柜3箱无证")
    (duty,) = owed("correct")
    assert (duty.place_id, duty.due_at) == (town.corner.place_id, found.due_at)
    with pytest.raises(Refused):
        actions.answer_finding(by=town.trader, finding=found, answer="x")
    clock.advance(minutes=1)
    actions.answer_finding(by=town.corner, finding=found, answer="已下架")
    assert not owed("correct") and owed("verify")
    clock.advance(minutes=1)
    actions.verify_finding(by=town.market, finding=found, sound=False)
    assert owed("correct") and not owed("verify")
    clock.advance(minutes=1)
    actions.answer_finding(by=town.corner, finding=found, answer="已销毁")
    clock.advance(minutes=1)
    actions.verify_finding(by=town.market, finding=found, sound=True)
    with pytest.raises(Invalid):
        actions.punish(by=town.market, finding=found, penalty="warning", number="〔2021〕1号", yuan=100)
    actions.punish(by=town.market, finding=found, penalty="fine", number="〔2021〕1号", yuan=5000)
    assert cast.fresh(found).state == "closed"
    assert not owed("correct") and not owed("verify")


def test_without_a_plan_for_goods_nothing_is_declared(town, clock):
    clock.set(clock.now.replace(year=2024))
    with pytest.raises(Invalid) as no:
        cast.declared(town)
    assert no.value.field == "plan"
    with acting():
        assert not Batch.objects.exists()
    assert kernel_clock.today().year == 2024


def test_the_checks_see_books_that_were_changed_behind_the_actions(town):
    lot = cast.released(town)
    there = cast.moved(town, lot, "trader", 60)
    with acting():
        Lot.objects.filter(pk=there.pk).update(received=61, on_hand=61)
        assert len(faults()) == 2
        Lot.objects.filter(pk=there.pk).update(received=60, on_hand=60)
        Lot.objects.filter(pk=lot.pk).update(moved=59, on_hand=41)
        assert len(faults()) == 2
