"""A valid form for every route of goods that writes, and for every step of a thing."""

from __future__ import annotations

from typing import Any

from muster.domains.goods import actions
from muster.domains.goods.models import Batch, Finding, Handover, Lot
from muster.kernel.posts.logins import acting
from tests import goods_cast as cast
from tests.form import Form, Values, says
from tests.town import GRID


def _batch(product: str) -> Batch:
    with acting():
        return Batch.objects.get(product=product)


def _declared(town: Any) -> Values:
    return {"batch": _batch("冻牛肉").id}


def _wants_disinfection(town: Any) -> Values:
    lot = cast.arrived(town, _batch("冻牛肉"))
    cast.sampled(town, lot, "negative")
    return {"batch": lot.batch_id}


def _disinfected(town: Any) -> Values:
    where = _wants_disinfection(town)
    actions.record_disinfection(by=town.store, batch=_batch("冻牛肉"), certificate="X9")
    return where


def _on_shelf(town: Any) -> Values:
    return {"batch": _batch("冻南美白虾").id}


def _result(town: Any) -> None:
    with acting():
        row = Lot.objects.get(batch__state="held")
        waiting = row.samplings.get(result="")
    actions.record_result(by=town.market, sampling=waiting, result="negative", report="R8")


def _asked(town: Any) -> None:
    _result(town)
    actions.ask_lift(by=town.market_second, batch=_batch("冻带鱼"), why="复检阴性")


def _held_lot(town: Any) -> Values:
    with acting():
        return {"lot": Lot.objects.get(batch__state="held").id}


def _differs(town: Any) -> None:
    with acting():
        row = Handover.objects.get(state="sent")
    actions.receive(by=town.corner, handover=row, counted=19)


def _answered(town: Any) -> None:
    with acting():
        row = Finding.objects.get()
    actions.answer_finding(by=town.corner, finding=row, answer="已下架")


def _declares(town: Any) -> Values:
    return {
        "step": "declare", "owner": str(cast.holder("trader").id), "first": str(cast.holder("store").id),
        "product": "冻鸡爪", "origin": "巴西", "quantity": "50", "unit": "box", "certificate": "Q7",
        "expected_at": "2021-12-05T09:00",
    }  # fmt: skip


def _corrects(town: Any) -> Values:
    return _declares(town) | {"step": "correct", "quantity": "48"}


def _sends(town: Any) -> Values:
    return {"step": "send", "to": str(cast.holder("trader").id), "quantity": "2"}


def _finds(town: Any) -> Values:
    return {"step": "find", "holder": str(cast.holder("corner").id), "kind": "no_label", "note": "2箱无标签"}


def _leaves(town: Any) -> Values:
    with acting():
        return {"step": "leave", "who": str(cast.holder("store").staff.get().id)}


GOODS = {
    "goods:start_batch": Form("trader", _declares, says(quantity="51")),
    "goods:start_holder": Form(
        "market", says(step="add_holder", name="新冷库", kind="cold_store", area=GRID), says(name="另一冷库")
    ),
    "goods:start_finding": Form("market", _finds, says(kind="other")),
    "goods:batch_step": Form("store", says(step="arrive", quantity="99"), says(quantity="98"), _declared),
    "goods:batch_step correct": Form("trader", _corrects, says(quantity="49"), _declared),
    "goods:batch_step disinfect": Form(
        "store", says(step="disinfect", certificate="X9"), says(certificate="X8"), _wants_disinfection
    ),
    "goods:batch_step release": Form("market", says(step="release"), None, _disinfected),
    "goods:batch_step hold": Form("market", says(step="hold", why="召回"), says(why="协查"), _on_shelf),
    "goods:batch_step inform": Form("headquarters", says(step="inform")),
    "goods:batch_step ask_lift": Form("market", says(step="ask_lift", why="复检阴性"), says(why="误报"), _result),
    "goods:batch_step lift": Form("market", says(step="lift"), None, _asked),
    "goods:lot_step": Form("corner", _sends, says(quantity="3")),
    "goods:lot_step sample": Form("corner", says(step="sample", outer="2"), says(outer="3")),
    "goods:lot_step result": Form(
        "market", says(step="result", result="negative", report="R7"), says(report="R6"), _held_lot
    ),
    "goods:lot_step seal": Form("store", says(step="seal"), None, _held_lot),
    "goods:lot_step remove": Form("corner", says(step="remove", quantity="1", why="sold"), says(quantity="2")),
    "goods:handover_step": Form("corner", says(step="receive", counted="20"), says(counted="19")),
    "goods:handover_step settle": Form("market", says(step="settle", quantity="19"), says(quantity="20"), _differs),
    "goods:handover_step take_back": Form("trader", says(step="take_back")),
    "goods:holder_step": Form(
        "store", says(step="add_staff", name="钱多", phone="13800138111"), says(name="钱少")
    ),
    "goods:holder_step leave": Form("store", _leaves),
    "goods:finding_step": Form("corner", says(step="answer", answer="已下架"), says(answer="已销毁")),
    "goods:finding_step verify": Form("market", says(step="verify", sound="yes"), says(sound="no"), _answered),
    "goods:finding_step punish": Form(
        "market", says(step="punish", penalty="warning", number="〔2021〕1号"), says(number="〔2021〕2号")
    ),
}  # fmt: skip
