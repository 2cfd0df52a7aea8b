"""Files of people: opened for a duty, each look logged first; and the end of personal data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from muster.kernel import ids
from muster.kernel.declare import duty
from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people import access, personal
from muster.kernel.people.actions import load_people, merge_persons, open_file, reveal
from muster.kernel.people.models import Household, Identifier, Person, PersonDetails, Place
from muster.kernel.posts import access as posts_access
from muster.kernel.posts.logins import acting, connection, viewing
from muster.kernel.posts.models import SYSTEM, AccessLog
from muster.site.forgetting import purge
from tests.town import GRID, build_town

duty("test.look", title="look", role="grid", proof="people.merged", minutes=60, escalate_minutes=30)

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


# Files


def with_duty(town, clock, person, area=GRID):
    with acting(), transaction.atomic(using="act"):
        fact = record("people.merged", subject=person.pk, area=area, by=SYSTEM, now=clock.now)
        return open_duty(
            "test.look", subject=ids.uuid7(), person=person, area=area, by=SYSTEM, now=clock.now, because=fact
        )


@pytest.fixture
def rule(monkeypatch):
    """A file rule that opens the files of the persons it is given."""
    opened = set()
    monkeypatch.setattr(access, "_RULES", [lambda by, person, now: person.canonical_id in opened])
    return opened


def test_a_file_opens_by_the_rule_only_and_each_look_is_logged_first(town, rule):
    load({**ROW, "area": GRID})
    with acting():
        person = Person.objects.get(ref="p1")
    with pytest.raises(Refused):
        open_file(by=town.worker, person=person)
    with pytest.raises(Refused):
        reveal(by=town.worker, person=person, field="phone", purpose="call")
    rule.add(person.pk)
    file = open_file(by=town.worker, person=person.pk)
    assert (file["name"], file["address"]) == ("欧阳锋", "中山街1号")
    assert {n["kind"]: n["masked"] for n in file["identifiers"]} == {
        "id_card": "*" * 14 + "002X",
        "phone": "+86138****8000",
    }
    assert reveal(by=town.worker, person=person, field="phone", purpose="call") == ["+8613800138000"]
    assert reveal(by=town.worker, person=person, field="name", purpose="visit") == ["欧阳锋"]
    assert reveal(by=town.worker, person=person, field="plate", purpose="visit") == []
    with acting():
        looks = list(
            AccessLog.objects.order_by("at", "id").values_list("event", "field", "purpose", "subject", "post_id")
        )
    assert looks == [
        ("refused", "people.open_file", "", person.pk, town.worker.pk),
        ("refused", "people.reveal", "", person.pk, town.worker.pk),
        ("opened_file", "", "", person.pk, town.worker.pk),
        ("revealed", "phone", "call", person.pk, town.worker.pk),
        ("revealed", "name", "visit", person.pk, town.worker.pk),
        ("revealed", "plate", "visit", person.pk, town.worker.pk),
    ]


def test_a_role_without_the_permission_sees_no_file(town, rule):
    rule.add(town.wang.pk)
    for post in (town.lab, town.auditor, town.administrator):
        with pytest.raises(Refused):
            open_file(by=post, person=town.wang)


def test_nothing_is_shown_where_the_log_cannot_be_written(town, rule, monkeypatch):
    rule.add(town.wang.pk)

    def broken(**_):
        raise OSError("no log")

    monkeypatch.setattr(access, "log_access", broken)
    for look in (
        lambda: open_file(by=town.worker, person=town.wang),
        lambda: reveal(by=town.worker, person=town.wang, field="name", purpose="visit"),
    ):
        with pytest.raises(OSError):
            look()
    assert posts_access.log_access is not broken


def test_a_reveal_says_which_field_and_what_for_and_stores_no_answer(town, rule):
    rule.add(town.wang.pk)
    for field, purpose, wrong in [("salary", "call", "field"), ("name", "", "purpose"), ("name", "curious", "purpose")]:
        with pytest.raises(Invalid) as caught:
            reveal(by=town.worker, person=town.wang, field=field, purpose=purpose)
        assert caught.value.field == wrong
    with pytest.raises(TypeError):
        reveal(by=town.worker, person=town.wang, field="name", purpose="call", op=ids.uuid7())


def test_a_merged_person_has_one_file(town, rule):
    load(ROW, {"ref": "p2", "name": "欧阳峰", "phone": "13900139000", "area": GRID})
    with acting():
        one, other = Person.objects.get(ref="p1"), Person.objects.get(ref="p2")
    merge_persons(by=SYSTEM, person=one.pk, into=other.pk)
    rule.add(other.pk)
    file = open_file(by=town.worker, person=one)
    assert (file["name"], file["address"]) == ("欧阳峰", "中山街1号")
    assert len(file["identifiers"]) == 3
    phones = reveal(by=town.worker, person=other, field="phone", purpose="call")
    assert sorted(phones) == ["+8613800138000", "+8613900139000"]


def test_the_duty_s_rule_is_registered(town, clock):
    assert access._RULES, "duties register who may open a file"
    with pytest.raises(Refused):
        open_file(by=town.worker, person=town.wang)
    with_duty(town, clock, town.wang)
    assert open_file(by=town.worker, person=town.wang)["name"] == "王建国"
    with pytest.raises(Refused):
        open_file(by=town.far_worker, person=town.wang)


def test_pages_cannot_read_names_or_numbers(town):
    from django.db.utils import ProgrammingError

    for model in (PersonDetails, Identifier):
        with pytest.raises(ProgrammingError), viewing(town.headquarters.id):
            model.objects.exists()
    with viewing(town.worker.id):
        assert set(Household.objects.values_list("ref", flat=True)) == {"h1"}
    with viewing(town.site.id):
        assert list(Place.objects.values_list("ref", flat=True)) == ["hotel"]


# The end of personal data


def purge_all(moment):
    return purge(by=SYSTEM, limits=dict.fromkeys(personal.PARTS, moment), rule="covid19-cn-9")


def test_personal_data_ends_and_a_fact_says_so_without_saying_whose(town, clock, monkeypatch):
    monkeypatch.setattr(personal, "KEEPS", [personal.Keep("duties_duty", "person_id", "closed_at")])
    load(ROW)
    with_duty(town, clock, town.li)
    clock.advance(days=400)
    with acting():
        recent = Person.objects.create(label="新*", home=GRID, created_at=clock.now)
        PersonDetails.objects.create(person=recent, name="新人", note="n")
        Person.objects.filter(ref="zhang").update(merged_into=town.li, canonical=town.li)
    limit = clock.now - timedelta(days=365)
    done = purge_all(limit)
    ended = {table: count for table, count in done["identity"].items() if count}
    assert ended == {"people_persondetails": 3, "people_identifier": 1}
    with acting():
        kept = set(PersonDetails.objects.values_list("name", flat=True))
        assert kept == {"李秀英", "张伟", "新人"}  # a duty is open; merged with somebody who has one; recorded lately
        assert not Identifier.objects.exists()
        assert set(Person.objects.filter(label="").values_list("ref", flat=True)) == {None}
        facts = Fact.objects.filter(kind="people.purged")
        assert {f.data["class"]: f.data["count"] for f in facts if f.data["table"] == "people_identifier"} == {
            "identity": 1,
            "contact": 1,
        }
        assert all(set(f.data) == {"table", "class", "before", "count", "rule"} for f in facts)
        with connection().cursor() as cursor:
            for parts in personal.PARTS.values():
                assert [personal.remaining(cursor, part, limit) for part in parts] == [0] * len(parts)
    assert sum(n for tables in purge_all(limit).values() for n in tables.values()) == 0


def test_what_was_not_purged_is_found(town, clock, monkeypatch):
    monkeypatch.setattr(personal, "KEEPS", [])
    clock.advance(days=400)
    with acting(), connection().cursor() as cursor:
        part = personal.PARTS["identity"][0]
        assert personal.remaining(cursor, part, clock.now - timedelta(days=365)) == 4


def test_every_declared_column_exists(db):
    from muster.kernel.declare import PERSONAL

    with acting(), connection().cursor() as cursor:
        cursor.execute("SELECT table_name || '.' || column_name FROM information_schema.columns")
        columns = {name for (name,) in cursor.fetchall()}
    assert {f"{p.table}.{p.column}" for p in PERSONAL if p.table.startswith("people_")} <= columns
