"""What a case is: a laboratory says so, or two persons sign it; every step stays in its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.duties.actions import open_duty, withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid

from .. import rules
from ..models import Case, Classification
from .numbers import hold_case

SHOWN = ("confirmed", "asymptomatic")


def evidenced(case: Case) -> bool:
    """Whether a laboratory, two signatures or an import stand behind the case; without, no contact of it is shown."""
    latest = case.classifications.filter(signed_at__isnull=False).order_by("-signed_at", "-id").first()
    return latest is not None and latest.classification != "excluded"


@action("tracing.classify_case")
def classify_case(
    *, by: Any, case: Case, classification: str, fact: Fact, basis: str = "laboratory", now, op=None
) -> Case:
    """Classify by a laboratory's result, or with basis `correction` by its correction; else no step leads back."""
    case = hold_case(by, "tracing.classify_case", case)
    if not rules.may_become(case.classification, classification, corrected=basis == "correction"):
        raise Invalid("classification", _("A case cannot be reclassified like this."))
    apply(case, classification, basis, fact, by, now)
    return case


@action("tracing.propose_diagnosis")
def propose_diagnosis(*, by: Any, case: Case, classification: str, now, op=None) -> Classification:
    """Sign a diagnosis as the first person; nothing changes until a second one has signed it."""
    case = hold_case(by, "tracing.propose_diagnosis", case)
    if case.history:
        raise Invalid("case", _("This case was imported as history."))
    if not rules.may_become(case.classification, classification):
        raise Invalid("classification", _("A case cannot be reclassified like this."))
    if proposed(case):
        raise Invalid("classification", _("A diagnosis waits for its second signature already."))
    step = _step(case, classification, "diagnosis", by, now)
    step.save()
    fact = record(
        "tracing.diagnosis_proposed", subject=case.id, area=case.area, by=by, now=now, op=op,
        because=[case.opened_fact], data={"classification": classification},
    )  # fmt: skip
    open_sign_duty(case, fact, by, now)
    return step


@action("tracing.sign_diagnosis")
def sign_diagnosis(*, by: Any, case: Case, agreed: bool = True, now, op=None) -> Case:
    """Sign, or refuse, what another person has diagnosed. A case that was nothing else is excluded by a refusal."""
    case = hold_case(by, "tracing.sign_diagnosis", case)
    step = proposed(case)
    if step is None:
        raise Invalid("case", _("No diagnosis waits for a signature."))
    signer = getattr(by, "user_id", None)
    if signer is None or signer == step.by_user:
        raise Invalid("agreed", _("A second person has to sign; you signed first."))
    first = not evidenced(case)
    fact = record(
        "tracing.diagnosis_decided", subject=case.id, area=case.area, by=by, now=now, op=op, because=[case.opened_fact],
        data={"classification": step.classification, "agreed": agreed},
    )  # fmt: skip
    if agreed:
        step.signed_by, step.signed_at = signer, now
        step.fact = _take(case, step.classification, fact, by, now).id
    else:
        step.refused_at, step.fact = now, fact.id
    step.save()
    if agreed and first and case.closed_at is None:
        open_trace_duty(case, fact, by, now)
    if first and not agreed:
        apply(case, "excluded", "refusal", fact, by, now)
    return case


def proposed(case: Case) -> Classification | None:
    """The diagnosis that waits for its second signature."""
    return case.classifications.filter(signed_at=None, refused_at=None).first()


def apply(case: Case, classification: str, basis: str, fact: Fact, by: Any, now: datetime) -> None:
    """Take a classification over into the case; a diagnosis that still waited is thereby settled."""
    step = _step(case, classification, basis, by, now)
    waiting = case.classifications.filter(signed_at=None, refused_at=None)
    if waiting.update(refused_at=now, fact=fact.id):
        withdraw_duties(now=now, because=fact, subjects=[case.id], kinds=["tracing.sign_diagnosis"])
    step.signed_at = now
    step.fact = _take(case, classification, fact, by, now).id
    step.save()


def _take(case: Case, classification: str, because: Fact, by: Any, now: datetime) -> Fact:
    before, case.classification = case.classification, classification
    if classification in SHOWN and case.confirmed_at is None:
        case.confirmed_at = now
    case.closed_at = now if classification == "excluded" else None
    case.save(update_fields=["classification", "confirmed_at", "closed_at"])
    return record(
        "tracing.case_classified", subject=case.id, area=case.area, by=by, now=now, because=[because, case.opened_fact],
        data={"from": before, "to": classification},
    )  # fmt: skip


def _step(case: Case, classification: str, basis: str, by: Any, now: datetime) -> Classification:
    return Classification(
        case=case, area=case.area, incident_area=case.incident_area, classification=classification, basis=basis, at=now,
        by_user=getattr(by, "user_id", None),
    )  # fmt: skip


def open_sign_duty(case: Case, because: Fact, by: Any, now: datetime) -> None:
    """The duty of a second investigator to sign or refuse."""
    _open_duty("tracing.sign_diagnosis", case, because, by, now)


def open_trace_duty(case: Case, because: Fact, by: Any, now: datetime) -> None:
    """The duty to find the contacts, within the plan's time, on the responsible area's investigators."""
    _open_duty("tracing.trace_case", case, because, by, now)


def _open_duty(kind: str, case: Case, because: Fact, by: Any, now: datetime) -> None:
    open_duty(
        kind, subject=case.id, area=case.area, person=case.person, by=by, now=now, because=because, plan=case.plan,
        incident=case.incident_id,
    )  # fmt: skip
