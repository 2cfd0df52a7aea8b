"""Deciding about a correction that changes a result: two persons, and then everything follows that follows a result."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel import plans
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import rules
from ..models import Correction, Result
from ..recording import Recorder
from ..stated import Finding, Stated
from .tubes import first_of_two


@action("screening.confirm_correction")
def confirm_correction(
    *, by: Any, correction: Correction, agree: bool, now: datetime, op: UUID | None = None
) -> Correction:
    """Somebody else than the sender confirms a held correction, which supersedes the result now, or refuses it.

    Of what a machine sent, the first person who confirms it stands behind it, and another one is needed. Raises
    Invalid for the sender, a machine, and what is decided already.
    """
    original = Result.objects.select_for_update(of=("self",)).select_related("person").get(pk=correction.result_id)
    row = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)  # in the order of who sends one
    require(by, "screening.confirm_correction", row.area, organisation=row.laboratory_id)
    if row.outcome != "waiting":
        raise Invalid("agree", _("Somebody has decided about this correction already, or a later one replaced it."))
    if first_of_two(row.first_user, by, agree):
        row.first_user = by.user_id
        row.save(update_fields=["first_user"])
        return row
    settled = record(
        "screening.correction_settled", subject=row.doubt, area=row.area, by=by, now=now, op=op, because=[row.fact],
        data={"was": original.result, "claimed": row.found, "agreed": agree, "result_id": str(original.pk)},
    )  # fmt: skip
    row.outcome, row.settled_at, row.settled_user = "refused", now, by.user_id
    if agree:
        row.outcome, row.became = "confirmed", _write(row, original, settled, by=by, now=now, op=op)
    row.save(update_fields=["outcome", "settled_at", "settled_user", "became"])
    return row


def _write(row: Correction, original: Result, settled: Fact, *, by: Any, now: datetime, op: UUID | None) -> Result:
    """The correction as a result, with its facts and what follows from them."""
    bound = plans.edition(row.plan).screening.ct_positive_max
    doubts = rules.doubts(row.found, row.ct_orf, row.ct_n, bound)
    finding = Finding(
        row.ref, original.disease, original.sampled_at, row.found, row.ct_orf, row.ct_n, row.named, row.plan, doubts
    )
    recorder = Recorder([], by=by, now=now, op=op, history=False, agreed=True)
    return recorder.correct(Stated(finding, row.person, row.laboratory), original, because=[settled.id])
