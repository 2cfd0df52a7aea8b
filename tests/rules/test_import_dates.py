"""Days as people write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from muster.kernel.loading import BadValue
from muster.ledger.imports.reading import dates


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026.11.5", "2026-11-05"),
        ("2026-11-05", "2026-11-05"),
        ("2026年11月5日", "2026-11-05"),
        ("2026年11月5号", "2026-11-05"),
        ("2026 / 11 / 5", "2026-11-05"),
        ("２０２６．１１．５", "2026-11-05"),
        (46331, "2026-11-05"),
        (46331.0, "2026-11-05"),
        ("46331", "2026-11-05"),
        (46331.5, "2026-11-05T12:00:00"),
        ("20211130", "2021-11-30"),
        (20211130.0, "2021-11-30"),
        ("20211130090500", "2021-11-30T09:05:00"),
        ("2021/11/30 9:05", "2021-11-30T09:05:00"),
        ("2021年11月30日 9时5分", "2021-11-30T09:05:00"),
        ("2021年11月30日下午3点", "2021-11-30T15:00:00"),
        ("2021-11-30T19:15:00+08:00", "2021-11-30T19:15:00+08:00"),
        ("2021-11-30 24:00", "2021-12-01T00:00:00"),
        ("30-Nov-2021", "2021-11-30"),
        ("Mar 22 2021  7:24AM", "2021-03-22T07:24:00"),
        ("March 3, 2021", "2021-03-03"),
        ("3/21/2021 23:40", "2021-03-21T23:40:00"),
        ("23/01/2020", "2020-01-23"),
        ("11-23-2018", "2018-11-23"),
        ("05/05/2020", "2020-05-05"),
        (date(2020, 3, 4), "2020-03-04"),
        (datetime(2020, 3, 4), "2020-03-04"),
        (datetime(2020, 3, 4, 8, 30), "2020-03-04T08:30:00"),
        ("", ""),
        (None, ""),
    ],
)
def test_one_way_to_read_it(cell, expected):
    assert dates.read(cell) == expected


@pytest.mark.parametrize(
    "cell", ["2021-02-30", "soon", "13/13/2020", "2021-11-30 25:00", 12, 1e12, "31/02/2020", "0", True, "7/2021/1"]
)
def test_no_date_at_all(cell):
    with pytest.raises(BadValue):
        dates.read(cell)


@pytest.mark.parametrize(("order", "expected"), [("dmy", "2021-04-03"), ("mdy", "2021-03-04")])
def test_the_order_of_the_column_decides(order, expected):
    assert dates.read("03/04/2021", order) == expected
    with pytest.raises(dates.Ambiguous):
        dates.read("03/04/2021")


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["03/04/2021", "23/04/2021"], "dmy"),
        (["03/04/2021", "04/23/2021"], "mdy"),
        (["23/04/2021", "04/23/2021"], ""),
        (["03/04/2021", "2021-04-05", 46331.0], ""),
        (["03.12.2020", "03.14.2020"], "mdy"),
    ],
)
def test_a_column_says_its_order_itself(column, order):
    assert dates.order_of(column) == order


@pytest.mark.parametrize(
    ("cell", "expected"), [("11月5日", "2021-11-05"), ("12月5日", "2020-12-05"), ("2月29日", "2020-02-29")]
)
def test_without_a_year_it_is_the_latest_such_day(cell, expected):
    with pytest.raises(dates.NoYear) as no:
        dates.read(cell)
    assert dates.with_year(no.value, date(2021, 11, 30)) == expected


@pytest.mark.parametrize("cell", ["一月", "三月中", "2021年3月", "2021-03", "2021"])
def test_a_month_is_no_day(cell):
    with pytest.raises(dates.Vague):
        dates.read(cell)


def test_two_digits_of_a_year_go_to_review():
    with pytest.raises(dates.Ambiguous):
        dates.read("5/11/21")
