"""Something was found in a pool: every member is held until a sample of their own says what they are."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from muster.domains.screening.actions.pools import EVIDENCE, hold_members, settled, tell_free
from muster.domains.screening.models import Resample, Result, Tube
from muster.kernel import clock, plans
from muster.kernel.controls.actions import begin_controls, withdraw_evidence
from muster.kernel.controls.models import HOME
from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure


def hold(facts: list[Fact]) -> None:
    """At once: all members stay at home for the plan's hours of recall, and each one's grid owes a single sample."""
    for fact in facts:
        tube = Tube.objects.select_related("round").get(pk=fact.subject)
        now, row = fact.recorded_at, tube.round
        members = hold_members(tube, by=SYSTEM, now=now, because=fact)
        minutes = plans.edition(row.plan).value("pooling.recall_minutes") or 0
        until = clock.local_day(now + timedelta(minutes=minutes) + timedelta(days=1))
        held = [
            {
                "person": member.person_id,
                "area": member.area,
                "kind": EVIDENCE,
                "fact": member.fact,
                "subject": member.id,
                "measure": HOME,
                "ends_on": until,
                "tests": [clock.local_day(now)],
            }
            for member in members
        ]
        if held:
            begin_controls(held, by=SYSTEM, now=now, plan=row.plan, disease=row.disease)


def release(facts: list[Fact]) -> None:
    """At once: whose own sample is negative is free of the pool; what else holds them stands."""
    for fact in facts:
        result = Result.objects.select_related("person").get(pk=fact.subject)
        person, now = result.person.canonical_id, fact.recorded_at
        freed = settled(person, result.disease, "negative", now=now)
        if freed:
            withdraw_evidence([row.fact for row in freed], by=SYSTEM, now=now, because=fact)
            tell_free(freed, now=now, because=fact)


def identify(facts: list[Fact]) -> None:
    """At once: whose own sample is positive is a case, by that result; the pool is no longer what holds them."""
    for fact in facts:
        result = Result.objects.select_related("person").get(pk=fact.subject)
        settled(result.person.canonical_id, result.disease, "positive", now=fact.recorded_at)


def clear(facts: list[Fact]) -> None:
    """At once: the laboratory took the pool's result back; whoever was held for it alone is free."""
    for fact in facts:
        rows = list(Resample.objects.filter(tube_id=fact.subject, settled_at=None))
        if rows:
            Resample.objects.filter(pk__in=[row.pk for row in rows]).update(
                settled_at=fact.recorded_at, result="negative"
            )
            withdraw_evidence([row.fact for row in rows], by=SYSTEM, now=fact.recorded_at, because=fact)
            tell_free(rows, now=fact.recorded_at, because=fact)
            withdraw_duties(now=fact.recorded_at, because=fact, subjects=[row.pk for row in rows])


procedure(
    "pooled_positive",
    on="screening.tube_suspect",
    meaning=_("Hold every member of the pool at home, and have each one sampled singly"),
    at_once=hold,
)
procedure(
    "pool_member_negative",
    on="screening.result_negative",
    meaning=_("A member of a suspect pool is negative alone: the pool no longer holds them"),
    at_once=release,
)
procedure(
    "pool_member_positive",
    on="screening.result_positive",
    meaning=_("A member of a suspect pool is positive alone: identified"),
    at_once=identify,
)
procedure(
    "pool_cleared",
    on="screening.tube_negative",
    meaning=_("A pool's result was taken back: whoever was held for it is free"),
    at_once=clear,
)
