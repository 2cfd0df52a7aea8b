"""Rules of tracing: windows, measures, classification, the response clock, seats. Plain functions of plain values.

Moments are aware and come back in UTC; days are days of the site's time zone. A plan is a frozen edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from muster.kernel.plans import Plan

PHASES = ("site", "home", "monitoring")  # from strong to weak
CATEGORIES = {1: "contact", 2: "second_contact"}
STEPS = (
    "report", "disposal", "core_information", "trace", "contacts_transferred", "second_contacts", "first_report",
    "trace_isolate_test",
)  # fmt: skip

# What a classification may become. A case laid aside comes back only as a suspicion, or by a result that confirms it.
_NEXT = {
    "": {"suspected", "clinical", "confirmed", "asymptomatic"},
    "suspected": {"clinical", "confirmed", "asymptomatic", "excluded"},
    "clinical": {"confirmed", "excluded"},
    "asymptomatic": {"confirmed"},
    "confirmed": set(),
    "excluded": {"suspected", "confirmed", "asymptomatic"},
}
# Only a corrected result takes back what a laboratory had shown.
_NEXT_BY_CORRECTION = {
    "asymptomatic": {"suspected", "excluded"},
    "confirmed": {"suspected", "clinical", "asymptomatic", "excluded"},
}


@dataclass(frozen=True)
class Phase:
    """One stretch of a measure, from `from_on` until `until_on`, the day on which it ends; None: until released."""

    kind: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class Measure:
    """What is done about a person: phases from strong to weak without a gap, and the days of tests."""

    phases: tuple[Phase, ...]
    tests: tuple[date, ...]

    @property
    def kind(self) -> str:
        """How it begins: site, home or monitoring."""
        return self.phases[0].kind

    @property
    def began_on(self) -> date:
        return self.phases[0].from_on

    @property
    def ends_on(self) -> date | None:
        """The day on which it ends; None for a case, which ends when its release conditions are met."""
        return self.phases[-1].until_on

    def kind_on(self, day: date) -> str | None:
        """The phase of a day; None before and after. On the day of a change the new phase holds."""
        return next(
            (p.kind for p in reversed(self.phases) if p.from_on <= day and (p.until_on is None or day < p.until_on)),
            None,
        )


@dataclass(frozen=True)
class Step:
    """A step of the response clock. `minutes` is the time taken, or so far; `status` ok, late or open."""

    code: str
    due_at: datetime
    done_at: datetime | None
    allowed: int
    minutes: int
    status: str


def day_begins(day: date, tz: tzinfo) -> datetime:
    """00:00 of a day in a time zone, in UTC (so that two moments compare as moments)."""
    return datetime.combine(day, time(), tz).astimezone(UTC)


def anchor_of_case(onset_on: date | None, first_sampled_on: date | None, confirmed_on: date | None) -> date:
    """The day that a case's window is counted from: onset, else first positive sampling, else confirmation.

    Raises ValueError when none is known.
    """
    anchor = onset_on or first_sampled_on or confirmed_on
    if anchor is None:
        raise ValueError("the case has neither a day of onset, nor of sampling, nor of confirmation")
    return anchor


def window_of_case(
    onset_on: date | None,
    first_sampled_on: date | None,
    confirmed_on: date | None,
    lookback_days: int,
    tz: tzinfo,
    isolated_at: datetime | None,
    as_of: datetime,
    forward_days: int | None = None,
) -> tuple[datetime, datetime]:
    """The half-open time in which a case could infect others: [start, end), in UTC.

    From 00:00 local, `lookback_days` before the anchor, until the first isolation that had begun by `as_of`, else until
    `as_of`; with `forward_days`, at the latest until the end of that many days after the anchor. An empty window has
    end == start. Raises ValueError without any day (`anchor_of_case`).
    """
    anchor = anchor_of_case(onset_on, first_sampled_on, confirmed_on)
    start = day_begins(anchor - timedelta(days=lookback_days), tz)
    ends = [_utc(as_of)]
    if isolated_at is not None:
        ends.append(_utc(isolated_at))
    if forward_days is not None:
        ends.append(day_begins(anchor + timedelta(days=forward_days + 1), tz))
    return start, max(start, min(ends))


def window_of_contact(first_at: datetime, isolated_at: datetime | None, as_of: datetime) -> tuple[datetime, datetime]:
    """The half-open time in which a contact could infect others: from `first_at` until isolated, else `as_of`."""
    start, end = _utc(first_at), _utc(as_of)
    if isolated_at is not None:
        end = min(end, _utc(isolated_at))
    return start, max(start, end)


def measure_of(plan: Plan, category: str, counted_from: date, began_on: date) -> Measure | None:
    """The measure for a category of person (contact, second_contact, case, entrant, leaver), begun on a day.

    The days of the first phase count from `counted_from` (last exposure, entry, leaving the zone, onset); each further
    phase begins on the day the one before ends. Tests count from the day on which a phase begins (day 1); one that
    would fall after its phase is made on the last day of it. None: the plan has no such measure, or its days are over.
    """
    rule = plan.value(f"measures.{category}")
    if rule is None:
        return None
    phases: list[Phase] = []
    tests: set[date] = set()
    start, counted = began_on, counted_from
    for kind in PHASES[PHASES.index(rule.kind) :]:
        days = rule.days(kind)
        numbers = getattr(rule, f"{kind}_tests", ())
        if days is None:
            if kind == rule.kind:
                return Measure((Phase(kind, began_on, None),), tuple(began_on + timedelta(days=n - 1) for n in numbers))
            continue
        end = counted + timedelta(days=days)
        if end > start:
            phases.append(Phase(kind, start, end))
            tests |= {min(start + timedelta(days=n - 1), end) for n in numbers}
            start = end
        counted = end
    return Measure(tuple(phases), tuple(sorted(tests))) if phases else None


def contact_measure(plan: Plan, ring: int, last_exposure_on: date, began_on: date) -> Measure | None:
    """The measure for a contact of ring 1 or 2; see `measure_of`. None for ring 2 where the plan has one ring."""
    return measure_of(plan, CATEGORIES[ring], last_exposure_on, began_on) if ring <= plan.tracing.rings else None


def merge_measures(measures: Iterable[Measure]) -> Measure | None:
    """One measure for a person who falls under several: each kind until its latest end, strong before weak, all tests.

    Nobody is twice under control: the strongest comes first, and nothing ends earlier than it would have alone.
    """
    several = list(measures)
    if not several:
        return None
    start = min(measure.began_on for measure in several)
    phases: list[Phase] = []
    for kind in PHASES:
        ends = [phase.until_on for measure in several for phase in measure.phases if phase.kind == kind]
        if None in ends:
            phases.append(Phase(kind, start, None))
            break
        end = max((end for end in ends if end), default=start)
        if end > start:
            phases.append(Phase(kind, start, end))
            start = end
    return Measure(tuple(phases), tuple(sorted({day for measure in several for day in measure.tests})))


def may_become(old: str, new: str, *, corrected: bool = False) -> bool:
    """Whether a classification may change ('' for a new case). `corrected`: because a result was corrected."""
    return new in _NEXT[old] or (corrected and new in _NEXT_BY_CORRECTION.get(old, ()))


def response_clock(plan: Plan, started_at: datetime, done: Mapping[str, datetime], now: datetime) -> list[Step]:
    """The steps of the response to a root fact, in order of their deadline; `done` holds when a step was finished.

    A step the plan has no deadline for is left out. ok: done in time; late: done, or still open, after its deadline;
    open: there is still time.
    """
    steps = []
    for code in STEPS:
        allowed = plan.value(f"deadlines.{code}_minutes")
        if allowed is None:
            continue
        due_at, done_at = started_at + timedelta(minutes=allowed), done.get(code)
        at = done_at or now
        status = "late" if at > due_at else "ok" if done_at else "open"
        steps.append(Step(code, due_at, done_at, allowed, int((at - started_at).total_seconds() // 60), status))
    return sorted(steps, key=lambda step: step.due_at)


def incident_number(area: str, opened_on: date, serial: int) -> str:
    """The number of an incident: area code, day, and its serial there on that day (610404-20211130-01)."""
    return f"{area or '0'}-{opened_on:%Y%m%d}-{serial:02}"


def case_number(incident: str, serial: int) -> str:
    """The number of a case: that of its incident, and its serial in it (610404-20211130-01-001)."""
    return f"{incident}-{serial:03}"


def seat_reach(plan: Plan, layout: str) -> int | None:
    """How many rows or bays away still count in a place of this layout; None: all of the place.

    Layouts are the plan's (plane, train_sealed, train_open, coach_sealed, coach_ventilated, ship); any other, and a
    plan without seat rules, counts everybody. A place is the closed unit (carriage, compartment, cabin), so `unit` and
    `all` reach all of it; `seat_row` is the row, or in an open carriage the number of the bay.
    """
    seats = plan.tracing.seats
    rule = getattr(seats, layout) if seats and layout in type(seats).model_fields else "all"
    return {"rows": plan.tracing.seat_rows, "adjacent": 1, "unit": None, "all": None}[rule]


def seated_near(reach: int | None, row: int | None, other: int | None) -> bool:
    """Whether two seats are within reach. An unknown one is (crew have none): only an investigator excludes people."""
    return reach is None or row is None or other is None or abs(row - other) <= reach


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {moment}")
    return moment.astimezone(UTC)
