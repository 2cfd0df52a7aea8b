"""Routines of venues: periods open, somebody records what was done, who did not is chased, and checks are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.duties.actions import open_duties
from muster.kernel.facts.actions import record, record_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Routine, Venue
from ..routines import Kind, kinds
from .naming import reconcile
from .rows import locked, of_desk
from .sectors import look_again, mended_by, open_checks, period_of, refuse_others

BATCH = 2000
LONGEST_NOTE, MOST = 300, 1_000_000


def open_periods(now: datetime) -> int:
    """Open what venues owe in the periods that have begun and are not over, a batch of venues each; returns how many.

    A venue that was registered after the hour owes it from the next period on.
    """
    return sum(open_checks(kind, now) if kind.by == "sector" else _open(kind, now) for kind in kinds().values())


def _open(kind: Kind, now: datetime) -> int:
    first, due = period_of(kind, now)
    known = Routine.objects.filter(venue=OuterRef("pk"), code=kind.code, period_on=first)
    owing = Venue.objects.filter(~Exists(known), closed_at=None, kind__in=kind.kinds, opened_at__lt=due)
    rows = [
        Routine(venue_id=pk, area=area, code=kind.code, doer=kind.by, period_on=first, due_at=due)
        for pk, area in owing.order_by("id").values_list("pk", "area")[:BATCH]
    ]
    Routine.objects.bulk_create(rows)
    if rows:
        data = {"code": kind.code, "period": first.isoformat(), "count": len(rows)}
        fact = record("premises.routines_opened", subject=ids.uuid7(), area="", by=SYSTEM, now=now, data=data)
        if kind.by == "grid":
            owed = [{"subject": row.pk, "area": row.area, "because": fact, "due_at": due} for row in rows]
            open_duties("premises.do_routine", owed, by=SYSTEM, now=now)
    return len(rows)


def chase(now: datetime) -> int:
    """Send the grid worker after what venues did not record by its hour, one batch; returns how many."""
    late = Routine.objects.filter(outcome="", chased_at=None, due_at__lte=now, venue__closed_at=None)
    rows = list(late.order_by("due_at").select_for_update(skip_locked=True, of=("self",))[:BATCH])
    Routine.objects.filter(pk__in=[row.pk for row in rows]).update(chased_at=now)
    missed = [{"subject": row.pk, "area": row.area, "data": {"code": row.code}} for row in rows]
    facts = record_many("premises.routine_missed", missed, by=SYSTEM, now=now) if rows else []
    because = {fact.subject: fact for fact in facts}
    owed = [{"subject": row.pk, "area": row.area, "because": because[row.pk]} for row in rows if row.doer == "venue"]
    open_duties("premises.chase_routine", owed, by=SYSTEM, now=now)
    return len(rows)


@action("premises.record_routine")
def record_routine(
    *, by: Any, routine: Routine, outcome: str = "done", figure: int | None = None, note: str = "",
    counts: Mapping[str, int | None] | None = None, now, op=None,
) -> Routine:  # fmt: skip
    """A post records what became of a routine that is no visit: done, or not done and why. Raises Invalid."""
    row = locked(routine.pk)
    require(by, "premises.record_routine", row.area)
    refuse_others(by, row)
    if outcome not in ("done", "not_done"):
        raise Invalid("outcome", _("Choose whether it was done."))
    if outcome == "not_done" and not note.strip():
        raise Invalid("note", _("Say why it was not done."))
    if (kind := kinds().get(row.code)) and kind.visits:
        raise Invalid("found", _("Choose what was found."))
    return record_outcome(row, outcome, figure, note, by, now, op, counts)


@action("premises.record_routine_at_desk")
def record_routine_at_desk(
    *, by: Any, desk: str, routine: UUID, figure: int | None = None, note: str = "",
    counts: Mapping[str, int | None] | None = None, now, op=None,
) -> Routine:  # fmt: skip
    """The venue's people record that it is done, by the venue's link. Raises Invalid."""
    require(by, "premises.record_routine_at_desk", "")
    return record_outcome(of_desk(desk, routine, now), "done", figure, note, SYSTEM, now, op, counts)


def record_outcome(
    row: Routine, outcome: str, figure: int | None, note: str, by: Any, now: datetime, op: Any,
    counts: Mapping[str, int | None] | None = None,
) -> Routine:  # fmt: skip
    """Write down what became of it, with the numbers that its kind asks for where it was done. Raises Invalid."""
    if row.outcome:
        raise Invalid("routine", _("This is recorded already."))
    kind = kinds().get(row.code)
    if outcome == "done" and kind and kind.figures and figure is None:
        raise Invalid("figure", _("Enter a number; 0 counts too."))
    if figure is not None and not 0 <= figure <= MOST:
        raise Invalid("figure", _("Enter a number; 0 counts too."))
    said = {code: (counts or {}).get(code) for code in (kind.counts if kind and outcome == "done" else ())}
    for code, count in said.items():
        if count is None or not 0 <= count <= MOST:
            raise Invalid(f"count_{code}", _("Enter a number; 0 counts too."))
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", _("At most %(most)s characters") % {"most": LONGEST_NOTE})
    row.outcome, row.recorded_at, row.figure, row.note = outcome, now, figure, note.strip()
    row.recorded_by = None if by is SYSTEM else by.id
    row.counts = said
    row.save(update_fields=["outcome", "recorded_at", "recorded_by", "figure", "note", "counts"])
    data = {"code": row.code, "outcome": outcome, "figure": figure, "late": now > row.due_at, **said}
    fact = record("premises.routine_recorded", subject=row.pk, area=row.area, by=by, now=now, op=op, data=data)
    if kind and kind.named and said:
        reconcile(row, fact, by, now, op)
    return row


@action("premises.check_routine")
def check_routine(
    *, by: Any, routine: Routine, wanting: Iterable[str], mend_by: datetime | None = None, note: str = "", now, op=None
) -> Routine:
    """A spot check of what was recorded: in order, or points of `words.POINTS` are wanting, to be put right.

    A check without wanting points after one with them says that it was put right. A regulator's own check is recorded
    by what it finds; what is wanting is put right until `mend_by`. Raises Invalid.
    """
    row = locked(routine.pk)
    require(by, "premises.check_routine", row.area)
    refuse_others(by, row, checks=True)
    asked = set(wanting)
    found = [point for point in words.POINTS if point in asked]
    if len(found) != len(asked):
        raise Invalid("wanting", _("There is no such point."))
    if not row.outcome and row.doer != "sector":
        raise Invalid("routine", _("Nothing is recorded yet that could be checked."))
    deadline = mended_by(by, mend_by, now) if found else row.mend_by
    if not row.outcome:
        record_outcome(row, "done", None, note, by, now, op)
    mended = row.verdict in ("faulty", "remedied", "verified") and not found
    row.verdict = "faulty" if found else "verified" if mended else "sound"
    row.wanting, row.checked_at, row.checked_by, row.mend_by = found, now, by.id, deadline
    row.save(update_fields=["verdict", "wanting", "checked_at", "checked_by", "mend_by"])
    kind = "premises.remedy_verified" if mended else "premises.routine_checked"
    data = {"code": row.code, "wanting": found}
    fact = record(kind, subject=row.pk, area=row.area, by=by, now=now, op=op, data=data)
    if found:
        look_again(row, by, fact, now)
    return row


@action("premises.remedy_routine")
def remedy_routine(*, by: Any, desk: str, routine: UUID, now, op=None) -> Routine:
    """The venue's people say that what was wanting is put right; who checked it looks again. Raises Invalid."""
    require(by, "premises.remedy_routine", "")
    row = of_desk(desk, routine, now)
    if row.verdict != "faulty":
        raise Invalid("routine", _("Nothing is wanting here."))
    row.verdict = "remedied"
    row.save(update_fields=["verdict"])
    record("premises.routine_remedied", subject=row.pk, area=row.area, by=SYSTEM, now=now, op=op)
    return row
