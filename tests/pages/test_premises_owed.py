"""What venues owe, on the page: the list by sector, one routine, a check, and the venue's own page without sign-in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muster.domains.premises import actions
from muster.domains.premises.jobs import settle
from muster.domains.premises.models import Routine
from muster.kernel import clock as program_clock
from muster.kernel import ids
from muster.kernel.duties.models import Duty
from muster.kernel.posts import roles
from muster.kernel.posts.logins import ACT, acting
from tests.pages.reading import read_as
from tests.premises_cast import desk, gathering, venue_of
from tests.town import build_town, make_post, sign_in

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def town(db, clock):
    cache.clear()
    clock.advance(hours=13)
    return build_town()


@pytest.fixture
def venue(town):
    row = venue_of(town)
    settle()
    return row


def routine(code: str = "disinfection") -> Routine:
    with acting():
        return Routine.objects.get(code=code)


def test_the_list_counts_by_sector_and_an_outsider_sees_nothing(client, town, venue):
    program_clock.freeze(routine().due_at + timedelta(minutes=1))
    settle()
    read = read_as(client)
    text = read(town.worker, "/premises/routines/?all=yes")
    assert "Market supervision" in text and "中山菜市场" in text and "Overdue" in text
    late = read(town.street, "/premises/routines/?sector=market_supervision&state=late")
    assert "Disinfect and air rooms and surfaces</td>" in late and "Environmental samples</td>" not in late
    assert "中山菜市场" not in read(town.worker, "/premises/routines/?sector=education")
    assert "中山菜市场" not in read(town.neighbour, "/premises/routines/?all=yes")


def test_a_list_of_duties_says_which_venue(client, town, venue):
    """Twenty checks look alike without it: on the worker's own list, in the gaps, on the duty's page."""
    program_clock.freeze(routine().due_at + timedelta(minutes=1))
    settle()
    with acting():
        duty = Duty.objects.get(kind="premises.chase_routine", subject=routine().pk)
    read = read_as(client)
    for post, path in (
        (town.worker, "/duties/"), (town.worker, f"/duties/{duty.pk}/"),
        (town.headquarters, f"/gaps/?area={duty.area}"),
    ):  # fmt: skip
        assert "中山菜市场" in read(post, path), path


def test_kinds_of_one_title_are_one_choice(client, town, venue):
    """Decisions on gatherings are owed by level; who reads the list of all levels chooses among titles."""
    for people in (10, 80):
        gathering(town, expected=people)
    page = read_as(client)(town.headquarters, "/duties/?kind=premises.decide_event_district")
    assert page.count("Decide on a gathering</option>") == 1


def test_a_check_stands_on_the_page_of_the_routine(client, town, venue):
    row = routine()
    actions.record_routine(by=town.worker, routine=row, note="84消毒液，两遍")
    sign_in(client, town.community)
    path = f"/premises/routines/{row.pk}/"
    assert "84消毒液" in client.get(path, headers=ENGLISH).content.decode()
    no = client.post(path + "check/", {"op": str(ids.uuid7()), "wanting": ["palace"]}, headers=ENGLISH)
    assert no.status_code == 422
    done = client.post(path + "check/", {"op": str(ids.uuid7()), "wanting": ["line"]}, headers=ENGLISH)
    assert done.status_code == 302
    text = client.get(path, headers=ENGLISH).content.decode()
    assert "Queues keep one metre" in text and "points are wanting" in text


def test_the_venue_sees_and_records_its_own_by_the_link(client, town, venue):
    path, row = f"/d/{desk(venue)}/owed/", routine("temperature")
    browser = Client()
    assert "Take the temperature of staff" in browser.get(path, headers=ENGLISH).content.decode()
    form = {"op": str(ids.uuid7()), "routine": str(row.pk)}
    refused = browser.post(path, form, headers=ENGLISH)
    assert refused.status_code == 422 and "Enter a number" in refused.content.decode()
    assert browser.post(path, form | {"figure": "12"}).status_code == 302
    assert routine("temperature").figure == 12
    actions.check_routine(by=town.community, routine=row, wanting=["no_record"])
    assert "There is no record" in browser.get(path, headers=ENGLISH).content.decode()
    again = {"op": str(ids.uuid7()), "routine": str(row.pk), "remedied": "yes"}
    assert browser.post(path, again).status_code == 302 and routine("temperature").verdict == "remedied"
    with acting():
        venue.refresh_from_db()
    actions.renew_code(by=town.community, venue=venue, which="desk")
    assert browser.get(path).status_code == 404 and browser.post(path, again).status_code == 404
    for routine_id in ("", "x", str(ids.uuid7())):
        bad = browser.post(f"/d/{desk(venue_again(venue))}/owed/", {"op": str(ids.uuid7()), "routine": routine_id})
        assert bad.status_code == 422


def venue_again(venue):
    with acting():
        venue.refresh_from_db()
    return venue


def test_many_routines_take_no_more_queries(town, venue):
    path, counts = f"/d/{desk(venue)}/owed/", []
    for days in (0, 4):
        for _day in range(days):
            program_clock.freeze(program_clock.now() + timedelta(days=1))
            settle()
        with CaptureQueriesContext(connections[ACT]) as held:
            assert Client().get(path).status_code == 200
        counts.append(len(held))
    assert counts[0] == counts[1]


def test_a_regulator_checks_its_sector_on_the_page(client, town, venue):
    with acting():
        town.posts["regulator"] = make_post("regulator", roles.MARKET, "610404")
        town.posts["culture"] = make_post("culture", roles.REGULATORS["culture"], "610404")
    read, row = read_as(client), routine("sector_check")
    assert "0&nbsp;/&nbsp;1" in read(town.headquarters, "/premises/routines/")
    for list_ in ("/premises/venues/", "/premises/routines/?all=yes"):
        assert "中山菜市场" not in read(town.culture, list_)
    path = f"/premises/routines/{row.pk}/"
    assert client.get(path).status_code == 404
    assert "Record the check" not in read(town.community, path)
    assert "Record the check" in read(town.regulator, path)
    form = {"op": str(ids.uuid7()), "wanting": ["line"], "mend_by": "gibberish"}
    assert client.post(path + "check/", form, headers=ENGLISH).status_code == 422
    form = {"op": str(ids.uuid7()), "wanting": ["line"], "note": "排队无一米线"}
    assert client.post(path + "check/", form).status_code == 302
    assert "Put right until" in client.get(path, headers=ENGLISH).content.decode()
    assert "Put it right by" in Client().get(f"/d/{desk(venue)}/owed/", headers=ENGLISH).content.decode()
    begin = f"/premises/venues/{venue.pk}/check/"
    assert client.post(begin, {"op": str(ids.uuid7())}).headers["Location"] == path
    assert "1&nbsp;/&nbsp;1" in read(town.headquarters, "/premises/routines/")
