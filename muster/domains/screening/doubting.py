"""A correction that changes what a result says waits for a second person; until then the result stays in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from muster.kernel.duties.actions import bring_forward, minutes_of, open_duty, withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact

from . import rules
from .models import Correction, Result
from .stated import Stated, who

DUTY = "screening.confirm_correction"
RAISED = "deadlines.raised_result_minutes"  # somebody positive may be walking about


def waiting() -> QuerySet[Correction]:
    """What nobody has decided about."""
    return Correction.objects.filter(outcome="waiting")


def said_before(refs: Iterable[str]) -> dict[tuple[UUID | None, str], list[Correction]]:
    """Every correction that was held under one of these references, by laboratory and reference."""
    found: dict[tuple[UUID | None, str], list[Correction]] = {}
    rows = Correction.objects.filter(ref__in=set(refs)).select_related("result", "person").order_by("sent_at", "id")
    for row in rows:
        found.setdefault((row.laboratory_id, row.ref), []).append(row)
    return found


def says_the_same(stated: Stated, row: Correction) -> bool:
    """Whether a stated result says what a held correction says: sent twice, it counts once."""
    said = stated.finding
    return (
        (who(stated.person), said.disease) == (who(row.person), row.result.disease)
        and (said.sampled_at, said.result) == (row.result.sampled_at, row.found)
        and (said.ct_orf, said.ct_n, said.corrects) == (row.ct_orf, row.ct_n, row.named)
    )


def hold(stated: Stated, original: Result, *, by: Any, now: datetime, op: UUID | None) -> Correction:
    """Keep a correction back, in the place of one that waits already: the duty and its deadline are the first one's.

    To positive it is decided sooner than the other way round, also where the first one said something else.
    """
    before = waiting().select_for_update(of=("self",)).filter(result=original).first()
    said, user = stated.finding, getattr(by, "user_id", None)
    row = Correction(
        result=original, person=stated.person, laboratory=stated.laboratory, area=stated.area, ref=said.ref,
        named=said.corrects, found=said.result, ct_orf=said.ct_orf, ct_n=said.ct_n, plan=said.plan, sent_at=now,
        sent_user=user, first_user=user, reason=said.reason, remark=said.remark,
    )  # fmt: skip
    row.doubt = before.doubt if before else row.id
    if before:
        before.outcome, before.settled_at = "replaced", now
        before.save(update_fields=["outcome", "settled_at"])
    words = {"was": original.result, "claimed": row.found, **({"reason": row.reason} if row.reason else {})}
    fact = record(
        "screening.correction_held", subject=row.doubt, area=row.area, by=by, now=now, op=op,
        because=[original.fact_id, *([before.fact] if before else [])],
        data={"person": str(row.person_id), "disease": original.disease, "result_id": str(original.pk), **words},
    )  # fmt: skip
    row.fact = fact.id
    row.save(force_insert=True)
    raised = rules.effect_of_correction(original.result, row.found) == "raise"
    due = now + timedelta(minutes=minutes_of(RAISED, row.plan)) if raised else None
    if not before:
        open_duty(
            DUTY, subject=row.doubt, area=row.area, person=stated.person, because=fact, by=by, now=now, plan=row.plan,
            data=words, due_at=due,
        )  # fmt: skip
    elif due:
        bring_forward(DUTY, row.doubt, due)
    return row


def overtaken(original: Result, result: Result, *, now: datetime) -> None:
    """A result was superseded in another way (its tube's): what waited about it asks nobody any more."""
    row = waiting().filter(result=original).first()
    if row:
        waiting().filter(pk=row.pk).update(outcome="replaced", settled_at=now)
        because = Fact.objects.get(pk=result.fact_id)
        withdraw_duties(subjects=[row.doubt], kinds=[DUTY], now=now, because=because)
