"""Opening, closing, withdrawing and escalating duties; all set-based."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, Value
from django.db.models.functions import Least

from muster.kernel import plans
from muster.kernel.declare import DUTIES, DutyKind
from muster.kernel.facts.actions import LISTENERS, record_many
from muster.kernel.facts.models import Fact
from muster.kernel.people.queries import every_record
from muster.kernel.posts.logins import connection
from muster.kernel.posts.models import SYSTEM, Post

from . import ladder
from .models import Duty

SWEEP_BATCH = 500


def open_duty(kind: str, *, by: Any, now: datetime, plan: str = "", because: Fact | UUID, **row: Any) -> Duty:
    """Open one duty; the row is as in `open_duties`. An equal open duty is returned instead of a second one."""
    open_duties(kind, [{**row, "because": because}], by=by, now=now, plan=plan)
    return Duty.objects.open().filter(kind=kind, subject=row["subject"]).latest("opened_at")


def open_duties(kind: str, rows: Iterable[dict[str, Any]], *, by: Any, now: datetime, plan: str = "") -> int:
    """Open duties of one kind; returns how many rows were given.

    A row has `subject`, `area`, `because`, and if any `person` (or `person_id`), `place`, `due_at`, `incident`, `data`;
    `role` where the kind has several.
    The deadline comes from the kind, through the plan where it is a plan key. A duty whose area has no active post of
    the role starts with the next body up that has one, listed as unowned.
    """
    declared = DUTIES[kind]
    due = now + timedelta(minutes=minutes_of(declared.minutes, plan))
    posts = active_ranges(now)
    duties = [_new_duty(declared, row, now, row.get("due_at") or due, posts, plan) for row in rows]
    Duty.objects.bulk_create(duties, batch_size=2000, ignore_conflicts=True)
    return len(duties)


def minutes_of(value: int | str, plan: str) -> int:
    """A number of minutes, or the plan's number under this key."""
    return value if isinstance(value, int) else int(plans.edition(plan).value(value))


def bring_forward(kind: str, subject: UUID, due: datetime) -> None:
    """What is owed about a subject is due by then, if it was due later: a deadline never moves back."""
    rows = Duty.objects.open().filter(kind=kind, subject=subject, due_at__gt=due)
    rows.update(due_at=due, next_at=Least("next_at", Value(due)))


def active_ranges(now: datetime) -> ladder.Ranges:
    """The code ranges of all active posts, by role."""
    ranges: ladder.Ranges = {}
    for role, lo, hi in Post.objects.active(now).exclude(lo=None).values_list("role", "lo", "hi").distinct():
        ranges.setdefault(role, []).append((lo, hi))
    return ranges


def _new_duty(kind: DutyKind, row: dict[str, Any], now, due, posts, plan) -> Duty:
    area, place = row["area"], row.get("place")
    own = row["role"] if len(kind.roles) > 1 else kind.roles[0]
    first = ladder.first_holder(own, area)
    owned = place is not None or ladder.staffed(*first, area, posts)
    holder, role = first if owned else ladder.next_holder(*first, area, posts) or first
    return Duty(
        kind=kind.name,
        subject=row["subject"],
        person_id=row.get("person_id") or getattr(row.get("person"), "pk", None),
        area=area,
        place_id=place,
        role=own,
        proof_kind=kind.proof,
        plan=plan,
        incident=row.get("incident"),
        opened_at=now,
        due_at=due,
        opened_because_id=getattr(row["because"], "id", row["because"]),
        held_by_area=holder,
        holder_role=role,
        next_at=due,
        unowned=not owned,
        data=row.get("data") or {},
    )


def close_proven(facts: list[Fact]) -> None:
    """Close the open duties that these facts prove."""
    sql = """
        UPDATE duties_duty d SET closed_at = f.at, closed_by_fact_id = f.id
        FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::timestamptz[]) AS f(id, kind, subject, at)
        WHERE d.subject = f.subject AND d.proof_kind = f.kind AND d.closed_at IS NULL AND d.opened_at <= f.at
    """
    columns: Any = [
        [fact.id for fact in facts],
        [fact.kind for fact in facts],
        [fact.subject for fact in facts],
        [fact.recorded_at for fact in facts],
    ]
    with connection().cursor() as cursor:
        cursor.execute(sql, columns)


LISTENERS.append(close_proven)


def withdraw_duties(
    *,
    now: datetime,
    because: Fact,
    subjects: Iterable[UUID] = (),
    persons: Iterable[UUID] = (),
    kinds: Iterable[str] = (),
    since: datetime | None = None,
) -> int:
    """Close duties that are no longer owed, without proof; returns how many.

    Those of the given subjects or persons, of the given kinds if any, opened `since` then.
    """
    rows = Duty.objects.open().filter(Q(subject__in=list(subjects)) | Q(person_id__in=every_record(persons)))
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    if since:
        rows = rows.filter(opened_at__gte=since)
    return rows.update(closed_at=now, closed_by_fact=because, withdrawn=True)


def sweep(now: datetime) -> int:
    """Escalate every duty whose next step is due, one batch; returns how many. Runs as a periodic job."""
    sql = """
        SELECT id FROM duties_duty WHERE closed_at IS NULL AND next_at <= %s
        ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED
    """
    with connection().cursor() as cursor:
        cursor.execute(sql, [now, SWEEP_BATCH])
        found = [row[0] for row in cursor.fetchall()]
    duties, posts = list(Duty.objects.filter(pk__in=found)), active_ranges(now)
    raised = [(duty, data) for duty in duties if (data := _escalate(duty, now, posts))]
    Duty.objects.bulk_update(duties, ["late", "held_by_area", "holder_role", "next_at"], batch_size=SWEEP_BATCH)
    rows = [dict(subject=d.id, area=d.area, because=[d.opened_because_id], data=data) for d, data in raised]
    if rows:
        record_many("duties.escalated", rows, by=SYSTEM, now=now)
    return len(duties)


def _escalate(duty: Duty, now: datetime, posts: ladder.Ranges) -> dict[str, str] | None:
    """Hand a duty to the next body up; returns who missed it and who holds it now.

    Where nobody is above, it stays, marked late, and is not looked at again: None.
    """
    duty.late = duty.due_at <= now
    missed_by = {"from": duty.held_by_area, "missed_by": duty.holder_role}
    up = ladder.next_holder(duty.held_by_area, duty.holder_role, duty.area, posts)
    if up is None:
        duty.next_at = datetime.max.replace(tzinfo=now.tzinfo)
        return None
    duty.held_by_area, duty.holder_role = up
    duty.next_at = now + timedelta(minutes=minutes_of(DUTIES[duty.kind].escalate_minutes, duty.plan))
    return {"kind": duty.kind, **missed_by, "to": duty.held_by_area, "role": duty.holder_role}
