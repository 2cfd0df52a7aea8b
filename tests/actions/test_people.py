"""People: files with a verdict per row, numbers at rest, merges that can be undone, names that are found."""

from __future__ import annotations

import threading

import pytest
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import connections

from muster.kernel.facts.models import Fact
from muster.kernel.loading import batches
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people import crypto, queries
from muster.kernel.people.actions import (
    add_person,
    bare_people,
    bare_places,
    load_people,
    merge_persons,
    unmerge_person,
)
from muster.kernel.people.models import Household, Identifier, Person, PersonDetails, Place
from muster.kernel.posts.logins import acting, connection
from muster.kernel.posts.models import SYSTEM
from muster.site.keys import rotate_identifiers
from muster.site.territory.actions import load_places
from tests.town import FAR_GRID, GRID, NEXT_GRID, build_town

CARD = "11010519491231002X"
ROW = {
    "ref": "p1",
    "name": "欧阳 锋",
    "id_number": CARD,
    "phone": 13800138000.0,
    "area": GRID,
    "address": "中山街1号",
    "household": "door-1",
}


@pytest.fixture
def town(db, clock):
    return build_town()


def load(*rows, by=SYSTEM):
    return load_people(by=by, rows=list(enumerate(rows, start=2)))


def counts(report):
    return report["new"], report["changed"], report["unchanged"], [(b["row"], b["field"]) for b in report["rejected"]]


def test_a_row_becomes_a_person_with_details_apart(town, clock):
    assert counts(load(ROW)) == (1, 0, 0, [])
    with acting():
        person = Person.objects.get(ref="p1")
        assert (person.label, person.sex, person.home, person.present) == ("欧阳*", "female", GRID, GRID)
        assert person.born_on.isoformat() == "1949-12-31"
        assert person.canonical_id == person.pk and person.key > 0 and person.created_at == clock.now
        assert person.household.ref == "door-1" and person.household.area == GRID
        details = person.details
        assert (details.name, details.name_key, details.initials) == ("欧阳锋", "ouyangfeng", "oyf")
        assert list(queries.having(*queries.readings(CARD))) == [person]
        assert list(queries.having(*queries.readings("138 0013 8000"))) == [person]


def test_the_same_file_again_changes_nothing(town):
    rows = [ROW, {"ref": "p2", "name": "John Smith"}, {"id_number": "E12345678", "name": "无名"}]
    assert counts(load(*rows)) == (3, 0, 0, [])
    assert counts(load(*rows)) == (0, 0, 3, [])
    with acting():
        assert Identifier.objects.count() == 3


def test_what_a_row_says_otherwise_is_written_and_blanks_say_nothing(town):
    load(ROW)
    assert counts(load({"ref": "p1"}, {"ref": "p1", "name": "", "address": None})) == (0, 0, 2, [])
    changed = {"ref": "p1", "name": "欧阳峰", "phone": "13900139000", "area": NEXT_GRID, "household": "door-2"}
    assert counts(load(changed)) == (0, 1, 0, [])
    with acting():
        person = Person.objects.get(ref="p1")
        assert (person.home, person.present, person.household.ref) == (NEXT_GRID, NEXT_GRID, "door-2")
        assert (person.details.name, person.details.address) == ("欧阳峰", "中山街1号")
        assert person.identifiers.count() == 3  # the old phone stays
        Person.objects.filter(ref="p1").update(present=FAR_GRID)
        load({"ref": "p1", "area": GRID})
        assert Person.objects.get(ref="p1").present == FAR_GRID  # away from home: another home does not move them


def test_bad_rows_are_named_and_the_rest_is_taken(town):
    report = load(
        {**ROW, "ref": "a", "id_number": 1.1010519491231e17},
        {**ROW, "ref": "b", "phone": "12345x"},
        {**ROW, "ref": "c", "area": "61040"},
        {**ROW, "ref": "d", "area": "630101001"},
        {"name": "无名", "phone": "13800138000"},
        {**ROW, "ref": "e", "name": "王" * 101},
        {**ROW, "ref": "f"},
        {**ROW, "ref": "f", "name": "别人"},
        {**ROW, "ref": "f"},
        {**ROW, "ref": "g\x00\ud800", "name": "王\x00五"},
    )
    rejected = [(2, "id_number"), (3, "phone"), (4, "area"), (6, "ref"), (7, "name"), (9, "ref"), (5, "area")]
    assert counts(report) == (2, 0, 1, rejected)
    assert "last digits" in report["rejected"][0]["reason"] or "末" in report["rejected"][0]["reason"]
    with acting():
        assert Person.objects.get(ref="g").details.name == "王五"


def test_a_number_without_a_reference_finds_the_one_person_who_has_it(town):
    load(ROW, {**ROW, "ref": "p2", "id_number": "E7654321", "household": ""})
    assert counts(load({"id_number": CARD, "address": "别处"})) == (0, 1, 0, [])
    load({"ref": "p3", "id_number": CARD})
    assert counts(load({"id_number": CARD, "address": "再一处"})) == (0, 0, 0, [(2, "id_number")])
    with acting():
        one, other = Person.objects.get(ref="p1"), Person.objects.get(ref="p3")
    merge_persons(by=SYSTEM, person=one.pk, into=other.pk)
    assert counts(load({"id_number": CARD, "address": "再一处"})) == (0, 1, 0, [])
    with acting():
        assert PersonDetails.objects.get(person=other).address == "再一处"


def test_a_bare_record_is_filled_by_a_later_file(town):
    assert bare_people(by=town.lab, refs=["p1", "x" * 9 + "1" * 18, "p1"]) == 3
    bare_people(by=SYSTEM, refs=["p1"])
    with acting():
        bare, long = Person.objects.get(ref="p1"), Person.objects.get(ref__startswith="xxx")
        assert (bare.label, long.label) == ("p1", "#" + str(long.pk)[-6:])
        assert bare.canonical_id == bare.pk
    assert counts(load(ROW)) == (0, 1, 0, [])
    with acting():
        assert Person.objects.get(pk=bare.pk).label == "欧阳*"
        assert Person.objects.get(ref="p1").key == bare.key
    with pytest.raises(Refused):
        bare_people(by=town.worker, refs=["y"])


def test_places_load_once(town):
    rows = [
        {"ref": "shop", "name": "一店", "kind": "market", "area": GRID, "lat": 34.3, "lon": "108.7"},
        {"ref": "bus"},
        {"ref": "bad-kind", "kind": "spaceport"},
        {"ref": "bad-lat", "lat": 91},
        {"ref": "bad-lon", "lon": "east"},
        {"name": "no reference"},
        {"ref": "bus", "name": "other"},
    ]
    rejected = [(4, "kind"), (5, "lat"), (6, "lon"), (7, "ref"), (8, "ref")]

    def loaded():
        report = load_places(by=SYSTEM, rows=list(enumerate(rows, start=2)))
        return (
            report["new"],
            report["changed"],
            report["unchanged"],
            sorted((bad["row"], bad["field"]) for bad in report["rejected"]),
        )

    assert loaded() == (2, 0, 0, rejected)
    assert loaded() == (0, 0, 2, rejected)
    rows[0]["name"] = "二店"
    assert loaded() == (0, 1, 1, rejected)
    bare_places(by=SYSTEM, refs=["shop", "new"])
    with acting():
        shop, bus = Place.objects.get(ref="shop"), Place.objects.get(ref="bus")
        assert (shop.name, shop.kind, shop.area, shop.lat, shop.lon) == ("二店", "market", GRID, 34.3, 108.7)
        assert (bus.kind, bus.area, bus.lat) == ("other", "", None)
        assert set(Place.objects.values_list("ref", flat=True)) >= {"shop", "new"}


def test_who_may_load_where(town):
    for post in (town.worker, town.investigator, town.lab, town.far_headquarters):
        with pytest.raises(Refused):
            load(ROW, by=post)
    with pytest.raises(Refused):
        load(ROW, {**ROW, "ref": "p2", "area": FAR_GRID}, by=town.headquarters)
    assert load(ROW, by=town.headquarters)["new"] == 1
    assert load({**ROW, "ref": "p2", "area": FAR_GRID}, by=town.city)["new"] == 1


def test_a_batch_of_five_thousand(town):
    rows = [(n, {**ROW, "ref": f"r{n}", "id_number": f"P{n:08}", "household": f"h{n // 3}"}) for n in range(12_000)]
    assert [load_people(by=SYSTEM, rows=batch)["new"] for batch in batches(iter(rows))] == [5000, 5000, 2000]
    assert [load_people(by=SYSTEM, rows=batch)["unchanged"] for batch in batches(iter(rows))] == [5000, 5000, 2000]
    with acting():
        assert Household.objects.filter(ref__startswith="h").exclude(ref__in=["h1", "h2"]).count() >= 3998


def test_two_loads_of_one_file_at_once_make_one_set(town):
    rows = [{**ROW, "ref": f"r{n}"} for n in range(300)]
    reports = []

    def run():
        try:
            reports.append(load(*rows))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report["new"] for report in reports) == [0, 0, 0, 300]
    with acting():
        assert Person.objects.filter(ref__startswith="r").count() == 300


def test_a_person_added_by_hand(town):
    person = add_person(by=town.worker, name="单雄信", phone="13800138000", area=GRID)
    assert (person.label, person.ref, person.home) == ("单*", None, GRID)
    again = add_person(by=town.worker, name="单雄信", phone="13800138000", area=GRID)
    assert again.pk != person.pk  # a phone may be shared
    known = add_person(by=town.worker, name="甲", id_number=CARD, area=GRID)
    assert add_person(by=town.far_worker, name="乙", id_number=CARD.lower(), area=FAR_GRID).pk == known.pk
    for row, field in [
        ({}, "name"),
        ({"name": "丙", "id_number": CARD[:17] + "1"}, "id_number"),
        ({"phone": "1"}, "phone"),
    ]:
        with pytest.raises(Invalid) as caught:
            add_person(by=town.worker, area=GRID, **row)
        assert caught.value.field == field
    with pytest.raises(Refused):
        add_person(by=town.worker, name="丁", area=FAR_GRID)


# Numbers at rest


def test_numbers_are_unreadable_in_the_database_and_bound_to_their_row(town):
    load(ROW)
    with acting():
        card, phone = Identifier.objects.get(kind="id_card"), Identifier.objects.get(kind="phone")
        assert crypto.decrypt(card.key_id, card.value_enc, card.pk) == CARD
        with pytest.raises(InvalidTag):
            crypto.decrypt(card.key_id, card.value_enc, phone.pk)
        with pytest.raises(InvalidTag):
            crypto.decrypt(card.key_id, bytes(card.value_enc)[:-1] + b"\0", card.pk)
        with connection().cursor() as cursor:
            cursor.execute("SELECT i::text FROM people_identifier i")
            stored = " ".join(row[0] for row in cursor.fetchall())
    for plain in (CARD, "13800138000"):
        assert plain not in stored and plain.encode().hex() not in stored


def test_one_number_has_one_index_and_kinds_do_not_mix():
    index = crypto.blind_index("phone", "", "+8613800138000")
    assert index == crypto.blind_index("phone", "", "+8613800138000") and len(index) == 16
    assert index != crypto.blind_index("other", "", "+8613800138000")


def test_rotation_can_be_broken_off_and_goes_on(town, monkeypatch):
    monkeypatch.setattr(settings, "MUSTER_KEYS", crypto.new_keys())
    load(*({**ROW, "ref": f"r{n}", "id_number": f"P{n:08}"} for n in range(5)))
    old = settings.MUSTER_KEYS
    monkeypatch.setattr(settings, "MUSTER_KEYS", crypto.new_keys(old))
    assert crypto.current_key() == "k2" and settings.MUSTER_KEYS["blind"] == old["blind"]
    assert rotate_identifiers(by=SYSTEM, batch=4) == 4
    assert rotate_identifiers(by=SYSTEM, batch=100) == 6
    assert rotate_identifiers(by=SYSTEM) == 0
    del settings.MUSTER_KEYS["aes"]["k1"]
    with acting():
        numbers = {crypto.decrypt(row.key_id, row.value_enc, row.pk) for row in Identifier.objects.all()}
        assert numbers == {f"P{n:08}" for n in range(5)} | {"+8613800138000"}
        assert queries.having(*queries.readings("P00000003")).get().ref == "r3"
    with pytest.raises(Refused):
        rotate_identifiers(by=town.administrator)


# One person, several records


def make(*refs):
    bare_people(by=SYSTEM, refs=refs)
    with acting():
        found = dict(Person.objects.filter(ref__in=refs).values_list("ref", "id"))
    return [found[ref] for ref in refs]


def canon():
    with acting():
        refs = dict(Person.objects.values_list("id", "ref"))
        return {refs[a]: refs[b] for a, b in Person.objects.values_list("id", "canonical_id") if len(refs[a]) == 1}


def test_merges_chain_and_come_apart_again(db, clock):
    a, b, c, d = make("a", "b", "c", "d")
    merge_persons(by=SYSTEM, person=a, into=b)
    merge_persons(by=SYSTEM, person=b, into=c)
    merge_persons(by=SYSTEM, person=d, into=a)  # into a record that is itself merged
    assert canon() == {"a": "c", "b": "c", "c": "c", "d": "c"}
    with acting():
        assert queries.records_of(a)[0] == c and set(queries.records_of(a)) == {a, b, c, d}
        assert queries.canonical([a, c]) == {a: c, c: c}
    unmerge_person(by=SYSTEM, person=b)
    assert canon() == {"a": "b", "b": "b", "c": "c", "d": "b"}
    unmerge_person(by=SYSTEM, person=a)
    assert canon() == {"a": "a", "b": "b", "c": "c", "d": "a"}
    with acting():
        kinds = list(Fact.objects.order_by("recorded_at", "id").values_list("kind", flat=True))
    assert kinds == ["people.merged"] * 3 + ["people.unmerged"] * 2


def test_merges_that_make_no_sense_are_refused(town):
    a, b = make("a", "b")
    merge_persons(by=SYSTEM, person=a, into=b)
    for person, into in [(a, b), (b, a)]:
        with pytest.raises(Invalid):
            merge_persons(by=SYSTEM, person=person, into=into)
    with pytest.raises(Invalid):
        merge_persons(by=SYSTEM, person=b, into=b)
    with pytest.raises(Invalid):
        unmerge_person(by=SYSTEM, person=b)
    with pytest.raises(Refused):
        merge_persons(by=town.headquarters, person=town.wang.pk, into=town.zhao.pk)
    merge_persons(by=town.city, person=town.wang.pk, into=town.zhao.pk)


# Finding


def test_names_are_found_in_the_post_s_area_only(town):
    load({"ref": "p1", "name": "单雄信", "area": GRID}, {"ref": "p2", "name": "单于飞", "area": FAR_GRID})

    def found(text, by):
        with acting():
            return [person.ref for person in queries.with_name(text, by)]

    assert found("单", SYSTEM) == ["p2", "p1"]
    assert found("单", town.worker) == ["p1"]
    assert found("Shan Xiong", town.worker) == found("sxx", town.worker) == ["p1"]
    assert found("dan", town.worker) == found("单", town.lab) == found("", town.worker) == found("12", SYSTEM) == []
    assert found("wang", town.headquarters) == ["wang"]
