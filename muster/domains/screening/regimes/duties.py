"""Each test that is due is owed by somebody: by the member's grid, or, for the people of a unit, by the unit's grid.

Kept by a job of every minute: what fell due is asked, what was taken is proven.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Count, F, Min, Q

from muster.kernel import clock
from muster.kernel.duties.actions import open_duties, withdraw_duties
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record_many
from muster.kernel.posts.models import SYSTEM

from ..models import Member, Regime
from . import members

PERSON, UNIT = "screening.take_due_test", "screening.test_unit"
BATCH = 2000


def renew(regime: Regime, now: datetime) -> None:
    """Bring the members of a regime to what is known today; who left owes nothing more."""
    left = members.refresh(regime, clock.local_day(now))
    if left:
        withdraw_duties(now=now, because=regime.fact, subjects=left, kinds=[PERSON])


def ask(now: datetime) -> int:
    """Open the duties of tests that are due; returns how many, at most a batch of each kind."""
    today = clock.local_day(now)
    live = Member.objects.filter(regime__ended_at=None, due_on__lte=today)
    unasked = ~Q(asked_on=F("due_on")) | Q(asked_on=None)
    alone = live.filter(unit=None).filter(unasked).select_related("regime").order_by("due_on")[:BATCH]
    rows = [(member.regime, _owed(member, member.regime, now)) for member in alone]
    done = _open(PERSON, rows, now)
    Member.objects.filter(pk__in=[row["subject"] for _regime, row in rows]).update(asked_on=F("due_on"))
    return done + _ask_units(live, now)


def _owed(member: Member, regime: Regime, now: datetime) -> dict[str, Any]:
    return {
        "subject": member.id, "person_id": member.person_id, "area": member.area, "because": regime.fact_id,
        "due_at": _until(regime, member.due_on, now), "data": {"regime": str(regime.id)},
    }  # fmt: skip


def _until(regime: Regime, due_on: date | None, now: datetime) -> datetime:
    """The end of the last day on which the test is in time; of one that is overdue already, the end of today."""
    last = (due_on or clock.local_day(now)) + timedelta(days=regime.to_days - regime.from_days)
    return clock.midnight(max(last, clock.local_day(now)) + timedelta(days=1))


def _ask_units(live: Any, now: datetime) -> int:
    """One duty for all of a unit who are due."""
    groups = live.exclude(unit=None).values("regime", "unit", "area").annotate(first=Min("due_on"), many=Count("id"))
    found = {unit_subject(group["regime"], group["unit"]): group for group in groups}
    known = set(Duty.objects.open().filter(kind=UNIT, subject__in=found).values_list("subject", flat=True))
    regimes = Regime.objects.in_bulk({group["regime"] for group in found.values()})
    rows = []
    for subject, group in found.items():
        if subject not in known:
            regime = regimes[group["regime"]]
            rows.append((regime, {
                "subject": subject, "area": group["area"], "because": regime.fact_id,
                "due_at": _until(regime, group["first"], now),
                "data": {"regime": str(regime.id), "unit": str(group["unit"]), "due": group["many"]},
            }))  # fmt: skip
    return _open(UNIT, rows, now)


def unit_subject(regime: UUID, unit: UUID) -> UUID:
    """What the duty of a unit is about."""
    return uuid5(regime, str(unit))


def _open(kind: str, rows: list[tuple[Regime, dict[str, Any]]], now: datetime) -> int:
    done = 0
    for plan in sorted({regime.plan for regime, _row in rows}):
        of_plan = [row for regime, row in rows if regime.plan == plan]
        done += open_duties(kind, of_plan, by=SYSTEM, now=now, plan=plan)
    return done


def prove(now: datetime) -> int:
    """Prove the duties whose test was taken, and those of units with nobody left who is due; returns how many."""
    today = clock.local_day(now)
    duties = list(Duty.objects.open().filter(kind__in=(PERSON, UNIT)).order_by("opened_at"))
    alone = [duty.subject for duty in duties if duty.kind == PERSON]
    owing = set(Member.objects.filter(pk__in=alone, due_on__lte=today).values_list("pk", flat=True))
    live = Member.objects.filter(regime__ended_at=None, due_on__lte=today).exclude(unit=None)
    owing |= {unit_subject(*pair) for pair in live.values_list("regime", "unit").distinct()}
    taken = [duty for duty in duties if duty.subject not in owing]
    for kind, fact in ((PERSON, "screening.due_test_taken"), (UNIT, "screening.unit_complete")):
        rows = [
            {"subject": duty.subject, "area": duty.area, "because": [duty.opened_because_id], "data": duty.data}
            for duty in taken
            if duty.kind == kind
        ]
        if rows:
            record_many(fact, rows, by=SYSTEM, now=now)
    return len(taken)
