"""What bars a release, as a table."""

from datetime import date

import pytest

from muster.domains.goods.rules import bar_to_release, number_of

CLEAR = {"here": True, "released": False, "held": False, "results": ("negative",), "disinfected": True}


@pytest.mark.parametrize(
    ("change", "bar"),
    [
        ({}, ""),
        ({"here": False, "results": ()}, "not_here"),
        ({"released": True}, "released"),
        ({"held": True}, "held"),
        ({"results": ()}, "unsampled"),
        ({"results": ("",)}, "waits"),
        ({"results": ("negative", "")}, "waits"),
        ({"results": ("positive",)}, "positive"),
        ({"results": ("positive", "negative")}, ""),
        ({"results": ("negative", "positive")}, "positive"),
        ({"disinfected": False}, "undisinfected"),
        ({"disinfected": False, "results": ()}, "unsampled"),
    ],
)
def test_what_bars_a_release(change, bar):
    assert bar_to_release(**(CLEAR | change)) == bar


def test_numbers_name_district_and_day():
    assert number_of("610404001001001", date(2021, 11, 30), 7) == "610404-20211130-007"
