"""Booking pages: what somebody without an account sees, the door, and the capacity for its officer."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from muster.domains.premises import actions
from muster.domains.premises.models import Booking, Slot
from muster.kernel import ids
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests.pages.reading import read_as
from tests.premises_cast import PHONE, at_nine, booked, desk, link, venue_of
from tests.town import build_town, sign_in

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def town(db, clock):
    cache.clear()
    clock.advance(hours=13)
    return build_town()


@pytest.fixture
def venue(town):
    row = venue_of(town)
    booked(town)
    return row


def send(path: str, **form):
    return Client().post(path, {"op": str(ids.uuid7()), **form}, headers=ENGLISH)


def test_a_place_is_booked_without_an_account_and_given_back(town, venue):
    path = f"/b/{link(venue)}/"
    page = Client().get(path, headers=ENGLISH)
    text = page.content.decode()
    assert page.status_code == 200 and len(page.content) < 60_000 and "19 places" in text
    assert text.count("<label") <= 6  # of both forms: time, name, phone, how many; a number to give it back
    done = send(path, slot=at_nine().isoformat(), name="孙少", phone=PHONE, party="3")
    with acting():
        row = Booking.objects.get(party=3)
    assert row.number in done.content.decode() and "孙" not in done.content.decode()
    times = ({"slot": slot} for slot in ("x", "2021-12-01T09:07", "9999-12-31T23:59:59-23:59"))
    for bad in (*times, {"party": "99"}, {"name": ""}, {"phone": "1"}):
        form = {"slot": at_nine().isoformat(), "name": "孙少", "phone": PHONE, "party": "1"} | bad
        assert send(path, **form).status_code == 422
    assert send(path, cancel="yes", number="1").status_code == 422
    assert send(path, cancel="yes", number=row.number).status_code == 200
    with acting():
        assert Slot.objects.get().taken == 1
    assert Client().get("/b/x/").status_code == 404
    assert [send(path).status_code for _n in range(40)][-1] == 429


def test_the_door_counts_and_the_officer_sees_it(client, town, venue):
    path, read = f"/d/{desk(venue)}/door/", read_as(client)
    assert send(path, way="in").status_code == 302
    assert send(path, way="out").status_code == 302 and send(path, way="out").status_code == 422
    assert send(path, way="in").status_code == 302
    assert "1 / 50" in Client().get(path, headers=ENGLISH).content.decode()
    assert send(path, number="12345678").status_code == 422
    text = read(town.worker, f"/premises/venues/{venue.pk}/capacity/")
    assert "Inside now: 1 of 50" in text and "/b/" in text
    read(town.neighbour, f"/premises/venues/{venue.pk}/capacity/", 404)


def test_how_many_is_said_by_who_may(client, town):
    row = venue_of(town)
    assert "has not said yet" in Client().get(f"/d/{desk(row)}/door/", headers=ENGLISH).content.decode()
    sign_in(client, town.community)
    path = f"/premises/venues/{row.pk}/capacity/"
    form = {"cap": "40", "per_slot": "20", "slot_minutes": "30", "opens": "09:00", "closes": "20:00"}
    for bad in ({"cap": "0"}, {"closes": "08:00"}, {"opens": "x"}, {"slot_minutes": "5"}):
        assert client.post(path, {"op": str(ids.uuid7()), **form, **bad}).status_code == 422
    assert client.post(path, {"op": str(ids.uuid7()), **form}).status_code == 302
    assert 'value="09:00"' in client.get(path).content.decode()
    assert actions.book(by=SYSTEM, code=link(row), starts_at=at_nine(), name="钱多", phone=PHONE).party == 1
