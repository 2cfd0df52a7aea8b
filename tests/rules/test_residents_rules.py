"""Whether two records are one person: the scoring table, by cases that a registration office knows."""

from datetime import date

import pytest

from muster.domains.residents.likeness import addresses, name_of, names, plain_address
from muster.domains.residents.rules import CHANCES, WEIGHTS, Record, births, compare, limit_of, numbers
from muster.kernel.people import names as kernel_names

GRID = "610404001001001"
HOME = "幸福小区3号楼2单元501室"


def name(text):
    tidy = kernel_names.tidy(text)
    return name_of(tidy, kernel_names.keys(tidy)[0])


def record(text, born="", *, card="", number="", phone="", address="", sex="", area=GRID):
    return Record(
        name(text), sex, date.fromisoformat(born) if born else None,
        frozenset(filter(None, [card.encode(), number.encode()])), frozenset(filter(None, [card.encode()])),
        frozenset(filter(None, [phone.encode()])), plain_address(address), area,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("王芳", "王芳", "same"),
        ("王芳", "汪芳", "sound"),
        ("张宁", "章宁", "sound"),
        ("陈林", "陈宁", "near sound"),
        ("张三", "藏三", "near sound"),
        ("王建国", "王建军", "different"),  # brothers
        ("王芳", "李芳", "different"),
        ("Wang Fang", "王芳", "sound"),
        ("Fang Wang", "王芳", "sound"),
        ("Li Fang", "王芳", "different"),
        ("John Smith", "john  smith", "same"),
        ("Smith John", "John Smith", "order"),
        ("John Smith", "Jhon Smith", "similar"),
        ("Robert Allen", "Robert Allan", "similar"),
        ("Smith", "John Smith", "part"),
        ("van dyke anna", "vandyke anna", "similar"),
        ("lachlan berry", "lachlan green", "one word"),
        ("lachlan berry", "deakin sondergeld", "different"),
        ("", "王芳", ""),
    ],
)
def test_names(one, other, outcome):
    assert names(name(one), name(other)) == names(name(other), name(one)) == outcome


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("1980-03-05", "1980-03-05", "same"),
        ("1980-03-05", "1980-05-03", "swapped"),
        ("1980-03-05", "1980-03-15", "one digit"),
        ("1980-03-05", "1990-03-05", "one digit"),
        ("1980-03-05", "1980-04-06", "different"),
        ("1980-03-05", "", ""),
    ],
)
def test_days_of_birth(one, other, outcome):
    days = [date.fromisoformat(text) if text else None for text in (one, other)]
    assert births(*days) == births(*reversed(days)) == outcome


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        (HOME, "幸福小区3栋2单元501", "same"),
        (HOME, "咸阳市渭城区中山街道幸福小区3-2-501", "same"),
        (HOME, "幸福小区３号楼２单元５０１", "same"),
        (HOME, "幸福小区3号楼2单元502室", "different"),
        (HOME, "幸福小区13号楼2单元501室", "different"),
        (HOME, "文汇路8号", "different"),
        ("69 giblin street killarney bittern 4814 vic", "69 Giblin Street, Killarney, Bittern, 4814 VIC", "same"),
        ("69 giblin street killarney bittern 4814 vic", "69 giblin stret killarny bittern 4814 vic", "similar"),
        ("69 giblin street killarney bittern 4814 vic", "5 milne cove wellwod beaconsfield upper 2602", "different"),
        ("", HOME, ""),
    ],
)
def test_addresses(one, other, outcome):
    plain = [plain_address(text) for text in (one, other)]
    assert addresses(*plain) == addresses(*reversed(plain)) == outcome


def test_two_cards_are_two_persons_and_a_renewed_passport_is_not():
    assert numbers(record("王芳", card="a"), record("王芳", card="a", number="p")) == "same"
    assert numbers(record("王芳", card="a"), record("王芳", card="b", number="p")) == "two cards"
    assert numbers(record("王芳", number="p"), record("王芳", number="q")) == "different"
    assert numbers(record("王芳", card="a"), record("王芳", phone="p")) == ""


WANG = {"born": "1980-03-05", "address": HOME, "phone": "1"}


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        # One number.
        (record("王芳", card="a"), record("王芳", card="a"), "certain"),
        (record("王芳", card="a", **WANG), record("汪芳", card="a", phone="2"), "certain"),
        (record("王芳", card="a"), record("", card="a"), "likely"),
        (record("王芳", "1980-03-05", card="a"), record("李强", "1956-01-30", card="a"), "possible"),
        # No number: name and birth, and home.
        (record("王芳", **WANG), record("王芳", **WANG), "certain"),
        (record("王芳", "1980-03-05"), record("王芳", "1980-03-05"), "likely"),
        (record("汪芳", "1980-03-05", phone="1"), record("王芳", "1980-03-05", phone="1"), "likely"),
        (record("王芳", "1980-03-05", phone="1"), record("王芳", "1980-05-03", phone="1"), "likely"),
        (record("Smith John", "1980-03-05"), record("John Smith", "1980-03-05"), "likely"),
        (record("王芳", phone="1"), record("王芳", phone="1"), "likely"),
        (record("王芳", address=HOME), record("王芳", address=HOME), "likely"),
        (record("王芳"), record("王芳"), "possible"),
        (record("王芳", area=""), record("王芳"), ""),  # of a common name there are thousands
        # Alike, and two persons.
        (record("王芳", card="a", **WANG), record("王芳", card="b", **WANG), "possible"),
        (record("王佳", **WANG), record("王乐", **WANG), "possible"),  # twins
        (record("张伟", "1955-06-01", address=HOME, phone="1"), record("张伟", **WANG), "possible"),  # father, son
        (record("李秀英", "1958-07-08", address=HOME, phone="1"), record("王建国", **WANG), ""),  # a couple
        (record("王建国", "1955-01-02"), record("王建国", "1980-03-05"), ""),
    ],
)  # fmt: skip
def test_how_sure(one, other, level):
    assert compare(one, other).level == compare(other, one).level == level


def test_weights_are_ratios_of_chances():
    assert all(0 < m <= 1 and 0 < u <= 1 for m, u in CHANCES.values())
    assert WEIGHTS["number", "same"] > WEIGHTS["born", "same"] > WEIGHTS["name", "same"] > WEIGHTS["phone", "same"] > 0
    assert WEIGHTS["number", "two cards"] < WEIGHTS["name", "different"] < WEIGHTS["phone", "different"] < 0
    assert all(weight > 0 for (_field, outcome), weight in WEIGHTS.items() if outcome in ("same", "similar", "sound"))


def test_what_speaks_against_holds_back():
    agreed = {"number": "same", "name": "same"}
    assert limit_of(agreed) == limit_of(agreed | {"address": "different", "phone": "different"}) == "certain"
    assert limit_of(agreed | {"sex": "different"}) == limit_of(agreed | {"born": "different"}) == "likely"
    assert limit_of({"name": "same", "born": "different"}) == limit_of({"name": "one word"}) == "possible"
