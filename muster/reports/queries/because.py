"""Why: the facts behind a fact, walked back along `because` to where it all began."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from muster.kernel.areas.codes import LEVELS
from muster.kernel.declare import FACTS
from muster.kernel.posts.logins import acting, connection
from muster.kernel.posts.permissions import reaches

STEPS, ROWS = 20, 400

# Each pair of fact and cause comes once, however many ways lead to it; a chain of evidence is rarely deeper than six.
_BACK = """
    WITH RECURSIVE back (fact, cause, step) AS (
        SELECT NULL::uuid, start, 0 FROM unnest(%(starts)s::uuid[]) AS start
        UNION
        SELECT c.fact_id, c.cause_id, back.step + 1
        FROM back JOIN facts_factcause c ON c.fact_id = back.cause WHERE back.step < %(steps)s
    )
    SELECT DISTINCT ON (back.fact, f.id) back.fact, f.id, f.kind, f.subject, f.happened_at, f.area
    FROM back JOIN facts_fact f ON f.id = back.cause
    ORDER BY back.fact NULLS FIRST, f.id
    LIMIT %(rows)s
"""


def walk_back(starts: Iterable[UUID], by: Any) -> dict[UUID, dict[str, Any]]:
    """For each fact, what happened and because of what, as the component `web/parts/why.html` shows it.

    Read with the login of actions, because a cause may lie in another district: the caller has checked that the
    post may see what it leads to. Of a cause out of the post's reach only its kind, its time and its district are
    told; `by` is None for what is shown to the person themselves, who is told no more than that of any.
    """
    starts = list(starts)
    with acting(), connection().cursor() as cursor:
        cursor.execute(_BACK, {"starts": starts, "steps": STEPS, "rows": ROWS})
        found = cursor.fetchall()
    nodes: dict[UUID, dict[str, Any]] = {}
    causes: dict[UUID, list[UUID]] = {}
    for effect, fact, kind, subject, at, area in found:
        near = by is not None and reaches(by, area)
        shown = area if near else area[: LEVELS["district"]]
        nodes[fact] = {"id": fact, "kind": kind, "title": FACTS[kind].meaning, "at": at, "area": shown}
        nodes[fact]["subject"] = subject if near else None
        if effect is not None:
            causes.setdefault(effect, []).append(fact)
    return {start: _tree(start, nodes, causes, set()) for start in starts if start in nodes}


def _tree(fact: UUID, nodes: dict[UUID, Any], causes: dict[UUID, list[UUID]], told: set[UUID]) -> dict[str, Any]:
    """A node with its causes beneath it; what was told on one branch is not told again."""
    told.add(fact)
    fresh = sorted((cause for cause in causes.get(fact, ()) if cause not in told), key=lambda c: nodes[c]["at"])
    told.update(fresh)
    return nodes[fact] | {"causes": [_tree(cause, nodes, causes, told) for cause in fresh]}
