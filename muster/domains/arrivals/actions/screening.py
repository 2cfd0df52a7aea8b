"""What follows from where somebody was: measure, daily contact, and the fact on which a control can hang."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from muster.kernel import clock, ids, plans
from muster.kernel.duties.actions import open_duties, withdraw_duties
from muster.kernel.facts.actions import record_many
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.plans import NoPlan, Plan
from muster.kernel.posts.permissions import may, require

from .. import words
from ..models import Arrival, RiskList
from ..queries import Changed, screen
from ..rules.arriving import Owed, owed


def plan_of(now: datetime) -> Plan | None:
    """The plan in force for arrivals; None where none is, or it has no rules for them."""
    try:
        plan = plans.in_force(words.DISEASE, clock.local_day(now))
    except NoPlan:
        return None
    return plan if plan.arrivals else None


@action("arrivals.rescreen")
def rescreen(*, by: Any, risk_list: RiskList, now: datetime, op=None) -> int:
    """Screen every arrival that may still matter against an edition; returns how many became stricter.

    Those count that left their origin within the plan's longest incubation, whatever was decided about them then.
    """
    if not may(by, "arrivals.rescreen"):
        require(by, "arrivals.rescreen")
    plan = plan_of(now)
    if RiskList.objects.in_force(now) != risk_list:
        return 0
    RiskList.objects.filter(pk=risk_list.pk).update(applied_at=now)
    if plan is None:
        return 0
    first = clock.local_day(now) - timedelta(days=plan.incubation.max_days)
    changed = screen(risk_list, left_from=first)
    follow(changed, by=by, now=now, because=[risk_list.fact] if risk_list.fact else [])
    return len(changed)


def screen_one(arrival: Arrival, *, by: Any, now: datetime) -> Arrival:
    """Screen one arrival against the edition in force, and say what the plan asks."""
    screen(RiskList.objects.in_force(now), arrivals=[arrival.pk])
    arrival.refresh_from_db()
    set_measures([arrival], now)
    return arrival


def follow(changed: Sequence[Changed], *, by: Any, now: datetime, because: Iterable[Any] = ()) -> None:
    """What follows for arrivals whose category changed: measures, the fact of the stay, duties. Set-based."""
    known = {row.arrival: row for row in changed}
    rows = list(Arrival.objects.filter(pk__in=known).order_by("pk"))
    set_measures(rows, now)
    begin([row for row in rows if row.state != words.COMING], by=by, now=now, because=because)


def set_measures(rows: Sequence[Arrival], now: datetime) -> dict[Any, Owed | None]:
    """Write what the plan asks of each, from today; returns it by arrival."""
    plan, today = plan_of(now), clock.local_day(now)
    asked = {row.pk: owed(plan, row.category, row.left_on, today, row.site_until) if plan else None for row in rows}
    for row in rows:
        found = asked[row.pk]
        row.plan = plan.edition if plan else ""
        row.measure, row.ends_on = (found.kind, found.ends_on) if found else ("", None)
    Arrival.objects.bulk_update(rows, ["plan", "measure", "ends_on"], batch_size=1000)
    return asked


def begin(rows: Sequence[Arrival], *, by: Any, now: datetime, because: Iterable[Any] = ()) -> list[Fact]:
    """For people who are here: the stay in a listed area is recorded, the daily contact and open questions are owed."""
    because = list(because)
    exposed = [row for row in rows if row.category in words.EVIDENCE and row.measure]
    facts = [
        {
            "id": ids.uuid7(), "subject": row.pk, "area": row.area, "because": [row.fact, *because],
            "data": {"category": row.category, "person": str(row.person_id), "left_on": row.left_on.isoformat()},
        }
        for row in exposed
    ]  # fmt: skip
    made = record_many("arrivals.stayed_in_risk_area", facts, by=by, now=now) if facts else []
    reopened = [row.pk for row in rows if row.measure and row.state == words.CLOSED]
    Arrival.objects.filter(pk__in=reopened).update(state=words.HERE, closed_at=None)
    open_duties("arrivals.call", [_duty(row) for row in rows if row.measure], by=by, now=now)
    open_duties("arrivals.ask_origin", [_duty(row) for row in rows if row.unsure], by=by, now=now)
    return made


def over(rows: Sequence[Arrival], *, now: datetime, because: Fact) -> None:
    """Nothing is asked of them any more: no daily contact is owed."""
    withdraw_duties(now=now, because=because, subjects=[row.pk for row in rows], kinds=["arrivals.call"])


def _duty(row: Arrival, **more: Any) -> dict[str, Any]:
    return {"subject": row.pk, "person_id": row.person_id, "area": row.area, "because": row.fact, **more}
