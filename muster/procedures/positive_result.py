"""A laboratory found somebody positive: open the case, find the contacts, isolate the case."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from muster.domains.isolation.actions.transfers import request_transfers
from muster.domains.screening.models import Result
from muster.domains.tracing.actions.cases import open_case
from muster.domains.tracing.actions.tracing import confirm_contacts
from muster.domains.tracing.models import Case
from muster.domains.tracing.rules import measure_of
from muster.kernel import clock, plans
from muster.kernel.controls.actions import begin_control
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure


def open_cases(facts: list[Fact]) -> None:
    """At once: the case, and the duty to trace it."""
    for fact in facts:
        result = Result.objects.select_related("person").get(pk=fact.subject)
        open_case(
            by=SYSTEM,
            person=result.person,
            disease=result.disease,
            plan=plan_of(fact, result),
            fact=fact,
            first_sampled_on=clock.local_day(result.sampled_at),
            now=fact.recorded_at,
        )


def plan_of(fact: Fact, result: Result) -> str:
    """The edition that the result was judged by, else the one in force on the day of sampling."""
    return fact.data.get("plan") or plans.in_force(result.disease, clock.local_day(result.sampled_at)).edition


def follow(facts: list[Fact]) -> None:
    """Later: isolate each case, then find who was near it."""
    for fact in facts:
        result = Result.objects.select_related("person").get(pk=fact.subject)
        case = Case.objects.open().filter(person__canonical=result.person.canonical_id, disease=result.disease).first()
        if case is None or result.superseded_at:
            continue  # corrected before this job ran
        now = clock.now()
        isolate(case, fact, now)
        if case.traced_at is None:
            confirm_contacts(by=SYSTEM, case=case, as_of=now, now=now)


def isolate(case: Case, fact: Fact, now: datetime) -> None:
    """Put a case under control by its result, and ask for the transfer to a hospital or site."""
    today = clock.local_day(now)
    measure = measure_of(plans.edition(case.plan), "case", _counted_from(case, today), today)
    if measure is None:
        return
    control = begin_control(
        person=case.person_id,
        area=case.area,
        kind="laboratory_result",
        fact=fact,
        subject=fact.subject,
        measure=measure.kind,
        ends_on=measure.ends_on,
        tests=measure.tests,
        by=SYSTEM,
        now=now,
        plan=case.plan,
        disease=case.disease,
        incident=case.incident_id,
    )
    if measure.kind == "site":
        request_transfers([control], by=SYSTEM, now=now, because=fact)


def _counted_from(case: Case, today: date) -> date:
    return case.onset_on or case.first_sampled_on or today


procedure(
    "positive_result",
    on="screening.result_positive",
    meaning=_("Open the case with the duty to trace it; then isolate the case and find its contacts"),
    at_once=open_cases,
    fan_out=follow,
)
