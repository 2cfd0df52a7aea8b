"""A person's own page and the check of what they show; exceptions and objections as their officers."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from muster.domains.premises import actions, codes, proofs
from muster.domains.premises.models import Contest, Device, Exemption
from muster.kernel import clock as program_clock
from muster.kernel import ids
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import AccessLog
from tests.isolation_cast import build, control_of
from tests.pages.reading import queries_of, read_as
from tests.premises_cast import PHONE, card, desk, paper, sheet, venue_of
from tests.town import GRID, sign_in

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def town(db, clock):
    cache.clear()
    made = build()
    made.code = actions.issue_code(by=made.worker, area=GRID, name="周桂兰", id_number=card(1))
    with acting():
        made.people["zhou"] = Person.objects.get(pk=made.code.person_id)
    return made


@pytest.fixture
def read(client):
    return read_as(client)


def send(client, path: str, **form):
    return client.post(path, {"op": str(ids.uuid7()), **form}, headers=ENGLISH)


@pytest.fixture
def owner(town):
    """The phone of somebody who has shown their PIN."""
    phone = Client()
    answered = send(phone, "/my/open/", code=town.code.number, pin=actions.pin_of(town.code))
    assert answered.status_code == 302
    return phone


def own(phone) -> str:
    return phone.get("/my/", headers=ENGLISH).content.decode()


def test_the_page_opens_with_code_and_pin_only(town, owner):
    page = own(owner)
    assert "May enter" in page and "周*" in page and "There is no evidence that holds you." in page
    stranger = Client()
    assert "周" not in own(stranger) and "May enter" not in own(stranger)
    for form in (
        {"code": town.code.number, "pin": "1"},
        {"code": "079927398713", "pin": actions.pin_of(town.code)},
        {},
    ):
        answered = send(stranger, "/my/open/", **form)
        assert answered.status_code == 422 and "do not belong together" in answered.content.decode()
    assert send(owner, "/my/leave/").status_code == 302
    assert "周" not in own(owner)


def test_a_name_and_a_phone_never_show_a_status(town):
    venue = venue_of(town)
    control_of(town.zhou, measure="home", days=7, tests=())
    visitor = Client()
    page = send(visitor, f"/v/{sheet(venue)}/", name="周桂兰", phone=PHONE).content.decode()
    assert "Recorded" in page and "Must stay" not in page and "May enter" not in page
    assert "Must stay" not in own(visitor)
    page = send(Client(), f"/d/{desk(venue)}/", name="周桂兰", phone=PHONE, why="no_phone").content.decode()
    assert "Recorded" in page and "Must stay" not in page


def test_a_scan_answers_in_the_persons_hand_and_to_staff_who_hold_the_paper(town, owner):
    venue = venue_of(town)
    assert "May enter" in send(owner, f"/v/{sheet(venue)}/").content.decode()
    control_of(town.zhou, measure="home", days=7, tests=())
    assert "Must stay" in send(owner, f"/v/{sheet(venue)}/").content.decode()
    page = send(Client(), f"/d/{desk(venue)}/", code=paper(town.code)).content.decode()
    assert "Must stay" in page and "周" not in page
    with acting():
        assert AccessLog.objects.filter(event="shown", subject=town.zhou.pk).count() == 1


def test_why_says_what_and_when_and_no_name(town, owner):
    control_of(town.zhou, measure="home", days=7, tests=(1,))
    page = own(owner)
    assert "Must stay" in page and "Contact with a case" in page and "A test that is due" in page
    assert "receive nobody" in page
    for name in ("王", "李", "zhang"):
        assert name not in page


def test_an_objection_is_made_seen_and_answered(town, owner, read, client):
    control_of(town.zhou, measure="home", days=7, tests=())
    device = re.search(r'name="device" value="([^"]+)"', own(owner))[1]
    assert send(owner, "/my/objection/", device=device, reason="").status_code == 422
    assert send(owner, "/my/objection/", device=device[:-1] + "x", reason="over").status_code == 422
    assert send(owner, "/my/objection/", device=device, reason="not_there", note="在外地").status_code == 302
    page = own(owner)
    assert "An investigator owes you an answer by" in page and "This is wrong" not in page
    with acting():
        row = Contest.objects.get()
    path = f"/premises/objections/{row.id}/"
    for post in (town.investigator, town.headquarters):
        assert "在外地" in read(post, path)
    read(town.far_investigator, path, 404)
    read(town.worker, path, 403)
    assert f"/premises/objections/{row.id}/" in read(town.investigator, "/duties/")
    sign_in(client, town.investigator)
    assert send(client, path + "answer/", outcome="mended").status_code == 422
    assert send(client, path + "answer/", outcome="stands").status_code == 302
    assert "Checked: the evidence stands" in own(owner)


def test_an_exception_is_asked_confirmed_seen_and_ended(town, owner, read, client):
    control_of(town.zhou, measure="home", days=7, tests=())
    asked = {"who": town.code.number, "to": "enter", "reason": "medical", "hours": "6"}
    sign_in(client, town.street)
    for wrong in ({"hours": "99"}, {"hours": "x"}, {"who": "1"}, {"to": "stay"}):
        assert send(client, "/premises/exemptions/ask/", **asked | wrong).status_code == 422
    assert send(client, "/premises/exemptions/ask/", **asked).status_code == 302
    with acting():
        row = Exemption.objects.get()
    assert "another body has to confirm it" in own(owner) and "Must stay" in own(owner)
    assert "Waits for another body" in read(town.headquarters, "/premises/exemptions/")
    assert "周*" not in read(town.far_headquarters, "/premises/exemptions/")
    sign_in(client, town.street)
    assert send(client, f"/premises/exemptions/{row.id}/confirm/").status_code == 403
    sign_in(client, town.headquarters)
    assert send(client, f"/premises/exemptions/{row.id}/confirm/").status_code == 302
    assert "May enter" in own(owner) and "An exception has been made for you" in own(owner)
    assert send(client, f"/premises/exemptions/{row.id}/confirm/").status_code == 422
    assert send(client, f"/premises/exemptions/{row.id}/end/").status_code == 302
    assert "Must stay" in own(owner)


def test_what_is_shown_is_checked_online_and_the_page_to_keep_holds_all_it_needs(town, owner):
    link = re.search(r'data-link="http://testserver(/s/[^"]+)"', own(owner))[1]
    said = Client().get(link, headers=ENGLISH)
    assert said.status_code == 200 and "May enter" in said.content.decode() and "周*" in said.content.decode()
    other = "A" if link[-10] != "A" else "B"
    forged = Client().get(link[:-10] + other + link[-9:], headers=ENGLISH)
    assert forged.status_code == 404 and "May enter" not in forged.content.decode()
    kept = Client().get("/check/offline/", headers=ENGLISH)
    text = kept.content.decode()
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert not re.search(r'(?:src|href)="(?!#)', text) and "sha512" in text
    assert all(key in text for key in codes.public_keys().values())
    assert "/static/premises/verify.js" in Client().get("/check/", headers=ENGLISH).content.decode()


def test_pages_for_the_public_are_small(town, owner):
    for path in ("/my/", "/check/"):
        page = owner.get(path, headers=ENGLISH)
        total = len(page.content)
        for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.content.decode()):
            total += len(b"".join(owner.get(asset).streaming_content))
        assert total < 100_000


def test_a_list_of_exceptions_costs_no_more_with_more_rows(town, client):
    def more(count: int) -> None:
        for number in range(count):
            code = actions.issue_code(by=town.worker, area=GRID, name="测", id_number=card(100 + len(made)))
            made.append(code)
            with acting():
                person = Person.objects.get(pk=code.person_id)
            control_of(person, measure="home", days=7, tests=())
            actions.ask_exemption(by=town.street, who=code.number, to="enter", reason="care", hours=6 + number % 3)

    made: list = []
    more(2)
    few = queries_of(client, town.headquarters, "/premises/exemptions/")
    more(8)
    assert queries_of(client, town.headquarters, "/premises/exemptions/") == few


def test_a_device_that_was_revoked_shows_nothing(town, owner):
    with acting():
        Device.objects.update(revoked_at=program_clock.now())
    assert "周" not in own(owner)
    stale = proofs.make("enter", "周*", program_clock.now() - proofs.LASTS * 2)
    assert Client().get(f"/s/{stale}/").status_code == 404
