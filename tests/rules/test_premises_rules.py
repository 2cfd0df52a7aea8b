"""Numbers on paper codes, and people named in a text: tables of cases."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

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


DAY = date(2021, 11, 30)
FACT, OTHER_FACT = UUID(int=1), UUID(int=2)
EXPOSED = (("exposure", FACT),)


@pytest.mark.parametrize(
    ("held", "due", "findings", "eased", "word", "without"),
    [
        ([], [], [], None, "enter", "enter"),
        ([rules.Held("site", DAY, EXPOSED)], [], [], None, "stay", "stay"),
        ([rules.Held("home", None, EXPOSED)], [], [], None, "stay", "stay"),
        ([rules.Held("home", date(2021, 11, 1), EXPOSED)], [], [], None, "stay", "stay"),  # until somebody decides
        ([rules.Held("site", DAY, ())], [], [], None, "enter", "enter"),  # no evidence: it counts for nothing
        ([rules.Held("monitoring", DAY, EXPOSED)], [], [], None, "enter", "enter"),
        ([rules.Held("monitoring", DAY, EXPOSED)], [(DAY, FACT)], [], None, "test", "test"),
        ([], [(date(2021, 12, 1), FACT)], [], None, "enter", "enter"),  # due tomorrow
        ([], [(date(2021, 11, 29), FACT)], [], None, "test", "test"),
        ([], [], [rules.Finding("positive", FACT, DAY)], None, "stay", "stay"),
        ([], [], [rules.Finding("pool_suspect", FACT, DAY)], None, "test", "test"),
        ([], [], [rules.Finding("pool_suspect", FACT, date(2021, 11, 29))], None, "enter", "enter"),
        ([], [], [rules.Finding("negative", FACT, DAY)], None, "enter", "enter"),
        ([rules.Held("site", DAY, EXPOSED)], [(DAY, FACT)], [], "test", "test", "stay"),
        ([rules.Held("site", DAY, EXPOSED)], [], [], "enter", "enter", "stay"),
        ([], [(DAY, FACT)], [], "enter", "enter", "test"),
        # An exception never makes anything stricter, whatever it says.
        ([], [], [], "stay", "enter", "enter"),
        ([], [], [], "test", "enter", "enter"),
        ([], [(DAY, FACT)], [], "stay", "test", "test"),
        ([], [], [], "red", "enter", "enter"),
    ],
)
def test_a_status_follows_from_evidence_and_is_only_ever_eased(held, due, findings, eased, word, without):
    found = rules.status(rules.grounds(held, due, findings, DAY), eased)
    assert (found.word, found.without) == (word, without)
    assert bool(found.grounds) == (without != "enter")


def test_the_grounds_come_the_strongest_first_and_name_their_facts():
    held = [rules.Held("home", DAY, (*EXPOSED, ("risk_area_stay", OTHER_FACT)))]
    found = rules.grounds(held, [(DAY, FACT)], [rules.Finding("pool_suspect", FACT, DAY)], DAY)
    assert [(ground.calls_for, ground.kind) for ground in found] == [
        ("stay", "exposure"), ("stay", "risk_area_stay"), ("test", "test_due"), ("test", "pool_suspect"),
    ]  # fmt: skip
    assert {ground.fact for ground in found} == {FACT, OTHER_FACT}


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        (("area 610404", "u"), ("area 6104", "v"), False),
        (("area 610404", "u"), ("area 610404", "v"), True),
        (("area 610404", "u"), ("area 6104", "u"), True),
        (("", "u"), ("", "v"), False),
    ],
)
def test_one_body_is_the_same_place_or_the_same_post(first, second, one):
    assert rules.one_body(first, second) is one


NOTHING = rules.Response({}, timedelta(), timedelta(), timedelta(), {})  # of response levels
NOBODY = rules.Opinion({}, 1, timedelta(hours=24))
STEPS = rules.Approval(((500, "province"), (100, "city"), (50, "district"), (0, "street")), 1, 5, {}, NOTHING, NOBODY)


@pytest.mark.parametrize(
    ("expected", "tables", "outsiders", "level"),
    [
        (1, 0, False, "street"),
        (49, 0, False, "street"),
        (50, 0, False, "district"),
        (99, 0, False, "district"),
        (100, 0, False, "city"),
        (120, 0, False, "city"),
        (499, 0, False, "city"),
        (500, 0, False, "province"),
        (10, 5, False, "street"),  # a banquet of a few: the street is above the village anyhow
        (10, 0, True, "district"),
        (99, 0, True, "city"),
        (100, 0, True, "province"),
        (5000, 0, True, "province"),
    ],
)
def test_who_decides_on_a_gathering(expected, tables, outsiders, level):
    assert rules.decided_by(expected, tables, outsiders, STEPS) == level


def test_thresholds_may_leave_small_gatherings_to_the_village_and_banquets_still_need_it():
    free = rules.Approval(((50, "district"), (0, "community")), 0, 5, {}, NOTHING, NOBODY).checked()
    assert rules.decided_by(10, 5, False, free) == "community"
    assert rules.decision_area("610404001001001", "community") == "610404001001"
    assert rules.decision_area("610404001001001", "city") == "6104"


@pytest.mark.parametrize(
    "steps",
    [
        (),
        ((50, "district"),),
        ((0, "nobody"),),
        ((0, "street"), (50, "district")),
        ((50, "street"), (0, "district")),
        ((50, "district"), (50, "street"), (0, "street")),
    ],
)
def test_thresholds_that_leave_a_gap_are_refused(steps):
    with pytest.raises(ValueError, match="steps"):
        rules.Approval(steps, 1, 5, {}, NOTHING, NOBODY).checked()
