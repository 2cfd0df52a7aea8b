"""Beginning, extending, lifting and releasing controls; always from evidence, set-based."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from muster.kernel import ids
from muster.kernel.facts.actions import record, record_many
from muster.kernel.facts.models import Fact
from muster.kernel.people.models import Person
from muster.kernel.people.queries import every_record, records_of

from .models import STRENGTH, Control, DueTest, Evidence


def begin_control(**row: Any) -> Control:
    """Put one person under control, or add the evidence to the control they are under; see `begin_controls`."""
    by, now, plan, disease = row.pop("by"), row.pop("now"), row.pop("plan"), row.pop("disease")
    incident = row.pop("incident", None)
    return begin_controls([row], by=by, now=now, plan=plan, disease=disease, incident=incident)[0]


def begin_controls(
    rows: Iterable[dict[str, Any]], *, by: Any, now: datetime, plan: str, disease: str, incident: UUID | None = None
) -> list[Control]:
    """Begin or strengthen controls of one disease, in the order of the rows; runs in the caller's transaction.

    A row has `person` (id), `area`, `kind` of evidence, `fact`, `subject` (the case, contact or result), `measure`,
    `ends_on` (None: open-ended), `tests` (dates), and if any `exposure_on`. Persons are locked in the order of ids.
    Evidence about the same subject again takes the place of what it said before.
    """
    rows = list(rows)
    people = _lock([row["person"] for row in rows])
    records = every_record(people)
    open_ = Control.objects.open().filter(disease=disease, person_id__in=records).order_by("-began_at")
    held = {records[control.person_id]: control for control in open_}
    fresh: dict[UUID, Control] = {}
    evidences = []
    for row in rows:
        person = people[row["person"]]
        control = held.get(person) or fresh.get(person)
        if control is None:
            control = fresh[person] = _new_control(person, row, now, plan, disease, incident)
        evidences.append(_evidence(control, row, now))
    first = {evidence.control_id: evidence.fact_id for evidence in reversed(evidences)}
    record_many("controls.began", [_began(control, first[control.id]) for control in fresh.values()], by=by, now=now)
    Control.objects.bulk_create(fresh.values(), batch_size=2000)
    said_again = ["fact", "exposure_on", "measure", "ends_on", "tests", "withdrawn_at", "withdrawn_fact"]
    Evidence.objects.bulk_create(
        list({(e.control_id, e.kind, e.subject): e for e in evidences}.values()), batch_size=2000,
        update_conflicts=True, unique_fields=["control", "kind", "subject"], update_fields=said_again,
    )  # fmt: skip
    _recompute([*held.values(), *fresh.values()], by=by, now=now, because=[e.fact_id for e in evidences])
    return [held.get(people[row["person"]]) or fresh[people[row["person"]]] for row in rows]


def _lock(persons: Iterable[UUID]) -> dict[UUID, UUID]:
    """Lock the persons (canonical records) in id order; returns each given id's canonical id."""
    wanted = {
        pk: canonical or pk
        for pk, canonical in Person.objects.filter(pk__in=set(persons)).values_list("pk", "canonical_id")
    }
    list(Person.objects.filter(pk__in=set(wanted.values())).order_by("pk").select_for_update().values_list("pk"))
    return wanted


def _new_control(person: UUID, row: dict[str, Any], now, plan, disease, incident) -> Control:
    return Control(
        person_id=person,
        disease=disease,
        plan=plan,
        measure=row["measure"],
        began_at=now,
        ends_on=row["ends_on"],
        area=row["area"],
        incident=incident,
        began_fact_id=ids.uuid7(),
        last_exposure_on=row.get("exposure_on"),
    )


def _began(control: Control, because: UUID) -> dict[str, Any]:
    return {
        "id": control.began_fact_id,
        "subject": control.id,
        "area": control.area,
        "because": [because],
        "data": {"measure": control.measure, "ends_on": _day(control.ends_on), "person": str(control.person_id)},
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _evidence(control: Control, row: dict[str, Any], now: datetime) -> Evidence:
    return Evidence(
        control=control,
        kind=row["kind"],
        fact_id=getattr(row["fact"], "id", row["fact"]),
        subject=row["subject"],
        exposure_on=row.get("exposure_on"),
        measure=row["measure"],
        ends_on=row["ends_on"],
        tests=[day.isoformat() for day in row.get("tests") or ()],
        added_at=now,
    )


def _recompute(controls: list[Control], *, by: Any, now: datetime, because: list[UUID]) -> None:
    """Strongest measure, latest end and the union of tests over the evidence that stands."""
    standing: dict[UUID, list[Evidence]] = {}
    for evidence in Evidence.objects.filter(control__in=controls, withdrawn_at=None):
        standing.setdefault(evidence.control_id, []).append(evidence)
    changed = []
    for control in controls:
        evidences = standing.get(control.id, [])
        if evidences and _apply(control, evidences):
            changed.append(control)
    Control.objects.bulk_update(controls, ["measure", "ends_on", "last_exposure_on"], batch_size=1000)
    _set_tests(controls, standing)
    said = [{"measure": c.measure, "ends_on": _day(c.ends_on)} for c in changed]
    rows = [dict(subject=c.id, area=c.area, because=because, data=d) for c, d in zip(changed, said, strict=True)]
    if rows:
        record_many("controls.changed", rows, by=by, now=now)


def _apply(control: Control, evidences: list[Evidence]) -> bool:
    before = (control.measure, control.ends_on)
    control.measure = max((e.measure for e in evidences), key=STRENGTH.__getitem__)
    ends = [e.ends_on for e in evidences if e.ends_on]
    control.ends_on = max(ends) if len(ends) == len(evidences) else None
    control.last_exposure_on = max((e.exposure_on for e in evidences if e.exposure_on), default=None)
    return before != (control.measure, control.ends_on)


def _set_tests(controls: list[Control], standing: dict[UUID, list[Evidence]]) -> None:
    wanted = {
        (control.id, date.fromisoformat(day))
        for control in controls
        for evidence in standing.get(control.id, [])
        for day in evidence.tests
    }
    existing = DueTest.objects.filter(control__in=controls)
    stale = [t.pk for t in existing if t.done_fact_id is None and (t.control_id, t.due_on) not in wanted]
    DueTest.objects.filter(pk__in=stale).delete()
    rows = [DueTest(control_id=control, due_on=day) for control, day in sorted(wanted, key=str)]
    DueTest.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)


def withdraw_evidence(facts: Iterable[UUID], *, by: Any, now: datetime, because: Fact) -> list[Control]:
    """Withdraw all evidence that hangs on these facts; lift the controls that lose their last, weaken the rest.

    Returns the lifted controls.
    """
    evidences = list(Evidence.objects.filter(fact_id__in=list(facts), withdrawn_at=None))
    persons = Control.objects.filter(pk__in={e.control_id for e in evidences}).values_list("person_id", flat=True)
    _lock(persons)
    Evidence.objects.filter(pk__in=[e.pk for e in evidences]).update(withdrawn_at=now, withdrawn_fact=because)
    controls = list(Control.objects.open().filter(pk__in={e.control_id for e in evidences}))
    kept = set(
        Evidence.objects.filter(control__in=controls, withdrawn_at=None).values_list("control_id", flat=True).distinct()
    )
    lifted = [control for control in controls if control.id not in kept]
    for control in lifted:
        end_control(control, how="lifted", by=by, now=now, because=[because.id])
    _recompute([c for c in controls if c.id in kept], by=by, now=now, because=[because.id])
    return lifted


def end_control(control: Control, *, how: str, by: Any, now: datetime, because: Iterable[UUID] = ()) -> Control:
    """End a control: `released` when its days are served, `lifted` when its evidence fell, `turned_case`, `died`."""
    kind = "controls.lifted" if how == "lifted" else "controls.released"
    because = [*because, control.began_fact_id]
    fact = record(kind, subject=control.id, area=control.area, by=by, now=now, because=because, data={"how": how})
    Control.objects.filter(pk=control.pk).update(ended_at=now, ended_how=how, ended_fact=fact)
    DueTest.objects.filter(control=control, done_fact=None).delete()
    control.ended_at, control.ended_how, control.ended_fact = now, how, fact
    return control


def record_test(person: UUID, disease: str, sampled_on: date, *, fact: UUID, result: str) -> int:
    """Tick the earliest test due by that day that this result answers; returns how many were ticked (0 or 1)."""
    test = (
        DueTest.objects.filter(control__person__in=records_of(person), control__disease=disease, control__ended_at=None)
        .filter(done_fact=None, due_on__lte=sampled_on)
        .order_by("due_on")
        .first()
    )
    if test is None:
        return 0
    return DueTest.objects.filter(pk=test.pk).update(done_fact=fact, result=result)
