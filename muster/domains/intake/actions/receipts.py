"""Passing a report on to street, district and city; each signs for it (签收)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import may, require

from .. import words
from ..models import Receipt, Report


def pass_on_to(report: Report, levels: Iterable[str], *, by: Any, now: datetime, op=None) -> list[Receipt]:
    """Pass a report on to levels that do not have it yet, all at once: the city is not kept waiting by a street.

    A level below which the report's own area lies is left out: a report for the whole district has no street.
    """
    known = set(report.receipts.values_list("level", flat=True))
    made = []
    for level in levels:
        if level not in known and len(report.area) >= words.LEVELS[level][0]:
            made.append(_pass(report, level, by, now, op))
    return made


def _pass(report: Report, level: str, by: Any, now: datetime, op) -> Receipt:
    digits, role, minutes = words.LEVELS[level]
    holder, due_at = report.area[:digits], now + timedelta(minutes=minutes)
    receipt = Receipt(report=report, area=report.area, level=level, holder=holder, passed_at=now, due_at=due_at)
    receipt.passed_fact = record(
        "intake.passed_on", subject=receipt.id, area=report.area, because=[report.fact_id], by=by, now=now, op=op,
        data={"level": level, "holder": holder, "report": str(report.id)},
    )  # fmt: skip
    receipt.save(force_insert=True)
    open_duty(
        "intake.sign", role=role, subject=receipt.id, person=report.about, area=holder, due_at=due_at, by=by, now=now,
        because=receipt.passed_fact,
    )  # fmt: skip
    return receipt


@action("intake.pass_on")
def pass_on(*, by: Any, report: Report, level: str, now, op=None) -> Report:
    """Pass a report on by hand to a level that its kind does not name. Raises Invalid."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    require(by, "intake.pass_on", report.area)
    if level not in words.LEVELS or report.closed_at:
        raise Invalid("level", _("Choose one of the list."))
    if not pass_on_to(report, [level], by=by, now=now, op=op):
        raise Invalid("level", _("That level has the report already, or there is none above this place."))
    return report


@action("intake.sign_receipt")
def sign_receipt(*, by: Any, receipt: Receipt, now, op=None) -> Receipt:
    """Sign for a report at one's own level. Whoever a missing receipt has risen to signs it too."""
    receipt = Receipt.objects.select_for_update().get(pk=receipt.pk)
    require(by, "intake.sign_receipt", receipt.area)
    if not may_sign(by, receipt):
        require(by, "intake.sign_receipt", receipt.holder)
    if receipt.signed_at is None:
        receipt.signed_at, receipt.signed_post = now, by.id
        receipt.save(update_fields=["signed_at", "signed_post"])
        record(
            "intake.receipt_signed", subject=receipt.id, area=receipt.area, because=[receipt.passed_fact_id],
            by=by, now=now, op=op, data={"level": receipt.level},
        )  # fmt: skip
    return receipt


def may_sign(by: Any, receipt: Receipt) -> bool:
    """Whether the post stands at the level of the receipt, or above it."""
    return may(by, "intake.sign_receipt") and getattr(by, "lo", None) is not None and receipt.holder.startswith(by.area)
