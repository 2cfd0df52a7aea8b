"""What a laboratory found in tubes that it received; odd batches and second thoughts wait for a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel import ids
from muster.kernel.facts.actions import record_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Organisation, Person
from muster.kernel.posts.permissions import require

from .. import queries, rules
from ..judging import HELD, NEW, Judged, Line, judge
from ..models import Batch, Registration, Tube
from ..recording import Recorder
from ..stated import Stated, read
from .custody import close_reported, counted_again, missing_again

MOST_ROWS = 1000
FACT_OF = {"negative": "tube_negative", "positive": "tube_positive", "pool_suspect": "tube_suspect"}
NO_CLAIM = {
    "claimed": "", "claimed_why": "", "claimed_at": None, "claimed_user": None, "claimed_in": None,
    "claimed_ct_orf": None, "claimed_ct_n": None,
}  # fmt: skip


@action("screening.load_tubes")
def load_tubes(
    *, by: Any, rows: Sequence[Mapping[str, Any]], stated: Mapping[str, int] | None = None, digest: str = "",
    way: str = "page", now: datetime, op: UUID | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Results by tube (tube, result, ct_orf, ct_n) of the post's laboratory; a verdict for every row.

    `new`, `unchanged`, `held` (the rates are odd, the laboratory cannot test so many, or the tube had another result:
    a second person of the laboratory confirms) or `rejected` (not received here, or the values contradict one another).
    A pool is never positive: what is found in it makes it suspect, and its members are sampled singly. Raises Invalid
    for a batch that does not have in it what is `stated`, or of which the `digest` is not right: nothing is taken.
    """
    require(by, "screening.load_tubes", by.area, organisation=by.organisation_id)
    if len(rows) > MOST_ROWS:
        raise Invalid("rows", _("At most %(most)s results at a time.") % {"most": MOST_ROWS})
    judged = judge(rows, by.organisation_id, now, stated, digest, lock=True)
    batch = _batch(judged, by=by, way=way, stated=stated, now=now)
    taken = []
    for line in judged.of(NEW):
        tube = line.tube
        if tube is not None and not tube.result:  # the same row twice in one batch counts once
            tube.result, (tube.ct_orf, tube.ct_n) = line.result, line.cycles
            taken.append(tube)
    settle(taken, by=by, now=now, op=op)
    _claim(judged.of(HELD), batch, by, now)
    return {
        "batch": str(batch.id),
        **judged.counts,
        "verdicts": [[line.number, line.code, line.verdict, line.column, line.reason] for line in judged.lines],
        "boxes": queries.box_states({line.tube.box_id for line in judged.lines if line.tube and line.tube.box_id}),
    }


def _batch(judged: Judged, *, by: Any, way: str, stated: Mapping[str, int] | None, now: datetime) -> Batch:
    area = Organisation.objects.values_list("area", flat=True).get(pk=by.organisation_id)
    return Batch.objects.create(
        laboratory_id=by.organisation_id, area=area, way=way, sent_at=now, by_user=by.user_id,
        first_user=by.user_id, stated=dict(stated or {}), why=judged.why, figures=judged.figures,
        boxes=sorted({str(line.tube.box_id) for line in judged.lines if line.tube and line.tube.box_id}),
        **judged.counts,
    )  # fmt: skip


def _claim(lines: Sequence[Line], batch: Batch, by: Any, now: datetime) -> None:
    """What is held waits at its tube; the latest that was sent is what waits, and the batch before lets go of it."""
    tubes = {line.tube.id: line.tube for line in lines if line.tube}
    before = {tube.claimed_in for tube in tubes.values()} - {None}
    for line in lines:
        tube = tubes[line.tube.id]  # type: ignore[union-attr]
        tube.claimed, tube.claimed_why, tube.claimed_at = line.result, line.why, now
        tube.claimed_user, tube.claimed_in = by.user_id, batch.id
        tube.claimed_ct_orf, tube.claimed_ct_n = line.cycles
    Tube.objects.bulk_update(tubes.values(), list(NO_CLAIM), batch_size=500)
    _close(before, None, now)


def settle(tubes: Sequence[Tube], *, by: Any, now: datetime, op: UUID | None, because: Any = None) -> None:
    """Write what was found: the tubes, a fact for each, the results of those who were alone in theirs.

    `because`: by tube, the facts that a second person agreed.
    """
    for tube in tubes:
        tube.resulted_at, tube.fact = now, ids.uuid7()
        for name, nothing in NO_CLAIM.items():
            setattr(tube, name, nothing)
    fields = ["result", "ct_orf", "ct_n", "resulted_at", "fact", *NO_CLAIM]
    Tube.objects.bulk_update(tubes, fields, batch_size=500)
    missing_again([tube for tube in tubes if tube.result == "invalid"])
    for word in rules.RESULTS:
        found = [tube for tube in tubes if tube.result == word]
        rows = [
            {
                "id": t.fact,
                "subject": t.id,
                "area": t.area,
                "because": (because or {}).get(t.id, []),
                "data": {"members": t.members},
            }
            for t in found
        ]
        if rows:
            record_many(f"screening.{FACT_OF.get(word, 'tube_invalid')}", rows, by=by, now=now, op=op)
    alone = [tube for tube in tubes if tube.members == 1 and tube.result in ("negative", "positive")]
    _singles(alone, by, now, agreed=because is not None)
    close_reported({tube.box_id for tube in tubes if tube.box_id}, by=by, now=now, op=op)


def _singles(tubes: Sequence[Tube], by: Any, now: datetime, *, agreed: bool) -> None:
    """A tube with one person's swab is that person's result: of a key person, or resampled from a suspect pool."""
    if not tubes:
        return
    laboratory = Organisation.objects.get(pk=by.organisation_id)
    swabs = {row.tube_id: row for row in Registration.objects.filter(tube_id__in=[t.id for t in tubes], voided_at=None)}
    people = Person.objects.select_related("canonical").in_bulk([swab.person_id for swab in swabs.values()])
    before = queries.refs_of_tubes([tube.code for tube in tubes], laboratory)
    live = {code: next((row.ref for row in rows if row.superseded_at is None), "") for code, rows in before.items()}
    refs = {*live.values(), *(tube.code for tube in tubes)} - {""}
    recorder = Recorder(refs, by=by, now=now, op=None, history=False, agreed=agreed)
    for tube in tubes:
        swab, many = swabs[tube.id], len(before.get(tube.code, []))
        said = {
            "ref": f"{tube.code}~{many + 1}" if many else tube.code, "corrects": live.get(tube.code, ""),
            "disease": tube.round.disease, "sampled_at": min(swab.device_at, swab.received_at),
            "result": tube.result, "ct_orf": tube.ct_orf, "ct_n": tube.ct_n,
        }  # fmt: skip
        finding = read(said, plan=tube.round.plan, history=False, now=now)
        recorder.take(Stated(finding, people[swab.person_id], laboratory))
    recorder.flush()


@action("screening.confirm_claim")
def confirm_claim(*, by: Any, tube: Tube, agree: bool, now: datetime, op: UUID | None = None) -> Tube:
    """A second person of the laboratory confirms a held result, or throws the claim away. Raises Invalid.

    Of what a machine sent, the first person who confirms it stands behind it, and another one is needed.
    """
    tube = Tube.objects.select_for_update(of=("self",)).select_related("round").get(pk=tube.pk)
    require(by, "screening.confirm_claim", None, organisation=tube.laboratory_id)
    if not tube.claimed:
        raise Invalid("tube", _("No result of this tube waits for a second person."))
    if first_of_two(tube.claimed_user, by, agree):
        tube.claimed_user = by.user_id
        tube.save(update_fields=["claimed_user"])
        return tube
    _decide([tube], agree, by=by, now=now, op=op)
    return tube


@action("screening.confirm_batch")
def confirm_batch(*, by: Any, batch: Batch, agree: bool, now: datetime, op: UUID | None = None) -> Batch:
    """The same for all that a batch holds back. Raises Invalid."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    require(by, "screening.confirm_batch", None, organisation=batch.laboratory_id)
    held = Tube.objects.filter(claimed_in=batch.id).select_related("round").order_by("code")
    tubes = list(held.select_for_update(of=("self",)))
    if batch.settled_at or not tubes:
        raise Invalid("agree", _("Nothing of this batch waits any more."))
    if first_of_two(batch.first_user, by, agree):
        batch.first_user = by.user_id
        batch.save(update_fields=["first_user"])
        for tube in tubes:
            tube.claimed_user = by.user_id
        Tube.objects.bulk_update(tubes, ["claimed_user"], batch_size=500)
        return batch
    _decide(tubes, agree, by=by, now=now, op=op)
    batch.refresh_from_db()
    return batch


def first_of_two(user: UUID | None, by: Any, agree: bool) -> bool:
    """Whether this is the first person for what a machine sent. Raises Invalid where it is not a second one."""
    if by.user_id is None:
        raise Invalid("agree", _("A person confirms it, never a machine."))
    if user == by.user_id:
        raise Invalid("agree", _("Somebody else confirms it."))
    return user is None and agree


def _decide(tubes: Sequence[Tube], agree: bool, *, by: Any, now: datetime, op: UUID | None) -> None:
    """Take over what was held, or throw it away; a batch of which nothing waits any more is settled."""
    batches = {tube.claimed_in for tube in tubes}
    facts = [
        {
            "id": ids.uuid7(), "subject": tube.id, "area": tube.area, "because": [],
            "data": {"was": tube.result, "claimed": tube.claimed, "agreed": agree},
        }
        for tube in tubes
    ]  # fmt: skip
    record_many("screening.claim_settled", facts, by=by, now=now, op=op)
    for tube in tubes:
        if agree:
            tube.result, tube.ct_orf, tube.ct_n = tube.claimed, tube.claimed_ct_orf, tube.claimed_ct_n
        else:
            for name, nothing in NO_CLAIM.items():
                setattr(tube, name, nothing)
    if agree:
        settle(tubes, by=by, now=now, op=op, because={fact["subject"]: [fact["id"]] for fact in facts})
        counted_again([tube for tube in tubes if tube.result != "invalid"])
    else:
        Tube.objects.bulk_update(tubes, list(NO_CLAIM), batch_size=500)
    _close(batches, agree, now)


def _close(batches: set[Any], agree: bool | None, now: datetime) -> None:
    """The batches of which nothing waits any more are settled."""
    waiting = set(Tube.objects.filter(claimed_in__in=batches).values_list("claimed_in", flat=True))
    Batch.objects.filter(pk__in=batches - waiting, settled_at=None).update(settled_at=now, agreed=agree)
