"""Health checks: two a day for everybody isolated, each a duty until it is made; anomalies go to a doctor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, plans
from muster.kernel.duties.actions import open_duty, withdraw_duties
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record, record_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.models import SYSTEM

from .. import rules, words
from ..models import HealthCheck, Stay, check_id
from .owed import CHECKS, about, locked_open_stay, owe, require_at


def slots_of(stay: Stay, now: datetime) -> list[rules.DueCheck]:
    """The checks that a stay owes today so far, oldest first."""
    due = rules.checks_due(plans.edition(stay.plan), stay.began_at, stay.ended_at, now, clock.zone())
    return [check for check in due if check.on == clock.local_day(now)]


def open_checks(stays: Iterable[Stay], *, by: Any, now: datetime) -> int:
    """Open the duties of the slots that have begun today and are not made yet; note when the next one begins."""
    owed: dict[str, list[tuple[str, dict[str, Any]]]] = {kind: [] for kind in CHECKS}
    stays = list(stays)
    wanted = {check_id(s.control_id, c.on, c.slot): (s, c) for s in stays for c in slots_of(s, now)}
    made = set(HealthCheck.objects.filter(pk__in=list(wanted)).values_list("pk", flat=True))
    for subject, (stay, check) in wanted.items():
        if subject in made or (stay.next_check_at and check.opens_at < stay.next_check_at):
            continue
        data = {"stay": str(stay.id), "on": check.on.isoformat(), "slot": check.slot}
        row = about(stay, subject, stay.began_fact_id, due_at=check.due_at, data=data)
        owed[CHECKS[stay.kind == words.HOME]].append((stay.plan, row))
    _miss(stays, by=by, now=now)
    for kind, rows in owed.items():
        owe(kind, rows, by=by, now=now)
    for stay in stays:
        stay.next_check_at = next_opening(stay.plan, now)
    Stay.objects.bulk_update(stays, ["next_check_at"], batch_size=1000)
    return sum(map(len, owed.values()))


def _miss(stays: list[Stay], *, by: Any, now: datetime) -> None:
    """Once a day's first slot has begun, those of the day before were missed: nobody can make them any more."""
    begun = [stay for stay in stays if slots_of(stay, now)]
    old = Duty.objects.open().filter(kind__in=CHECKS, person_id__in=[stay.person_id for stay in begun])
    old = list(old.filter(due_at__lt=clock.midnight(clock.local_day(now))))
    rows = [{"subject": d.subject, "area": d.area, "because": [d.opened_because_id], "data": d.data} for d in old]
    for fact in record_many("isolation.check_missed", rows, by=by, now=now) if rows else ():
        withdraw_duties(subjects=[fact.subject], kinds=CHECKS, now=now, because=fact)


def next_opening(plan: str, now: datetime) -> datetime:
    """The moment at which the next slot of health checks opens."""
    today, slots = clock.local_day(now), plans.edition(plan).isolation.slots
    openings = (
        datetime.combine(day, slot.opens, clock.zone()) for day in (today, today + timedelta(days=1)) for slot in slots
    )
    return min(opening for opening in openings if opening > now)


def ask_checks(now: datetime, limit: int = 1000) -> int:
    """Open what has come due since the last look, one batch of stays; returns how many stays were looked at."""
    rows = Stay.objects.open().filter(next_check_at__lte=now).order_by("next_check_at")
    stays = list(rows.select_related("site", "control").select_for_update(of=("self",), skip_locked=True)[:limit])
    open_checks(stays, by=SYSTEM, now=now)
    return len(stays)


@action("isolation.record_check")
def record_check(
    *, by: Any, stay: Stay, temperature: Any, symptoms: Iterable[str] = (), on: date | None = None, slot: str = "",
    now, op=None,
) -> HealthCheck:  # fmt: skip
    """Record temperature (°C) and symptoms of the slot, without `on` and `slot` of the one that is open.

    A second check of the same slot, or one of a slot that has not begun or whose day is over, is Invalid. Fever or a
    symptom is an anomaly, and a duty for a doctor or investigator.
    """
    stay = locked_open_stay(stay)
    require_at(by, "isolation.record_check", stay)
    check = _slot(stay, on, slot, now)
    reading, found = _read(stay.plan, temperature, symptoms := sorted(set(symptoms)))
    row, fresh = HealthCheck.objects.get_or_create(
        pk=check_id(stay.control_id, check.on, check.slot),
        defaults={
            "stay": stay, "person_id": stay.person_id, "area": stay.area, "place_id": stay.place_id, "on": check.on,
            "slot": check.slot, "temperature": reading, "symptoms": symptoms, "anomaly": list(found), "at": now,
            "by_post": by.id,
        },
    )  # fmt: skip
    if not fresh:
        raise Invalid("slot", _("This check was made already."))
    data = {"stay": str(stay.id), "on": check.on.isoformat(), "slot": check.slot}
    made = record(
        "isolation.health_checked", subject=row.id, area=stay.area, because=[stay.began_fact_id], data=data,
        by=by, now=now, op=op,
    )  # fmt: skip
    if found:
        _anomaly(stay, row, made, data, by=by, now=now)
    if stay.next_check_at and stay.next_check_at <= now:
        open_checks([stay], by=by, now=now)
    return row


def _slot(stay: Stay, on: date | None, slot: str, now: datetime) -> rules.DueCheck:
    due = rules.checks_due(plans.edition(stay.plan), stay.began_at, None, now, clock.zone())
    if not on and not slot:
        if not due:
            raise Invalid("slot", _("No health check is due yet."))
        return due[-1]
    found = next((check for check in due if (check.on, check.slot) == (on, slot) and check.on == due[-1].on), None)
    if found is None:
        raise Invalid("slot", _("This check is not due yet, or its day is over."))
    return found


def _read(plan: str, temperature: Any, symptoms: list[str]) -> tuple[Decimal, tuple[str, ...]]:
    try:
        reading = Decimal(str(temperature).strip().replace(",", ".")).quantize(Decimal("0.1"))
    except InvalidOperation:
        raise Invalid("temperature", _("Enter the temperature in °C, such as 36.5.")) from None
    low, high = rules.PLAUSIBLE_C
    if not low <= reading <= high:
        raise Invalid("temperature", _("A body temperature lies between 34 and 43 °C. Measure again."))
    edition = plans.edition(plan)
    if set(symptoms) - set(edition.isolation.symptoms):
        raise Invalid("symptoms", _("The plan does not know this symptom."))
    return reading, rules.anomaly(edition, float(reading), symptoms)


def _anomaly(stay: Stay, row: HealthCheck, made: Any, data: dict[str, Any], *, by: Any, now: datetime) -> None:
    fact = record(
        "isolation.anomaly_found", subject=row.id, area=stay.area, because=[made], data={**data, "found": row.anomaly},
        by=by, now=now,
    )  # fmt: skip
    open_duty(
        "isolation.answer_anomaly", subject=row.id, person_id=stay.person_id, area=stay.area, place=stay.place_id,
        because=fact, incident=stay.control.incident, data=data, by=by, now=now, plan=stay.plan,
    )  # fmt: skip
