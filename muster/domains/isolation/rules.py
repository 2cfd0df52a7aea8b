"""Rules of isolation: health checks, anomalies, tests, release, homes. Plain functions of plain values.

Moments are aware; days are days of the site's time zone. Reasons are codes, with the day they concern, if any.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from muster.kernel.plans import Plan

PLAUSIBLE_C = (34.0, 43.0)  # outside of it a thermometer was misread
NOT_DONE = frozenset({"", "invalid", "untested"})

# The questions of a home assessment. A criterion of the plan is met by these answers; someone who lives alone meets all
# but the shared air. None: not answered yet.
HOME_QUESTIONS = (
    "lives_alone", "ventilated_room", "own_bathroom", "shared_air", "housemates_isolate", "carer_ill_or_elderly",
)  # fmt: skip
_CRITERIA = {
    "own_room": (("ventilated_room", True), ("own_bathroom", True)),
    "no_shared_air": (("shared_air", False),),
    "housemates_isolate": (("housemates_isolate", True),),
    "no_vulnerable_carer": (("carer_ill_or_elderly", False),),
}
_FAULTS = {
    "ventilated_room": "no_ventilated_room",
    "own_bathroom": "no_own_bathroom",
    "shared_air": "shared_air",
    "housemates_isolate": "housemates_do_not_isolate",
    "carer_ill_or_elderly": "carer_ill_or_elderly",
}


@dataclass(frozen=True)
class DueCheck:
    """One health check: its day and slot (am, pm), from when it can be made and by when it should be."""

    on: date
    slot: str
    opens_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Unmet:
    """A condition of release that is not met, and the day that it concerns."""

    code: str
    on: date | None = None


@dataclass(frozen=True)
class Verdict:
    """The outcome of a home assessment. Unfit means: to a site. None: no fault so far, but `open` questions."""

    fit: bool | None
    reasons: tuple[str, ...]
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class TestDay:
    """A test of a control: the day it is due and its result ('' while there is none)."""

    due_on: date
    result: str = ""


@dataclass(frozen=True)
class Sample:
    """A test of a case: when it was taken, its result, and its Ct values."""

    sampled_at: datetime
    result: str
    ct_orf: float | None = None
    ct_n: float | None = None


def checks_due(plan: Plan, began_at: datetime, ended_at: datetime | None, now: datetime, tz: tzinfo) -> list[DueCheck]:
    """The health checks that a stay owes by `now`, oldest first: slots opened so far and not past when it began."""
    last = min(now, ended_at) if ended_at else now
    day, end = began_at.astimezone(tz).date(), last.astimezone(tz).date()
    due: list[DueCheck] = []
    while day <= end:
        for slot in sorted(plan.isolation.slots, key=lambda slot: slot.opens):
            check = DueCheck(day, slot.code, _local(day, slot.opens, tz), _local(day, slot.due, tz))
            ended = ended_at is not None and check.opens_at >= ended_at
            if check.due_at > began_at and check.opens_at <= now and not ended:
                due.append(check)
        day += timedelta(days=1)
    return due


def checks_missing(due: Iterable[DueCheck], done: Collection[tuple[date, str]], now: datetime) -> list[DueCheck]:
    """The checks owed whose time has run out without one made; `done` holds (day, slot)."""
    return [check for check in due if check.due_at <= now and (check.on, check.slot) not in done]


def anomaly(plan: Plan, temperature_c: float, symptoms: Collection[str]) -> tuple[str, ...]:
    """What is wrong in a health check: `fever` (the plan's threshold or above), `symptoms`; empty when nothing is.

    Raises ValueError for a temperature that no living person has, or a symptom the plan does not know.
    """
    if not PLAUSIBLE_C[0] <= temperature_c <= PLAUSIBLE_C[1]:
        raise ValueError(f"not a body temperature: {temperature_c}")
    unknown = set(symptoms) - set(plan.isolation.symptoms)
    if unknown:
        raise ValueError(f"unknown symptoms: {', '.join(sorted(unknown))}")
    found = ["fever"] if temperature_c >= plan.isolation.temperature_c else []
    return tuple(found + (["symptoms"] if symptoms else []))


def tests_open(tests: Iterable[TestDay], today: date) -> list[date]:
    """Days of the tests that have come due and have no result that counts, oldest first."""
    return sorted(test.due_on for test in tests if test.due_on <= today and test.result in NOT_DONE)


def release_unmet(
    plan: Plan,
    *,
    ends_on: date,
    today: date,
    tests: Sequence[TestDay],
    open_anomalies: int = 0,
    missing_checks: Iterable[date] = (),
) -> list[Unmet]:
    """What stands between a contact and release; empty when nothing does.

    days_not_served (until), test_missing (due), positive (due), pool_suspect (due), tests_too_few (results in all,
    against the plan's number), anomaly_open, check_missing (day). `tests` hold a corrected result as corrected.
    """
    unmet = [Unmet("days_not_served", ends_on)] if today < ends_on else []
    unmet += [Unmet("test_missing", day) for day in tests_open(tests, today)]
    done = sorted((test for test in tests if test.result not in NOT_DONE), key=lambda test: test.due_on)
    unmet += [Unmet(test.result, test.due_on) for test in done if test.result != "negative"]
    unmet += [Unmet("tests_too_few")] if len(done) < plan.release.contact_negative_tests else []
    unmet += [Unmet("anomaly_open")] if open_anomalies else []
    return unmet + [Unmet("check_missing", day) for day in sorted(set(missing_checks))]


def case_release_unmet(plan: Plan, samples: Sequence[Sample]) -> list[Unmet]:
    """What stands between a case and release: its last tests clear, and as far apart as the plan says.

    tests_too_few, not_clear, tests_too_close. Clear is negative, or every Ct at the plan's bound or above.
    """
    number, hours = plan.release.case_negative_tests, plan.release.case_hours_apart
    if not number:
        return []
    counted = sorted((s for s in samples if s.result not in NOT_DONE), key=lambda s: s.sampled_at)
    clear: list[Sample] = []
    for sample in reversed(counted):
        if not _is_clear(sample, plan.release.case_ct_min):
            break
        clear.append(sample)
    if len(counted) < number:
        return [Unmet("tests_too_few")]
    if len(clear) < number:
        return [Unmet("not_clear")]
    apart = sum(1 for _ in _spaced(clear, timedelta(hours=hours)))
    return [] if apart >= number else [Unmet("tests_too_close")]


def assess_home(plan: Plan, answers: Mapping[str, bool | None]) -> Verdict:
    """Whether a home serves for observation: alone or a ventilated room with own bathroom, no shared air, housemates
    isolating too, no ill or elderly carer (the plan's `isolation.home_criteria`).

    Raises ValueError for an unknown question.
    """
    unknown = set(answers) - set(HOME_QUESTIONS)
    if unknown:
        raise ValueError(f"unknown questions: {', '.join(sorted(unknown))}")
    faults: list[str] = []
    unanswered: list[str] = []
    for criterion in plan.isolation.home_criteria:
        if criterion != "no_shared_air" and answers.get("lives_alone"):
            continue
        for question, wanted in _CRITERIA[criterion]:
            answer = answers.get(question)
            if answer is None:
                unanswered.append(question)
            elif answer != wanted:
                faults.append(_FAULTS[question])
    return Verdict(False if faults else None if unanswered else True, tuple(faults), tuple(unanswered))


def _is_clear(sample: Sample, ct_min: int | None) -> bool:
    if sample.result == "negative":
        return True
    values = [ct for ct in (sample.ct_orf, sample.ct_n) if ct is not None]
    return sample.result == "positive" and ct_min is not None and bool(values) and min(values) >= ct_min


def _spaced(newest_first: Iterable[Sample], apart: timedelta) -> Iterable[Sample]:
    """Of samples, newest first, as many as lie at least so far from the one taken before."""
    kept: Sample | None = None
    for sample in newest_first:
        if kept is None or kept.sampled_at - sample.sampled_at >= apart:
            kept = sample
            yield sample


def _local(day: date, at: time, tz: tzinfo) -> datetime:
    return datetime.combine(day, at, tz).astimezone(UTC)
