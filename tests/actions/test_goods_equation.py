"""Quantities add up at every holder whatever is done, and two handovers of the last box are one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.domains.goods import actions
from muster.domains.goods.checks import CHECKS
from muster.domains.goods.models import Batch, Handover, Lot
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import ACT, acting
from muster.site.check import ask
from tests import goods_cast as cast
from tests.kept import Kept
from tests.town import build_town

NAMES = ("store", "trader", "corner")


@pytest.fixture
def town(db, clock):
    made = build_town()
    cast.enterprises(made)
    made.lot = cast.released(made)
    return made


def faults() -> list[str]:
    with acting():
        return [f"{sentence}: {row}" for sentence, check in CHECKS.items() for row in ask(check)]


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 9), st.sampled_from(NAMES), st.integers(0, 130)),
        st.tuples(st.just("receive"), st.integers(0, 9), st.integers(-3, 3)),
        st.tuples(st.just("settle"), st.integers(0, 9), st.integers(-2, 130)),
        st.tuples(st.just("take_back"), st.integers(0, 9)),
        st.tuples(st.just("remove"), st.integers(0, 9), st.sampled_from(("sold", "destroyed")), st.integers(0, 60)),
        st.tuples(st.just("hold"), st.just(0)),
        st.tuples(st.just("lift"), st.just(0)),
    ),
    min_size=6,
    max_size=25,
)  # fmt: skip


def play(town, move) -> None:
    """One thing that somebody tries, by whoever may; what is not allowed is refused and changes nothing."""
    name, at, *rest = move
    with acting():
        lots = list(Lot.objects.order_by("since", "id"))
        handovers = list(Handover.objects.order_by("sent_at", "id"))
        batch = Batch.objects.get()
    lot = lots[at % len(lots)]
    handover = handovers[at % len(handovers)] if handovers else None
    if name == "send":
        actions.send(by=cast.post_at(town, lot.place_id), lot=lot, to=cast.holder(rest[0]), quantity=rest[1])
    elif name == "remove":
        by = town.market if batch.held_at else cast.post_at(town, lot.place_id)
        actions.remove(by=by, lot=lot, why=rest[0], quantity=rest[1], reference="1")
    elif name == "hold":
        actions.hold(by=town.market, batch=batch, why="x")
    elif name == "lift":
        actions.ask_lift(by=town.market, batch=batch, why="x")
        actions.lift(by=town.market_second, batch=batch)
    elif handover and name == "receive":
        counted = max(0, handover.quantity + (rest[0] if abs(rest[0]) > 1 else 0))
        actions.receive(by=cast.post_at(town, handover.to_place), handover=handover, counted=counted)
    elif handover and name == "settle":
        actions.settle(by=town.market, handover=handover, quantity=rest[0])
    elif handover:
        actions.take_back(by=cast.post_at(town, handover.place_id), handover=handover)


def test_quantities_add_up_whatever_is_done(town, db):
    kept, done = Kept(db.owner), set()

    @settings(max_examples=8, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(MOVES)
    def moves(several):
        kept.put_back()
        for move in several:
            try:
                play(town, move)
                done.add(move[0])
            except (Invalid, Refused):
                continue
        assert faults() == []

    moves()
    kept.drop()
    assert done == {"send", "receive", "settle", "take_back", "remove", "hold", "lift"}, "every kind of move was taken"


def race(town, racers: int = 6) -> int:
    """Everybody sends the last box on at once; how many handovers came of it."""
    actions.remove(by=town.store, lot=town.lot, quantity=99, why="sold")

    def last_box(number: int) -> bool:
        try:
            actions.send(by=town.store, lot=town.lot, to=cast.holder(NAMES[1 + number % 2]), quantity=1)
        except (Invalid, IntegrityError):
            return False
        finally:
            connections[ACT].close()
        return True

    with ThreadPoolExecutor(racers) as threads:
        return sum(threads.map(last_box, range(racers)))


def test_the_last_box_is_sent_once(town):
    assert race(town) == 1
    assert faults() == []


def test_without_the_lock_of_the_batch_it_is_sent_twice(town, monkeypatch):
    """The control: the race is real, and the check tells of it."""
    from threading import Barrier

    together = Barrier(2, timeout=20)

    def unlocked(pk):
        together.wait()
        return Batch.objects.get(pk=pk)

    def late(pk):
        row = Lot.objects.select_related("batch", "holder").get(pk=pk)
        unlocked(row.batch_id)
        return row

    actions.remove(by=town.store, lot=town.lot, quantity=99, why="sold")
    monkeypatch.setattr("muster.domains.goods.actions.moving.lot_locked", late)
    receivers = [cast.holder(name) for name in NAMES[1:]]

    def last_box(to):
        try:
            actions.send(by=town.store, lot=town.lot, to=to, quantity=1)
        finally:
            connections[ACT].close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(last_box, receivers))
    with acting():
        assert Handover.objects.count() == 2
    assert [row for row in faults() if "moved" in row]
