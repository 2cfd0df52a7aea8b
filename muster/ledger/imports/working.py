"""What the jobs do with a list, step by step: each step is one transaction, and can be done again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from muster.kernel import ids
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import require

from . import keeping, words
from .drafts import ERROR, NEW, TARGETS, Judged, Options, Verdict
from .models import DONE, READING, READY, TAKING, UNREADABLE, Import, ImportPart, ImportRow
from .reading.errors import Unreadable
from .reading.layout import named

ROWS = 5_000
_INSERT = """
    INSERT INTO imports_importrow
        (id, sent_id, area, place_id, number, verdict, about, "column", reason, changes, other)
    SELECT id, %s, %s, %s, number, verdict, about, "column", reason, changes, other FROM json_to_recordset(%s)
    AS r(id uuid, number int, verdict text, about text, "column" text, reason text, changes jsonb, other uuid)
"""


@action("imports.begin")
def begin(*, by: Any, sent: UUID, state: str, now: datetime, op: UUID | None = None) -> int:
    """Take a turn at a list; a job that was thought lost and still runs stops at its next step. 0: nothing to do."""
    require(by, "imports.begin")
    row = Import.objects.select_for_update().filter(pk=sent, state=state).first()
    if row is None:
        return 0
    row.turn, row.touched_at = row.turn + 1, now
    row.save(update_fields=["turn", "touched_at"])
    return row.turn


@action("imports.show")
def show(
    *, by: Any, sent: UUID, turn: int, judged: Judged | None, fault: Unreadable | None = None,
    now: datetime, op: UUID | None = None,
) -> bool:  # fmt: skip
    """Keep the verdicts of a list that was read, or why it cannot be."""
    require(by, "imports.show")
    row = Import.objects.select_for_update().get(pk=sent)
    if row.turn != turn or row.state != READING:
        return False
    row.rows.all().delete()
    row.fault = words.fault_of(fault, TARGETS[row.ledger]) if fault else ""
    row.touched_at, row.state = now, UNREADABLE if judged is None else READY
    if fault is not None:
        shape = TARGETS[row.ledger].shape
        row.mapping = [{"header": name, "column": named(name, shape), "how": ""} for name in fault.header]
        row.sheets = fault.sheets
    if judged is not None:
        row.sheets = judged.table.sheets
        _keep_rows(row, judged)
        row.mapping, row.notes, row.sheet = judged.table.mapping(), judged.table.notes, judged.table.sheet
        row.totals, row.total = judged.totals, len(judged.verdicts)
    row.save()
    return True


def _keep_rows(sent: Import, judged: Judged) -> None:
    about = judged.about()
    with connection().cursor() as cursor:
        for first in range(0, len(judged.verdicts), ROWS):
            part = judged.verdicts[first : first + ROWS]
            rows = [_row(verdict, about[first + at]) for at, verdict in enumerate(part)]
            cursor.execute(_INSERT, [sent.pk, sent.area, sent.place_id, json.dumps(rows)])


def _row(verdict: Verdict, about: str) -> dict[str, Any]:
    return {
        "id": ids.uuid7().hex, "number": verdict.row, "verdict": verdict.verdict, "about": about,
        "column": verdict.column, "reason": verdict.reason[:1000], "changes": verdict.changes,
        "other": verdict.other.hex if verdict.other else None,
    }  # fmt: skip


@action("imports.take")
def take(
    *, by: Any, sent: UUID, turn: int, judged: Judged, indexes: Sequence[int], options: Options, now: datetime,
    op: UUID | None = None,
) -> bool:  # fmt: skip
    """Write one batch of rows, and keep what it did; False when another job has taken over."""
    require(by, "imports.take")
    row = Import.objects.select_for_update().get(pk=sent)
    if row.turn != turn or row.state != TAKING:
        return False
    before = [judged.verdicts[index].verdict for index in indexes]
    effect = TARGETS[row.ledger].take(judged, indexes, options, now, row.pk)
    refused = {number: (column, str(reason)) for number, column, reason in effect.refused}
    for number, (column, reason) in refused.items():
        row.rows.filter(number=number).update(verdict=ERROR, column=column, reason=reason)
    keeping.keep_effect(row, ImportPart.objects.filter(sent=row, kind=keeping.EFFECT).count(), effect)
    numbers = [judged.verdicts[index].row for index in indexes]
    written = [verdict for verdict, number in zip(before, numbers, strict=True) if number not in refused]
    taken = {"new": 0, "changed": 0, "refused": 0} | row.taken
    taken["changed"] += written.count("changed")
    taken["new"] += len(written) - written.count("changed")
    taken["refused"] += len(refused)
    row.taken, row.done, row.touched_at = taken, row.done + len(indexes), now
    row.save(update_fields=["taken", "done", "touched_at"])
    return True


@action("imports.finish")
def finish(*, by: Any, sent: UUID, turn: int, now: datetime, op: UUID | None = None) -> bool:
    """Say that a list is taken in."""
    require(by, "imports.finish")
    row = Import.objects.select_for_update().get(pk=sent)
    if row.turn != turn or row.state != TAKING:
        return False
    row.state, row.ended_at, row.touched_at = DONE, now, now
    row.taken = {NEW: 0, "changed": 0, "refused": 0} | row.taken
    row.save()
    data = {"ledger": row.ledger, **row.taken}
    record("imports.taken", subject=row.pk, area=row.area, by=by, now=now, op=op, data=data)
    return True


@action("imports.forget")
def forget(*, by: Any, now: datetime, op: UUID | None = None) -> int:
    """Delete files, rows and effects whose time is over; that a list was sent, and its counts, stay."""
    require(by, "imports.forget")
    over = Import.objects.filter(forgotten=False, forget_at__lte=now)
    ImportPart.objects.filter(sent__in=over).delete()
    ImportRow.objects.filter(sent__in=over).delete()
    return over.update(forgotten=True)


def lost(before: datetime) -> Iterable[Import]:
    """The lists at which a job should be, and has not been heard of."""
    return Import.objects.filter(state__in=[READING, TAKING], touched_at__lt=before).order_by("touched_at")[:100]
