"""A laboratory corrected a result: controls that lose their last evidence are lifted, and those people told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.domains.isolation.actions.endings import end_stay_lifted
from muster.domains.screening.models import Result
from muster.domains.screening.rules import effect_of_correction
from muster.domains.tracing.actions.cases import withdraw_case
from muster.domains.tracing.models import Case
from muster.kernel.controls.actions import withdraw_evidence
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure

from .contact_found import owe_telling_of


def take_back(facts: list[Fact]) -> None:
    """At once: nobody stays under control one moment longer for a result that was wrong."""
    for fact in facts:
        wrong = Result.objects.select_related("person").get(pk=fact.subject)
        if effect_of_correction(fact.data["was"], fact.data["result"]) == "withdraw":
            _withdraw(wrong, fact, fact.recorded_at)


def _withdraw(wrong: Result, because: Fact, now: datetime) -> None:
    fallen = [wrong.fact_id]
    case = Case.objects.open().filter(person__canonical=wrong.person.canonical_id, disease=wrong.disease).first()
    if case and not _other_positive(wrong):
        gone = withdraw_case(by=SYSTEM, case=case, because=because, now=now)
        fallen += [UUID(pk) for pk in gone["facts"]]
        owe_telling_of(gone["reopened"], now)
    for control in withdraw_evidence(fallen, by=SYSTEM, now=now, because=because):
        end_stay_lifted(by=SYSTEM, control=control, because=because, now=now)


def _other_positive(wrong: Result) -> bool:
    """Whether another positive result of the person stands, so that the case does too."""
    rows = Result.objects.filter(person__canonical=wrong.person.canonical_id, disease=wrong.disease, result="positive")
    return rows.filter(superseded_at=None).exclude(pk=wrong.pk).exists()


procedure(
    "result_corrected",
    on="screening.result_corrected",
    meaning=_(
        "Where a positive result was wrong: take back the case and its contacts, lift what hung on it, tell them"
    ),
    at_once=take_back,
)
