"""The situation, the clock, the desk and a person's file, on the night of a positive result."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from muster.domains.tracing.models import Incident
from muster.kernel.areas.models import Area
from muster.kernel.jobs import sweep_all
from muster.kernel.posts.logins import acting
from tests.night import build_night, result
from tests.pages.reading import read_as


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
