"""Contacts were found: put each under control by the plan, and tell their grid; elsewhere, owe a letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.domains.isolation.actions.homes import ask_assessments
from muster.domains.isolation.actions.transfers import request_transfers
from muster.domains.tracing.actions.letters import ours
from muster.domains.tracing.models import Contact
from muster.domains.tracing.rules import contact_measure
from muster.kernel import clock, plans
from muster.kernel.controls.actions import begin_controls
from muster.kernel.controls.models import Control
from muster.kernel.duties.actions import open_duties
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure

TELLING = ("tracing.notify_contact", "tracing.write_letter")


def owe_telling(facts: list[Fact]) -> None:
    """At once: owe telling each contact. Inside our areas their grid does; elsewhere the investigator, by letter."""
    owe_telling_of([fact.subject for fact in facts], facts[0].recorded_at)


def owe_telling_of(subjects: Iterable[Any], now: datetime) -> None:
    """The same for contacts by id: those whom nobody told."""
    for plan, contacts in _by_plan(subjects):
        contacts = _untold(contacts)
        our_own = ours(contact.area for contact in contacts)
        inside = [_owed(contact, contact.area) for contact in contacts if contact.area in our_own]
        outside = [_owed(contact, contact.case.area) for contact in contacts if contact.area not in our_own]
        open_duties("tracing.notify_contact", inside, by=SYSTEM, now=now, plan=plan)
        open_duties("tracing.write_letter", outside, by=SYSTEM, now=now, plan=plan)


def put_under_control(facts: list[Fact]) -> None:
    """Later: the measure that the plan has for each ring, and what follows from it (transfer, home assessment)."""
    now = clock.now()
    for plan, contacts in _by_plan(fact.subject for fact in facts):
        our_own = ours(contact.area for contact in contacts)
        held = sorted(
            (c for c in contacts if c.area in our_own), key=lambda contact: (contact.incident_id, contact.disease)
        )
        for (incident, disease), group in groupby(held, key=lambda contact: (contact.incident_id, contact.disease)):
            rows = [row for contact in group if (row := _control_row(contact, now))]
            controls = begin_controls(rows, by=SYSTEM, now=now, plan=plan, disease=disease, incident=incident)
            _isolate(controls, now)


def _by_plan(subjects: Iterable[Any]) -> Iterable[tuple[str, list[Contact]]]:
    rows = Contact.objects.open().filter(pk__in=list(subjects)).select_related("case")
    for plan, group in groupby(rows.order_by("plan", "pk"), key=lambda contact: contact.plan):
        yield plan, list(group)


def _untold(contacts: list[Contact]) -> list[Contact]:
    """Those whom nobody told, and nobody owes telling: a contact is found again when a later trace reaches further."""
    owed = Duty.objects.open().filter(kind__in=TELLING, subject__in=[contact.pk for contact in contacts])
    known = set(owed.values_list("subject", flat=True))
    return [contact for contact in contacts if contact.notified_at is None and contact.pk not in known]


def _owed(contact: Contact, area: str) -> dict[str, Any]:
    return {
        "subject": contact.id,
        "person_id": contact.person_id,
        "area": area,
        "because": contact.fact,
        "incident": contact.incident_id,
    }


def _control_row(contact: Contact, now: datetime) -> dict[str, Any] | None:
    """The evidence of one exposure; None where the plan asks nothing of this ring, or its days are over."""
    exposed_on = clock.local_day(contact.last_at or now)
    measure = contact_measure(plans.edition(contact.plan), contact.ring, exposed_on, clock.local_day(now))
    return measure and {
        "person": contact.person_id,
        "area": contact.area,
        "kind": "exposure",
        "fact": contact.fact,
        "subject": contact.id,
        "measure": measure.kind,
        "ends_on": measure.ends_on,
        "tests": measure.tests,
        "exposure_on": exposed_on,
    }


def _isolate(controls: list[Control], now: datetime) -> None:
    fresh = list({control.id: control for control in controls}.values())
    request_transfers([c for c in fresh if c.measure == "site"], by=SYSTEM, now=now)
    ask_assessments([c for c in fresh if c.measure == "home" and c.began_at == now], by=SYSTEM, now=now)


procedure(
    "contact_found",
    on="tracing.contact_found",
    meaning=_("Owe telling each contact, in their grid or by letter; then put them under control by the plan"),
    at_once=owe_telling,
    fan_out=put_under_control,
)
