"""What tests of goods share: enterprises in the town with a post each, and a batch on its way to the shelf."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from muster.domains.goods import actions
from muster.domains.goods.models import Batch, Handover, Holder, Lot, Staff
from muster.kernel import clock
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from tests.town import GRID, NEXT_GRID, Town, make_post

ENTERPRISES = {
    "store": ("区集中监管冷库", "central", GRID), "trader": ("海味批发行", "wholesaler", NEXT_GRID),
    "corner": ("街角超市", "shop", "610404002001001"),
}  # fmt: skip


def enterprises(town: Town) -> None:
    """A central warehouse, a wholesaler and a shop: `town.store`, … are posts there, `town.market` supervises them."""
    with acting():
        town.posts["market"] = make_post("market", roles.MARKET, "610404")
        town.posts["market_second"] = make_post("market_second", roles.MARKET, "610404")
    for name, (title, kind, area) in ENTERPRISES.items():
        made = actions.add_holder(by=town.market, area=area, name=title, kind=kind)
        with acting():
            town.posts[name] = make_post(name, roles.ENTERPRISE, area, place_id=made.place_id)


def holder(name: str) -> Holder:
    """The enterprise of this name in the cast."""
    with acting():
        return Holder.objects.get(name=ENTERPRISES[name][0])


def declared(town: Town, **given: Any) -> Batch:
    """The wholesaler declares a hundred boxes of shrimps for tomorrow, unless said otherwise."""
    row = {
        "by": town.trader, "owner": holder("trader"), "first": holder("store"), "product": "冻南美白虾",
        "origin": "厄瓜多尔", "quantity": 100, "unit": "box", "certificate": "Q2021-1",
        "expected_at": clock.now() + timedelta(days=1),
    } | given  # fmt: skip
    return actions.declare(**row)


def arrived(town: Town, batch: Batch, quantity: int = 100) -> Lot:
    """It is counted in the central warehouse."""
    return actions.arrive(by=town.store, batch=batch, quantity=quantity)


def sampled(town: Town, lot: Lot, result: str = "", by: Any = None) -> Any:
    """Samples of a lot; with a result if one is given."""
    counts = {"outer": 3, "inner": 2, "environment": 4, "staff": 1}
    made = actions.record_sampling(by=by or town.store, lot=lot, counts=counts)
    if result:
        actions.record_result(by=town.market, sampling=made, result=result, report="R1")
    return made


def released(town: Town, **given: Any) -> Lot:
    """A batch that went through everything; its first lot."""
    batch = declared(town, **given)
    lot = arrived(town, batch, batch.declared)
    sampled(town, lot, "negative")
    actions.record_disinfection(by=town.store, batch=batch, certificate="X1")
    actions.release(by=town.market, batch=batch)
    with acting():
        return Lot.objects.select_related("batch").get(pk=lot.pk)


def moved(town: Town, lot: Lot, to: str, quantity: int) -> Lot:
    """A quantity goes from a lot to another enterprise of the cast, which counts as much; its new lot."""
    sent = actions.send(by=post_at(town, lot.place_id), lot=lot, to=holder(to), quantity=quantity)
    actions.receive(by=town.posts[to], handover=sent, counted=quantity)
    with acting():
        return Handover.objects.select_related("made__batch").get(pk=sent.pk).made


def night(town: Town) -> None:
    """A row in every table: a batch on the shelf, one that is held, one declared, one on its way; a breach."""
    enterprises(town)
    actions.add_staff(by=town.store, holder=holder("store"), name="马力", phone="13900139111")
    with acting():
        hands = [row.pk for row in Staff.objects.all()]
    shelf = moved(town, moved(town, released(town), "trader", 60), "corner", 10)
    actions.remove(by=town.corner, lot=shelf, quantity=4, why="sold")
    held = arrived(town, declared(town, product="冻带鱼", certificate="Q2021-2"))
    actions.record_sampling(by=town.store, lot=held, counts={"outer": 2}, staff=hands)
    actions.hold(by=town.market, batch=held.batch, why="外省协查函")
    declared(town, product="冻牛肉", certificate="Q2021-3")
    underway = moved(town, released(town, product="三文鱼", certificate="Q2021-4"), "trader", 50)
    actions.send(by=town.trader, lot=underway, to=holder("corner"), quantity=20)
    actions.find_breach(by=town.market, holder=holder("corner"), kind="no_certificate", note="冷柜3箱无证")


def post_at(town: Town, place: Any) -> Any:
    return next(post for post in town.posts.values() if post.place_id == place and post.role == roles.ENTERPRISE)


def fresh(row: Any) -> Any:
    """The row as it is now."""
    with acting():
        return type(row).objects.get(pk=row.pk)
