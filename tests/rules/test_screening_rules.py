"""Rules of results: positives, Ct values, corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

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
