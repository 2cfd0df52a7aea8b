"""Writing imported cases: numbers, incident, facts, links and chains, each for all rows at once."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from os.path import commonprefix
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids
from muster.kernel.areas.codes import parent_of
from muster.kernel.duties.actions import open_duties
from muster.kernel.facts.actions import record_many
from muster.kernel.loading import LoadReport, reject
from muster.kernel.people.queries import every_record

from .. import rules
from ..actions.incidents import open_incident
from ..actions.numbers import DISTRICT, case_series, district_of, next_serial
from ..models import Case, Chain, Classification, Incident, Link
from . import cells
from .cases import CONTENT, CaseRow
from .inserting import insert_many
from .links import new_link, write_links


class Store:
    """Writes one file's cases, in the caller's transaction."""

    def __init__(self, *, by: Any, now: datetime, op: Any, history: bool, report: LoadReport) -> None:
        self.by, self.now, self.op, self.history, self.report = by, now, op, history, report

    def write(self, rows: list[CaseRow]) -> None:
        """Insert, update and link; counts go to the report."""
        first: dict[str, CaseRow] = {}
        for row in rows:
            first.setdefault(row.ref, row)
        new = [row for row in first.values() if row.case is None]
        if not self.history:
            new = self._without_open_case(new)
        changed = {row.ref for row in first.values() if row.case and self._differs(row)}
        self._update([row for row in first.values() if row.ref in changed])
        self._insert(new)
        known = {ref: row.case for ref, row in first.items() if row.case}
        linked = self._link([row for row in rows if row.ref in known], known)
        fresh = {row.number for row in new}
        for row in rows:
            if row.ref not in known:
                continue
            altered = row.number in linked or (first[row.ref] is row and row.ref in changed)
            self.report["new" if row.number in fresh else "changed" if altered else "unchanged"] += 1

    def _without_open_case(self, rows: list[CaseRow]) -> list[CaseRow]:
        """Live cases only of persons who have none yet for the disease."""
        people = [row.who.canonical_id or row.who.pk for row in rows]
        own = every_record(people)
        open_ = Case.objects.open().filter(person__in=own).values_list("person_id", "disease")
        taken = {(own[person], disease) for person, disease in open_}
        kept = []
        for row, person in zip(rows, people, strict=True):
            if (person, row.disease) in taken:
                reject(self.report, row.number, "person", _("This person has an open case already."))
            else:
                taken.add((person, row.disease))
                kept.append(row)
        return kept

    @staticmethod
    def _differs(row: CaseRow) -> bool:
        return any((said := getattr(row, name)) and said != getattr(row.case, name) for name in CONTENT)

    def _update(self, rows: list[CaseRow]) -> None:
        steps = []
        for row in rows:
            if row.classification != row.case.classification:
                steps.append(self._step(row.case, row.classification))
            for name in CONTENT:
                setattr(row.case, name, getattr(row, name) or getattr(row.case, name))
        Case.objects.bulk_update([row.case for row in rows], CONTENT, batch_size=1000)
        self._classified(steps)

    def _insert(self, rows: list[CaseRow]) -> None:
        groups: dict[tuple[str, str, str], list[CaseRow]] = defaultdict(list)
        district = _led_by(row.who.present or row.who.home for row in rows)
        for row in rows:
            area = row.who.present or row.who.home
            groups[(row.disease, row.plan, district if self.history else district_of(area))].append(row)
        for (disease, plan, area), members in groups.items():
            incident = self._incident(disease, plan, area, members)
            self._number(members, incident)
        made = [row.case for row in rows]
        insert_many([case.chain for case in made])
        insert_many(made)
        record_many("tracing.case_opened", [self._opened(case) for case in made], by=self.by, now=self.now, op=self.op)
        steps = [self._step(case, case.classification) for case in made]
        for step, case in zip(steps, made, strict=True):
            step.fact = case.opened_fact
        insert_many(steps)
        if not self.history:
            self._owe(made)

    def _incident(self, disease: str, plan: str, area: str, rows: list[CaseRow]) -> Incident:
        """The open incident of the district; for history one that holds what was imported for this plan."""
        held = Incident.objects.filter(disease=disease, plan=plan, area=area, history=self.history).order_by(
            "opened_at"
        )
        if incident := (held if self.history else held.filter(closed_at=None)).last():
            return incident
        first = min((row.began_on for row in rows if row.began_on), default=None)
        began = clock.midnight(first) if first else self.now
        if not self.history:
            return open_incident(by=self.by, disease=disease, plan=plan, area=area, now=self.now)
        number = rules.incident_number(
            area, clock.local_day(began), next_serial(f"incident {area} {clock.local_day(began)}")
        )
        root = ids.uuid7()
        incident = Incident.objects.create(
            number=number, disease=disease, plan=plan, area=area, root_fact=root, started_at=began, opened_at=began,
            closed_at=self.now, history=True,
        )  # fmt: skip
        row = {
            "id": root,
            "subject": incident.pk,
            "area": area,
            "data": {"disease": disease, "plan": plan, "history": True},
        }
        record_many("tracing.incident_opened", [row], by=self.by, now=self.now, op=self.op)
        return incident

    def _number(self, rows: list[CaseRow], incident: Incident) -> None:
        """Give each row its case, numbered in the series of its district and year, with a chain of its own."""
        series: dict[str, list[CaseRow]] = defaultdict(list)
        for row in rows:
            day = row.began_on or clock.local_day(self.now)
            series[case_series(row.who.present or row.who.home, day)].append(row)
        chain = next_serial(f"chain {incident.pk}", len(rows))
        for name, members in sorted(series.items()):
            for serial, row in enumerate(members, next_serial(name, len(members))):
                row.case = self._case(row, incident, f"{name}-{serial:04}")
                number = f"{incident.number}-C{chain:02}"
                row.case.chain = Chain(number=number, incident=incident, area=incident.area)
                chain += 1

    def _case(self, row: CaseRow, incident: Incident, number: str) -> Case:
        began = clock.midnight(row.began_on) if row.began_on else self.now
        return Case(
            ref=row.ref, number=number, incident=incident, person_id=row.who.canonical_id or row.who.pk,
            area=row.who.present or row.who.home, incident_area=incident.area, disease=row.disease, plan=row.plan,
            classification=row.classification, found_how="import", onset_on=row.onset_on, confirmed_at=row.confirmed_at,
            opened_fact=ids.uuid7(), opened_at=(row.confirmed_at or began) if self.history else self.now,
            closed_at=self.now if self.history else None, history=self.history,
        )  # fmt: skip

    def _opened(self, case: Case) -> dict[str, Any]:
        data = {"incident": str(case.incident_id), "person": str(case.person_id), "classification": case.classification}
        return {
            "id": case.opened_fact, "subject": case.id, "area": case.area, "happened_at": case.opened_at,
            "because": [case.incident.root_fact], "data": data | ({"history": True} if self.history else {}),
        }  # fmt: skip

    def _step(self, case: Case, classification: str) -> Classification:
        return Classification(
            case=case, area=case.area, incident_area=case.incident_area, classification=classification, basis="import",
            at=self.now, by_user=getattr(self.by, "user_id", None), signed_at=self.now,
        )  # fmt: skip

    def _classified(self, steps: list[Classification]) -> None:
        rows = [
            {"subject": s.case_id, "area": s.area, "because": [s.case.opened_fact], "data": {"to": s.classification}}
            for s in steps
        ]
        if rows:
            facts = record_many("tracing.case_classified", rows, by=self.by, now=self.now, op=self.op)
            for step, fact in zip(steps, facts, strict=True):
                step.fact = fact.id
            Classification.objects.bulk_create(steps)

    def _owe(self, cases: list[Case]) -> None:
        """The duty to trace each live case."""
        by_plan: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for case in cases:
            row = {"subject": case.id, "area": case.area, "person": case.person, "because": case.opened_fact}
            by_plan[case.plan].append(row | {"incident": case.incident_id})
        for plan, rows in by_plan.items():
            open_duties("tracing.trace_case", rows, by=self.by, now=self.now, plan=plan)

    def _link(self, rows: list[CaseRow], known: dict[str, Case]) -> set[int]:
        """Link cases to their sources; returns the numbers of the rows that said something new."""
        stored = cells.cases(source for row in rows for source in row.sources if source not in known)
        wanted = [(row, known.get(source) or stored[source]) for row in rows for source in row.sources]
        targets = {row.case.pk for row in rows if row.case} | {known[row.ref].pk for row in rows}
        there = set(Link.objects.filter(target__in=targets).values_list("source_id", "target_id"))
        links, said = [], set()
        for row, source in wanted:
            target = known[row.ref]
            if (source.pk, target.pk) in there or source.disease != target.disease:
                continue
            there.add((source.pk, target.pk))
            said.add(row.number)
            links.append(new_link(source, target, "import", True, self.now))
        write_links(links)
        return said


def _led_by(areas: Any) -> str:
    """The smallest district, or what lies above districts, that holds all areas."""
    shared = commonprefix([area[:DISTRICT] for area in areas])
    return shared if not shared or parent_of(shared + "0") == shared else parent_of(shared)
