"""What a report leads to elsewhere: the declaration that proves a check, the transfer to a site, the disposal there."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.domains.arrivals.models import Arrival
from muster.domains.intake.actions.disposal import control_of, note_arrivals
from muster.domains.intake.actions.tasks import prove_checks
from muster.domains.intake.models import Report
from muster.domains.isolation.actions.transfers import request_transfers
from muster.domains.isolation.models import Transfer
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure


def prove_by_declaration(facts: list[Fact]) -> None:
    """At once: who was to be looked for because of a report is declared; the declaration is the proof."""
    rows = Arrival.objects.filter(pk__in=[fact.subject for fact in facts]).select_related("person")
    arrivals = {row.pk: row for row in rows}
    for fact in facts:
        prove_checks(arrivals[fact.subject].person, fact, fact.recorded_at)


def ask_for_transfer(facts: list[Fact]) -> None:
    """At once: the transfer of whoever is under isolation at a site, with the report as its cause."""
    for fact in facts:
        control = control_of(Report.objects.select_related("about").get(pk=fact.subject).about)
        if control is not None:
            request_transfers([control], by=SYSTEM, now=fact.recorded_at, because=fact)


def dispose_of_reports(facts: list[Fact]) -> None:
    """At once: the reports about those who arrived, where the transfer was asked for because of the report."""
    because = {fact.subject: fact for fact in facts}
    rows = Transfer.objects.filter(pk__in=because).values_list("pk", "person__canonical_id")
    persons: dict[Any, Fact] = {person: because[transfer] for transfer, person in rows}
    note_arrivals(persons, facts[0].recorded_at)


procedure(
    "report_arrival_declared",
    on="arrivals.declared",
    meaning=_("Take the declaration as proof where a report asked to check who arrived"),
    at_once=prove_by_declaration,
)
procedure(
    "report_wants_transfer",
    on="intake.transfer_wanted",
    meaning=_("Take the person of the report to an isolation site, where a control with evidence stands"),
    at_once=ask_for_transfer,
)
procedure(
    "report_person_arrived",
    on="isolation.arrived",
    meaning=_("Dispose of the report that led to this transfer"),
    at_once=dispose_of_reports,
)
