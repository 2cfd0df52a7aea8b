"""The situation, the clock, the desk and a person's file, on the night of a positive result."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from muster.domains.tracing.models import Incident
from muster.kernel.areas.models import Area
from muster.kernel.posts.logins import acting
from muster.site.periodic import sweep_all
from tests.night import build_night, result
from tests.pages.reading import queries_of, read_as
from tests.town import owe


@pytest.fixture
def town(db, clock):
    return build_night()


@pytest.fixture
def night(town, clock, run_jobs):
    """A result came in, and the jobs have found the contacts."""
    result(town, "wang")
    run_jobs()
    clock.advance(minutes=30)
    return town


@pytest.fixture
def read(client):
    return read_as(client)


@pytest.fixture
def incident(night):
    with acting():
        return Incident.objects.get()


def test_headquarters_sees_the_incident_its_clock_and_numbers_that_open_rows(night, read, incident, clock):
    text = read(night.headquarters, "/situation/")
    assert incident.number in text
    assert "Contacts under control" in text
    assert f"/gaps/?incident={incident.pk}" in text
    assert "As of" in text
    assert "中山街道" in text


def test_the_worst_step_comes_first(night, read, client, clock):
    clock.advance(hours=30)
    read(night.headquarters, "/situation/")
    steps = client.get("/situation/").context["incidents"][0]["steps"]
    late = [step["took"] - step["limit"] for step in steps if step["late"] and not step["done"]]
    assert late == sorted(late, reverse=True)
    assert steps[0]["late"]
    assert not any(step["late"] and not step["done"] for step in steps[len(late) :])


def test_nobody_sees_the_incident_of_another_district(night, read, incident):
    assert incident.number not in read(night.far_headquarters, "/situation/")
    assert incident.number not in read(night.street, "/situation/")
    assert incident.number in read(night.city, "/situation/")
    read(night.worker, "/situation/", status=403)
    read(night.far_headquarters, f"/clock/{incident.pk}/", status=404)
    read(night.street, f"/clock/{incident.pk}/", status=403)


def test_the_situation_fetches_itself_anew(night, read, incident):
    text = read(night.headquarters, "/situation/rows/")
    assert "<html" not in text
    assert "live:duties from:body" in text


def test_escalations_are_told(night, read, clock):
    clock.advance(days=2)
    sweep_all()
    assert "Rose a level last" in read(night.headquarters, "/situation/")


def test_the_map_has_the_areas_below_with_their_gaps(night, read):
    square = {"type": "Polygon", "coordinates": [[[108.7, 34.3], [108.8, 34.3], [108.8, 34.4], [108.7, 34.3]]]}
    with acting():
        Area.objects.filter(code="610404001").update(boundary=square)
        Area.objects.filter(code="610404002").update(min_lat=34.4, max_lat=34.6, min_lon=108.8, max_lon=109.0)
    found = json.loads(read(night.headquarters, "/situation/map.json"))
    features = {feature["properties"]["code"]: feature for feature in found["features"]}
    assert set(features) == {"610404001", "610404002"}
    assert features["610404001"]["geometry"] == square
    assert features["610404001"]["properties"]["open"] > 0
    assert features["610404002"]["geometry"] == {"type": "Point", "coordinates": [108.9, 34.5]}
    read(night.far_headquarters, "/situation/map.json?area=610404", status=404)


def test_the_clock_follows_the_tree_under_the_first_result(night, read, incident, clock):
    text = read(night.headquarters, f"/clock/{incident.pk}/")
    assert "A contact was found" in text
    assert "A person was put under control" in text
    opened = read(night.headquarters, f"/clock/{incident.pk}/?kind=tracing.contact_found")
    assert "The slowest of them" in opened
    assert "李" in opened
    assert "A contact was found" in opened
    assert "赵" not in opened, "whom another district cares for is told as a place only"


def test_the_clock_counts_what_other_districts_did(night, client, read, incident):
    read(night.headquarters, f"/clock/{incident.pk}/")
    branches = {row.kind: row for row in client.get(f"/clock/{incident.pk}/").context["branches"]}
    assert branches["tracing.contact_found"].count >= 4
    assert branches["tracing.contact_found"].last_at - incident.started_at < timedelta(hours=2)


@pytest.mark.parametrize(
    ("name", "url"),
    [("headquarters", "/situation/"), ("headquarters", "/gaps/"), ("desk", "/desk/"), ("street", "/situation/")],
)
def test_pages_ask_as_often_for_many_rows_as_for_few(night, incident, client, clock, name, url):
    post = night.posts[name]
    clock.advance(days=2)
    sweep_all()
    queries_of(client, post, url)
    few = queries_of(client, post, url)
    with acting():
        for number in range(6):
            Incident.objects.create(
                number=f"610404-20211201-{number:02}", disease="covid19", plan=incident.plan, area=incident.area,
                root_fact=incident.root_fact, started_at=clock.now, opened_at=clock.now,
            )  # fmt: skip
    for number in range(40):
        owe(night, clock.now, who="zhang" if number % 2 else "li", due_at=clock.now - timedelta(hours=1))
    sweep_all()
    assert queries_of(client, post, url) <= few  # names of areas come together, the more so the more are asked for


def test_the_clock_page_asks_as_often_for_many_facts(night, incident, client, run_jobs, clock):
    url = f"/clock/{incident.pk}/?kind=tracing.contact_found"
    queries_of(client, night.headquarters, url)
    few = queries_of(client, night.headquarters, url)
    result(night, "zhang")
    run_jobs()
    assert queries_of(client, night.headquarters, url) == few
