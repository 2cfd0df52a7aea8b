"""Numbers on paper codes, and people named in a text: tables of cases."""

from __future__ import annotations

import pytest

from muster.domains.premises import rules


@pytest.mark.parametrize("eleven", [0, 1, 79927398713 % 10**11, 12345678901, 10**11 - 1])
def test_a_number_with_its_check_digit_is_read_in_any_grouping(eleven):
    number = rules.with_check_digit(eleven)
    assert len(number) == 12
    for typed in (number, f"{number[:4]} {number[4:8]} {number[8:]}", f" {number[:4]}-{number[4:8]}-{number[8:]} "):
        assert rules.number_of(typed) == number


def test_known_check_digit():
    assert rules.with_check_digit(7992739871) == "079927398713"  # the example that is printed everywhere


def test_one_wrong_digit_is_found():
    number = rules.with_check_digit(31415926535)
    for place in range(12):
        for digit in "0123456789".replace(number[place], ""):
            assert rules.number_of(number[:place] + digit + number[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "1234", "abc", "1" * 13, "0799 2739 871x", "²" * 12, "0799+2739+8713"])
def test_what_is_no_number(text):
    assert rules.number_of(text) is None


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("", []),
        ("\n  \n", []),
        ("王小明", [("王小明", "")]),
        ("王小明 13800138000", [("王小明", "13800138000")]),
        ("王小明,13800138000\n李奶奶，", [("王小明", "13800138000"), ("李奶奶", "")]),
        ("Anna Berg +49 151 234567", [("Anna Berg", "+49 151 234567")]),
        ("13800138000", [("", "13800138000")]),
        ("Room 12", [("Room 12", "")]),
    ],
)
def test_people_in_a_text(text, people):
    assert [tuple(other) for other in rules.people_in(text)] == people
