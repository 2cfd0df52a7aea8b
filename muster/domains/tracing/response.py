"""The response clock of incidents, step by step against their plans."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from muster.kernel import plans
from muster.kernel.posts.logins import connection

from . import rules, words
from .models import Incident

# What each step waits for, of the first case of an incident; later cases have duties of their own. A contact who is
# settled is not waited for.
STEPS = """
SELECT c.incident_id, c.opened_at, c.traced_at,
       max(coalesce(k.controlled_at, k.ended_at)) FILTER (WHERE k.ring = 1),
       count(*) FILTER (WHERE k.ring = 1 AND k.controlled_at IS NULL AND k.ended_at IS NULL),
       max(coalesce(k.controlled_at, k.ended_at)) FILTER (WHERE k.ring = 2),
       count(*) FILTER (WHERE k.ring = 2 AND k.controlled_at IS NULL AND k.ended_at IS NULL),
       max(coalesce(k.tested_at, k.ended_at)),
       count(*) FILTER (WHERE k.id IS NOT NULL AND k.tested_at IS NULL AND k.ended_at IS NULL)
FROM (
    SELECT DISTINCT ON (incident_id) id, incident_id, opened_at, traced_at FROM tracing_case
    WHERE incident_id = ANY (%s::uuid[]) AND NOT history AND classification <> 'excluded'
    ORDER BY incident_id, opened_at, id
) c LEFT JOIN tracing_contact k ON k.case_id = c.id AND k.status <> 'withdrawn'
GROUP BY c.incident_id, c.opened_at, c.traced_at
"""

BY_HAND = """
SELECT subject, data ->> 'step', min(happened_at) FROM facts_fact
WHERE kind = 'tracing.step_done' AND subject = ANY (%s::uuid[]) GROUP BY 1, 2
"""


def steps_done(incidents: Iterable[UUID]) -> dict[UUID, dict[str, datetime]]:
    """When the steps of each incident were finished, those that are; two queries for any number of incidents."""
    wanted = list(incidents)
    done: dict[UUID, dict[str, datetime]] = {}
    with connection().cursor() as cursor:
        cursor.execute(STEPS, [wanted])
        for row in cursor.fetchall():
            done[row[0]] = _of_first_case(*row[1:])
        cursor.execute(BY_HAND, [wanted])
        for incident, step, at in cursor.fetchall():
            done.setdefault(incident, {})[step] = at
    return done


def _of_first_case(opened, traced, held1, left1, held2, left2, tested, untested) -> dict[str, datetime]:
    steps = {"report": opened}
    if traced:
        steps["trace"] = traced
        if not left1:
            steps["contacts_transferred"] = max(traced, held1 or traced)
        if not left2:
            steps["second_contacts"] = max(traced, held2 or traced)
        if not (left1 or left2 or untested):
            steps["trace_isolate_test"] = max(filter(None, (traced, held1, held2, tested)))
    return steps


def clocks(incidents: list[Incident], now: datetime) -> dict[UUID, list[dict[str, Any]]]:
    """For each incident its steps as `web/parts/steps.html` shows them, the worst first."""
    done = steps_done(incident.pk for incident in incidents)
    found = {}
    for incident in incidents:
        until, plan = incident.closed_at or now, plans.edition(incident.plan)
        steps = rules.response_clock(plan, incident.started_at, done.get(incident.pk, {}), until)
        found[incident.pk] = [shown(step) for step in sorted(steps, key=badness)]
    return found


def badness(step: rules.Step) -> tuple[int, int]:
    """Late and open first, by how much; then what runs, by what is left; then what is done, late ones first."""
    if step.done_at is None:
        return (0 if step.status == "late" else 1), step.allowed - step.minutes
    return (2 if step.status == "late" else 3), step.allowed


def shown(step: rules.Step) -> dict[str, Any]:
    """A step for the page."""
    return {
        "code": step.code,
        "title": words.STEP_TITLES[step.code],
        "limit": step.allowed,
        "took": step.minutes,
        "done": step.done_at is not None,
        "at": step.done_at,
        "late": step.status == "late",
        "by_hand": step.code in words.STEPS_BY_HAND and step.done_at is None,
    }
