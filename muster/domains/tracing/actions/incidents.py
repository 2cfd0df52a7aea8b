"""Opening an incident, its steps by hand, and closing it when nothing is owed any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids, plans
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record, record_many
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import rules, words
from ..models import Case, Contact, Incident
from .numbers import district_of, next_serial


@action("tracing.open_incident")
def open_incident(
    *,
    by: Any,
    disease: str,
    plan: str,
    area: str,
    fact: Fact | None = None,
    started_at: datetime | None = None,
    now,
    op=None,
) -> Incident:
    """Open an incident, led by the area's district; its clock starts when the root fact happened, else now."""
    district = district_of(area)
    require(by, "tracing.open_incident", district if by.role == "system" else area)
    edition = plan_of(plan, disease)
    day = clock.local_day(now)
    number = rules.incident_number(district, day, next_serial(f"incident {district} {day}"))
    root = ids.uuid7()
    incident = Incident.objects.create(
        number=number, disease=disease, plan=edition.edition, area=district, opened_at=now,
        root_fact=fact.id if fact else root, started_at=started_at or (fact.happened_at if fact else now),
    )  # fmt: skip
    row = {"id": root, "subject": incident.id, "area": district, "because": [fact] if fact else []}
    record_many("tracing.incident_opened", [row | {"data": {"disease": disease, "plan": plan}}], by=by, now=now, op=op)
    return incident


def plan_of(plan: str, disease: str) -> plans.Plan:
    """The edition of that code. Raises Invalid when there is none, or when it is another disease's."""
    try:
        edition = plans.edition(plan)
    except plans.NoPlan:
        raise Invalid("plan", _("There is no such plan.")) from None
    if edition.disease != disease:
        raise Invalid("plan", _("This plan is for another disease."))
    return edition


@action("tracing.record_step")
def record_step(*, by: Any, incident: Incident, step: str, at: datetime | None = None, now, op=None) -> Incident:
    """State that a step of the response was done which nothing else shows: disposal, core information, first report."""
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    require(by, "tracing.record_step", incident.area)
    if step not in words.STEPS_BY_HAND:
        raise Invalid("step", _("This step follows from what is recorded."))
    if at and not incident.started_at <= at <= now:
        raise Invalid("at", _("A time between the start of the incident and now is needed."))
    record(
        "tracing.step_done", subject=incident.id, area=incident.area, by=by, now=now, op=op,
        because=[incident.root_fact], data={"step": step}, happened_at=at,
    )  # fmt: skip
    return incident


@action("tracing.close_incident")
def close_incident(*, by: Any, incident: Incident, now, op=None) -> Incident:
    """Close an incident and its cases. Raises Invalid while a contact is not settled or a duty is open."""
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    require(by, "tracing.close_incident", incident.area)
    if incident.closed_at:
        return incident
    if left := Contact.objects.open().filter(incident=incident).count():
        raise Invalid("incident", _("Contacts that are not settled yet: %(count)s.") % {"count": left})
    if left := Duty.objects.open().filter(incident=incident.pk).count():
        raise Invalid("incident", _("Duties that are still open: %(count)s.") % {"count": left})
    incident.closed_at = now
    incident.save(update_fields=["closed_at"])
    Case.objects.open().filter(incident=incident).update(closed_at=now)
    record(
        "tracing.incident_closed",
        subject=incident.id,
        area=incident.area,
        by=by,
        now=now,
        op=op,
        because=[incident.root_fact],
    )
    return incident
