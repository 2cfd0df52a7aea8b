"""What screens show of stays: the day, the checks of today, the next test. Read as the post, in few queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, plans
from muster.kernel.controls.models import DueTest
from muster.kernel.duties.models import Duty

from . import words
from .models import HealthCheck, Room, Sample, Site, Stay, check_id

MADE, ANOMALY, LATE, DUE, LATER = "made", "anomaly", "late", "due", "later"
STATES = {
    MADE: _("%(slot)s: made"),
    ANOMALY: _("%(slot)s: anomaly"),
    LATE: _("%(slot)s: late"),
    DUE: _("%(slot)s: due"),
    LATER: _("%(slot)s: later"),
}
TONES = {MADE: "ok", ANOMALY: "late", LATE: "late", DUE: "warn", LATER: "off"}


@dataclass(frozen=True)
class Mark:
    """One slot of today: its id as a health check, its name, how it stands, and in which colour."""

    id: UUID
    slot: str
    title: Any
    state: str
    due_at: datetime

    @property
    def text(self) -> str:
        """The slot and how it stands, in words."""
        return str(STATES[self.state]) % {"slot": self.title}

    @property
    def tone(self) -> str:
        """The colour that goes with the state."""
        return TONES[self.state]


@dataclass
class Line:
    """A stay as a row: on which day it is of how many, until when, what of today is done and what is not."""

    stay: Stay
    label: str
    day: int
    days: int | None
    until: date | None
    marks: list[Mark] = field(default_factory=list)
    next_test: date | None = None
    test_late: bool = False
    test_taken: bool = False

    @property
    def late(self) -> bool:
        """Whether something of it is overdue or wrong."""
        return self.test_late or any(mark.state in (LATE, ANOMALY) for mark in self.marks)

    @property
    def over(self) -> bool:
        """Whether the days of this stay are served."""
        return self.until is not None and self.until <= clock.today()


def lines(stays: Iterable[Stay], now: datetime) -> list[Line]:
    """Rows for open stays, with `control` and either `label` or `person` at hand."""
    stays = list(stays)
    made = _checks_of_today(stays, now)
    tests = dict(
        DueTest.objects.filter(control__in=[s.control_id for s in stays], done_fact=None)
        .values_list("control")
        .annotate(Min("due_on"))
    )
    swabs = Sample.objects.filter(stay__in=stays, taken_at__isnull=False, dropped_at=None)
    taken = set(swabs.values_list("stay__control", "due_on"))
    today = clock.local_day(now)
    rows = []
    for stay in stays:
        began, until = clock.local_day(stay.began_at), leg_until(stay)
        label = stay.label if hasattr(stay, "label") else stay.person.label
        row = Line(stay, label, (today - began).days + 1, (until - began).days if until else None, until)
        row.marks = _marks(stay, made, now)
        row.next_test = tests.get(stay.control_id)
        row.test_taken = (stay.control_id, row.next_test) in taken
        row.test_late = row.next_test is not None and not row.test_taken and _test_late(stay, row.next_test, now)
        rows.append(row)
    return rows


def _test_late(stay: Stay, due_on: date, now: datetime) -> bool:
    """Whether the time for a test is over; it runs from its day, for who came later that day from their coming."""
    asked = max(clock.midnight(due_on), stay.began_at)
    return now > asked + timedelta(minutes=plans.edition(stay.plan).deadlines.test_minutes)


def leg_until(stay: Stay) -> date | None:
    """The day on which the days of this stay end; None for a case, whose tests decide."""
    return stay.control.ends_on and stay.control.ends_on - timedelta(days=stay.home_days)


def _checks_of_today(stays: list[Stay], now: datetime) -> dict[UUID, HealthCheck]:
    today = clock.local_day(now)
    wanted = [check_id(stay.control_id, today, slot) for stay in stays for slot in words.SLOTS]
    return {check.pk: check for check in HealthCheck.objects.filter(pk__in=wanted)}


def _marks(stay: Stay, made: dict[UUID, HealthCheck], now: datetime) -> list[Mark]:
    today, marks = clock.local_day(now), []
    for slot in plans.edition(stay.plan).isolation.slots:
        opens, due = (datetime.combine(today, at, clock.zone()) for at in (slot.opens, slot.due))
        pk = check_id(stay.control_id, today, slot.code)
        check = made.get(pk)
        if check is None and due <= stay.began_at:
            continue
        if check is not None:
            state = ANOMALY if check.anomaly and check.answered_at is None else MADE
        else:
            state = LATER if now < opens else DUE if now < due else LATE
        marks.append(Mark(pk, slot.code, words.SLOTS[slot.code], state, due))
    return marks


@dataclass(frozen=True)
class SiteRow:
    """A site with the numbers that its list shows."""

    site: Site
    rooms: dict[str, int]
    total: int
    checks_due: int
    checks_late: int
    arriving: int


def site_rows(sites: Iterable[Site], now: datetime) -> list[SiteRow]:
    """Rooms by state, checks owed and late, people on the way; three queries for any number of sites."""
    sites = list(sites)
    rooms: dict[Any, dict[str, int]] = {}
    counted = Room.objects.filter(site__in=sites).values_list("site", "state").annotate(Count("id"))
    for site, state, number in counted:
        rooms.setdefault(site, {})[state] = number
    places = [site.place_id for site in sites]
    duties = Duty.objects.open().filter(place_id__in=places)
    owed = duties.filter(kind="isolation.health_check").values("place_id")
    owed = owed.annotate(number=Count("id"), late=Count("id", filter=Q(due_at__lt=now)))
    checks = {row["place_id"]: (row["number"], row["late"]) for row in owed}
    arriving = dict(duties.filter(kind="isolation.receive").values_list("place_id").annotate(Count("id")))
    result = []
    for site in sites:
        states = {state: rooms.get(site.id, {}).get(state, 0) for state in words.ROOM_STATES}
        due, late = checks.get(site.place_id, (0, 0))
        result.append(SiteRow(site, states, sum(states.values()), due, late, arriving.get(site.place_id, 0)))
    return result
