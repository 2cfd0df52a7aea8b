"""Areas: files and boundaries with a verdict per row, moves that live rows follow, and the installation."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from muster.kernel.areas import installation
from muster.kernel.areas.models import Area, AreaAlias, Installation
from muster.kernel.areas.queries import children, unknown
from muster.kernel.clock import local_day
from muster.kernel.facts.actions import record
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting, viewing
from muster.kernel.posts.models import SYSTEM, Post
from muster.site.territory.actions import load_areas, load_boundaries, move_area
from muster.site.territory.moves import live_columns, present_code
from tests.town import FAR_GRID, GRID, build_town

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "1_divisions"
COUNTIES = {
    "370212": (5, 167),
    "370213": (11, 127),
    "141102": (11, 190),
    "610404": (10, 145),
    "620102": (28, 181),
    "620103": (15, 141),
    "620111": (7, 56),
    "620123": (20, 281),
}


@pytest.fixture
def town(db, clock):
    return build_town()


def numbered(rows):
    return list(enumerate(rows, start=2))


def row(code, name="某地", level="", parent=""):
    return {"code": code, "name": name, "level": level, "parent": parent}


def load(*rows, by=SYSTEM):
    return load_areas(by=by, rows=numbered(rows))


def test_areas_load_once_and_are_unchanged_the_second_time(db, clock):
    rows = [
        row("610400", "咸阳市", "city", "610000"),
        row(610404.0, "渭城区", "district", "610400"),
        row("610404001", "中山街道", "street", "610404"),
        row("610404001001", "中山社区"),
    ]
    assert load(*rows) == {"new": 4, "changed": 0, "unchanged": 0, "rejected": []}
    assert load(*rows) == {"new": 0, "changed": 0, "unchanged": 4, "rejected": []}
    with acting():
        assert list(Area.objects.order_by("code").values_list("code", "level", "parent")) == [
            ("6104", "city", "61"),
            ("610404", "district", "6104"),
            ("610404001", "street", "610404"),
            ("610404001001", "community", "610404001"),
        ]


def test_a_bad_row_is_named_and_does_not_stop_the_rest(db, clock):
    report = load(
        row("610404", "渭城区"),
        row("6104040", "seven digits"),
        row("610404001", "village", "village"),
        row("610404002", "under another", "street", "610402"),
        row("610404003", ""),
        row("", "no code"),
        row("610404", "渭城区", "district"),
        row("610404004", "文汇路街道", "street", "610404"),
        row("61-04", "a dash"),
    )
    assert (report["new"], report["unchanged"]) == (2, 0)
    assert [(bad["row"], bad["field"]) for bad in report["rejected"]] == [
        (3, "code"),
        (4, "level"),
        (5, "parent"),
        (6, "name"),
        (7, "code"),
        (8, "code"),
        (10, "code"),
    ]
    assert all(bad["reason"] for bad in report["rejected"])


def test_a_renamed_area_keeps_its_old_name_as_an_alias(town):
    report = load(row("610404002", "新文汇街道"))
    assert report["changed"] == 1
    with acting():
        assert Area.objects.get(code="610404002").name == "新文汇街道"
        alias = AreaAlias.objects.get()
    assert (alias.code, alias.now_code, alias.name) == ("610404002", "610404002", "文汇路街道")


def test_only_the_administrator_loads_areas(town):
    for post in (town.headquarters, town.worker, town.lab):
        with pytest.raises(Refused):
            load(row("610404009"), by=post)
    assert load(row("610404009"), by=town.administrator)["new"] == 1


@pytest.mark.skipif(not DATA.exists(), reason="the division tables are not here")
def test_the_eight_real_counties(db, clock):
    def table(name):
        with (DATA / "target_counties" / name).open(encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    streets, communities = table("target8_streets.csv"), table("target8_villages.csv")
    rows = [row(code, county, "district") for code, county in sorted({(r["areaCode"], r["county"]) for r in streets})]
    rows += [row(r["code"], r["name"], "street", r["areaCode"]) for r in streets]
    rows += [row(r["code"], r["village"], "community", r["streetCode"]) for r in communities]
    assert load(*rows) == {"new": 8 + 107 + 1288, "changed": 0, "unchanged": 0, "rejected": []}
    assert load(*rows) == {"new": 0, "changed": 0, "unchanged": 8 + 107 + 1288, "rejected": []}
    with acting():
        tops = {area.code: area.below for area in children("")}
        assert tops == {code: streets for code, (streets, _communities) in COUNTIES.items()}
        for code, (_streets, communities_) in COUNTIES.items():
            assert sum(area.below for area in children(code)) == communities_


def square(code, west=108.0):
    ring = [[west, 34.0], [west + 1, 34.0], [west + 1, 35.0], [west, 34.0]]
    return {"properties": {"adcode": code}, "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]}}


def test_boundaries_of_known_areas(town):
    features = [square(610404), square(610499), square(610402, west=179.5), {"properties": {}, "geometry": None}]
    report = load_boundaries(by=SYSTEM, collection={"features": features})
    assert (report["changed"], report["unchanged"]) == (1, 0)
    assert sorted(bad["row"] for bad in report["rejected"]) == [2, 3, 4]
    assert load_boundaries(by=SYSTEM, collection={"features": features[:1]})["unchanged"] == 1
    with acting():
        area = Area.objects.get(code="610404")
    assert (area.min_lon, area.min_lat, area.max_lon, area.max_lat) == (108.0, 34.0, 109.0, 35.0)
    assert area.boundary == features[0]["geometry"]


@pytest.mark.skipif(not DATA.exists(), reason="the boundaries are not here")
def test_a_real_boundary(town):
    import json

    collection = json.loads((DATA / "geojson" / "county" / "610404.json").read_text())
    assert load_boundaries(by=SYSTEM, collection=collection)["changed"] == 1


def test_live_rows_and_posts_follow_a_move_and_facts_do_not(town, clock):
    with acting(), transaction.atomic(using="act"):
        fact = record("people.merged", subject=town.wang.id, area=GRID, by=SYSTEM, now=clock.now)
    area = move_area(by=town.administrator, code="610404001001", to="610404002009", name="新社区")
    assert (area.name, area.level, area.parent) == ("新社区", "community", "610404002")
    with acting():
        person = Person.objects.get(pk=town.wang.pk)
        assert person.home == "610404002009001001"
        assert person.household.area == person.home
        assert Fact.objects.get(pk=fact.pk).area == GRID
        post = Post.objects.get(pk=town.worker.pk)
        assert (post.area, post.lo, post.hi) == ("610404002009001", "610404002009001", "610404002009002")
        street = Post.objects.get(pk=town.street.pk)
        assert (street.area, street.lo, street.hi) == ("610404001", "610404001", "610404002")
        assert not Area.objects.filter(code__startswith="610404001001").exists()
        assert set(Area.objects.filter(code__startswith="610404002009").values_list("code", "parent")) == {
            ("610404002009", "610404002"),
            ("610404002009001", "610404002009"),
            ("610404002009001001", "610404002009001"),
            ("610404002009002", "610404002009"),
        }
        assert Person.objects.get(pk=town.zhao.pk).home == FAR_GRID
        today = local_day(clock.now)
        for day in (today.replace(day=1), today):
            assert present_code(GRID, day) == "610404002009001"
        assert present_code(GRID, today.replace(year=2022)) == GRID
        moved = Fact.objects.get(kind="areas.moved")
    assert moved.area == "610404001001" and moved.data["to"] == "610404002009"
    with viewing(post.id):
        assert Person.objects.filter(pk=town.wang.pk).exists()


def test_a_merger_keeps_the_area_that_was_there(town):
    move_area(by=SYSTEM, code="610404001001002", to=GRID)
    with acting():
        assert Area.objects.get(code=GRID).name == "中山社区第一网格"
        assert not Area.objects.filter(code="610404001001002").exists()
        assert Post.objects.get(pk=town.neighbour.pk).area == GRID


def test_moves_that_make_no_sense_are_refused(town):
    for code, to, field in [("610404009", "610404008", "code"), (GRID, GRID, "to"), (GRID, "610404001009", "to")]:
        with pytest.raises(Invalid) as caught:
            move_area(by=SYSTEM, code=code, to=to)
        assert caught.value.field == field
    with pytest.raises(Refused):
        move_area(by=town.headquarters, code=GRID, to="610404001001009")


def test_every_live_table_is_writable_by_actions(db):
    from django.db import connections

    tables = dict(live_columns())
    assert {"people_person", "people_place", "duties_duty"} <= tables.keys()
    assert tables["people_person"] == ["home", "present"]
    assert not {"facts_fact", "posts_accesslog", "areas_area"} & tables.keys()
    with connections["act"].cursor() as cursor:
        for table, columns in tables.items():
            sets = ", ".join(f"{column} = {column}" for column in columns)
            cursor.execute(f"UPDATE {table} SET {sets} WHERE false")


def test_known_areas_reach_down_to_what_was_not_loaded(town):
    with acting():
        assert unknown(["", "61", GRID + "077", "630101", "99"]) == {"630101", "99"}
        Area.objects.all().delete()
        assert unknown(["630101"]) == set()


def test_a_demonstration_stays_one(db, clock):
    with acting():
        row_ = Installation.objects.create(kind="demo", clock_offset_seconds=3600, created_at=clock.now)
        installation.forget()
        assert installation.current().kind == "demo" and installation.clock_offset().total_seconds() == 3600
        for change in ({"kind": "live", "clock_offset_seconds": 0}, {"id": 2}):
            with pytest.raises(IntegrityError), transaction.atomic(using="act"):
                Installation.objects.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic(using="act"):
            row_.delete()


def test_the_clock_of_a_live_installation_cannot_be_advanced(db, clock):
    with acting(), pytest.raises(IntegrityError), transaction.atomic(using="act"):
        Installation.objects.create(kind="live", clock_offset_seconds=1, created_at=clock.now)


def test_signed_in_posts_read_areas_and_nobody_else(town):
    with viewing(town.worker.id):
        assert Area.objects.count() == 15
    assert Area.objects.count() == 0
