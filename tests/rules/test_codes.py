"""Area codes: prefixes, ranges, levels, and codes as spreadsheets write them."""

import pytest

from muster.kernel.areas.codes import LEVELS, ancestors, level_of, normalise, parent_of, span, width_below, within
from muster.kernel.loading import BadValue

GRID = "610404001002003"


@pytest.mark.parametrize(
    ("code", "inside", "outside"),
    [
        ("6104", ["6104", "610404", "6104zz", GRID], ["61", "6105", "6103999", ""]),
        ("610409", ["610409", "610409999"], ["61040", "610410", "6104"]),
        ("GBz", ["GBz", "GBz01"], ["GBy", "GC"]),
        ("", ["", "00", "61", "zz", GRID], []),
    ],
)
def test_a_span_holds_the_area_and_all_below(code, inside, outside):
    lo, hi = span(code)
    for other in inside:
        assert lo <= other < hi and within(other, code)
    for other in outside:
        assert not lo <= other < hi and not within(other, code)


def test_spans_agree_with_within_for_every_pair():
    codes = ["", "61", "6104", "610404", "610405", "610404001", "610404001002", GRID, "62", "9", "99", "999999", "zz"]
    for area in codes:
        lo, hi = span(area)
        for code in codes:
            assert (lo <= code < hi) == within(code, area)


def test_levels_follow_the_width():
    assert [level_of("1" * width) for width in LEVELS.values()] == list(LEVELS)
    assert level_of("") == ""
    for odd in (1, 3, 5, 7, 8, 10, 20, 22):
        with pytest.raises(BadValue):
            level_of("1" * odd)


def test_the_way_up():
    assert parent_of(GRID) == "610404001002"
    assert parent_of("61") == parent_of("") == ""
    assert [width_below(code) for code in ("", "61", "610404", GRID, GRID + "001001")] == [2, 4, 9, 18, 21]
    assert ancestors(GRID) == ["610404001002", "610404001", "610404", "6104", "61", ""]
    assert ancestors("") == []


@pytest.mark.parametrize(
    ("written", "level", "stored"),
    [
        ("610400", "city", "6104"),
        ("610000", "province", "61"),
        ("610404", "district", "610404"),
        ("441900", "district", "441900"),  # a city without districts lists its streets under its own code and 00
        ("610404001000", "street", "610404001"),
        ("610404001001", "community", "610404001001"),
        ("6104", "city", "6104"),
        ("610400", None, "6104"),
        ("610000000000", None, "61"),
        ("610404001000", None, "610404001"),
        ("610404001001", None, "610404001001"),
        (" 610404 ", None, "610404"),
        (610404, None, "610404"),
        (610404001001.0, None, "610404001001"),
        ("100000", "province", "10"),
        ("", None, ""),
        (None, None, ""),
        ("GB", "province", "GB"),
    ],
)
def test_codes_as_written(written, level, stored):
    assert normalise(written, level) == stored


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("610404", "city"),
        ("6104", "district"),
        ("000000", "province"),
        ("610404", "village"),
        ("6104-04", None),
        ("六一〇四", None),
        ("61040", None),
        (6.10404001001e20, None),
        (1.5, None),
    ],
)
def test_codes_that_are_refused(written, level):
    with pytest.raises(BadValue):
        normalise(written, level)
