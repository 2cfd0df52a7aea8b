"""Samples of goods and their surroundings, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid

from ..models import Lot, Sampling
from .checking import handled, lot_locked, require_here, text_of
from .holding import hold_batch

KINDS = ("outer", "inner", "environment", "staff")
MOST_SAMPLES = 10_000


@action("goods.record_sampling")
def record_sampling(
    *, by: Any, lot: Lot, counts: dict[str, int | None], staff: Iterable[UUID] = (), now, op=None
) -> Sampling:
    """Samples were taken: how many of each of `KINDS`; `staff` had the goods in their hands. Raises Invalid."""
    row = lot_locked(lot.pk)
    require_here(by, "goods.record_sampling", row)
    numbers = {kind: counts.get(kind) or 0 for kind in KINDS}
    if wrong := [kind for kind, number in numbers.items() if not 0 <= number <= MOST_SAMPLES]:
        raise Invalid(wrong[0], _("Enter a whole number from 0."))
    if not any(numbers.values()):
        raise Invalid("outer", _("Enter at least one sample."))
    if row.samplings.filter(result="").exists():
        raise Invalid("outer", _("The samples before these have no result yet."))
    made = Sampling.objects.create(lot=row, area=row.area, place_id=row.place_id, taken_at=now, **numbers)
    handled(row, staff, now)
    fact = record("goods.sampled", subject=row.id, area=row.area, by=by, now=now, op=op, data=numbers)
    open_duty("goods.report_result", subject=row.id, area=row.area, because=fact, by=by, now=now, plan=row.batch.plan)
    return made


@action("goods.record_result")
def record_result(*, by: Any, sampling: Sampling, result: str, report: str, now, op=None) -> Sampling:
    """The report of a laboratory about a lot's samples. A positive one holds the batch at once. Raises Invalid."""
    lot = lot_locked(sampling.lot_id)
    require_here(by, "goods.record_result", lot)
    row = Sampling.objects.get(pk=sampling.pk)
    if row.result:
        raise Invalid("result", _("The result is recorded already."))
    if result not in ("negative", "positive"):
        raise Invalid("result", _("Choose a result."))
    row.result, row.report, row.result_at = result, text_of(report, "report"), now
    row.save(update_fields=["result", "report", "result_at"])
    data = {"result": result, "sampling": str(row.id)}
    fact = record("goods.result_reported", subject=lot.id, area=lot.area, by=by, now=now, op=op, data=data)
    batch = lot.batch
    if result == "positive":
        hold_batch(batch, by=by, now=now, because=fact, why="positive")
    elif lot.parent_id is None and batch.disinfected_at is None:
        open_duty(
            "goods.disinfect", subject=batch.id, area=lot.area, place=lot.place_id, because=fact, by=by, now=now,
            plan=batch.plan,
        )  # fmt: skip
    return row
