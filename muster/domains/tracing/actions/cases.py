"""Opening a case, describing it, and taking it back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids
from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.facts.actions import record_many
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.people.queries import records_of
from muster.kernel.posts.permissions import require

from .. import rules, words
from ..models import Case, Classification, Contact, Incident, Link
from .chains import new_chain
from .classification import apply, evidenced, open_sign_duty, open_trace_duty
from .following import reopen_contacts, withdraw_contacts
from .incidents import open_incident, plan_of
from .numbers import canonical, case_series, district_of, hold_case, next_serial

DESCRIBED = (
    "onset_on", "first_visit_on", "admitted_on", "first_sampled_on", "severity", "outcome", "outcome_on", "origin",
    "found_how",
)  # fmt: skip


CODED = {
    "severity": words.SEVERITIES,
    "outcome": words.OUTCOMES,
    "origin": words.ORIGINS,
    "found_how": words.FOUND_HOW,
}


@action("tracing.open_case")
def open_case(
    *,
    by: Any,
    person: Person,
    disease: str,
    plan: str,
    fact: Fact | None = None,
    found_how: str = "screening",
    classification: str = "confirmed",
    first_sampled_on: date | None = None,
    onset_on: date | None = None,
    incident: Incident | None = None,
    now,
    op=None,
) -> Case:
    """Open a case, or return the person's open one for this disease, confirmed by `fact` if it was only suspected.

    `fact` is the laboratory's result. Without it the case is one person's diagnosis: nothing is traced until a second
    one has signed it. The incident, unless given, is that of which the person is a contact, else the district's open
    one, else a new one.
    """
    person = Person.objects.select_for_update().get(pk=canonical(person))
    area = person.present or person.home
    require(by, "tracing.open_case", area)
    plan_of(plan, disease)
    if not rules.may_become("", classification):
        raise Invalid("classification", _("Choose one of the list."))
    open_ = Case.objects.open().select_for_update().filter(person__in=records_of(person.pk), disease=disease)
    known = open_.order_by("opened_at").first()
    if known:
        return _add_evidence(known, classification, fact, first_sampled_on, by, now)
    serial_of = case_series(area, clock.local_day(now))
    serial = next_serial(serial_of)  # from here on, nobody else opens a case or an incident in this district
    incident = (
        incident
        or _incident_of(person, disease, area)
        or open_incident(by=by, disease=disease, plan=plan, area=area, fact=fact, now=now)
    )
    case = Case(
        number=f"{serial_of}-{serial:04}", incident=incident, person=person, area=area, incident_area=incident.area,
        disease=disease, plan=plan, classification=classification, found_how=found_how, onset_on=onset_on,
        first_sampled_on=first_sampled_on, opened_fact=ids.uuid7(), opened_at=now,
        confirmed_at=now if fact and classification in ("confirmed", "asymptomatic") else None,
    )  # fmt: skip
    case.chain = new_chain(incident)
    case.save()
    _open(case, fact, by, now, op)
    case.refresh_from_db()  # procedures may have linked it
    return case


def _incident_of(person: Person, disease: str, area: str) -> Incident | None:
    """The open incident that found the person, else the newest one of this disease that the district leads."""
    found = Contact.objects.open().filter(person__canonical=person, disease=disease, incident__closed_at=None)
    if contact := found.order_by("ring", "found_at").select_related("incident").first():
        return contact.incident
    led = Incident.objects.filter(disease=disease, area=district_of(area), closed_at=None, history=False)
    return led.order_by("-opened_at").first()


def _open(case: Case, fact: Fact | None, by: Any, now: datetime, op: Any) -> None:
    """Record the case; open the duty to trace it, or, while it is one person's word, the duty to sign it."""
    data = {"incident": str(case.incident_id), "person": str(case.person_id), "classification": case.classification}
    row = {"id": case.opened_fact, "subject": case.id, "area": case.area, "because": [fact] if fact else []}
    [opened] = record_many("tracing.case_opened", [row | {"data": data}], by=by, now=now, op=op)
    step = Classification(
        case=case, area=case.area, incident_area=case.incident_area, classification=case.classification, at=now,
        basis="laboratory" if fact else "diagnosis", by_user=getattr(by, "user_id", None),
    )  # fmt: skip
    if fact:
        step.signed_at, step.fact = now, opened.id
        open_trace_duty(case, opened, by, now)
    else:
        open_sign_duty(case, opened, by, now)
    step.save()


def _add_evidence(case: Case, classification: str, fact: Fact | None, sampled_on: date | None, by: Any, now) -> Case:
    """A further result about an open case: an earlier sampling, or the confirmation of a suspicion."""
    if fact is None:
        raise Invalid("person", _("This person has an open case already."))
    if sampled_on and (case.first_sampled_on is None or sampled_on < case.first_sampled_on):
        case.first_sampled_on = sampled_on
        case.save(update_fields=["first_sampled_on"])
    first = not evidenced(case)
    if first or case.classification in ("suspected", "clinical"):
        apply(case, classification, "laboratory", fact, by, now)
    if first:
        open_trace_duty(case, fact, by, now)
    return case


@action("tracing.describe_case")
def describe_case(*, by: Any, case: Case, now, op=None, **fields: Any) -> Case:
    """Set fields of the case's file (see DESCRIBED). The day of onset moves the window that is traced."""
    case = hold_case(by, "tracing.describe_case", case)
    for name, value in fields.items():
        if name not in DESCRIBED:
            raise Invalid(name, _("This field cannot be set here."))
        if isinstance(value, date) and value > clock.local_day(now):
            raise Invalid(name, _("This day has not come yet."))
        setattr(case, name, value)
    for name, known in CODED.items():
        if getattr(case, name) not in known:
            raise Invalid(name, _("Choose one of the list."))
    case.save(update_fields=list(fields))
    return case


@action("tracing.withdraw_case")
def withdraw_case(*, by: Any, case: Case, because: Fact, now, op=None) -> dict[str, Any]:
    """Lay a case aside whose result was corrected: its contacts and links are withdrawn, its duties no longer owed.

    Who was somebody's contact before is one again. Answers `contacts` and `facts`: the withdrawn contacts, and the
    facts on which their controls hang; and `reopened`, the contacts that the person is again.
    """
    case = hold_case(by, "tracing.withdraw_case", case)
    reopened = reopen_contacts(case)
    gone = withdraw_contacts(by=by, case=case, because=because, now=now)
    apply(case, "excluded", "correction", because, by, now)
    infected = list(case.infected.values_list("target", flat=True))
    Link.objects.filter(source=case).delete()
    Link.objects.filter(target=case).delete()
    orphans = Case.objects.filter(pk__in=infected, sources=None)
    orphans.update(source_state="unknown")
    waiting = case.pending_rings.filter(decided_at=None)
    withdraw_duties(now=now, because=because, subjects=[case.id, *waiting.values_list("id", flat=True)])
    waiting.update(decided_at=now, confirmed=False)
    return gone | {"reopened": [str(pk) for pk in reopened]}
