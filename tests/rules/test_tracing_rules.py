"""Tracing rules: windows, measures and their merging, classification, the response clock, seats."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.domains.tracing import rules
from muster.domains.tracing.rules import Measure, Phase
from muster.kernel import plans

CN = ZoneInfo("Asia/Shanghai")
COVID8, COVID9, TWENTY, TEN, MEASLES, MERS = map(
    plans.edition, ("covid19-cn-8", "covid19-cn-9", "covid19-cn-20", "covid19-cn-10", "measles", "mers")
)
AS_OF = datetime(2021, 11, 30, 19, 15, tzinfo=CN)
d = date.fromisoformat
zones = st.sampled_from(
    ["Asia/Shanghai", "UTC", "Asia/Kathmandu", "America/Sao_Paulo", "America/Havana", "Pacific/Apia"]
)
days = st.dates(date(1990, 1, 1), date(2040, 12, 31))


def cn(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CN)


@pytest.mark.parametrize(
    ("onset", "sampled", "confirmed", "lookback", "start"),
    [
        ("2021-11-30", "2021-11-29", "2021-11-30", 2, "2021-11-28 00:00"),
        (None, "2021-11-29", "2021-11-30", 2, "2021-11-27 00:00"),
        (None, None, "2021-11-30", 2, "2021-11-28 00:00"),
        ("2021-11-30", None, None, 4, "2021-11-26 00:00"),
        ("2021-11-30", None, None, 0, "2021-11-30 00:00"),
        ("2021-03-01", None, None, 2, "2021-02-27 00:00"),
        ("2020-03-01", None, None, 2, "2020-02-28 00:00"),
        ("2020-03-01", None, None, 1, "2020-02-29 00:00"),
        ("2021-01-01", None, None, 2, "2020-12-30 00:00"),
    ],
)
def test_window_starts(onset, sampled, confirmed, lookback, start):
    dates = [d(day) if day else None for day in (onset, sampled, confirmed)]
    assert rules.window_of_case(*dates, lookback, CN, None, AS_OF)[0] == cn(start)


@pytest.mark.parametrize(
    ("isolated", "forward", "end"),
    [
        (None, None, "2021-11-30 19:15"),
        ("2021-11-30 12:00", None, "2021-11-30 12:00"),
        ("2021-12-01 12:00", None, "2021-11-30 19:15"),  # had not begun by the as-of moment
        (None, 0, "2021-11-29 00:00"),
        (None, 4, "2021-11-30 19:15"),
        ("2021-11-28 12:00", 0, "2021-11-28 12:00"),
        ("2021-11-20 12:00", None, "2021-11-26 00:00"),  # isolated before it all: empty, not negative
    ],
)
def test_window_ends(isolated, forward, end):
    window = rules.window_of_case(d("2021-11-28"), None, None, 2, CN, isolated and cn(isolated), AS_OF, forward)
    assert window == (cn("2021-11-26 00:00"), cn(end))


def test_window_of_measles_is_nine_days():
    tracing = MEASLES.tracing
    start, end = rules.window_of_case(
        d("2020-03-02"), None, None, tracing.lookback_days, CN, None, AS_OF, tracing.forward_days
    )
    assert (start, end) == (cn("2020-02-27 00:00"), cn("2020-03-07 00:00"))


def test_window_needs_a_day_and_aware_moments():
    with pytest.raises(ValueError, match="neither"):
        rules.window_of_case(None, None, None, 2, CN, None, AS_OF)
    with pytest.raises(ValueError, match="without a time zone"):
        rules.window_of_case(d("2021-11-28"), None, None, 2, CN, None, datetime(2021, 11, 30))


@given(
    day=days,
    lookback=st.integers(0, 30),
    zone=zones,
    minutes=st.integers(-100_000, 100_000),
    forward=st.none() | st.integers(0, 30),
)
def test_window_holds_whole_local_days(day, lookback, zone, minutes, forward):
    tz = ZoneInfo(zone)
    as_of = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(minutes=minutes)
    start, end = rules.window_of_case(day, None, None, lookback, tz, None, as_of, forward)
    assert start <= end and start.tzinfo is UTC and end.tzinfo is UTC
    first = day - timedelta(days=lookback)
    # A zone may have skipped the day (Apia, 2011-12-30); the window then starts with the next.
    assert start.astimezone(tz).date() in (first, first + timedelta(days=1))
    assert (start - timedelta(microseconds=1)).astimezone(tz).date() < start.astimezone(tz).date()
    assert end == start or end <= as_of


def test_window_of_contact():
    first = cn("2021-11-28 10:00")
    assert rules.window_of_contact(first, None, AS_OF) == (first, AS_OF)
    assert rules.window_of_contact(first, cn("2021-11-29 09:00"), AS_OF) == (first, cn("2021-11-29 09:00"))
    assert rules.window_of_contact(first, cn("2021-11-27 09:00"), AS_OF) == (first, first)
    assert rules.window_of_contact(first, cn("2021-12-27 09:00"), AS_OF) == (first, AS_OF)


def shown(measure: Measure | None) -> tuple | None:
    """Kinds with their last days, and tests, as month-day."""
    if measure is None:
        return None
    ends = " ".join(f"{p.kind}>{p.until_on:%m%d}" if p.until_on else f"{p.kind}>" for p in measure.phases)
    return ends, " ".join(f"{day:%m%d}" for day in measure.tests)


@pytest.mark.parametrize(
    ("plan", "ring", "exposed", "began", "expected"),
    [
        (COVID8, 1, "2021-12-01", "2021-12-01", ("site>1215 home>1222", "1201 1204 1207 1214 1216 1221")),
        (COVID8, 1, "2021-12-01", "2021-12-02", ("site>1215 home>1222", "1202 1205 1208 1215 1216 1221")),
        (COVID8, 1, "2021-12-01", "2021-12-10", ("site>1215 home>1222", "1210 1213 1215 1216 1221")),
        (COVID8, 1, "2021-12-01", "2021-12-15", ("home>1222", "1216 1221")),
        (COVID8, 1, "2021-12-01", "2021-12-20", ("home>1222", "1221 1222")),
        (COVID8, 1, "2021-12-01", "2021-12-22", None),
        (COVID8, 2, "2021-12-01", "2021-12-01", ("site>1208", "1201 1204 1207")),
        (COVID8, 1, "2020-02-20", "2020-02-20", ("site>0305 home>0312", "0220 0223 0226 0304 0306 0311")),
        (COVID9, 1, "2022-07-28", "2022-07-28", ("site>0804 home>0807", "0728 0729 0730 0801 0803 0806")),
        (COVID9, 2, "2022-07-28", "2022-07-28", ("home>0804", "0728 0731 0803")),
        (TWENTY, 1, "2022-11-20", "2022-11-20", ("site>1125 home>1128", "1120 1121 1122 1124 1125 1127")),
        (TWENTY, 2, "2022-11-20", "2022-11-20", None),
        (TEN, 1, "2022-12-10", "2022-12-10", ("home>1215", "1214")),
        (MEASLES, 1, "2020-02-20", "2020-02-25", ("monitoring>0312", "")),
        (MERS, 1, "2015-05-20", "2015-05-30", ("home>0603", "")),
    ],
)
def test_contact_measure(plan, ring, exposed, began, expected):
    assert shown(rules.contact_measure(plan, ring, d(exposed), d(began))) == expected


def test_other_measures():
    case = rules.measure_of(COVID8, "case", d("2021-12-01"), d("2021-12-01"))
    assert shown(case) == ("site>", "") and case.ends_on is None and case.kind_on(d("2030-01-01")) == "site"
    assert shown(rules.measure_of(TEN, "case", d("2022-12-10"), d("2022-12-10"))) == ("home>1217", "1215 1216")
    assert shown(rules.measure_of(TWENTY, "leaver", d("2022-11-20"), d("2022-11-21"))) == (
        "home>1127",
        "1121 1123 1125 1127",
    )
    assert rules.measure_of(COVID8, "leaver", d("2021-12-01"), d("2021-12-01")) is None


def test_the_phase_of_a_day():
    measure = rules.contact_measure(COVID8, 1, d("2021-12-01"), d("2021-12-02"))
    assert (measure.kind, measure.began_on, measure.ends_on) == ("site", d("2021-12-02"), d("2021-12-22"))
    kinds = [measure.kind_on(d(f"2021-12-{day}")) for day in ("01", "02", "14", "15", "21", "22")]
    assert kinds == [None, "site", "site", "home", "home", None]


@given(
    day=days,
    late=st.integers(0, 40),
    plan=st.sampled_from([COVID8, COVID9, TWENTY, TEN, MEASLES, MERS]),
    ring=st.sampled_from([1, 2]),
)
def test_measures_hang_together(day, late, plan, ring):
    began = day + timedelta(days=late)
    measure = rules.contact_measure(plan, ring, day, began)
    if measure is None:
        return
    rule = plan.measures.contact if ring == 1 else plan.measures.second_contact
    assert measure.ends_on == day + timedelta(days=sum(rule.days(kind) or 0 for kind in rules.PHASES))
    assert measure.began_on == began
    assert all(one.until_on == two.from_on for one, two in zip(measure.phases, measure.phases[1:], strict=False))
    assert all(began <= test <= measure.ends_on for test in measure.tests)
    assert list(measure.tests) == sorted(set(measure.tests))


def test_merging_takes_the_strongest_and_the_latest():
    second = rules.contact_measure(COVID9, 2, d("2022-07-10"), d("2022-07-10"))
    first = rules.contact_measure(COVID9, 1, d("2022-07-08"), d("2022-07-10"))
    merged = rules.merge_measures([second, first])
    assert [(p.kind, f"{p.until_on:%m%d}") for p in merged.phases] == [("site", "0715"), ("home", "0718")]
    assert merged.tests == tuple(sorted({*second.tests, *first.tests}))
    case = rules.measure_of(COVID9, "case", d("2022-07-12"), d("2022-07-12"))
    assert shown(rules.merge_measures([second, case])) == ("site>", "0710 0713 0716")
    assert rules.merge_measures([]) is None
    assert rules.merge_measures([first]) == first


@st.composite
def measures(draw) -> Measure:
    start = date(2021, 12, 1) + timedelta(days=draw(st.integers(0, 20)))
    phases, began = [], start
    for kind in draw(
        st.lists(st.sampled_from(rules.PHASES), min_size=1, unique=True).map(
            lambda k: sorted(k, key=rules.PHASES.index)
        )
    ):
        until = start + timedelta(days=draw(st.integers(1, 14)))
        phases.append(Phase(kind, start, until))
        start = until
    return Measure(tuple(phases), (began,))


@given(st.lists(measures(), min_size=1, max_size=4))
def test_a_merged_measure_is_never_weaker(several):
    merged = rules.merge_measures(several)
    strength = {kind: rank for rank, kind in enumerate(rules.PHASES)}
    for offset in range(100):
        day = date(2021, 12, 1) + timedelta(days=offset)
        for kind in filter(None, (measure.kind_on(day) for measure in several)):
            assert strength[merged.kind_on(day)] <= strength[kind]
    assert merged.ends_on == max(measure.ends_on for measure in several)
    assert rules.merge_measures([merged, *several]) == merged


@pytest.mark.parametrize(
    ("old", "new", "may", "if_corrected"),
    [
        ("", "suspected", True, True),
        ("", "confirmed", True, True),
        ("", "excluded", False, False),
        ("suspected", "confirmed", True, True),
        ("suspected", "clinical", True, True),
        ("suspected", "excluded", True, True),
        ("clinical", "confirmed", True, True),
        ("clinical", "suspected", False, False),
        ("asymptomatic", "confirmed", True, True),
        ("asymptomatic", "excluded", False, True),
        ("confirmed", "excluded", False, True),
        ("confirmed", "suspected", False, True),
        ("excluded", "suspected", True, True),
        ("excluded", "clinical", False, False),
    ],
)
def test_classification(old, new, may, if_corrected):
    assert rules.may_become(old, new) is may
    assert rules.may_become(old, new, corrected=True) is if_corrected


def test_no_classification_becomes_itself():
    words = ["suspected", "clinical", "confirmed", "asymptomatic", "excluded"]
    assert not any(rules.may_become(word, word, corrected=c) for word, c in product(words, (False, True)))


def test_response_clock():
    at = {"report": AS_OF + timedelta(minutes=120), "trace": AS_OF + timedelta(minutes=241)}
    steps = {step.code: step for step in rules.response_clock(COVID8, AS_OF, at, AS_OF + timedelta(minutes=500))}
    assert {code: (step.minutes, step.status) for code, step in steps.items()} == {
        "disposal": (500, "late"),
        "report": (120, "ok"),
        "core_information": (500, "late"),
        "trace": (241, "late"),
        "contacts_transferred": (500, "late"),
        "second_contacts": (500, "open"),
        "first_report": (500, "open"),
        "trace_isolate_test": (500, "open"),
    }
    assert [step.allowed for step in steps.values()] == sorted(step.allowed for step in steps.values())
    assert steps["report"].due_at == AS_OF + timedelta(hours=2)


def test_response_clock_leaves_out_what_the_plan_does_not_ask():
    codes = {step.code for step in rules.response_clock(MERS, AS_OF, {}, AS_OF)}
    assert "second_contacts" not in codes and "disposal" not in codes and "report" in codes


def test_numbers():
    incident = rules.incident_number("610404", d("2021-11-30"), 1)
    assert incident == "610404-20211130-01"
    assert rules.case_number(incident, 12) == "610404-20211130-01-012"
    assert rules.incident_number("", d("2021-11-30"), 123) == "0-20211130-123"


@pytest.mark.parametrize(
    ("plan", "layout", "reach"),
    [
        (COVID8, "plane", 3),
        (COVID8, "train_sealed", None),
        (COVID8, "train_open", 1),
        (COVID8, "coach_sealed", None),
        (COVID8, "coach_ventilated", 3),
        (COVID8, "ship", None),
        (COVID8, "", None),
        (COVID8, "rickshaw", None),
        (MERS, "plane", None),
    ],
)
def test_seat_reach(plan, layout, reach):
    assert rules.seat_reach(plan, layout) == reach


@pytest.mark.parametrize(
    ("reach", "row", "other", "near"),
    [
        (3, 10, 13, True),
        (3, 10, 14, False),
        (3, 10, 7, True),
        (3, 10, 6, False),
        (3, 10, None, True),
        (3, None, 5, True),
        (None, 1, 99, True),
    ],
)
def test_seated_near(reach, row, other, near):
    assert rules.seated_near(reach, row, other) is near
