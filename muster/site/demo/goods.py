"""Imported goods of the demonstration: a central warehouse, a wholesaler, two shops, and batches on every step.

All of it is made up. It is recorded through the real actions, by the market supervision.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from muster.domains.goods import actions
from muster.domains.goods.models import Batch, Handover, Holder, Lot
from muster.kernel.people.models import Place
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM, Post

from . import identity
from .geography import WEICHENG
from .loading import Keys
from .places import Town

SHOPS = 2
_STAFF = ("孟庆元", "孙玉洁", "卢志刚")
# What, from where, how many boxes, and how far it has come by the night.
_BATCHES = (
    ("冻南美白虾", "厄瓜多尔", 800, "shelf"),
    ("冻带鱼", "印度", 300, "held"),
    ("冻牛腱", "乌拉圭", 450, "released"),
    ("冻鸡爪", "巴西", 600, "sampled"),
    ("冻三文鱼段", "智利", 120, "declared"),
)


def shop_places(town: Town, keys: Keys) -> list[UUID]:
    """The places of the shops: the first markets of Weicheng."""
    numbers = [places[0] for street, places in town.venues["market"].items() if street.startswith(WEICHENG)]
    return [keys.places[number] for number in numbers[:SHOPS]]


def open_goods(shops: list[UUID], market: Post, since: datetime, night: datetime) -> int:
    """Register the enterprises and bring each batch as far as it is; returns how many batches."""
    with acting(), transaction.atomic(using=ACT):
        places = [Place.objects.get(pk=pk) for pk in shops]
        add: dict[str, Any] = {"by": market, "now": since}
        central = actions.add_holder(area=places[0].area, name="渭城区冷链集中监管仓", kind="central", **add)
        trader = actions.add_holder(area=places[-1].area, name="丝路海产批发行", kind="wholesaler", **add)
        stores = [actions.add_holder(area=p.area, name=p.name, kind="shop", place=p, **add) for p in places]
        for number, (holder, name) in enumerate(zip((central, central, stores[0]), _STAFF, strict=True)):
            phone = f"{identity.PHONE}{9_300_0000 + number:08}"
            actions.add_staff(by=market, holder=holder, name=name, phone=phone, now=since)
        for number, (product, origin, boxes, until) in enumerate(_BATCHES):
            batch = actions.declare(
                by=market, owner=trader, first=central, product=product, origin=origin, quantity=boxes, unit="box",
                certificate=f"演示检疫{number + 1:04}", disinfection=f"演示消毒{number + 1:04}",
                report=f"演示检测{number + 1:04}", expected_at=night - timedelta(days=2),
                now=night - timedelta(days=4, minutes=number),
            )  # fmt: skip
            _bring(batch, until, market, trader, stores, night)
        five, note = night - timedelta(hours=5), "冷柜内两箱进口冻品未贴追溯标签。"
        found = actions.find_breach(by=market, holder=stores[-1], kind="no_label", note=note, now=five)
        decision = "演示罚告〔2021〕1号"
        actions.punish(by=market, finding=found, penalty="warning", number=decision, now=five + timedelta(hours=1))
    return len(_BATCHES)


def _bring(batch: Batch, until: str, market: Post, trader: Holder, stores: list[Holder], night: datetime) -> None:
    """Take a batch through its steps, in the two days before the night, as far as it has come."""
    if until == "declared":
        return
    at = night - timedelta(days=2)
    lot = actions.arrive(by=market, batch=batch, quantity=batch.declared, now=at)
    late = night - timedelta(hours=2) if until == "sampled" else at + timedelta(hours=2)
    counts = {"outer": 6, "inner": 4, "environment": 5, "staff": 2}
    samples = actions.record_sampling(by=market, lot=lot, counts=counts, now=late)
    if until == "sampled":
        return
    at += timedelta(hours=10)
    actions.record_result(by=market, sampling=samples, result="negative", report=f"R-{batch.number}", now=at)
    actions.record_disinfection(by=market, batch=batch, certificate=batch.disinfection, now=at + timedelta(hours=1))
    actions.release(by=market, batch=batch, now=at + timedelta(hours=2))
    there = _move(lot, trader, batch.declared // 2, at + timedelta(hours=4))
    if until == "released":
        actions.send(by=SYSTEM, lot=there, to=stores[0], quantity=40, now=night - timedelta(minutes=50))
        return
    shelves = [_move(there, store, 30, at + timedelta(hours=8 + number)) for number, store in enumerate(stores)]
    actions.remove(by=market, lot=shelves[0], quantity=11, why="sold", now=night - timedelta(hours=6))
    if until == "held":
        again = actions.record_sampling(by=market, lot=shelves[0], counts=counts, now=night - timedelta(hours=5))
        found = night - timedelta(minutes=35)
        actions.record_result(by=market, sampling=again, result="positive", report=f"R2-{batch.number}", now=found)


def _move(lot: Lot, to: Holder, quantity: int, at: datetime) -> Lot:
    """A quantity goes to another holder, who counts as much an hour later; its new lot."""
    sent = actions.send(by=SYSTEM, lot=lot, to=to, quantity=quantity, now=at)
    actions.receive(by=SYSTEM, handover=sent, counted=quantity, now=at + timedelta(hours=1))
    return Handover.objects.select_related("made").get(pk=sent.pk).made
