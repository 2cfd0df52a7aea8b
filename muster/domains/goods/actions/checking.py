"""What every write of goods asks first: rows under their batch's lock, whole quantities, texts of a sane length."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from ..models import Batch, Handling, Handover, Lot, Staff

MOST = 1_000_000_000
LONGEST, LONGEST_NOTE = 100, 500


def batch_locked(pk: UUID) -> Batch:
    """The batch, locked: whatever happens to any of its lots happens one after the other, and not while it is held."""
    return Batch.objects.select_for_update().get(pk=pk)


def lot_locked(pk: UUID) -> Lot:
    """The lot as it is under the lock of its batch."""
    batch_locked(Lot.objects.values_list("batch_id", flat=True).get(pk=pk))
    return Lot.objects.select_related("batch", "holder").get(pk=pk)


def handover_locked(pk: UUID) -> Handover:
    """The handover as it is under the lock of its batch."""
    batch_locked(Handover.objects.values_list("lot__batch_id", flat=True).get(pk=pk))
    return Handover.objects.select_related("lot__batch", "to").get(pk=pk)


def require_here(by: Any, permission: str, row: Any) -> None:
    """Raise Refused unless the post may do this where the row is."""
    require(by, permission, row.area, place=row.place_id)


def quantity_of(value: int | None, field: str = "quantity", most: int = MOST) -> int:
    """A whole number from 1. Raises Invalid."""
    if value is None or value < 1:
        raise Invalid(field, _("Enter a whole number from 1."))
    if value > most:
        raise Invalid(field, _("At most %(most)s.") % {"most": most})
    return value


def text_of(value: str, field: str, *, needed: bool = True, longest: int = LONGEST) -> str:
    """A text without blanks around it. Raises Invalid."""
    value = value.strip()
    if needed and not value:
        raise Invalid(field, _("This is needed."))
    if len(value) > longest:
        raise Invalid(field, _("At most %(most)s characters") % {"most": longest})
    return value


def handled(lot: Lot, staff: Iterable[UUID], now: datetime) -> None:
    """Note who of the holder's staff had the lot in their hands. Raises Invalid for anybody else."""
    asked = set(staff)
    found = list(Staff.objects.filter(pk__in=asked, holder_id=lot.holder_id, left_at=None))
    if len(found) != len(asked):
        raise Invalid("staff", _("Choose among the staff of this enterprise."))
    Handling.objects.bulk_create(
        [Handling(lot=lot, staff=each, area=lot.area, place_id=lot.place_id, at=now) for each in found],
        ignore_conflicts=True,
    )
