"""`record()`: the one way a fact comes to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from muster.kernel import ids
from muster.kernel.declare import FACTS

from .models import Fact, FactCause

# Called with the new facts, in the recording transaction: duties close what the facts prove, procedures take note.
LISTENERS: list[Callable[[list[Fact]], None]] = []


def record(
    kind: str,
    *,
    subject: UUID,
    area: str,
    by: Any,
    now: datetime,
    because: Iterable[Fact | UUID] = (),
    op: UUID | None = None,
    data: dict[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> Fact:
    """Append one fact with its causes; close the duties it proves; wake the procedures that wait for its kind.

    Runs in the caller's transaction. Raises KeyError for an undeclared kind.
    """
    row = {"subject": subject, "area": area, "because": because, "data": data, "happened_at": happened_at}
    return record_many(kind, [row], by=by, now=now, op=op)[0]


def record_many(
    kind: str, rows: Iterable[dict[str, Any]], *, by: Any, now: datetime, op: UUID | None = None
) -> list[Fact]:
    """Append facts of one kind, set-based.

    A row has `subject`, `area` and, if any, `id`, `because`, `data`, `happened_at`.
    """
    FACTS[kind]
    facts, causes = [], []
    for row in rows:
        fact = Fact(
            id=row.get("id") or ids.uuid7(),
            kind=kind,
            subject=row["subject"],
            area=row["area"],
            happened_at=row.get("happened_at") or now,
            recorded_at=now,
            by=by.id,
            op=op,
            data=row.get("data") or {},
        )
        facts.append(fact)
        causes += [
            FactCause(fact=fact, cause_id=getattr(cause, "id", cause)) for cause in set(row.get("because") or ())
        ]
    Fact.objects.bulk_create(facts, batch_size=2000)
    FactCause.objects.bulk_create(causes, batch_size=5000)
    for listener in LISTENERS:
        listener(facts)
    return facts
