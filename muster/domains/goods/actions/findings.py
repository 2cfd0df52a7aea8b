"""A breach at an enterprise: found, put right by its deadline, checked; and what the authority imposed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Finding, Holder, Lot
from .checking import LONGEST_NOTE, MOST, require_here, text_of
from .entry import plan_on


@action("goods.find_breach")
def find_breach(*, by: Any, holder: Holder, kind: str, note: str, lot: Lot | None = None, now, op=None) -> Finding:
    """A breach was found; the enterprise owes that it is put right by the plan's deadline. Raises Invalid."""
    require(by, "goods.find_breach", holder.area)
    if kind not in words.FINDING_KINDS:
        raise Invalid("kind", _("Choose what was found."))
    if lot is not None and lot.holder_id != holder.pk:
        raise Invalid("lot", _("This lot is elsewhere."))
    plan = plan_on(now)
    row = Finding.objects.create(
        holder=holder, lot=lot, area=holder.area, place_id=holder.place_id, plan=plan.edition, kind=kind,
        note=text_of(note, "note", longest=LONGEST_NOTE), found_at=now, found_by=by.id,
        due_at=now + timedelta(minutes=plan.value("goods.correct_minutes")),
    )  # fmt: skip
    fact = record("goods.breach_found", subject=row.id, area=row.area, by=by, now=now, op=op, data={"kind": kind})
    open_duty(
        "goods.correct", subject=row.id, area=row.area, place=row.place_id, because=fact, by=by, now=now,
        plan=plan.edition,
    )  # fmt: skip
    return row


@action("goods.answer_finding")
def answer_finding(*, by: Any, finding: Finding, answer: str, now, op=None) -> Finding:
    """The enterprise says how it was put right; whoever supervises it looks. Raises Invalid."""
    row = Finding.objects.select_for_update().get(pk=finding.pk)
    require_here(by, "goods.answer_finding", row)
    if row.state != "open":
        raise Invalid("answer", _("This was answered already."))
    row.answer, row.state = text_of(answer, "answer", longest=LONGEST_NOTE), "answered"
    row.save(update_fields=["answer", "state"])
    fact = record("goods.breach_answered", subject=row.id, area=row.area, by=by, now=now, op=op)
    open_duty("goods.verify", subject=row.id, area=row.area, because=fact, by=by, now=now, plan=row.plan)
    return row


@action("goods.verify_finding")
def verify_finding(*, by: Any, finding: Finding, sound: bool, now, op=None) -> Finding:
    """Somebody looked: it is put right, or it is owed again. Raises Invalid."""
    row = Finding.objects.select_for_update().get(pk=finding.pk)
    require(by, "goods.verify_finding", row.area)
    if row.state != "answered":
        raise Invalid("sound", _("Nobody says that it is put right."))
    row.state, row.closed_at = ("closed", now) if sound else ("open", None)
    row.save(update_fields=["state", "closed_at"])
    fact = record("goods.breach_checked", subject=row.id, area=row.area, by=by, now=now, op=op, data={"sound": sound})
    if not sound:
        open_duty(
            "goods.correct",
            subject=row.id,
            area=row.area,
            place=row.place_id,
            because=fact,
            by=by,
            now=now,
            plan=row.plan,
        )
    return row


@action("goods.punish")
def punish(*, by: Any, finding: Finding, penalty: str, number: str, yuan: int | None = None, now, op=None) -> Finding:
    """The penalty that the authority imposed, by the number of its decision. Raises Invalid."""
    row = Finding.objects.select_for_update().get(pk=finding.pk)
    require(by, "goods.punish", row.area)
    if penalty not in words.PENALTIES:
        raise Invalid("penalty", _("Choose a penalty."))
    if row.penalty:
        raise Invalid("penalty", _("A penalty is recorded already."))
    if (penalty == "fine") != (yuan is not None) or (yuan is not None and not 0 < yuan <= MOST):
        raise Invalid("yuan", _("A fine, and only a fine, has an amount in yuan."))
    row.penalty, row.penalty_number, row.penalty_yuan = penalty, text_of(number, "number"), yuan
    row.penalty_at = now
    row.save(update_fields=["penalty", "penalty_number", "penalty_yuan", "penalty_at"])
    data = {"penalty": penalty, "yuan": yuan}
    record("goods.punished", subject=row.id, area=row.area, by=by, now=now, op=op, data=data)
    return row
