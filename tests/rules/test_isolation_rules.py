"""Isolation rules: checks owed at a moment, anomalies, release, homes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.domains.isolation import rules
from muster.domains.isolation.rules import Sample, Unmet
from muster.domains.isolation.rules import TestDay as Day
from muster.kernel import plans

CN = ZoneInfo("Asia/Shanghai")
COVID8, MEASLES, MERS = map(plans.edition, ("covid19-cn-8", "measles", "mers"))
d = date.fromisoformat


def cn(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CN)


@pytest.mark.parametrize(
    ("began", "ended", "now", "owed"),
    [
        ("2021-12-01 09:59", None, "2021-12-01 09:59", "01am"),  # in the middle of a slot: still checked
        ("2021-12-01 10:00", None, "2021-12-01 13:59", ""),
        ("2021-12-01 10:00", None, "2021-12-01 14:00", "01pm"),
        ("2021-12-01 23:00", None, "2021-12-02 15:00", "02am 02pm"),
        ("2021-11-30 15:00", None, "2021-12-01 06:00", "30pm 01am"),
        ("2020-02-28 12:00", None, "2020-03-01 07:00", "28pm 29am 29pm 01am"),
        ("2021-12-01 08:00", "2021-12-02 06:00", "2021-12-05 00:00", "01am 01pm"),
        ("2021-12-01 08:00", "2021-12-02 06:01", "2021-12-05 00:00", "01am 01pm 02am"),
        ("2021-12-02 08:00", None, "2021-12-01 20:00", ""),
    ],
)
def test_checks_due(began, ended, now, owed):
    due = rules.checks_due(COVID8, cn(began), ended and cn(ended), cn(now), CN)
    assert " ".join(f"{check.on:%d}{check.slot}" for check in due) == owed


def test_checks_missing():
    now = cn("2021-12-02 14:00")
    due = rules.checks_due(COVID8, cn("2021-12-01 08:00"), None, now, CN)
    missing = rules.checks_missing(due, {(d("2021-12-01"), "am")}, now)
    assert [(check.on, check.slot) for check in missing] == [(d("2021-12-01"), "pm"), (d("2021-12-02"), "am")]
    assert missing[0].due_at == cn("2021-12-01 20:00") and missing[0].due_at.tzinfo is UTC


@given(st.datetimes(datetime(2020, 1, 1), datetime(2024, 12, 31)), st.integers(0, 30))
def test_full_days_owe_two_checks(began, served):
    start = began.replace(hour=0, minute=0, tzinfo=CN)
    due = rules.checks_due(COVID8, start, None, start + timedelta(days=served, hours=23), CN)
    assert len(due) == 2 * (served + 1)


@pytest.mark.parametrize(
    ("temperature", "symptoms", "found"),
    [
        (36.5, (), ()),
        (37.29, (), ()),
        (37.3, (), ("fever",)),
        (36.5, ("cough",), ("symptoms",)),
        (39.0, ("cough", "tired"), ("fever", "symptoms")),
    ],
)
def test_anomaly(temperature, symptoms, found):
    assert rules.anomaly(COVID8, temperature, symptoms) == found


@pytest.mark.parametrize(
    ("temperature", "symptoms"), [(3.65, ()), (365.0, ()), (float("nan"), ()), (36.5, ("hiccups",)), (36.5, ("rash",))]
)
def test_anomaly_refuses_nonsense(temperature, symptoms):
    with pytest.raises(ValueError):
        rules.anomaly(COVID8, temperature, symptoms)


def test_tests_open():
    tests = [
        Day(d("2021-12-07")),
        Day(d("2021-12-01"), "negative"),
        Day(d("2021-12-04"), "invalid"),
        Day(d("2021-12-14")),
    ]
    assert rules.tests_open(tests, d("2021-12-07")) == [d("2021-12-04"), d("2021-12-07")]


DONE = [Day(d("2021-12-01"), "negative"), Day(d("2021-12-07"), "negative"), Day(d("2021-12-14"), "negative")]


@pytest.mark.parametrize(
    ("today", "tests", "more", "unmet"),
    [
        ("2021-12-15", DONE, {}, []),
        ("2021-12-16", DONE, {}, []),
        ("2021-12-14", DONE, {}, [Unmet("days_not_served", d("2021-12-15"))]),
        ("2021-12-15", [*DONE[:2], Day(d("2021-12-14"))], {}, [Unmet("test_missing", d("2021-12-14"))]),
        ("2021-12-10", [*DONE[:2], Day(d("2021-12-14"))], {}, [Unmet("days_not_served", d("2021-12-15"))]),
        ("2021-12-15", [*DONE[:2], Day(d("2021-12-14"), "invalid")], {}, [Unmet("test_missing", d("2021-12-14"))]),
        ("2021-12-15", [*DONE[:2], Day(d("2021-12-14"), "positive")], {}, [Unmet("positive", d("2021-12-14"))]),
        ("2021-12-15", [*DONE[:2], Day(d("2021-12-14"), "pool_suspect")], {}, [Unmet("pool_suspect", d("2021-12-14"))]),
        ("2021-12-15", [], {}, [Unmet("tests_too_few")]),
        ("2021-12-15", DONE, {"open_anomalies": 2}, [Unmet("anomaly_open")]),
        (
            "2021-12-15",
            DONE,
            {"missing_checks": [d("2021-12-14"), d("2021-12-03"), d("2021-12-14")]},
            [Unmet("check_missing", d("2021-12-03")), Unmet("check_missing", d("2021-12-14"))],
        ),
    ],
)
def test_release(today, tests, more, unmet):
    assert rules.release_unmet(COVID8, ends_on=d("2021-12-15"), today=d(today), tests=tests, **more) == unmet


def test_release_without_tests_where_the_plan_asks_none():
    assert rules.release_unmet(MEASLES, ends_on=d("2021-12-15"), today=d("2021-12-15"), tests=[]) == []


def sample(at: str, result: str, orf: float | None = None, n: float | None = None) -> Sample:
    return Sample(cn(at), result, orf, n)


@pytest.mark.parametrize(
    ("plan", "samples", "code"),
    [
        (COVID8, [], "tests_too_few"),
        (COVID8, [sample("2021-12-10 08:00", "negative")], "tests_too_few"),
        (COVID8, [sample("2021-12-10 08:00", "negative"), sample("2021-12-11 08:00", "negative")], None),
        (COVID8, [sample("2021-12-10 08:00", "negative"), sample("2021-12-11 07:59", "negative")], "tests_too_close"),
        (
            COVID8,
            [sample("2021-12-10 08:00", "positive", 35, 36), sample("2021-12-11 08:00", "positive", None, 38)],
            None,
        ),
        (
            COVID8,
            [sample("2021-12-10 08:00", "negative"), sample("2021-12-11 08:00", "positive", 34.9, 36)],
            "not_clear",
        ),
        (COVID8, [sample("2021-12-10 08:00", "negative"), sample("2021-12-11 08:00", "positive")], "not_clear"),
        (COVID8, [sample("2021-12-09 08:00", "positive", 20, 20), sample("2021-12-10 08:00", "negative")], "not_clear"),
        (COVID8, [sample("2021-12-10 08:00", "negative"), sample("2021-12-11 08:00", "invalid")], "tests_too_few"),
        (
            COVID8,
            [
                sample("2021-12-10 08:00", "negative"),
                sample("2021-12-10 20:00", "negative"),
                sample("2021-12-11 09:00", "negative"),
            ],
            None,
        ),
        (MERS, [sample("2015-06-10 08:00", "positive", 37, 37), sample("2015-06-12 08:00", "negative")], "not_clear"),
        (MEASLES, [], None),
    ],
)
def test_case_release(plan, samples, code):
    for order in (samples, samples[::-1]):
        assert rules.case_release_unmet(plan, order) == ([Unmet(code)] if code else [])


GOOD = {
    "lives_alone": False,
    "ventilated_room": True,
    "own_bathroom": True,
    "shared_air": False,
    "housemates_isolate": True,
    "carer_ill_or_elderly": False,
}


@pytest.mark.parametrize(
    ("answers", "fit", "reasons", "still_open"),
    [
        (GOOD, True, (), ()),
        ({"lives_alone": True, "shared_air": False}, True, (), ()),
        ({"lives_alone": True, "shared_air": True}, False, ("shared_air",), ()),
        ({"lives_alone": True}, None, (), ("shared_air",)),
        (GOOD | {"own_bathroom": False}, False, ("no_own_bathroom",), ()),
        (GOOD | {"ventilated_room": False}, False, ("no_ventilated_room",), ()),
        (GOOD | {"shared_air": True}, False, ("shared_air",), ()),
        (GOOD | {"housemates_isolate": False}, False, ("housemates_do_not_isolate",), ()),
        (GOOD | {"carer_ill_or_elderly": True}, False, ("carer_ill_or_elderly",), ()),
        (GOOD | {"lives_alone": None}, True, (), ()),
        (GOOD | {"own_bathroom": None}, None, (), ("own_bathroom",)),
        (GOOD | {"own_bathroom": None, "shared_air": True}, False, ("shared_air",), ("own_bathroom",)),
    ],
)
def test_assess_home(answers, fit, reasons, still_open):
    assert rules.assess_home(COVID8, answers) == rules.Verdict(fit, reasons, still_open)


def test_assess_home_without_answers():
    verdict = rules.assess_home(COVID8, {})
    assert verdict.fit is None and set(verdict.open) == set(rules.HOME_QUESTIONS) - {"lives_alone"}
    with pytest.raises(ValueError, match="colour"):
        rules.assess_home(COVID8, {"colour": True})
