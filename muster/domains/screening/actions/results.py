"""Recording results: one by one, or a laboratory's batch with a verdict for every row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel.loading import LoadReport, NumberedRow, cell, new_report, reject
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import bare_people
from muster.kernel.people.models import Organisation, Person
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import reaches, require

from .. import queries
from ..models import Correction, Result
from ..recording import Recorder
from ..stated import Finding, Stated, read


class Report(LoadReport):
    """The report of a load, with [row, reference, verdict] of each row that was taken; `held` ones are not in force."""

    taken: list[list[Any]]
    held: int


@action("screening.record_result")
def record_result(
    *,
    by: Any,
    person: Person,
    laboratory: Organisation | None = None,
    ref: str,
    disease: str,
    sampled_at: datetime,
    result: str,
    ct_orf: float | None = None,
    ct_n: float | None = None,
    corrects: str = "",
    reason: str = "",
    remark: str = "",
    plan: str = "",
    history: bool = False,
    now: datetime,
    op: UUID | None = None,
) -> Result | Correction:
    """Record one result. The same content again changes nothing; `corrects` names the laboratory's earlier reference.

    A correction that says something else than the result in force is held for a second person, and returned as such;
    `reason` and `remark` tell that person why.
    `history` records what is past: no procedure runs. Raises Invalid, among others for Ct values that contradict it.
    """
    row = {"ref": ref, "disease": disease, "sampled_at": sampled_at, "result": result, "corrects": corrects}
    why = {"reason": reason, "remark": remark}
    finding = read({**row, **why, "ct_orf": ct_orf, "ct_n": ct_n}, plan=plan, history=history, now=now)
    stated = Stated(finding, person, laboratory)
    require(by, "screening.record_result", stated.area, organisation=laboratory and laboratory.pk)
    recorder = Recorder([ref, corrects], by=by, now=now, op=op, history=history)
    stored, _verdict = recorder.take(stated)
    recorder.flush()
    return stored


@action("screening.load_results")
def load_results(
    *,
    by: Any,
    rows: Sequence[NumberedRow],
    plan: str = "",
    history: bool = False,
    create_missing: bool = False,
    now: datetime,
    op: UUID | None = None,
) -> Report:
    """Record a batch of rows, set-based; their columns are ref, person, disease, sampled_at, result, ct_orf, ct_n,
    laboratory, corrects, reason, remark.

    A post of a laboratory sends only that laboratory's own; others only about persons in their area. An unknown person
    rejects the row or, with `create_missing`, becomes a bare record; a laboratory that is new to us is recorded.
    """
    require(by, "screening.load_results", by.area, organisation=getattr(by, "organisation_id", None))
    report: Report = {**new_report(), "taken": [], "held": 0}  # type: ignore[typeddict-item]
    findings: list[tuple[int, Any, Finding]] = []
    for number, row in rows:
        try:
            findings.append((number, row, read(row, plan=plan, history=history, now=now)))
        except Invalid as no:
            reject(report, number, no.field, no.message)
    named = _Named((row for _number, row, _finding in findings), by, create_missing, now)
    refs = {ref for _number, _row, finding in findings for ref in (finding.ref, finding.corrects) if ref}
    recorder = Recorder(refs, by=by, now=now, op=op, history=history)
    for number, row, finding in findings:
        try:
            stored, verdict = recorder.take(named.stated(row, finding))
        except Invalid as no:
            reject(report, number, no.field, no.message)
            continue
        report[verdict] += 1  # type: ignore[literal-required]
        report["taken"].append([number, stored.ref, verdict])
    recorder.flush()
    report["rejected"].sort(key=lambda no: no["row"])
    return report


class _Named:
    """Whom and what the rows of a batch name."""

    def __init__(self, rows: Iterable[Any], by: Any, create_missing: bool, now: datetime) -> None:
        said = [(cell(row.get("person")), cell(row.get("laboratory"))) for row in rows]
        refs, names = {person for person, _laboratory in said if person}, {name for _person, name in said if name}
        self.by, self.persons = by, queries.persons(refs)
        self.laboratories = queries.laboratories(names)
        if create_missing and (missing := sorted(refs - self.persons.keys())):
            bare_people(by=by, refs=missing, now=now)
            self.persons |= queries.persons(missing)
        own = getattr(by, "organisation_id", None)
        self.own = Organisation.objects.get(pk=own) if own else None

    def stated(self, row: Any, finding: Finding) -> Stated:
        """A row with everything it names. Raises Invalid."""
        person = self.persons.get(cell(row.get("person")))
        if person is None:
            raise Invalid("person", _("There is no person with this reference"))
        stated = Stated(finding, person, self._laboratory(cell(row.get("laboratory"))))
        if not reaches(self.by, stated.area, organisation=stated.key[0]):
            raise Invalid("person", _("This person is not in your area"))
        return stated

    def _laboratory(self, name: str) -> Organisation | None:
        if self.own:
            if name not in ("", self.own.ref, self.own.name):
                raise Invalid("laboratory", _("Your key is that of another laboratory"))
            return self.own
        if not name:
            return None
        if name not in self.laboratories:
            if self.by is not SYSTEM:
                raise Invalid("laboratory", _("There is no laboratory with this reference or name"))
            self.laboratories[name] = Organisation.objects.create(ref=name, name=name, kind="laboratory")
        return self.laboratories[name]
