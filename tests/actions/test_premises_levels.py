"""A response level is set: what it forbids stops at once, organisers are told and answer, it is undone, and it ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Signal

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from muster.domains.premises import actions, approval, codes
from muster.domains.premises.actions import events, levels, orders
from muster.domains.premises.models import Event, Order
from muster.kernel.duties.actions import sweep
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.messages.kinds import text_of
from muster.kernel.messages.models import Message
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM
from tests.premises_cast import agreed, gathering
from tests.town import FAR_GRID, build_town

ORDER = {"area": "610404", "level": "3", "number": "指令7号", "reason": "出现本土病例"}


@pytest.fixture
def town(db, clock):
    return build_town()


def set_level(town, by="headquarters", **given) -> Order:
    return actions.set_level(by=getattr(town, by), **(ORDER | given))


def states() -> dict:
    with acting():
        return dict(Event.objects.values_list("pk", "state"))


def owed(event) -> set[str]:
    with acting():
        return set(Duty.objects.open().filter(subject=event.pk).values_list("kind", flat=True))


def told(event) -> list[str]:
    with acting():
        rows = Message.objects.filter(params__event=str(event.pk)).order_by("created_at")
        return list(rows.values_list("kind", flat=True))


def test_a_level_stops_what_it_forbids_by_kind_size_area_and_time(town, clock):
    sizes = [("expo", 1), ("show", 5), ("sport", 99), ("sport", 100), ("meeting", 60), ("banquet", 49), ("other", 99)]
    rows = {size: gathering(town, kind=size[0], expected=size[1]) for size in sizes}
    agreed(town, rows["sport", 100])
    actions.decide_event(by=town.city, event=rows["sport", 100], approve=True)
    far = gathering(town, by=town.far_headquarters, area=FAR_GRID)
    over, refused = gathering(town), gathering(town)
    actions.decide_event(by=town.city, event=refused, approve=False, refusal="size")
    with acting():
        Event.objects.filter(pk=over.pk).update(starts_at=clock.now - timedelta(days=2), ends_at=clock.now)
        found = set(levels.would_stop("610404", "3", clock.now).values_list("pk", flat=True))
    for wrong in ("worker", "street", "far_headquarters"):
        with pytest.raises(Refused):
            set_level(town, wrong)
    order = set_level(town, seen=4)
    now = states()
    stopped = {size for size, row in rows.items() if now[row.pk] == "cancelled"}
    assert stopped == {("expo", 1), ("show", 5), ("sport", 100), ("meeting", 60)}
    assert found == {rows[size].pk for size in stopped}, "the preview shows what the decision does"
    assert (now[far.pk], now[over.pk], now[refused.pk]) == ("asked", "asked", "refused")
    with acting():
        was = dict(Event.objects.filter(order=order).values_list("pk", "was"))
        fact = Fact.objects.get(kind="premises.level_set")
        assert fact.data == {"level": "3", "how": "cancelled", "stopped": 4}
    assert was[rows["sport", 100].pk] == "approved" and was[rows["expo", 1].pk] == "asked"
    assert owed(rows["sport", 100]) == {"premises.tell_organiser", "premises.inform_participants"}


def test_a_street_is_set_alone_and_what_was_seen_must_be_what_is_stopped(town):
    here, there = gathering(town), gathering(town, by=town.headquarters, area="610404002001")
    with pytest.raises(Invalid) as no:
        set_level(town, area="610404002", seen=2)
    assert no.value.field == "seen" and set(states().values()) == {"asked"}
    set_level(town, area="610404002", how="postponed", seen=1)
    assert states() == {here.pk: "asked", there.pk: "postponed"}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("number", " "), ("number", "号" * 61), ("reason", ""), ("reason", "因" * 301), ("level", "5"), ("how", "moved"),
     ("area", "610404999")],
)  # fmt: skip
def test_a_decision_has_a_number_and_a_reason(town, field, wrong):
    with pytest.raises(Invalid) as no:
        set_level(town, **{field: wrong})
    assert no.value.field == field
    set_level(town)
    with pytest.raises(Invalid) as no:
        set_level(town)
    assert no.value.field == "number"


def test_organisers_are_told_by_a_link_and_what_they_owe_rises_until_it_is_proven(town, clock):
    first, second = gathering(town), gathering(town)
    set_level(town)
    with acting():
        message = Message.objects.filter(kind="premises.event_cancelled", params__event=str(first.pk)).get()
    assert codes.make(codes.EVENT, first.pk) in text_of(message.kind, message.params)
    assert told(second) == ["premises.event_cancelled"], "one person, two gatherings, two messages"
    clock.advance(hours=13)
    with acting():
        sweep(clock.now)
        duty = Duty.objects.get(kind="premises.tell_organiser", subject=first.pk)
        assert duty.late and duty.held_by_area == "610404001" and duty.person_id == first.organiser_id
    with pytest.raises(Refused):
        actions.acknowledge_stop(by=town.far_community, event=first)
    actions.acknowledge_stop(by=SYSTEM, event=first)
    assert owed(first) == {"premises.inform_participants"}
    for field in ("told", "paid_back"):
        with pytest.raises(Invalid) as no:
            actions.report_informed(by=SYSTEM, event=first, **({"told": 1, "paid_back": 1} | {field: -1}))
        assert no.value.field == field
    actions.report_informed(by=town.community, event=second, told=118, paid_back=90)
    assert owed(second) == set()
    for again in (actions.acknowledge_stop, lambda **row: actions.report_informed(told=1, paid_back=1, **row)):
        with pytest.raises(Invalid):
            again(by=SYSTEM, event=second)


def test_it_is_taken_back_within_its_time_and_everything_is_as_it_was(town, clock):
    asked, approved, ready = (gathering(town, expected=20) for _ in range(3))
    for row in (approved, ready):
        actions.decide_event(by=town.street, event=row, approve=True)
    actions.check_event(by=town.community, event=ready, faults=[])
    before = states(), {row.pk: owed(row) for row in (asked, approved, ready)}
    order = set_level(town)
    assert set(states().values()) == {"cancelled"}
    actions.acknowledge_stop(by=SYSTEM, event=asked)
    with pytest.raises(Refused):
        actions.undo_level(by=town.street, order=order)
    assert actions.undo_level(by=town.headquarters, order=order) == 3
    assert (states(), {row.pk: owed(row) for row in (asked, approved, ready)}) == before
    assert told(ready)[-1] == "premises.event_restored"
    gathering(town)  # the level is not in force any more
    with pytest.raises(Invalid):
        actions.undo_level(by=town.headquarters, order=order)
    late = set_level(town, number="指令8号")
    clock.advance(hours=25)
    with pytest.raises(Invalid):
        actions.undo_level(by=town.headquarters, order=late)


def test_what_another_order_forbids_stays_stopped_by_that_one(town):
    large, small = gathering(town, kind="sport", expected=300), gathering(town, kind="sport", expected=30)
    order = set_level(town, level="2")
    city = set_level(town, "city", area="6104", level="3")
    assert actions.undo_level(by=town.headquarters, order=order) == 1
    assert states() == {large.pk: "cancelled", small.pk: "asked"}
    with acting():
        assert Event.objects.get(pk=large.pk).order_id == city.pk
    newer = set_level(town, level="2", number="指令9号")
    set_level(town, level="1", number="指令10号")
    with pytest.raises(Invalid):
        actions.undo_level(by=town.headquarters, order=newer)


def test_nothing_forbidden_is_asked_for_or_approved_and_lowered_it_is_asked_again_in_one_step(town, clock):
    event = gathering(town)
    set_level(town)
    with pytest.raises(Invalid) as no:
        gathering(town)
    assert no.value.field == "expected" and "指令7号" in str(no.value.message)
    gathering(town, kind="banquet", expected=30)
    starts = clock.now + timedelta(days=30)
    with pytest.raises(Invalid) as no:
        actions.apply_again(by=SYSTEM, event=event, starts_at=starts)
    assert no.value.field == "expected"
    set_level(town, level="4", number="指令8号")
    set_level(town, level="", number="指令9号")
    assert told(event) == ["premises.event_cancelled", "premises.event_may_return"], "told once"
    with pytest.raises(Invalid) as no:
        actions.apply_again(by=SYSTEM, event=event, starts_at=clock.now)
    assert no.value.field == "starts_at"
    again = actions.apply_again(by=SYSTEM, event=event, starts_at=starts)
    same = ("area", "name", "kind", "place_name", "expected", "organiser_id", "unit")
    assert [getattr(again, name) for name in same] == [getattr(event, name) for name in same]
    assert (again.state, again.ends_at - again.starts_at) == ("asked", event.ends_at - event.starts_at)
    assert owed(again) == {"premises.decide_event", "premises.give_opinion"}
    with pytest.raises(Invalid):
        actions.apply_again(by=SYSTEM, event=event, starts_at=starts)


def crossing(town) -> list[str]:
    """Somebody asks while a level is set: the request is entered but not committed when the decision looks."""
    entered, decided = Signal(), Signal()
    owe = events.owe_decision

    def slow(*rows):
        owe(*rows)
        entered.set()
        decided.wait(timeout=1)  # as long as the decision is held up, or is through

    def ask():
        try:
            gathering(town)
        finally:
            connections[ACT].close()

    events.owe_decision = slow
    try:
        with ThreadPoolExecutor(1) as pool:
            asking = pool.submit(ask)
            assert entered.wait(timeout=20)
            set_level(town)
            decided.set()
            asking.result()
    finally:
        events.owe_decision = owe
    return list(states().values())


def test_who_asks_while_a_level_is_set_does_not_slip_through(town):
    assert crossing(town) == ["cancelled"]


def test_without_the_lock_the_same_request_slips_through(town, monkeypatch):
    monkeypatch.setattr(orders, "alone", lambda: None)
    assert crossing(town) == ["asked"]


def test_many_gatherings_take_as_many_statements_as_few(town):
    counts = []
    for number, many in enumerate((3, 12)):
        for _ in range(many):
            gathering(town)
        with CaptureQueriesContext(connections[ACT]) as seen:
            set_level(town, number=f"指令{number}号")
        counts.append(len(seen))
        set_level(town, level="", number=f"解除{number}号")
    assert counts[1] <= counts[0] + 1


def test_an_unsound_file_is_refused(town, monkeypatch, tmp_path):
    own, text = tmp_path / "approval.toml", approval.PACKAGED.read_text(encoding="utf-8")
    monkeypatch.setenv("MUSTER_HOME", str(tmp_path))
    for old, new, wrong in (("expo = 1, show", "party = 1, show", "kind"), ('level = "4"', 'level = "9"', "level")):
        own.write_text(text.replace(old, new), encoding="utf-8")
        approval._read.cache_clear()
        with pytest.raises(ValueError, match=wrong):
            approval.approval()
    approval._read.cache_clear()
