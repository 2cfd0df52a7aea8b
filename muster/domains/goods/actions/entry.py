"""A batch enters: declared in advance, counted on arrival, disinfected, released with an exit certificate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, plans
from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import rules
from ..models import Batch, Holder, Lot, Sampling
from .checking import batch_locked, handled, quantity_of, require_here, text_of

BARS = {
    rules.NOT_HERE: _("It has not arrived."),
    rules.RELEASED: _("It is released already."),
    rules.HELD: _("It is held."),
    rules.UNSAMPLED: _("It was not sampled: there is no test result."),
    rules.WAITS: _("Its samples have no result yet."),
    rules.POSITIVE: _("The last result is positive."),
    rules.UNDISINFECTED: _("It was not disinfected."),
}


def plan_on(now: datetime) -> plans.Plan:
    """The plan in force that says what is done with imported goods. Raises Invalid where there is none."""
    today = clock.local_day(now)
    found = [plan for plan in plans.editions() if plan.goods and plan.in_force(today)]
    if not found:
        raise Invalid("plan", _("No plan in force says what is done with imported goods."))
    return plans.in_force(found[0].disease, today)


@action("goods.arrive")
def arrive(*, by: Any, batch: Batch, quantity: int | None, staff: Iterable[UUID] = (), now, op=None) -> Lot:
    """The first holder counted what arrived: that is what entered. Sampling is owed from now on. Raises Invalid."""
    row = batch_locked(batch.pk)
    first = Holder.objects.get(pk=row.first_id)
    require_here(by, "goods.arrive", first)
    if row.arrived_at is not None:
        raise Invalid("quantity", _("Its arrival is recorded already."))
    row.entered, row.arrived_at, row.state = quantity_of(quantity), now, "arrived"
    row.save(update_fields=["entered", "arrived_at", "state"])
    lot = Lot.objects.create(
        batch=row, holder=first, place_id=first.place_id, area=first.area, received=row.entered, on_hand=row.entered,
        since=now,
    )  # fmt: skip
    handled(lot, staff, now)
    data = {"declared": row.declared, "entered": row.entered}
    fact = record("goods.arrived", subject=row.id, area=first.area, by=by, now=now, op=op, data=data)
    open_duty(
        "goods.sample", subject=lot.id, area=lot.area, place=lot.place_id, because=fact, by=by, now=now, plan=row.plan
    )
    return lot


@action("goods.record_disinfection")
def record_disinfection(*, by: Any, batch: Batch, certificate: str, now, op=None) -> Batch:
    """Every item of the batch was disinfected here, as this certificate says. Raises Invalid."""
    row = batch_locked(batch.pk)
    first = Holder.objects.get(pk=row.first_id)
    require_here(by, "goods.record_disinfection", first)
    if row.arrived_at is None:
        raise Invalid("certificate", BARS[rules.NOT_HERE])
    row.disinfection, row.disinfected_at = text_of(certificate, "certificate"), now
    row.save(update_fields=["disinfection", "disinfected_at"])
    record("goods.disinfected", subject=row.id, area=first.area, by=by, now=now, op=op)
    return row


@action("goods.release")
def release(*, by: Any, batch: Batch, now, op=None) -> Batch:
    """Issue the exit certificate: what entered may go on. Raises Invalid with what stands against it."""
    row = batch_locked(batch.pk)
    first = Holder.objects.get(pk=row.first_id)
    require(by, "goods.release", first.area)
    bar = bar_of(row)
    if bar:
        raise Invalid("release", bar)
    row.released_at, row.state = now, "released"
    row.save(update_fields=["released_at", "state"])
    record("goods.released", subject=row.id, area=first.area, by=by, now=now, op=op)
    return row


def bar_of(row: Batch) -> Any:
    """What stands against releasing the batch, in words; '' for nothing."""
    results = Sampling.objects.filter(lot__batch=row, lot__parent=None).order_by("taken_at", "id")
    bar = rules.bar_to_release(
        here=row.arrived_at is not None, released=row.released_at is not None, held=row.held_at is not None,
        results=results.values_list("result", flat=True), disinfected=row.disinfected_at is not None,
    )  # fmt: skip
    return BARS.get(bar, "")
