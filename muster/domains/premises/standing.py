"""Where a person stands, read from evidence: controls with evidence that stands, tests due, findings, exceptions.

Nothing stores a status. Merged records are one person. Other domains hand in findings (`FINDINGS`), through
`procedures/`; each is a function of person ids and the day that yields (person, Finding).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from muster.kernel import clock
from muster.kernel.controls.models import Control, DueTest, Evidence
from muster.kernel.declare import FACTS
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import connection

from .models import Exemption
from .rules import Finding, Held, Status, grounds, status

FINDINGS: list[Callable[[Sequence[UUID], date], Iterable[tuple[UUID, Finding]]]] = []
DEEPEST = 12  # steps walked back from evidence

# What happened, and because of what, back from some facts: kinds and days only, so that it names nobody else.
_BECAUSE = """
    WITH RECURSIVE back AS (
        SELECT id, kind, happened_at, id AS start, 0 AS depth FROM facts_fact WHERE id = ANY(%s)
        UNION
        SELECT f.id, f.kind, f.happened_at, b.start, b.depth + 1
        FROM back b JOIN facts_factcause c ON c.fact_id = b.id JOIN facts_fact f ON f.id = c.cause_id
        WHERE b.depth < %s
    )
    SELECT DISTINCT ON (start, depth, kind) start, depth, kind, happened_at FROM back
    ORDER BY start, depth, kind, happened_at DESC
"""


def stand(persons: Iterable[UUID], now: datetime) -> dict[UUID, Status]:
    """The status of each person (any of their records), in a fixed number of queries. Needs the login of actions."""
    given = dict(Person.objects.filter(pk__in=set(persons)).values_list("pk", "canonical_id"))
    roots, today = sorted(set(given.values())), clock.local_day(now)
    records = dict(Person.objects.filter(canonical_id__in=roots).values_list("pk", "canonical_id"))
    held: dict[UUID, list[Held]] = {}
    due: dict[UUID, list[tuple[date, UUID]]] = {}
    for control in _controls(records, today):
        root = records[control.person_id]
        evidence = tuple((row.kind, row.fact_id) for row in control.evidences.all())
        held.setdefault(root, []).append(Held(control.measure, control.ends_on, evidence))
        if evidence:
            due.setdefault(root, []).extend((test.due_on, evidence[0][1]) for test in control.tests.all())
    found: dict[UUID, list[Finding]] = {}
    for provider in FINDINGS:
        for person, finding in provider(list(records), today):
            found.setdefault(records[person], []).append(finding)
    eased = {records[row.person_id]: row.to for row in in_force(records, now)}
    answer = {
        root: status(grounds(held.get(root, ()), due.get(root, ()), found.get(root, ()), today), eased.get(root))
        for root in roots
    }
    return {person: answer[root] for person, root in given.items()}


def _controls(persons: Iterable[UUID], today: date) -> Any:
    standing = Evidence.objects.filter(withdrawn_at=None).order_by("added_at", "id")
    tests = DueTest.objects.filter(done_fact=None, due_on__lte=today).order_by("due_on")
    rows = Control.objects.open().filter(person_id__in=list(persons)).order_by("began_at")
    return rows.prefetch_related(Prefetch("evidences", standing), Prefetch("tests", tests))


def in_force(persons: Iterable[UUID], now: datetime) -> Any:
    """The exceptions that hold now, the weakest of a person last."""
    rows = Exemption.objects.filter(person_id__in=list(persons), confirmed_at__isnull=False, ended_at=None)
    return rows.filter(expires_at__gt=now).order_by("-to", "expires_at")


def why(standing: Status) -> dict[UUID, list[dict[str, Any]]]:
    """For each fact behind a status what happened, newest first, as words and days."""
    facts = sorted({ground.fact for ground in standing.grounds})
    steps: dict[UUID, list[dict[str, Any]]] = {fact: [] for fact in facts}
    with connection().cursor() as cursor:
        cursor.execute(_BECAUSE, [facts, DEEPEST])
        for start, _depth, kind, at in cursor.fetchall():
            steps[start].append({"title": FACTS[kind].meaning, "on": clock.local_day(at)})
    return steps
