"""Pages of antigen kits: what a group may have, and who told of a test."""

from __future__ import annotations

import pytest

from muster.domains.antigen import actions
from tests.antigen_cast import PHONE, stored, teller, wanted
from tests.pages.reading import queries_of, read_as
from tests.town import build_town


@pytest.fixture
def town(db, clock):
    town = build_town()
    teller(town)
    return town


@pytest.fixture
def read(client):
    return read_as(client)


def test_a_want_shows_what_is_free_for_its_group(town, read):
    stored(town, 100)
    wanted(town, "students", 70)
    others = wanted(town, "others", 50)
    assert 'max="30"' in read(town.headquarters, f"/antigen/wants/{others.pk}/")
    assert "groups before it come first" not in read(town.headquarters, f"/antigen/wants/{others.pk}/")
    wanted(town, "elders", 40)
    assert "groups before it come first" in read(town.headquarters, f"/antigen/wants/{others.pk}/")
    assert 'max="' not in read(town.worker, f"/antigen/wants/{others.pk}/").partition("<main")[2]


def test_who_told_is_masked(town, read):
    row = actions.report(by=town.worker, number=PHONE, result="positive")
    text = read(town.worker, f"/antigen/results/{row.pk}/")
    assert town.teller.label in text and "田小雨" not in text and PHONE not in text
    assert "not yet" in text
    assert read(town.neighbour, f"/antigen/results/{row.pk}/", status=404)


def test_more_stores_are_no_more_queries(town, client):
    want = wanted(town, "students", 70)
    stored(town, 10)
    few = queries_of(client, town.headquarters, f"/antigen/wants/{want.pk}/")
    for batch in ("C1", "C2", "C3"):
        stored(town, 10, batch=batch)
    assert queries_of(client, town.headquarters, f"/antigen/wants/{want.pk}/") == few
