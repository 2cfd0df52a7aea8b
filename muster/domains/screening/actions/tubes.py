"""What a laboratory found in tubes that it received; odd batches and second thoughts wait for a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from muster.kernel import ids
from muster.kernel.facts.actions import record, record_many
from muster.kernel.loading import cell
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Organisation, Person
from muster.kernel.posts.permissions import require

from .. import rules
from ..models import Registration, Result, Tube
from ..stated import check_ct, plan_for, read_ct, read_result
from .custody import counted_again, missing_again
from .results import record_result

MOST_ROWS = 1000
FACT_OF = {"negative": "tube_negative", "positive": "tube_positive", "pool_suspect": "tube_suspect"}


@action("screening.load_tubes")
def load_tubes(
    *, by: Any, rows: Sequence[Mapping[str, Any]], now: datetime, op: UUID | None = None
) -> dict[str, list[Any]]:
    """Results by tube (tube, result, ct_orf, ct_n) of the post's laboratory; a verdict for every row.

    `new`, `unchanged`, `held` (the batch's rates are odd, or the tube had another result: a second person of the
    laboratory confirms) or `rejected` (not received here, or the values contradict one another). A pool is never
    positive: what is found in it makes it suspect, and its members are sampled singly.
    """
    require(by, "screening.load_tubes", by.area, organisation=by.organisation_id)
    if len(rows) > MOST_ROWS:
        raise Invalid("rows", _("At most %(most)s results at a time.") % {"most": MOST_ROWS})
    codes = {cell(row.get("tube")) for row in rows}
    received = Tube.objects.filter(code__in=codes, laboratory_id=by.organisation_id, voided_at=None)
    tubes = {
        tube.code: tube for tube in received.select_related("round").order_by("code").select_for_update(of=("self",))
    }
    read: list[tuple[int, Tube, str, Any]] = []
    verdicts: dict[int, list[Any]] = {}
    for number, row in enumerate(rows, start=1):
        try:
            read.append((number, *_read(row, tubes)))
        except Invalid as no:
            verdicts[number] = [number, cell(row.get("tube")), "rejected", no.field, str(no.message)]
    odd = rules.odd_rates([result for _number, _tube, result, _ct in read])
    taken = []
    for number, tube, result, cycles in read:
        if result == tube.result:
            verdict = "unchanged"
        elif odd or tube.result:
            verdict = "held"
            _claim(tube, result, cycles, "rates" if odd else "flip", by, now)
        else:
            verdict = "new"
            tube.result, (tube.ct_orf, tube.ct_n) = result, cycles
            taken.append(tube)
        verdicts[number] = [number, tube.code, verdict, "", odd if verdict == "held" else ""]
    settle(taken, by=by, now=now, op=op)
    return {"verdicts": [verdicts[number] for number in sorted(verdicts)]}


def _read(row: Mapping[str, Any], tubes: dict[str, Tube]) -> tuple[Tube, str, Any]:
    """The tube, the result and its Ct values. Raises Invalid."""
    tube = tubes.get(cell(row.get("tube")))
    if tube is None:
        raise Invalid("tube", _("This laboratory has not received such a tube."))
    result = read_result(row.get("result"))
    if result == "untested":
        raise Invalid("result", _("Give up the tube instead, and say what happened."))
    if result == "pool_suspect" and tube.members == 1:
        result = "positive"
    cycles = read_ct("ct_orf", row.get("ct_orf")), read_ct("ct_n", row.get("ct_n"))
    check_ct(result, *cycles, plan_for(tube.round.disease, tube.opened_at, tube.round.plan), False)
    return tube, "pool_suspect" if result == "positive" and tube.members > 1 else result, cycles


def _claim(tube: Tube, result: str, cycles: Any, why: str, by: Any, now: datetime) -> None:
    tube.claimed, tube.claimed_why, tube.claimed_at = result, why, now
    tube.claimed_user = getattr(by, "user_id", None)
    tube.save(update_fields=["claimed", "claimed_why", "claimed_at", "claimed_user"])


def settle(tubes: Sequence[Tube], *, by: Any, now: datetime, op: UUID | None, because: Any = None) -> None:
    """Write what was found: the tubes, a fact for each, the results of those who were alone in theirs."""
    for tube in tubes:
        tube.resulted_at, tube.fact = now, ids.uuid7()
        tube.claimed, tube.claimed_why, tube.claimed_at, tube.claimed_user = "", "", None, None
    fields = ["result", "ct_orf", "ct_n", "resulted_at", "fact", "claimed", "claimed_why", "claimed_at", "claimed_user"]
    Tube.objects.bulk_update(tubes, fields, batch_size=500)
    missing_again([tube for tube in tubes if tube.result == "invalid"])
    for word in rules.RESULTS:
        found = [tube for tube in tubes if tube.result == word]
        rows = [
            {"id": t.fact, "subject": t.id, "area": t.area, "because": because or [], "data": {"members": t.members}}
            for t in found
        ]
        if rows:
            record_many(f"screening.{FACT_OF.get(word, 'tube_invalid')}", rows, by=by, now=now, op=op)
    _singles([tube for tube in tubes if tube.members == 1 and tube.result in ("negative", "positive")], by, now)


def _singles(tubes: Sequence[Tube], by: Any, now: datetime) -> None:
    """A tube with one person's swab is that person's result: of a key person, or resampled from a suspect pool."""
    if not tubes:
        return
    laboratory = Organisation.objects.get(pk=by.organisation_id)
    swabs = {row.tube_id: row for row in Registration.objects.filter(tube_id__in=[t.id for t in tubes], voided_at=None)}
    people = Person.objects.select_related("canonical").in_bulk([swab.person_id for swab in swabs.values()])
    for tube in tubes:
        swab = swabs[tube.id]
        before = Result.objects.filter(Q(ref=tube.code) | Q(ref__startswith=f"{tube.code}~"), laboratory=laboratory)
        live, many = before.filter(superseded_at=None).first(), before.count()
        record_result(
            by=by, person=people[swab.person_id], laboratory=laboratory,
            ref=f"{tube.code}~{many + 1}" if many else tube.code, corrects=live.ref if live else "",
            disease=tube.round.disease, plan=tube.round.plan, sampled_at=min(swab.device_at, swab.received_at),
            result=tube.result, ct_orf=tube.ct_orf, ct_n=tube.ct_n, now=now,
        )  # fmt: skip


@action("screening.confirm_claim")
def confirm_claim(*, by: Any, tube: Tube, agree: bool, now: datetime, op: UUID | None = None) -> Tube:
    """A second person of the laboratory confirms a held result, or throws the claim away. Raises Invalid."""
    tube = Tube.objects.select_for_update(of=("self",)).select_related("round").get(pk=tube.pk)
    require(by, "screening.confirm_claim", None, organisation=tube.laboratory_id)
    if not tube.claimed:
        raise Invalid("tube", _("No result of this tube waits for a second person."))
    if tube.claimed_user is not None and tube.claimed_user == by.user_id:
        raise Invalid("agree", _("Somebody else of the laboratory confirms it."))
    data = {"was": tube.result, "claimed": tube.claimed, "agreed": agree}
    fact = record("screening.claim_settled", subject=tube.id, area=tube.area, by=by, now=now, op=op, data=data)
    if agree:
        tube.result = tube.claimed
        settle([tube], by=by, now=now, op=op, because=[fact])
        counted_again([tube])
    else:
        tube.claimed, tube.claimed_why, tube.claimed_at, tube.claimed_user = "", "", None, None
        tube.save(update_fields=["claimed", "claimed_why", "claimed_at", "claimed_user"])
    return tube
