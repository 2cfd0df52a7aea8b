"""Lots are split and handed on, recorded by both sides; what leaves for good is recorded, too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import reaches, require

from .. import words
from ..models import Handover, Holder, Lot, Removal
from .checking import handled, handover_locked, lot_locked, quantity_of, require_here, text_of
from .holding import open_lot_duties


@action("goods.send")
def send(*, by: Any, lot: Lot, to: Holder, quantity: int | None, staff: Iterable[UUID] = (), now, op=None) -> Handover:
    """Send a quantity on to another holder, who owes the count. Raises Invalid, also for goods not released or held."""
    row = lot_locked(lot.pk)
    require_here(by, "goods.send", row)
    if row.batch.state != "released":
        raise Invalid("quantity", _held_or_not_released(row))
    if to.pk == row.holder_id:
        raise Invalid("to", _("It is there already."))
    quantity = quantity_of(quantity, most=row.on_hand)
    row.on_hand, row.moved = row.on_hand - quantity, row.moved + quantity
    row.save(update_fields=["on_hand", "moved"])
    made = Handover.objects.create(
        batch=row.batch, lot=row, sender=row.holder, to=to, area=row.area, place_id=row.place_id,
        to_area=to.area, to_place=to.place_id, quantity=quantity, sent_at=now,
    )  # fmt: skip
    handled(row, staff, now)
    fact = record("goods.sent", subject=made.id, area=row.area, by=by, now=now, op=op, data={"quantity": quantity})
    open_duty(
        "goods.receive", subject=made.id, area=to.area, place=to.place_id, because=fact, by=by, now=now,
        plan=row.batch.plan,
    )  # fmt: skip
    return made


def _held_or_not_released(lot: Lot) -> Any:
    return _("These goods are held.") if lot.batch.held_at else _("These goods are not released.")


@action("goods.receive")
def receive(*, by: Any, handover: Handover, counted: int | None, staff: Iterable[UUID] = (), now, op=None) -> Handover:
    """The receiver counted: as sent, it is theirs; otherwise the market supervision settles it. Raises Invalid.

    Goods that were on their way when their batch was held are received, so that it is known where they are; the duties
    of a hold are then the receiver's.
    """
    row = handover_locked(handover.pk)
    require(by, "goods.receive", row.to_area, place=row.to_place)
    if row.state != "sent":
        raise Invalid("counted", _("This is not on its way to you."))
    if counted is None or counted < 0:
        raise Invalid("counted", _("Enter a whole number from 0."))
    if counted != row.quantity:
        row.state, row.counted = "differs", counted
        row.save(update_fields=["state", "counted"])
        data = {"sent": row.quantity, "counted": counted}
        fact = record("goods.count_differs", subject=row.id, area=row.to_area, by=by, now=now, op=op, data=data)
        open_duty(
            "goods.settle", subject=row.id, area=row.to_area, because=fact, by=by, now=now, plan=row.lot.batch.plan
        )
        return row
    return _agree(row, counted, staff, by, now, op)


@action("goods.settle")
def settle(*, by: Any, handover: Handover, quantity: int | None, now, op=None) -> Handover:
    """The market supervision says what was handed over; the rest is the sender's again. Raises Invalid."""
    row = handover_locked(handover.pk)
    require(by, "goods.settle", row.to_area)
    if row.state != "differs":
        raise Invalid("quantity", _("Both sides agree already."))
    most = row.quantity + row.lot.on_hand
    return _agree(row, quantity_of(quantity, most=most), (), by, now, op)


def _agree(row: Handover, quantity: int, staff: Iterable[UUID], by: Any, now: datetime, op: Any) -> Handover:
    """The quantity is at the receiver as a new lot; the sender's books say the same."""
    lot = row.lot
    _give_back(lot, row.quantity - quantity)
    made = Lot.objects.create(
        batch=lot.batch, parent=lot, holder=row.to, place_id=row.to_place, area=row.to_area, received=quantity,
        on_hand=quantity, since=now,
    )  # fmt: skip
    row.state, row.quantity, row.made, row.ended_at = "received", quantity, made, now
    row.save(update_fields=["state", "quantity", "made", "ended_at"])
    handled(made, staff, now)
    fact = record(
        "goods.handover_ended", subject=row.id, area=row.to_area, by=by, now=now, op=op, data={"quantity": quantity}
    )
    if lot.batch.held_at:
        open_lot_duties([made], lot.batch, by=by, now=now, because=fact)
    return row


def _give_back(lot: Lot, quantity: int) -> None:
    if quantity:
        lot.on_hand, lot.moved = lot.on_hand + quantity, lot.moved - quantity
        lot.save(update_fields=["on_hand", "moved"])


@action("goods.take_back")
def take_back(*, by: Any, handover: Handover, now, op=None) -> Handover:
    """The sender takes back what nobody has counted yet. Raises Invalid."""
    row = handover_locked(handover.pk)
    require_here(by, "goods.take_back", row)
    if row.state != "sent":
        raise Invalid("quantity", _("The receiver has counted it."))
    _give_back(row.lot, row.quantity)
    row.state, row.ended_at = "returned", now
    row.save(update_fields=["state", "ended_at"])
    fact = record("goods.handover_ended", subject=row.id, area=row.area, by=by, now=now, op=op, data={"quantity": 0})
    if row.lot.batch.held_at:
        open_lot_duties([row.lot], row.lot.batch, by=by, now=now, because=fact)
    return row


@action("goods.remove")
def remove(*, by: Any, lot: Lot, quantity: int | None, why: str, reference: str = "", now, op=None) -> Removal:
    """Goods leave for good. What is held is not sold, and the market supervision records its end. Raises Invalid."""
    row = lot_locked(lot.pk)
    require_here(by, "goods.remove", row)
    if why not in words.REMOVALS:
        raise Invalid("why", _("Choose what became of it."))
    if why == "sold" and row.batch.state != "released":
        raise Invalid("why", _held_or_not_released(row))
    if row.batch.held_at and not reaches(by, row.area):
        raise Invalid("why", _("These goods are held: the market supervision records what becomes of them."))
    quantity = quantity_of(quantity, most=row.on_hand)
    text = text_of(reference, "reference", needed=why != "sold")
    row.on_hand -= quantity
    column = "sold" if why == "sold" else "destroyed"
    setattr(row, column, getattr(row, column) + quantity)
    row.save(update_fields=["on_hand", column])
    made = Removal.objects.create(
        lot=row, area=row.area, place_id=row.place_id, quantity=quantity, why=why, reference=text, at=now
    )
    data = {"quantity": quantity, "why": why}
    fact = record("goods.removed", subject=row.id, area=row.area, by=by, now=now, op=op, data=data)
    if row.batch.held_at and not row.on_hand:
        record("goods.disposed", subject=row.id, area=row.area, by=by, now=now, because=[fact])
    return made
