"""The tree of facts under the one that began an incident or a report: what followed, how often, how long it took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from muster.kernel.declare import FACTS
from muster.kernel.posts.logins import acting, connection

# All that followed from a fact, however it followed; each fact once.
_TREE = """
    WITH RECURSIVE tree (id) AS (
        SELECT %(root)s::uuid UNION SELECT c.fact_id FROM tree JOIN facts_factcause c ON c.cause_id = tree.id
    )
"""
_BRANCHES = (
    _TREE
    + """
    SELECT f.kind, count(*), min(f.happened_at),
           percentile_disc(0.5) WITHIN GROUP (ORDER BY f.happened_at), max(f.happened_at)
    FROM tree JOIN facts_fact f ON f.id = tree.id WHERE f.kind = ANY(%(kinds)s) GROUP BY f.kind
"""
)
# The latest facts of one kind in the tree, with the moment of the last of their own causes.
_SLOWEST = (
    _TREE
    + """
    SELECT f.subject, f.area, f.happened_at, (
        SELECT max(p.happened_at) FROM facts_factcause c JOIN facts_fact p ON p.id = c.cause_id WHERE c.fact_id = f.id
    )
    FROM tree JOIN facts_fact f ON f.id = tree.id WHERE f.kind = %(kind)s
    ORDER BY f.happened_at DESC, f.id LIMIT %(limit)s
"""
)
# The kinds of fact that the clock page follows, in the order in which they are expected.
BRANCHES = (
    "intake.report_received", "intake.report_taken", "intake.said_again", "intake.passed_on", "intake.receipt_signed",
    "intake.task_given", "intake.task_accepted", "intake.task_done", "intake.task_taken_back", "intake.called",
    "intake.arrival_settled", "intake.transfer_wanted",
    "screening.result_positive", "tracing.case_opened", "tracing.contact_found", "tracing.case_traced",
    "tracing.contact_notified", "controls.began", "isolation.transfer_requested", "isolation.handed_over",
    "isolation.received", "isolation.arrived", "isolation.home_assessed", "isolation.stay_began", "isolation.sampled",
    "isolation.released", "tracing.contact_released", "tracing.chain_cleared", "intake.report_disposed",
    "intake.reopened", "intake.caller_reached", "intake.report_closed", "duties.escalated",
)  # fmt: skip


@dataclass(frozen=True)
class Branch:
    """All facts of a kind that followed: how many, and the minutes from the beginning to first, middle and last."""

    kind: str
    title: Any
    count: int
    first: int
    median: int
    last: int
    last_at: datetime


def branches(root: UUID, start: datetime) -> list[Branch]:
    """What followed from a fact, kind by kind. The caller has checked that the post may see what it began.

    Read with the login of actions: what followed in another district counts too.
    """
    with acting(), connection().cursor() as cursor:
        cursor.execute(_BRANCHES, {"root": root, "kinds": list(BRANCHES)})
        found = {row[0]: row for row in cursor.fetchall()}
    return [
        Branch(kind, FACTS[kind].meaning, count, *(_minutes(start, moment) for moment in moments), moments[-1])
        for kind, count, *moments in (found[kind] for kind in BRANCHES if kind in found)
    ]


def _minutes(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds() // 60))


def slowest(root: UUID, start: datetime, kind: str, limit: int = 20) -> list[dict[str, Any]]:
    """The facts of a kind that came last, with the minutes from the beginning and from what each waited for."""
    with acting(), connection().cursor() as cursor:
        cursor.execute(_SLOWEST, {"root": root, "kind": kind, "limit": limit})
        found = cursor.fetchall()
    return [
        {
            "subject": subject,
            "area": area,
            "at": at,
            "since_start": _minutes(start, at),
            "since_cause": _minutes(cause_at, at) if cause_at else None,
        }
        for subject, area, at, cause_at in found
    ]
