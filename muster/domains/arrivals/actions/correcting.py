"""A slip at the barrier: whoever entered it says what was really seen, and the rules decide anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.facts.slips import own_entry
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Pass, Passage
from ..rules.checkpoints import Seen, decide, heaviest
from .checkpoints import owe_result

ENTRIES = ("arrivals.checked", "arrivals.made_stricter", "arrivals.wait_ended")


def correctable(by: Any, row: Pass, now: datetime) -> Fact | None:
    """The last entry about a pass, if this post may still correct it: its own, of a moment ago.

    What was decided without a network has happened by then; the difference is looked at instead.
    """
    if row.passage and row.passage.chosen:
        return None
    return own_entry(by, row.pk, ENTRIES, now)


@action("arrivals.correct_pass")
def correct_pass(*, by: Any, passed: Pass, code: str, negative: bool, complaints: bool, now: datetime, op=None) -> Pass:
    """Say what was really seen; the rules decide by it. Something stricter, or a result, that was entered falls away.

    The earlier entry stays among the facts. A wait that is not asked for any more is owed no more. Raises Invalid.
    """
    row = Pass.objects.select_for_update(of=("self",)).select_related("passage", "arrival").get(pk=passed.pk)
    require(by, "arrivals.correct_pass", row.area)
    entry = correctable(by, row, now)
    if entry is None:
        raise Invalid("code", _("Only who entered it corrects it, within ten minutes."))
    if code not in words.CODES:
        raise Invalid("code", _("Which colour has the code?"))
    was = {"code": row.code, "disposal": row.disposal}
    found = decide(
        Seen(code, negative, complaints), row.arrival.category, row.arrival.measure, stops_here=_stopped_here(row),
        goods=bool(row.passage and row.passage.goods),
    )  # fmt: skip
    waited = row.waits_since is not None and row.left_at is None
    row.code, row.negative, row.complaints = code, negative, complaints
    row.decided = row.disposal = found.disposal
    row.reasons, row.result, row.left_at = list(found.reasons), "", None
    row.waits_since = (row.waits_since or now) if found.disposal == "wait" else None
    row.save()
    data = {"disposal": found.disposal, "reasons": list(found.reasons), "code": code, "was": was}
    fact = record(
        "arrivals.corrected", subject=row.pk, area=row.area, by=by, now=now, op=op, because=[entry], data=data
    )
    if row.waits_since is None:
        withdraw_duties(subjects=[row.pk], kinds=["arrivals.end_wait"], now=now, because=fact)
    elif not waited:
        owe_result(row, by, now)
    if row.passage:
        together = heaviest(row.passage.passes.values_list("decided", flat=True))
        Passage.objects.filter(pk=row.passage_id).update(disposal=together)
    return row


def _stopped_here(row: Pass) -> bool:
    """Whether they were said to stay: they were received with the entry, not by a community later."""
    first = Fact.objects.filter(subject=row.pk, kind="arrivals.checked").earliest("recorded_at")
    return row.arrival.arrived_at is not None and row.arrival.arrived_at <= first.recorded_at
