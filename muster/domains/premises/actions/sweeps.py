"""Day rentals and family hotels, one by one: who was in, who was not, who refused, how many stay there, what hazard."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Routine
from ..routines import kinds
from .routines import record_outcome
from .rows import locked
from .sectors import refuse_others


@action("premises.record_visit_there")
def record_visit_there(
    *, by: Any, routine: Routine, found: str, figure: int | None = None, hazard: bool = False, note: str = "", now,
    op=None,
) -> Routine:  # fmt: skip
    """What a visit found (`words.FOUND`). Where nobody was in it stays owed; who refuses is the community's to see.

    `figure` is how many stay there; a `hazard` is told in the note, and becomes a report. Raises Invalid.
    """
    row = locked(routine.pk)
    require(by, "premises.record_visit_there", row.area)
    refuse_others(by, row)
    kind = kinds().get(row.code)
    if kind is None or not kind.visits:
        raise Invalid("routine", _("Nobody is visited for this."))
    if found not in words.FOUND:
        raise Invalid("found", _("Choose what was found."))
    if row.outcome:
        raise Invalid("routine", _("This is recorded already."))
    if hazard and not note.strip():
        raise Invalid("note", _("Say what the hazard is."))
    row.found, row.tries, row.hazard = found, row.tries + 1, hazard
    row.save(update_fields=["found", "tries", "hazard"])
    if found == "nobody":
        fact = record("premises.nobody_in", subject=row.pk, area=row.area, by=by, now=now, op=op)
    else:
        outcome, count = ("not_done", None) if found == "refused" else ("done", figure if found == "visited" else 0)
        record_outcome(row, outcome, count, note, by, now, op)
        fact = record(
            "premises.visit_made", subject=row.pk, area=row.area, by=by, now=now, op=op, data={"found": found}
        )
    if found == "refused":
        open_duty("premises.see_refusal", subject=row.pk, area=row.area, because=fact, by=by, now=now)
    if hazard:
        record("premises.hazard_found", subject=row.pk, area=row.area, because=[fact], by=by, now=now, op=op)
    return row
