"""A positive sample holds a batch with all that was made of it, wherever that is; two persons lift the hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import open_duties, open_duty, withdraw_duties
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record, record_many
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import connection
from muster.kernel.posts.models import Post
from muster.kernel.posts.permissions import require

from ..models import Batch, Lot, Sampling, Staff
from .checking import batch_locked, lot_locked, require_here, text_of

OF_LOTS = ("goods.seal", "goods.sample_again", "goods.dispose")
OF_A_HOLD = (*OF_LOTS, "goods.test_staff", "goods.inform_city")

# The lots of a batch from the first down to the shelves; all that was made of one, however often it was split.
DOWN = """
    WITH RECURSIVE down AS (
        SELECT id FROM goods_lot WHERE batch_id = %s AND parent_id IS NULL
        UNION ALL
        SELECT l.id FROM down d JOIN goods_lot l ON l.parent_id = d.id
    )
    SELECT id FROM down
"""


def lots_of(batch: UUID) -> list[Lot]:
    """Every lot of a batch, found from the first one down."""
    with connection().cursor() as cursor:
        cursor.execute(DOWN, [batch])
        found = [row[0] for row in cursor.fetchall()]
    return list(Lot.objects.filter(pk__in=found).order_by("since", "id"))


def handlers_of(lots: Iterable[Lot]) -> list[Staff]:
    """Who had these lots in their hands: those on record, and whoever works at a holder for which nobody is."""
    rows = list(lots)
    named = list(Staff.objects.filter(handlings__lot__in=rows).distinct())
    known = {staff.holder_id for staff in named}
    rest = {lot.holder_id for lot in rows} - known
    return [*named, *Staff.objects.filter(holder__in=rest, left_at=None)]


@action("goods.hold")
def hold(*, by: Any, batch: Batch, why: str, now, op=None) -> Batch:
    """Hold a batch on other grounds than a sample of ours: a letter, a recall. Raises Invalid."""
    row = batch_locked(batch.pk)
    require(by, "goods.hold", row.area)
    text = text_of(why, "why", longest=200)
    if row.arrived_at is None:
        raise Invalid("why", _("It has not arrived."))
    if row.held_at:
        raise Invalid("why", _("It is held already."))
    return hold_batch(row, by=by, now=now, because=None, why=text, op=op)


def hold_batch(batch: Batch, *, by: Any, now: datetime, because: Fact | None, why: str, op: Any = None) -> Batch:
    """Bar every lot of a locked batch from moving, and open what is now owed; a second time it adds nothing.

    For each lot of which something is left: seal, samples, disposal. Where goods were and are no more: samples. For
    each of the people who handled it: a test. And the city is informed.
    """
    if batch.held_at:
        return batch
    lots = lots_of(batch.pk)
    people = handlers_of(lots)
    batch.held_at, batch.state, batch.lift_asked_by = now, "held", None
    batch.save(update_fields=["held_at", "state", "lift_asked_by"])
    data = {"why": why, "lots": len(lots), "holders": len({lot.holder_id for lot in lots}), "people": len(people)}
    fact = record(
        "goods.held", subject=batch.id, area=batch.area, by=by, now=now, because=[because] if because else (), op=op,
        data=data,
    )  # fmt: skip
    open_lot_duties(lots, batch, by=by, now=now, because=fact)
    tests = [{"subject": row.id, "person_id": row.person_id, "area": row.area, "because": fact} for row in people]
    open_duties("goods.test_staff", tests, by=by, now=now, plan=batch.plan)
    open_duty("goods.inform_city", subject=batch.id, area=batch.area, because=fact, by=by, now=now, plan=batch.plan)
    return batch


def open_lot_duties(lots: Iterable[Lot], batch: Batch, *, by: Any, now: datetime, because: Fact) -> None:
    """What is owed about held lots: seal and dispose of what is there, sample also where nothing is left."""
    rows = [(lot, {"subject": lot.id, "area": lot.area, "place": lot.place_id, "because": because}) for lot in lots]
    for kind in OF_LOTS:
        owed = [row for lot, row in rows if lot.on_hand or kind == "goods.sample_again"]
        open_duties(kind, owed, by=by, now=now, plan=batch.plan)


@action("goods.seal")
def seal(*, by: Any, lot: Lot, now, op=None) -> Lot:
    """What is left of a held lot stands apart, under seal. Raises Invalid."""
    row = lot_locked(lot.pk)
    require_here(by, "goods.seal", row)
    if not row.batch.held_at:
        raise Invalid("seal", _("These goods are not held."))
    row.sealed_at = now
    row.save(update_fields=["sealed_at"])
    record("goods.sealed", subject=row.id, area=row.area, by=by, now=now, op=op)
    return row


@action("goods.inform_city")
def inform_city(*, by: Any, batch: Batch, now, op=None) -> Batch:
    """The district told the city of the hold. Raises Invalid."""
    row = batch_locked(batch.pk)
    require(by, "goods.inform_city", row.area)
    if not row.held_at:
        raise Invalid("hold", _("These goods are not held."))
    record("goods.city_informed", subject=row.id, area=row.area, by=by, now=now, op=op)
    return row


@action("goods.note_tested")
def note_tested(*, by: Any, sampled: Iterable[tuple[UUID, datetime]], now, op=None) -> int:
    """These persons have a result of a sample of that moment: who owed a test after a hold has made it."""
    require(by, "goods.note_tested")
    last = dict(sorted(sampled, key=lambda pair: pair[1]))
    roots = dict(Person.objects.filter(pk__in=last).values_list("canonical_id", "pk"))
    owed = Duty.objects.open().filter(kind="goods.test_staff", person__canonical__in=roots)
    rows = [
        {"subject": duty.subject, "area": duty.area}
        for duty in owed.select_related("person")
        if duty.person and last[roots[duty.person.canonical_id]] >= duty.opened_at
    ]
    return len(record_many("goods.staff_tested", rows, by=by, now=now, op=op)) if rows else 0


@action("goods.ask_lift")
def ask_lift(*, by: Post, batch: Batch, why: str, now, op=None) -> Batch:
    """The first of two persons asks to lift a hold, and says why. Raises Invalid."""
    row = batch_locked(batch.pk)
    require(by, "goods.ask_lift", row.area)
    text = text_of(why, "why", longest=200)
    if not row.held_at:
        raise Invalid("why", _("These goods are not held."))
    if Sampling.objects.filter(lot__batch=row, result="").exists():
        raise Invalid("why", _("Its samples have no result yet."))
    row.lift_asked_by = by.user_id
    row.save(update_fields=["lift_asked_by"])
    record("goods.lift_asked", subject=row.id, area=row.area, by=by, now=now, op=op, data={"why": text})
    return row


@action("goods.lift")
def lift(*, by: Post, batch: Batch, now, op=None) -> Batch:
    """The second person lifts the hold: the goods are as they were before it, and its duties end. Raises Invalid."""
    row = batch_locked(batch.pk)
    require(by, "goods.lift", row.area)
    if not row.held_at or row.lift_asked_by is None:
        raise Invalid("lift", _("Nobody has asked for it."))
    if row.lift_asked_by == by.user_id:
        raise Invalid("lift", _("Another person has to agree."))
    row.held_at = row.lift_asked_by = None
    row.state = "released" if row.released_at else "arrived"
    row.save(update_fields=["held_at", "lift_asked_by", "state"])
    lots = lots_of(row.pk)
    Lot.objects.filter(batch=row).update(sealed_at=None)
    fact = record("goods.hold_lifted", subject=row.id, area=row.area, by=by, now=now, op=op)
    subjects = [row.id, *(lot.id for lot in lots), *(staff.id for staff in handlers_of(lots))]
    withdraw_duties(now=now, because=fact, subjects=subjects, kinds=OF_A_HOLD)
    return row
