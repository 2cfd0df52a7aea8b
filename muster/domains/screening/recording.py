"""Writing stated results: new ones together, corrections one by one, each with its facts and the tests it answers.

A correction that says something else than the result in force takes effect when two persons said so (decision 12).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids
from muster.kernel.controls.actions import record_test
from muster.kernel.controls.models import DueTest
from muster.kernel.facts.actions import record, record_many
from muster.kernel.operations.errors import Invalid

from . import doubting, queries, rules
from .models import Correction, Result
from .stated import Stated, bare, who

ANSWERS_TEST = ("negative", "positive")
REFUSED_CORRECTION = {
    "other_laboratory": _("The result to be corrected was sent by another laboratory"),
    "other_person": _("The result to be corrected is about another person"),
    "other_disease": _("The result to be corrected is about another disease"),
    "other_sample": _("The result to be corrected is of a sample taken at another time; send this as a new result"),
    "superseded": _("That result was corrected already; name the latest one"),
}
OTHER_CONTENT = _("Sent before with another content; a correction names this reference in `corrects`")
REFUSED_BEFORE = _("A second person refused this correction; if it is right after all, send it under a new reference")


class Recorder:
    """Takes stated results in their order; `flush()` writes what is waiting. One transaction of the caller's.

    `agreed`: two persons stand behind what is taken, so that a correction takes effect whatever it says.
    """

    def __init__(
        self, refs: Iterable[str], *, by: Any, now: datetime, op: UUID | None, history: bool, agreed: bool = False
    ) -> None:
        self.by, self.now, self.op, self.history, self.agreed = by, now, op, history, agreed
        refs = set(refs)
        self.sent, self.held = queries.sent_before(refs), doubting.said_before(refs)
        self.waiting: list[tuple[Result, Stated]] = []

    def take(self, stated: Stated) -> tuple[Result | Correction, str]:
        """What is stored and the verdict: `new`, `unchanged`, or `held` for a correction that waits for two persons.

        Raises Invalid for a contradiction.
        """
        before = self.sent.get(stated.key, [])
        for result in before:
            if stated.same_as(result):
                return result, "unchanged"
        for claim in self.held.get(stated.key, []):
            if doubting.says_the_same(stated, claim):
                return self._said_before(claim)
        if stated.finding.held:
            raise stated.finding.held
        if stated.finding.corrects:
            return self._correct_or_hold(stated)
        if before or stated.key in self.held:
            raise Invalid("ref", OTHER_CONTENT)
        result = self._build(stated)
        self.waiting.append((result, stated))
        self.sent.setdefault(stated.key, []).append(result)
        return result, "new"

    def _said_before(self, claim: Correction) -> tuple[Correction, str]:
        """A correction that came before: it waits still, or was refused; one that a later one replaced stays so."""
        if claim.outcome == "refused":
            raise Invalid("corrects", REFUSED_BEFORE)
        return claim, "held" if claim.outcome == "waiting" else "unchanged"

    def _correct_or_hold(self, stated: Stated) -> tuple[Result | Correction, str]:
        """Other Ct values take effect at once; another word, or anything about a result that is doubted, waits."""
        original = self._original(stated)
        live = [row for row in self.sent.get(stated.key, []) if row.superseded_at is None and row.pk != original.pk]
        if live:
            raise Invalid("ref", OTHER_CONTENT)
        past = self.history and original.history
        doubted = stated.finding.result != original.result or doubting.waiting().filter(result=original).exists()
        if past or self.agreed or not doubted:
            result = self.correct(stated, original)
            doubting.overtaken(original, result, now=self.now)
            return result, "new"
        claim = doubting.hold(stated, original, by=self.by, now=self.now, op=self.op)
        for others in self.held.values():
            for other in others:
                if other.result_id == original.pk and other.outcome == "waiting":
                    other.outcome = "replaced"
        self.held.setdefault(stated.key, []).append(claim)
        return claim, "held"

    def flush(self) -> None:
        """Write the waiting results, then their facts kind by kind, then tick the tests that they answer."""
        waiting, self.waiting = self.waiting, []
        Result.objects.bulk_create([result for result, _stated in waiting], batch_size=1000)
        for word in rules.RESULTS:
            rows = [self._fact(result, stated) for result, stated in waiting if result.result == word]
            if rows:
                record_many(f"screening.result_{word}", rows, by=self.by, now=self.now, op=self.op)
        if not self.history:
            _tick([result for result, _stated in waiting])

    def _original(self, stated: Stated) -> Result:
        """The result in force that a correction names by its reference, or by that of a correction of it."""
        self.flush()
        named = stated.key[0], stated.finding.corrects
        found = self.sent.get(named) or [claim.result for claim in self.held.get(named, [])]
        if not found:
            raise Invalid("corrects", _("There is no such result of this laboratory"))
        live = next((result for result in found if result.superseded_at is None), found[-1])
        original = Result.objects.select_for_update(of=("self",)).select_related("person").get(pk=live.pk)
        for fault in rules.correction_refused(bare(original), stated.bare()):
            raise Invalid("corrects", REFUSED_CORRECTION[fault])
        return original

    def correct(self, stated: Stated, original: Result, because: Iterable[UUID] = ()) -> Result:
        """Supersede a result: the new one with its fact, then the fact that says so, because of both."""
        Result.objects.filter(pk=original.pk).update(superseded_at=self.now)
        result = self._build(stated, original)
        result.save(force_insert=True)
        row = self._fact(result, stated)
        record_many(f"screening.result_{result.result}", [row], by=self.by, now=self.now, op=self.op)
        record(
            "screening.result_corrected",
            subject=original.pk,
            area=result.area,
            by=self.by,
            now=self.now,
            op=self.op,
            because=[original.fact_id, result.fact_id, *because],
            data={**row["data"], "was": original.result, "result_id": str(result.pk)},
        )
        for kept in self.sent.get((original.laboratory_id, original.ref), []):
            if kept.pk == original.pk:
                kept.superseded_at = self.now
        self.sent.setdefault(stated.key, []).append(result)
        if not self.history:
            _answer_instead(original, result)
        return result

    def _build(self, stated: Stated, original: Result | None = None) -> Result:
        said = stated.finding
        return Result(
            ref=said.ref,
            person=stated.person,
            disease=said.disease,
            sampled_at=said.sampled_at,
            received_at=self.now,
            result=said.result,
            ct_orf=said.ct_orf,
            ct_n=said.ct_n,
            laboratory=stated.laboratory,
            corrects=original,
            area=stated.area,
            fact_id=ids.uuid7(),
            history=self.history,
        )

    def _fact(self, result: Result, stated: Stated) -> dict[str, Any]:
        data: dict[str, Any] = {
            "person": str(result.person_id),
            "disease": result.disease,
            "result": result.result,
            "plan": stated.finding.plan,
            "sampled_at": result.sampled_at.isoformat(),
        }
        if stated.finding.doubts:
            data["doubts"] = list(stated.finding.doubts)
        if self.history:
            data["history"] = True
        return {
            "id": result.fact_id,
            "subject": result.pk,
            "area": result.area,
            "because": [result.corrects.fact_id] if result.corrects else [],
            "data": data,
            "happened_at": result.sampled_at if self.history else self.now,
        }


def _tick(results: list[Result]) -> None:
    """Tests that the plan asked of controlled persons are answered by these results."""
    answering = [result for result in results if result.result in ANSWERS_TEST]
    controlled = queries.under_control(who(result.person) for result in answering)
    for result in answering:
        if who(result.person) in controlled:
            day = clock.local_day(result.sampled_at)
            record_test(who(result.person), result.disease, day, fact=result.fact_id, result=result.result)


def _answer_instead(original: Result, result: Result) -> None:
    """The corrected result answers the test that the wrong one had answered; an invalid one leaves it due again."""
    tests = DueTest.objects.filter(done_fact=original.fact_id, control__ended_at=None)
    if result.result in ANSWERS_TEST:
        if not tests.update(done_fact=result.fact_id, result=result.result):
            _tick([result])
    else:
        tests.update(done_fact=None, result="")
