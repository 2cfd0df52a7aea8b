"""Numbers of people: normal form, check character, and numbers that a spreadsheet has rounded."""

from datetime import date

import pytest

from muster.kernel.loading import BadValue
from muster.kernel.people.identifiers import born_on, check_character, masked, read, read_any, sex

CARD = "11010519491231002X"  # the example of GB 11643-1999


@pytest.mark.parametrize(
    "written",
    [
        CARD,
        "11010519491231002x",
        f" '{CARD} ",
        "110105 19491231 002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X",
        "110105491231002",
    ],
)
def test_all_forms_of_a_card_are_one(written):
    assert read_any(written) == read("id_card", written) == ("id_card", "CN", CARD)


def test_a_fifteen_digit_card_of_a_centenarian_is_of_the_century_before():
    assert read("id_card", "110105991231997").value[6:10] == "1899"
    assert read("id_card", "110105491231002").value[6:10] == "1949"


def test_what_a_card_says():
    assert born_on(CARD) == date(1949, 12, 31)
    assert (sex(CARD), sex("110105194912310038")) == ("female", "male")
    assert check_character(CARD[:17]) == "X"


def test_every_wrong_check_character_is_refused():
    for character in "0123456789":
        with pytest.raises(BadValue):
            read_any(CARD[:17] + character)


@pytest.mark.parametrize(
    "written",
    [1.1010519491231e17, "1.1010519491231e+17", "1.10105E+17", 110105194912310000, "110105194912310000", 1.5, 1e400],
)
def test_lost_digits_are_named_and_never_guessed(written):
    with pytest.raises(BadValue, match="last digits are lost"):
        read_any(written)


@pytest.mark.parametrize("written", ["1101051949123100", CARD + "1", "110105194913310021", "110105194902300026", ""])
def test_what_is_nearly_a_card_is_refused(written):
    with pytest.raises(BadValue):
        read_any(written)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("E12345678", ("passport", "", "E12345678")),
        ("e 1234-5678", ("passport", "", "E12345678")),
        ("8801011234567", ("other", "", "8801011234567")),
        (8801011234567.0, ("other", "", "8801011234567")),
        ("KR-77", ("other", "", "KR77")),
    ],
)
def test_other_numbers_are_kept_as_written(written, number):
    assert read_any(written) == number


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("13800138000", "+8613800138000"),
        (13800138000, "+8613800138000"),
        (13800138000.0, "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("029-33211234", "+862933211234"),
        ("(0910) 332 1234", "+869103321234"),
        ("+82 10 1234 5678", "+821012345678"),
    ],
)
def test_phones_are_one_in_every_form(written, stored):
    assert read("phone", written) == ("phone", "", stored)


@pytest.mark.parametrize("written", ["123", "1380013800", "33211234", "phone", 1.38e20])
def test_phones_that_are_refused(written):
    with pytest.raises(BadValue):
        read("phone", written)


def test_plates():
    assert read("plate", "陕A·12345") == read("plate", "陕a 12345") == ("plate", "CN", "陕A12345")
    assert read("plate", "陕AD12345").value == "陕AD12345"
    with pytest.raises(BadValue):
        read("plate", "12345")


def test_a_masked_number_shows_its_end():
    assert masked("id_card", CARD) == "*" * 14 + "002X"
    assert masked("phone", "+8613800138000") == "+86138****8000"
    assert masked("plate", "陕A12345") == "*****45"
    assert masked("other", "12") == "****"
