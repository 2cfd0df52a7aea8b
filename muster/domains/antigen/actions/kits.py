"""Kits into the store, out of it to those who come first, and signed for where they go."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from muster.kernel import clock, ids, plans
from muster.kernel.areas.codes import span
from muster.kernel.areas.models import Area
from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import words
from ..models import KitBatch, KitIssue, KitWant
from ..rules import free_for

MOST, LONGEST = 10_000_000, 100


def edition_for(now: datetime) -> str:
    """The edition in force that leaves the least time after a positive antigen test."""
    return plans.quickest("antigen_pcr_minutes", clock.local_day(now))


def _number(field: str, value: int | None, most: int = MOST) -> int:
    if value is None or not 1 <= value <= most:
        raise Invalid(field, _("Enter a number from 1 to %(most)s.") % {"most": most})
    return value


def _known(area: str, least: int) -> None:
    if len(area) < least or not Area.objects.filter(code=area).exists():
        raise Invalid("area", _("There is no area with this code."))


@action("antigen.receive")
def receive(
    *, by: Any, area: str, store: str, batch: str, kits: int | None, expires_on: date | None, now: datetime,
    op: UUID | None = None,
) -> KitBatch:  # fmt: skip
    """A store of an area received kits of a batch; more of a batch it has adds to it. Raises Invalid."""
    require(by, "antigen.receive", area)
    _known(area, 6)
    kits, store, batch = _number("kits", kits), store.strip(), batch.strip()
    for field, text in (("store", store), ("batch", batch)):
        if not text or len(text) > LONGEST:
            raise Invalid(field, _("Enter a name of at most %(most)s characters.") % {"most": LONGEST})
    if expires_on is None or expires_on <= clock.local_day(now):
        raise Invalid("expires_on", _("Enter the day on which they expire; it lies ahead."))
    row = KitBatch.objects.select_for_update().filter(area=area, store=store, batch=batch).first()
    if row and row.expires_on != expires_on:
        raise Invalid("expires_on", _("This batch is known with another day."))
    row = row or KitBatch(area=area, store=store, batch=batch, expires_on=expires_on, received=0, on_hand=0)
    row.received, row.on_hand, row.received_at = row.received + kits, row.on_hand + kits, now
    row.save()
    record("antigen.received", subject=row.pk, area=area, by=by, now=now, op=op, data={"kits": kits})
    return row


@action("antigen.discard")
def discard(*, by: Any, batch: KitBatch, kits: int | None, why: str, now: datetime, op: UUID | None = None) -> KitBatch:
    """Kits that cannot be used leave the store. Raises Invalid, also for more than there are."""
    row = KitBatch.objects.select_for_update().get(pk=batch.pk)
    require(by, "antigen.discard", row.area)
    if why not in words.WHY_DISCARDED:
        raise Invalid("why", _("Choose a reason."))
    kits = _number("kits", kits)
    if kits > row.on_hand:
        raise Invalid("kits", _("There are only %(count)s.") % {"count": row.on_hand})
    row.on_hand, row.discarded = row.on_hand - kits, row.discarded + kits
    row.save(update_fields=["on_hand", "discarded"])
    record("antigen.discarded", subject=row.pk, area=row.area, by=by, now=now, op=op, data={"kits": kits, "why": why})
    return row


@action("antigen.want")
def want(*, by: Any, area: str, group: str, wanted: int | None, now: datetime, op: UUID | None = None) -> KitWant:
    """So many kits are wanted for a group of an area. Raises Invalid."""
    require(by, "antigen.want", area)
    _known(area, 9)
    if group not in words.GROUPS:
        raise Invalid("group", _("Choose a group."))
    row = KitWant(area=area, group=group, wanted=_number("wanted", wanted), asked_at=now, fact_id=ids.uuid7())
    data = {"group": group, "wanted": row.wanted}
    row.fact_id = record("antigen.wanted", subject=row.pk, area=area, by=by, now=now, op=op, data=data).pk
    row.save(force_insert=True)
    return row


@action("antigen.issue")
def issue(
    *, by: Any, want: KitWant, batch: KitBatch, kits: int | None, now: datetime, op: UUID | None = None
) -> KitIssue:
    """Kits leave a store for a want. Who comes first in the order of groups is served first. Raises Invalid.

    A group may have what the area's stores hold beyond what groups before it still want there. The receiving community
    owes a signature.
    """
    row = KitBatch.objects.select_for_update().get(pk=batch.pk)
    require(by, "antigen.issue", row.area)
    wish = KitWant.objects.select_for_update().get(pk=want.pk)
    require(by, "antigen.issue", wish.area)
    kits = _number("kits", kits)
    if row.expires_on <= clock.local_day(now):
        raise Invalid("batch", _("This batch has expired: discard it."))
    if kits > min(row.on_hand, wish.left):
        raise Invalid("kits", _("At most %(count)s.") % {"count": min(row.on_hand, wish.left)})
    if kits > (free := free_kits(row.area, wish.group, now)):
        raise Invalid("kits", _("Groups before this one still want theirs: at most %(count)s.") % {"count": free})
    row.on_hand, row.issued = row.on_hand - kits, row.issued + kits
    row.save(update_fields=["on_hand", "issued"])
    wish.served += kits
    wish.save(update_fields=["served"])
    made = KitIssue.objects.create(batch=row, want=wish, area=wish.area, kits=kits, issued_at=now)
    gone = record(
        "antigen.issued", subject=made.pk, area=wish.area, because=[wish.fact_id], by=by, now=now, op=op,
        data={"kits": kits, "batch": str(row.pk)},
    )  # fmt: skip
    plan = edition_for(now)
    open_duty("antigen.sign", subject=made.pk, area=wish.area, by=by, now=now, plan=plan, because=gone)
    return made


def free_kits(area: str, group: str, now: datetime) -> int:
    """How many kits of the stores of an area a group may have at this moment."""
    lo, hi = span(area)
    stores = KitBatch.objects.filter(area__gte=lo, area__lt=hi, expires_on__gt=clock.local_day(now))
    wants = KitWant.objects.filter(area__gte=lo, area__lt=hi, withdrawn_at=None, served__lt=F("wanted"))
    left = wants.values("group").annotate(left=Sum(F("wanted") - F("served"))).values_list("group", "left")
    on_hand = stores.aggregate(all=Sum("on_hand", default=0))["all"]
    return free_for(group, on_hand, dict(left), words.ORDER)


@action("antigen.sign")
def sign(*, by: Any, issue: KitIssue, now: datetime, op: UUID | None = None) -> KitIssue:
    """The receiving area counted the kits and signs for them. Raises Invalid if that was done before."""
    row = KitIssue.objects.select_for_update().get(pk=issue.pk)
    require(by, "antigen.sign", row.area)
    if row.signed_at:
        raise Invalid("issue", _("They were signed for before."))
    row.signed_at, row.signed_by = now, by.id
    row.save(update_fields=["signed_at", "signed_by"])
    record("antigen.signed", subject=row.pk, area=row.area, by=by, now=now, op=op)
    return row
