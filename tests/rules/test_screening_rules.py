"""Rules of results: positives, Ct values, corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from muster.domains.screening import rules

AT = datetime(2021, 11, 30, 11, tzinfo=UTC)


def test_a_pool_suspect_is_not_positive():
    assert [result for result in rules.RESULTS if rules.is_positive(result)] == ["positive"]
    with pytest.raises(ValueError, match="POSITIVE"):
        rules.is_positive("POSITIVE")


@pytest.mark.parametrize(
    ("orf", "n", "reads"),
    [
        (20, 21, "positive"),
        (40, 40, "positive"),
        (20, 41, "single_gene"),
        (None, 21, "single_gene"),
        (41, None, "negative"),
        (None, None, "negative"),
    ],
)
def test_positive_by_ct(orf, n, reads):
    assert rules.positive_by_ct(orf, n, 40) == reads


@pytest.mark.parametrize(
    ("result", "orf", "n", "bound", "found"),
    [
        ("positive", 20, 21, 40, ()),
        ("positive", None, None, 40, ()),
        ("positive", 41, 42, 40, ("positive_above_bound",)),
        ("positive", 20, None, 40, ("single_gene",)),
        ("negative", None, None, 40, ()),
        ("negative", 41, None, 40, ()),
        ("negative", 20, 21, 40, ("negative_below_bound",)),
        ("negative", 20, None, 40, ("single_gene",)),
        ("negative", 20, 21, None, ()),
        ("pool_suspect", 20, None, 40, ()),
        ("invalid", 20, None, 40, ()),
        ("untested", 20, None, None, ("ct_without_test",)),
        ("positive", 0, 20, 40, ("ct_out_of_range",)),
        ("positive", 200, 20, None, ("ct_out_of_range",)),
        ("positive", float("nan"), 20, 40, ("ct_out_of_range",)),
    ],
)
def test_doubts(result, orf, n, bound, found):
    assert rules.doubts(result, orf, n, bound) == found


STATED = rules.Stated(person=1, disease="covid19", laboratory="L1", sampled_at=AT, result="positive")


@pytest.mark.parametrize(
    ("original", "change", "refused"),
    [
        ({}, {"result": "negative"}, ()),
        ({}, {"laboratory": "L2"}, ("other_laboratory",)),
        ({}, {"person": 2, "disease": "mers"}, ("other_person", "other_disease")),
        ({}, {"sampled_at": AT.replace(hour=12)}, ("other_sample",)),
        ({"superseded": True}, {}, ("superseded",)),
    ],
)
def test_correction_refused(original, change, refused):
    assert rules.correction_refused(replace(STATED, **original), replace(STATED, **change)) == refused


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        ("positive", "negative", "withdraw"),
        ("positive", "invalid", "withdraw"),
        ("positive", "pool_suspect", "withdraw"),
        ("positive", "positive", "none"),
        ("negative", "positive", "raise"),
        ("pool_suspect", "positive", "raise"),
        ("pool_suspect", "negative", "none"),
    ],
)
def test_effect_of_correction(old, new, effect):
    assert rules.effect_of_correction(old, new) == effect


# -- rounds

EIGHT = datetime(2021, 12, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("people", "sites", "desks", "samplers"),
    [
        (0, (0, 0), (0, 0), 0),
        (1, (1, 1), (1, 1), 1),
        (3000, (1, 2), (4, 5), 9),
        (3001, (2, 2), (4, 6), 9),
        (1_000_000, (334, 500), (1250, 1667), 2778),
    ],
)
def test_a_round_is_sized_by_the_ratios_rounded_up(people, sites, desks, samplers):
    assert rules.size(people, (2000, 3000), (600, 800), 360) == (people, sites, desks, samplers)


def test_the_slots_of_a_site_follow_one_another_and_fill_its_hours():
    windows = rules.time_slots([300, 100, 200], EIGHT, EIGHT + timedelta(hours=12))
    hours = [((start - EIGHT).total_seconds() / 3600, (end - EIGHT).total_seconds() / 3600) for start, end in windows]
    assert hours == [(0, 6), (6, 8), (8, 12)]


@pytest.mark.parametrize("people", [[1], [1, 1, 1], [5000, 1], [1] * 200, [0, 3]])
def test_every_slot_lies_within_the_hours_and_is_no_shorter_than_a_step(people):
    end = EIGHT + timedelta(hours=7)
    windows = rules.time_slots(people, EIGHT, end)
    assert len(windows) == len(people)
    for start, until in windows:
        assert start >= EIGHT
        assert until <= end
        assert until - start >= timedelta(minutes=30)
    assert [start for start, _ in windows] == sorted(start for start, _ in windows)
    assert windows[-1][1] == end


def days(text: str, first: int = 1):
    """`c` clear, `p` not clear, `?` results out, `.` a day without a round; from the first of December."""
    return [
        (date(2021, 12, first + at), {"c": True, "p": False, "?": None}[c]) for at, c in enumerate(text) if c != "."
    ]


@pytest.mark.parametrize(
    ("held", "least", "what", "on"),
    [
        ("?", 0, "wait", None),
        ("p", 0, "daily", 2),
        ("cc", 0, "daily", 3),
        ("ccc", 0, "confirm", 6),
        ("ccc", 5, "daily", 4),
        ("pccc", 0, "confirm", 7),
        ("ccp", 0, "daily", 4),
        ("ccc..c", 0, "stop", None),
        ("ccc..p", 0, "daily", 7),
        ("ccc..?", 0, "wait", None),
        ("cccc", 0, "confirm", 7),
    ],
)
def test_rounds_are_daily_until_three_are_clear_then_one_more_after_three_days(held, least, what, on):
    day = None if on is None else date(2021, 12, on)
    assert rules.next_round(days(held), clear_rounds=3, confirm_after_days=3, least=least) == (what, day)


@pytest.mark.parametrize(
    ("results", "odd"),
    [
        ({"negative": 17, "pool_suspect": 2}, ""),
        ({"negative": 18, "pool_suspect": 2}, "suspect"),
        ({"negative": 18, "positive": 1, "pool_suspect": 1}, "suspect"),
        ({"negative": 19, "positive": 1}, ""),
        ({"negative": 18, "invalid": 2}, "invalid"),
        ({"positive": 100}, "suspect"),
        ({}, ""),
    ],
)
def test_a_batch_with_odd_rates(results, odd):
    assert rules.odd_rates(results, 20, 10) == odd


@pytest.mark.parametrize(
    ("results", "stated", "differs"),
    [
        (["negative", "positive"], {"tubes": 2, "negative": 1, "found": 1}, None),
        (["negative", "pool_suspect"], {"tubes": 2, "negative": 1, "found": 1}, None),
        (["negative"], {"tubes": 2, "negative": 2}, ("tubes", 2, 1)),
        (["negative", "negative"], {"tubes": 2, "negative": 1, "found": 1}, ("negative", 1, 2)),
        (["invalid"], {"tubes": 1}, ("invalid", 0, 1)),
        (["untested"], {"tubes": 1}, ("untested", 0, 1)),
        ([], {"tubes": 0}, None),
        ([], {"tubes": 0, "found": 1}, ("found", 1, 0)),
    ],
)
def test_what_a_sender_states_is_what_the_rows_have(results, stated, differs):
    assert rules.unreconciled(results, stated) == differs


def test_a_forecast_is_honest_about_what_it_does_not_know():
    steady = rules.forecast(100, [10, 10, 10, 10], 10)
    assert steady.likely == 100
    assert steady.best < 100 < steady.worst
    uneven = rules.forecast(100, [40, 0, 0, 0], 10)
    assert uneven.worst == rules.MOST_MINUTES
    assert rules.forecast(100, [3, 4], 10) is None
    assert rules.forecast(0, [0], 10) == (0, 0, 0)
