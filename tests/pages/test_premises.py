"""Venues: the register as its officer, a neighbour and an outsider; what a code opens without signing in."""

from __future__ import annotations

import logging
import re

import pytest
from django.core.cache import cache
from django.test import Client

from muster.domains.premises import actions, codes
from muster.domains.premises.models import Device, EnteredFor, PersonalCode, Venue
from muster.kernel import ids
from muster.kernel.posts.logins import acting
from muster.ledger.pages import where
from muster.site.unsaid import Codes
from tests.pages.reading import read_as
from tests.premises_cast import OTHER_PHONE, PHONE, card, desk, log_of, paper, sheet, venue_of
from tests.town import GRID, build_town, make_person, sign_in

ENGLISH = {"accept-language": "en"}
COMMUNITY = GRID[:12]


@pytest.fixture
def town(db, clock):
    cache.clear()
    return build_town()


@pytest.fixture
def venue(town):
    return venue_of(town)


@pytest.fixture
def read(client):
    return read_as(client)


def send(client, path: str, **form):
    return client.post(path, {"op": str(ids.uuid7()), **form}, headers=ENGLISH)


def test_the_register_is_that_of_the_range(town, venue, read, client):
    for post in (town.worker, town.community, town.headquarters):
        assert venue.name in read(post, "/premises/venues/")
        assert "马*" in read(post, f"/premises/venues/{venue.id}/")
    for post in (town.neighbour, town.far_worker, town.far_headquarters):
        assert venue.name not in read(post, "/premises/venues/")
        read(post, f"/premises/venues/{venue.id}/", 404)
        for page in ("sheet", "desk"):
            read(post, f"/premises/venues/{venue.id}/{page}/", 404)
    read(town.lab, "/premises/venues/", 403)
    assert venue.name not in read(town.worker, "/premises/venues/?kind=park")
    assert venue.name in read(town.worker, "/premises/venues/?kind=market")


def test_a_venue_is_registered_and_its_sheet_printed(town, read, client):
    sign_in(client, town.worker)
    made = send(
        client, "/premises/venues/add/", name="东门面馆", kind="restaurant", area=GRID, responsible="吕四", phone=PHONE
    )
    assert made.status_code == 302
    page = read(town.worker, made.headers["Location"] + "sheet/")
    link = re.search(r'data-link="http://testserver(/v/[^"]+)"', page)[1]
    assert "<svg" in page and "东门面馆" in Client().get(link, headers=ENGLISH).content.decode()
    wrong = send(client, "/premises/venues/add/", name="", kind="restaurant", area=GRID)
    assert wrong.status_code == 422 and "Enter a name." in wrong.content.decode()


def test_a_visitor_says_name_and_phone_once(town, venue):
    visitor, path = Client(), f"/v/{sheet(venue)}/"
    page = visitor.get(path, headers=ENGLISH).content.decode()
    assert venue.name in page and "<script" not in page
    fields = set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', page)) - {
        "op",
        "csrfmiddlewaretoken",
        "next",
    }
    assert fields == {"name", "phone", "others", "why", "absent"}  # at most six
    answered = send(visitor, path, name="钱多", phone=PHONE)
    assert answered.status_code == 200 and "Recorded" in answered.content.decode()
    again = visitor.get(path, headers=ENGLISH).content.decode()
    assert "钱*" in again and 'name="name"' not in again
    assert send(visitor, path).status_code == 200
    assert len(log_of(venue)) == 1  # within the same minute
    assert 'name="name"' in visitor.get(path + "?new=1", headers=ENGLISH).content.decode()
    cookie = visitor.cookies["muster_device"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_the_first_load_is_below_100_kb_without_any_compression(town, venue):
    visitor = Client()
    page = visitor.get(f"/v/{sheet(venue)}/", headers=ENGLISH)
    total = len(page.content)
    for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.content.decode()):
        total += len(b"".join(visitor.get(asset).streaming_content))
    assert 5_000 < total < 100_000


def test_what_is_wrong_is_said_beside_the_field(town, venue):
    path = f"/v/{sheet(venue)}/"
    for form, text in [
        ({"name": "", "phone": PHONE}, "Enter the name."),
        ({"name": "钱多", "phone": "12"}, "A phone number has 5 to 15 digits"),
        ({"name": "钱多", "phone": PHONE, "others": "钱小多"}, "Say why you enter them."),
        ({"name": "钱多", "phone": PHONE, "absent": "yes"}, "Enter who is there."),
    ]:
        answered = send(Client(), path, **form)
        assert answered.status_code == 422 and text in answered.content.decode()
    assert log_of(venue) == []


def test_a_declared_phone_number_reveals_nothing(town, venue):
    with acting():
        make_person("qian", "钱多", GRID + "001", phone=PHONE)
    path = f"/v/{sheet(venue)}/"
    answers = []
    for name, phone in (("钱多", PHONE), ("孙少", "13600136000")):
        visitor = Client()
        page = send(visitor, path, name=name, phone=phone).content.decode()
        answers.append(re.sub(r'<input type="hidden"[^>]*>', "", page))
        assert name not in page
    assert answers[0] == answers[1]


def test_a_code_grants_no_reading(town, venue):
    issued = actions.issue_code(by=town.worker, area=GRID, name="周奶奶", id_number=card(1))
    for path in (f"/v/{sheet(venue)}/", f"/d/{desk(venue)}/", f"/p/{paper(issued)}/"):
        page = Client().get(path, headers=ENGLISH).content.decode()
        for secret in ("周", "马", OTHER_PHONE, issued.number, str(issued.person_id)):
            assert secret not in page
    for path in ("/premises/venues/", f"/premises/venues/{venue.id}/", f"/premises/codes/{issued.id}/"):
        assert Client().get(path).status_code == 302
    visitor = Client()
    visitor.cookies["muster_device"] = codes.make(codes.DEVICE, issued.id)  # signed, but no device
    assert 'name="name"' in visitor.get(f"/v/{sheet(venue)}/", headers=ENGLISH).content.decode()


def test_codes_that_are_not_taken_say_what_to_do(town, venue):
    for path in (
        "/v/xyz/",
        f"/v/{desk(venue)}/",
        f"/d/{sheet(venue)}/",
        f"/d/{sheet(venue)}/screen/",
        "/v/" + "A" * 500 + "/",
    ):
        answered = Client().get(path, headers=ENGLISH)
        assert answered.status_code == 404
        assert (
            "Scan the code at the entrance again" in answered.content.decode()
            or "Ask the community" in answered.content.decode()
        )


def test_staff_enter_somebody_by_paper_code_and_see_only_that_it_is_done(town, venue):
    issued = actions.issue_code(by=town.worker, area=GRID, name="周奶奶", id_number=card(1))
    path = f"/d/{desk(venue)}/"
    page = send(Client(), path, code=issued.number).content.decode()
    assert "Recorded" in page and "周" not in page
    assert send(Client(), path, code="123").status_code == 422
    assert send(Client(), path, name="周奶奶", phone=PHONE, why="no_phone").status_code == 200
    assert send(Client(), path, name="周奶奶", phone=PHONE).status_code == 422
    assert len(log_of(venue)) == 2


def test_the_desk_enters_an_elder_without_a_phone_by_name_and_home(town, venue, monkeypatch):
    path = f"/d/{desk(venue)}/"
    form = Client().get(path, headers=ENGLISH).content.decode()
    assert "told nothing more" in form and f'value="{COMMUNITY}"' in form and form.count('required=""') == 0
    given = {"name": "周奶奶", "why": "no_phone", "address": "3号楼201"}
    assert "Recorded" in send(Client(), path, **given).content.decode()
    monkeypatch.setattr(where, "FEW", 1)  # many places: a part of the name finds them
    asked = send(Client(), path, **given, lives="社区").content.decode()
    assert "Which place?" in asked and "hx-get" not in asked
    picked = send(Client(), path, **given, lives="社区", lives_for="社区", lives_code=COMMUNITY)
    assert "Recorded" in picked.content.decode()
    with acting():
        assert set(EnteredFor.objects.values_list("person__present", flat=True)) == {GRID, COMMUNITY}


def test_nobody_types_the_code_of_an_area(town, read, client, monkeypatch):
    assert f'value="{GRID}"' in read(town.worker, "/premises/codes/")  # a grid worker's own grid alone
    shown = read(town.community, "/premises/events/")
    assert f'value="{COMMUNITY}"' in shown and f'value="{GRID}"' in shown and "610402" not in shown
    monkeypatch.setattr(where, "FEW", 1)
    assert 'hx-get="/areas/?grids=yes"' in read(town.community, "/premises/codes/")
    assert "中山社区第一网格" in read(town.community, "/areas/?grids=yes&area=一网格")
    assert "中山社区第一网格" not in read(town.community, "/areas/?area=一网格")
    sign_in(client, town.community)
    given = {"name": "周奶奶", "id_number": card(1)}
    asked = send(client, "/premises/codes/issue/", **given, area="网格")
    assert asked.status_code == 422 and "中山社区第二网格" in asked.content.decode()
    assert send(client, "/premises/codes/issue/", **given, area="第一网格").status_code == 302
    with acting():
        assert PersonalCode.objects.get().area == GRID


def test_a_screen_shows_a_new_code_each_time(town):
    shown = venue_of(town, screen=True)
    first, second = (Client().get(f"/d/{desk(shown)}/screen/").content.decode() for _ in range(2))
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in first and "premises/screen.js" in first
    drawn = [re.search(r'<path[^>]* d="([^"]+)"', page)[1] for page in (first, second)]
    assert drawn[0] != drawn[1]


def test_too_many_from_one_address_wait(town, venue, monkeypatch):
    from muster.domains.premises import limits

    monkeypatch.setitem(limits.MOST, "scan", 3)
    path = f"/v/{sheet(venue)}/"
    answers = [Client().get(path) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert Client(REMOTE_ADDR="10.1.1.1").get(path).status_code == 200
    cache.clear()


def test_a_paper_code_is_printed_with_its_pin_once(town, read, client, clock):
    sign_in(client, town.worker)
    made = send(client, "/premises/codes/issue/", name="周奶奶", id_number=card(1), area=GRID)
    assert made.status_code == 302
    with acting():
        row = PersonalCode.objects.get()
    page = read(town.worker, made.headers["Location"])
    assert row.number[:4] in page and actions.pin_of(row) in page and "周*" in page
    read(town.far_worker, made.headers["Location"], 403)
    clock.advance(hours=25)
    assert actions.pin_of(row) not in read(town.worker, made.headers["Location"])
    refused = send(client, "/premises/codes/issue/", name="周奶奶", area=GRID)
    assert refused.status_code == 422


def test_who_issues_a_code_says_whether_somebody_recorded_without_a_card_is_meant(town, venue, client):
    send(Client(), f"/v/{sheet(venue)}/", name="周奶奶", phone=PHONE)
    sign_in(client, town.worker)
    path, given = "/premises/codes/issue/", {"name": "周奶奶", "id_number": card(1), "phone": PHONE, "area": GRID}
    assert 'name="same"' not in client.get("/premises/codes/").content.decode()
    asked = send(client, path, **given)
    page = asked.content.decode()
    assert asked.status_code == 422 and page.count('name="same"') == 3 and card(1) in page
    assert send(client, path, **given, same="relative").status_code == 302


def test_a_post_enters_a_visit_renews_codes_and_closes(town, venue, read, client):
    sign_in(client, town.worker)
    path = f"/premises/venues/{venue.id}/"
    entered = send(client, path + "visits/", name="周奶奶", phone=PHONE, why="no_phone")
    assert entered.status_code == 302 and "Recorded" in read(town.worker, entered.headers["Location"])
    assert send(client, path + "visits/", name="周奶奶", phone=PHONE).status_code == 422
    assert send(client, path + "renew/", which="sheet").status_code == 403
    sign_in(client, town.community)
    assert send(client, path + "renew/", which="sheet").status_code == 302
    assert send(client, path + "renew/", which="roof").status_code == 422
    assert send(client, path + "close/").status_code == 302
    read(town.community, path, 404)
    with acting():
        assert Venue.objects.get(pk=venue.pk).closed_at and Device.objects.count() == 0


def test_no_log_says_a_code(venue):
    link, said = desk(venue), ids.uuid7()
    record = logging.makeLogRecord({"msg": "%s: %s %d", "args": (f"{said}", f"/d/{link}/", 404)})
    [handler] = [each for each in logging.getLogger().handlers if any(isinstance(f, Codes) for f in each.filters)]
    assert handler.filter(record)
    assert record.getMessage() == f"{said}: /d/...{link[-6:]}/ 404"
