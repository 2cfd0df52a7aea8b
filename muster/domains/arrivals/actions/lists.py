"""Editions of the risk-area list: read from a bulletin, looked at, confirmed by a person; never changed afterwards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.facts.actions import record_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import may, require

from ..earlier import recalled
from ..models import RiskArea, RiskList
from ..rules.arriving import comparable
from ..rules.bulletins import read

LONGEST = 200_000


def _require(by: Any, permission: str) -> None:
    """The list is one for all areas: whoever holds the permission may."""
    if not may(by, permission):
        require(by, permission)


@action("arrivals.read_list")
def read_list(
    *, by: Any, text: str, source: str, published_on: date, effective_at: datetime, now: datetime, op=None
) -> RiskList:
    """Read a bulletin into a draft, for somebody to look at and confirm. Raises Invalid where it holds no list."""
    _require(by, "arrivals.read_list")
    if not source.strip():
        raise Invalid("source", _("Say who published it."))
    if len(text) > LONGEST:
        raise Invalid("text", _("At most %(most)s characters") % {"most": LONGEST})
    reading = read(text, recalled())
    if not reading.areas and not any(value == 0 for value in reading.declared.values()):
        raise Invalid("text", _("No risk area was found in this text, nor does it say that there is none."))
    made = RiskList.objects.create(
        source=source.strip()[:200], published_on=published_on, effective_at=effective_at, text=text,
        declared=reading.declared, read_at=now, read_by=by.id,
    )  # fmt: skip
    RiskArea.objects.bulk_create(
        RiskArea(
            risk_list=made, level=area.level, province=area.province, city=area.city, county=area.county,
            street=area.street, place=area.place, code=area.code, key=comparable(area.code, area.place),
        )
        for area in reading.areas
    )  # fmt: skip
    return made


@action("arrivals.confirm_list")
def confirm_list(*, by: Any, risk_list: RiskList, now: datetime, op=None) -> RiskList:
    """Confirm a draft: it is in force from its moment on, and past arrivals are screened against it (a procedure)."""
    _require(by, "arrivals.confirm_list")
    row = RiskList.objects.select_for_update().get(pk=risk_list.pk)
    if row.confirmed_at:
        raise Invalid("risk_list", _("This edition is confirmed already."))
    row.confirmed_at, row.confirmed_by, row.fact = now, by.id, ids.uuid7()
    row.save(update_fields=["confirmed_at", "confirmed_by", "fact"])
    levels: dict[str, int] = {}
    for level in row.areas.values_list("level", flat=True):
        levels[level] = levels.get(level, 0) + 1
    data = {"areas": levels, "effective_at": row.effective_at.isoformat()}
    fact = {"id": row.fact, "subject": row.pk, "area": getattr(by, "area", ""), "data": data}
    record_many("arrivals.list_confirmed", [fact], by=by, now=now, op=op)
    return row


@action("arrivals.discard_list")
def discard_list(*, by: Any, risk_list: RiskList, now: datetime, op=None) -> int:
    """Throw a draft away; a confirmed edition stays for good. Returns how many drafts went (0 or 1)."""
    _require(by, "arrivals.discard_list")
    row = RiskList.objects.select_for_update().filter(pk=risk_list.pk).first()
    if row is None:
        return 0
    if row.confirmed_at:
        raise Invalid("risk_list", _("This edition is confirmed already."))
    row.delete()
    return 1
