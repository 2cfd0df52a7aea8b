"""The clock of a report: receipts, tasks and disposal, in minutes since it came in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from muster.web.area_names import area_name

from .models import Report


def steps(row: Report, receipts: list[Any], tasks: list[Any], now: datetime) -> list[dict[str, Any]]:
    """The clock of a report: the receipts, the tasks and the disposal, in minutes since it came in."""
    found = [
        _step(row, _("Receipt: %(who)s") % {"who": receipt.get_level_display()}, receipt.due_at, receipt.signed_at, now,
              area_name(receipt.holder))
        for receipt in receipts
    ]  # fmt: skip
    found += [
        _step(row, task.get_what_display(), task.due_at, task.done_at, now, area_name(task.area)) for task in tasks
    ]
    found.append(_step(row, _("Disposal"), row.due_at, row.disposed_at, now, ""))
    return found


def _step(
    row: Report, title: str, due_at: datetime, done_at: datetime | None, now: datetime, note: str
) -> dict[str, Any]:
    took = (done_at or (row.closed_at if row.same_as_id else None) or now) - row.received_at
    return {
        "title": title,
        "limit": int((due_at - row.received_at).total_seconds() // 60),
        "took": int(took.total_seconds() // 60),
        "done": done_at is not None,
        "at": done_at,
        "note": note,
    }
