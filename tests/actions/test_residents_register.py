"""The resident ledger: recorded on whose word, corrected, moved, a guardian named; what was stays in the facts."""

from datetime import date

import pytest

from muster.domains.residents import ages
from muster.domains.residents.registration import correct_resident, move_resident, record_resident, set_guardian
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.actions import open_file
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests.town import FAR_GRID, GRID, NEXT_GRID, build_town

CARD = "11010519491231002X"
SAID = {"said_by": "family", "why": "call"}


@pytest.fixture
def town(db, clock):
    return build_town()


def fact(kind):
    with acting():
        return Fact.objects.get(kind=kind)


def again(person):
    with acting():
        return Person.objects.select_related("household").get(pk=person.pk)


def test_somebody_is_recorded_on_the_word_of_the_family(town):
    row = {"name": "何平", "id_number": CARD, "phone": "13800138000", "sex": "female", "door": "2单元301"}
    person = again(record_resident(by=town.worker, area=GRID, **row, **SAID))
    assert (person.home, person.household.door, person.sex) == (GRID, "2单元301", "female")
    assert person.born_on == date(1949, 12, 31) and person.label == "何*"
    said = fact("residents.recorded")
    assert (said.subject, said.by, said.data) == (person.pk, town.worker.id, SAID)
    neighbour = record_resident(by=town.worker, area=GRID, name="何安", door="2单元301", **SAID)
    assert again(neighbour).household_id == person.household_id
    with pytest.raises(Invalid):
        record_resident(by=town.worker, area=GRID, name="别人", id_number=CARD, **SAID)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"said_by": ""}, "said_by"),
        ({"why": "because"}, "why"),
        ({"name": ""}, "name"),
        ({"born_on": "31.1.1990"}, "born_on"),
        ({"sex": "x"}, "sex"),
        ({"door": "1" * 101}, "door"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(town, wrong, field):
    with pytest.raises(Invalid) as no:
        record_resident(by=town.worker, area=GRID, **({"name": "何平", **SAID} | wrong))
    assert no.value.field == field
    with acting():
        assert not Fact.objects.filter(kind="residents.recorded").exists()


def test_only_in_one_s_own_range(town):
    for post in (town.neighbour, town.far_worker, town.lab, town.desk):
        with pytest.raises(Refused):
            record_resident(by=post, area=GRID, name="何平", **SAID)
        with pytest.raises(Refused):
            correct_resident(by=post, person=town.zhang, name="张玮", **SAID)
        with pytest.raises(Refused):
            move_resident(by=post, person=town.zhang, to=NEXT_GRID, on=date(2021, 11, 1), **SAID)
        with pytest.raises(Refused):
            set_guardian(by=post, person=town.wang, guardian=town.li.pk, **SAID)


def test_a_correction_changes_what_it_names_and_keeps_the_rest(town):
    correct_resident(by=town.worker, person=town.zhang, name="章伟", born_on="1980-03-05", **SAID)
    correct_resident(by=town.worker, person=town.zhang, phone="13800138000", door="1单元102", sex="male", **SAID)
    person, file = again(town.zhang), open_file(by=SYSTEM, person=town.zhang)
    assert (person.label, person.born_on, person.sex) == ("章*", date(1980, 3, 5), "male")
    assert file["name"] == "章伟" and [number["kind"] for number in file["identifiers"]] == ["phone"]
    assert (person.ref, person.home, person.household.door) == ("zhang", GRID, "1单元102")
    with acting():
        fields = list(Fact.objects.filter(kind="residents.corrected").order_by("id").values_list("data__fields"))
    assert fields == [(["born_on", "name"],), (["door", "phone", "sex"],)]
    with pytest.raises(Invalid):
        correct_resident(by=town.worker, person=town.zhang, name=" ", **SAID)


def test_who_moves_takes_the_home_along_and_leaves_it_in_the_facts(town):
    with acting():
        Person.objects.filter(pk=town.zhang.pk).update(present=GRID)
    move_resident(by=town.worker, person=town.zhang, to=FAR_GRID, on=date(2021, 11, 28), door="2单元502", **SAID)
    person = again(town.zhang)
    assert (person.home, person.present, person.household_id) == (FAR_GRID, FAR_GRID, town.zhao.household_id)
    said = fact("residents.moved")
    assert said.area == GRID and said.data == {**SAID, "from": GRID, "to": FAR_GRID, "on": "2021-11-28"}
    with pytest.raises(Refused):
        move_resident(by=town.worker, person=town.zhang, to=GRID, on=date(2021, 11, 29), **SAID)


@pytest.mark.parametrize(
    ("to", "on", "field"),
    [
        ("", date(2021, 11, 1), "to"),
        ("999999", date(2021, 11, 1), "to"),
        (GRID, date(2021, 11, 1), "to"),
        (NEXT_GRID, None, "on"),
        (NEXT_GRID, date(2021, 12, 1), "on"),
    ],
)
def test_moves_that_make_no_sense(town, to, on, field):
    with pytest.raises(Invalid) as no:
        move_resident(by=town.worker, person=town.zhang, to=to, on=on, **SAID)
    assert no.value.field == field


def test_a_guardian_is_of_the_household(town):
    set_guardian(by=town.worker, person=town.wang, guardian=town.li.pk, **SAID)
    assert again(town.wang).guardian_id == town.li.pk
    assert fact("residents.guardian_named").data == {**SAID, "guardian": str(town.li.pk)}
    for person, guardian in ((town.li, town.wang.pk), (town.wang, town.zhang.pk), (town.zhang, town.wang.pk)):
        with pytest.raises(Invalid):
            set_guardian(by=town.worker, person=person, guardian=guardian, **SAID)
    set_guardian(by=town.worker, person=town.wang, guardian=None, **SAID)
    assert again(town.wang).guardian_id is None


@pytest.mark.parametrize(
    ("born", "today", "years", "group"),
    [
        (None, date(2021, 11, 30), None, ""),
        (date(2007, 12, 1), date(2021, 11, 30), 13, "child"),
        (date(2007, 11, 30), date(2021, 11, 30), 14, ""),
        (date(1961, 12, 1), date(2021, 11, 30), 59, ""),
        (date(1961, 11, 30), date(2021, 11, 30), 60, "elder"),
        (date(2008, 2, 29), date(2021, 2, 28), 12, "child"),
    ],
)
def test_who_needs_help_by_age(born, today, years, group):
    assert (ages.age(born, today), ages.group(born, today)) == (years, group)
    assert ages.years_before(date(2024, 2, 29), 14) == date(2010, 2, 28)
