"""The response clock of incidents, step by step against their plans; and how many are in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from muster.kernel import plans
from muster.kernel.posts.logins import connection

from . import rules, words
from .models import Case, Contact, Incident

# What each step waits for, of the first case of an incident; later cases have duties of their own. A contact who is
# settled is not waited for; a second ring that nobody has decided on is.
STEPS = """
SELECT c.incident_id, c.opened_at, c.traced_at,
       max(coalesce(k.controlled_at, k.ended_at)) FILTER (WHERE k.ring = 1),
       count(*) FILTER (WHERE k.ring = 1 AND k.controlled_at IS NULL AND k.ended_at IS NULL),
       max(coalesce(k.controlled_at, k.ended_at)) FILTER (WHERE k.ring = 2),
       count(*) FILTER (WHERE k.ring = 2 AND k.controlled_at IS NULL AND k.ended_at IS NULL),
       max(coalesce(k.tested_at, k.ended_at)),
       count(*) FILTER (WHERE k.id IS NOT NULL AND k.tested_at IS NULL AND k.ended_at IS NULL),
       count(*) FILTER (WHERE k.ring = 1), count(*) FILTER (WHERE k.ring = 2),
       EXISTS (SELECT FROM tracing_pendingring r WHERE r.case_id = c.id AND r.decided_at IS NULL)
FROM (
    SELECT DISTINCT ON (incident_id) id, incident_id, opened_at, traced_at FROM tracing_case
    WHERE incident_id = ANY (%s::uuid[]) AND NOT history AND classification <> 'excluded'
    ORDER BY incident_id, opened_at, id
) c LEFT JOIN tracing_contact k ON k.case_id = c.id AND k.status <> 'withdrawn'
GROUP BY c.id, c.incident_id, c.opened_at, c.traced_at
"""

BY_HAND = """
SELECT subject, data ->> 'step', min(happened_at) FROM facts_fact
WHERE kind = 'tracing.step_done' AND subject = ANY (%s::uuid[]) GROUP BY 1, 2
"""


@dataclass
class Progress:
    """When the steps of an incident were finished, by code, and how many of how many people a step has reached."""

    done: dict[str, datetime] = field(default_factory=dict)
    reached: dict[str, tuple[int, int]] = field(default_factory=dict)


def progress(incidents: Iterable[UUID]) -> dict[UUID, Progress]:
    """How far each incident is; two queries for any number of incidents."""
    found = {incident: Progress() for incident in incidents}
    with connection().cursor() as cursor:
        cursor.execute(STEPS, [list(found)])
        for row in cursor.fetchall():
            found[row[0]] = _of_first_case(*row[1:])
        cursor.execute(BY_HAND, [list(found)])
        for incident, step, at in cursor.fetchall():
            found[incident].done[step] = at
    return found


def _of_first_case(opened, traced, held1, left1, held2, left2, tested, untested, ring1, ring2, asked) -> Progress:
    steps, everybody = {"report": opened}, ring1 + ring2
    if traced:
        steps["trace"] = traced
        if not left1:
            steps["contacts_transferred"] = max(traced, held1 or traced)
        if not (left2 or asked):
            steps["second_contacts"] = max(traced, held2 or traced)
        if not (left1 or left2 or untested or asked):
            steps["trace_isolate_test"] = max(filter(None, (traced, held1, held2, tested)))
    reached = {"contacts_transferred": (ring1 - left1, ring1), "second_contacts": (ring2 - left2, ring2)}
    return Progress(steps, reached | {"trace_isolate_test": (everybody - untested, everybody)})


def clocks(incidents: list[Incident], now: datetime) -> dict[UUID, list[dict[str, Any]]]:
    """For each incident its steps as `web/parts/steps.html` shows them, the worst first."""
    known, found = progress(incident.pk for incident in incidents), {}
    for incident in incidents:
        until, plan = incident.closed_at or now, plans.edition(incident.plan)
        far = known[incident.pk]
        steps = rules.response_clock(plan, incident.started_at, far.done, until)
        found[incident.pk] = [shown(step, far.reached.get(step.code)) for step in sorted(steps, key=badness)]
    return found


def badness(step: rules.Step) -> tuple[int, int]:
    """Late and open first, by how much; then what runs, by what is left; then what is done, late ones first."""
    if step.done_at is None:
        return (0 if step.status == "late" else 1), step.allowed - step.minutes
    return (2 if step.status == "late" else 3), step.allowed


def shown(step: rules.Step, reached: tuple[int, int] | None = None) -> dict[str, Any]:
    """A step for the page, with a note on how many people it has reached of how many."""
    note = ""
    if reached and reached[1]:
        note = _("{count} of {people}").format(count=reached[0], people=reached[1])
    elif reached and step.done_at:
        note = _("nobody")
    return {
        "note": note,
        "code": step.code,
        "title": words.STEP_TITLES[step.code],
        "limit": step.allowed,
        "took": step.minutes,
        "done": step.done_at is not None,
        "at": step.done_at,
        "late": step.status == "late",
        "by_hand": step.code in words.STEPS_BY_HAND and step.done_at is None,
    }


def numbers(incidents: list[UUID]) -> dict[UUID, dict[str, int]]:
    """Cases and contacts of each incident; a person who is a contact of two cases counts once."""
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    cases = Case.objects.filter(incident__in=incidents).exclude(classification="excluded")
    for row in cases.values("incident").annotate(cases=Count("pk")):
        found[row["incident"]] |= row
    contacts = Contact.objects.standing().filter(incident__in=incidents).values("incident")
    for row in contacts.annotate(contacts=Count("person", distinct=True), unsettled=unsettled()):
        found[row["incident"]] |= row
    return found


def unsettled() -> Count:
    """Persons whose contact is not settled."""
    return Count("person", distinct=True, filter=Q(status__in=words.OPEN_STATUSES, history=False))
