"""Isolation on screen: the site's board, the handover on two screens, the checks, the release and its notice."""

from __future__ import annotations

import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from muster.domains.isolation import actions
from muster.domains.isolation.jobs import ask_all
from muster.domains.isolation.models import HealthCheck, HomePapers, Room, Site, SiteCheck, Stay, Transfer
from muster.kernel import ids
from muster.kernel.posts.logins import WEB, acting
from muster.kernel.posts.models import SYSTEM, AccessLog
from tests.isolation_cast import FIT, UNFIT, answer_tests, at, build, control_of, owed, rooms_of, site_of
from tests.town import sign_in


@pytest.fixture
def town(db, clock):
    return build()


@pytest.fixture
def read(client):
    """`read(post, url)`: the page as text in English, after checking its status."""

    def fetch(post, url, status=200, data=None):
        sign_in(client, post)
        headers = {"accept-language": "en"}
        if data is None:
            response = client.get(url, headers=headers)
        else:
            response = client.post(url, {"op": str(ids.uuid7()), **data}, headers=headers)
        assert response.status_code == status, response.content.decode()[:3000]
        return response.headers["Location"] if status == 302 else response.content.decode()

    return fetch


@pytest.fixture
def stay(town):
    return actions.start_stay(by=town.site, control=control_of(town.wang), site=site_of(town.hotel))


@pytest.fixture
def home(town):
    control = control_of(town.li, "home", 7, (1, 4, 7))
    actions.assess_home(by=town.worker, control=control, answers=FIT)
    with acting():
        return Stay.objects.get(control=control)


def labels_of(site) -> list[str]:
    """The rooms of a site by label."""
    with acting():
        return list(Room.objects.filter(site=site).order_by("label").values_list("label", flat=True))


def form_of(text: str, url: str) -> dict[str, str]:
    """The hidden fields of the form that goes to `url`, as a browser would send them."""
    form = re.search(rf'<form[^>]*action="{re.escape(url)}".*?</form>', text, re.DOTALL)
    assert form, f"no form goes to {url}"
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0]))


def test_the_list_of_sites_is_that_of_the_post(town, stay, read):
    actions.request_transfer(by=town.community, control=control_of(town.li))
    for post in (town.site, town.community, town.street, town.headquarters, town.investigator, town.desk):
        text = read(post, "/isolation/sites/")
        assert "中山隔离点" in text
        assert "人民隔离点" not in text
        assert "Checks to make" in text
    assert "人民隔离点" in read(town.far_site, "/isolation/sites/")
    assert "人民隔离点" in read(town.city, "/isolation/sites/")
    for post in (town.worker, town.lab, town.auditor, town.administrator):
        read(post, "/isolation/sites/", 403)


def test_headquarters_opens_a_site_and_adds_rooms(town, read):
    where = read(
        town.headquarters, "/isolation/sites/add/", 302, {"name": "新点", "area": "610404002", "staffing": "8"}
    )
    assert where == "/isolation/sites/"
    with acting():
        site = Site.objects.get(name="新点")
    assert site.staffing == 8
    read(town.headquarters, f"/isolation/sites/{site.id}/rooms/", 302, {"labels": "301-303、特1, 特2"})
    assert labels_of(site) == ["301", "302", "303", "特1", "特2"]
    text = read(town.headquarters, f"/isolation/sites/{site.id}/rooms/", 422, {"labels": " "})
    assert "field-error" in text
    assert "field-error" in read(town.headquarters, "/isolation/sites/add/", 422, {"name": "", "area": "610404002"})
    read(town.headquarters, "/isolation/sites/add/", 403, {"name": "x", "area": "610402001"})
    read(town.community, "/isolation/sites/add/", 403, {"name": "x", "area": "610404001001"})


def test_the_board_shows_each_room_in_words_and_colour(town, stay, clock, read):
    url = f"/isolation/sites/{stay.site_id}/"
    text = read(town.site, url)
    assert "王" in text
    assert "王建国" not in text
    assert "day 1 of 7" in text
    assert "room-occupied" in text
    assert "Occupied" in text
    assert "Afternoon: due" in text
    clock.set(at(0, 20, 30))
    assert "Afternoon: late" in read(town.site, url)
    for post in (town.far_site, town.far_headquarters, town.far_community):
        read(post, url, 404)


def test_a_neighbour_district_does_not_learn_who_is_in_the_room(town, clock, read):
    """A person of the far district in our site: our headquarters sees the room, theirs sees who is in it."""
    stay = actions.start_stay(by=town.site, control=control_of(town.zhao), site=site_of(town.hotel))
    assert "赵" in read(town.site, f"/isolation/sites/{stay.site_id}/")
    text = read(town.headquarters, f"/isolation/sites/{stay.site_id}/")
    assert "Occupied" in text
    assert f"/isolation/stays/{stay.id}/" not in text
    read(town.headquarters, f"/isolation/stays/{stay.id}/", 404)
    for post in (town.far_headquarters, town.far_community, town.far_worker, town.site):
        assert "中山隔离点" in read(post, f"/isolation/stays/{stay.id}/")
    for post in (town.far_site, town.worker, town.neighbour):
        read(post, f"/isolation/stays/{stay.id}/", 404)


def test_the_board_asks_few_queries_however_many_rooms(town, stay, client):
    sign_in(client, town.site)
    url = f"/isolation/sites/{stay.site_id}/"

    def count() -> int:
        with CaptureQueriesContext(connections[WEB]) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    few = count()
    for person in (town.li, town.zhang):
        actions.start_stay(by=town.site, control=control_of(person), site=site_of(town.hotel))
    assert count() <= few


def test_both_sides_confirm_on_their_own_screens(town, read):
    transfer = actions.request_transfer(by=town.community, control=control_of(town.wang))
    url = f"/isolation/transfers/{transfer.id}/"
    text = read(town.worker, url)
    assert text.count("The person is here") == 0
    assert read(town.worker, f"{url}confirm/", 302, form_of(text, f"{url}confirm/")) == url
    assert "On the way" in read(town.community, url)
    text = read(town.site, url)
    assert "I hand the person over" not in text
    read(town.site, f"{url}confirm/", 302, form_of(text, f"{url}confirm/"))
    text = read(town.site, url)
    assert "Arrived" in text
    assert "Room 101" in text
    for post in (town.neighbour, town.far_worker, town.far_site):
        read(post, url, 404)
        read(post, f"{url}confirm/", 404, {"side": "sender"})
    read(town.lab, url, 403)


def test_the_code_is_large_on_one_screen_and_typed_into_the_other(town, read):
    transfer = actions.request_transfer(by=town.community, control=control_of(town.wang))
    url = f"/isolation/transfers/{transfer.id}/"
    read(town.worker, f"{url}code/", 302, {"side": "sender"})
    code = re.search(r'class="code-digits"[^>]*>(\d{6})<', read(town.worker, url))[1]
    assert code not in read(town.site, url)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    text = read(town.site, f"{url}confirm/", 422, {"side": "receiver", "code": wrong, "with_code": "yes"})
    assert "4 tries are left" in text
    read(town.site, f"{url}confirm/", 422, {"side": "receiver", "code": "", "with_code": "yes"})
    read(town.worker, f"{url}confirm/", 403, {"side": "receiver", "code": code})
    read(town.site, f"{url}confirm/", 302, {"side": "receiver", "code": code, "with_code": "yes"})
    with acting():
        assert Transfer.objects.get().state == "arrived"


def test_the_list_of_transfers_and_a_new_site_for_one(town, read):
    with acting():
        Room.objects.filter(site__place=town.hotel).update(state="closed")
        far = site_of(town.far_hotel)
        Room.objects.filter(site=far).update(state="closed")
    transfer = actions.request_transfer(by=town.community, control=control_of(town.wang))
    url = f"/isolation/transfers/{transfer.id}/"
    assert "waits for a room" in read(town.headquarters, "/isolation/transfers/")
    assert "field-error" in read(town.headquarters, f"{url}site/", 422, {"site": str(far.id)})
    read(town.headquarters, f"{url}site/", 422, {"site": "nowhere"})
    with acting():
        Room.objects.filter(site=far, label="1").update(state="ready")
    read(town.headquarters, f"{url}site/", 302, {"site": str(far.id)})
    assert "王" in read(town.far_site, "/isolation/transfers/")
    assert "王" not in read(town.site, "/isolation/transfers/")
    read(town.community, f"{url}cancel/", 403, {})
    read(town.headquarters, f"{url}cancel/", 302, {})
    assert "王" in read(town.headquarters, "/isolation/transfers/?show=done")
    assert "王" not in read(town.headquarters, "/isolation/transfers/")


def test_a_check_is_two_taps(town, stay, read):
    check = owed("isolation.health_check")[0].subject
    url = f"/isolation/checks/{check}/"
    text = read(town.site, url)
    assert 'value="36.5"' in text
    assert "Sore throat" in text
    where = read(town.site, f"{url}record/", 302, {"temperature": "36.5"})
    assert where == f"/isolation/sites/{stay.site_id}/"
    assert "36.5 °C" in read(town.site, url)
    assert "Afternoon: made" in read(town.site, where)
    assert "field-error" not in read(town.community, url)
    for post in (town.far_site, town.far_worker):
        read(post, url, 404)


def test_a_wrong_temperature_is_said_beside_the_field(town, stay, read):
    check = owed("isolation.health_check")[0].subject
    text = read(town.site, f"/isolation/checks/{check}/record/", 422, {"measured": "50", "symptoms": "cough"})
    assert "A body temperature lies between 34 and 43" in text
    assert re.search(r'id="symptom-cough" checked', text)
    read(town.community, f"/isolation/checks/{check}/record/", 403, {"temperature": "36.5"})


def test_an_anomaly_is_answered_by_the_investigator(town, stay, read):
    check = actions.record_check(by=town.site, stay=stay, temperature="38.2", symptoms=["cough"])
    url = f"/isolation/checks/{check.id}/"
    assert "not answered" in read(town.investigator, url)
    assert "38.2" in read(town.site, f"/isolation/stays/{stay.id}/")
    read(town.community, f"{url}answer/", 403, {"outcome": "observed"})
    read(town.investigator, f"{url}answer/", 422, {"outcome": ""})
    read(town.investigator, f"{url}answer/", 302, {"outcome": "observed"})
    with acting():
        assert HealthCheck.objects.get().answered_at


def test_a_test_at_the_door_is_one_button(town, home, read):
    sample = owed("isolation.home_sample")[0].subject
    url = f"/isolation/samples/{sample}/"
    assert "The test was taken" in read(town.worker, url)
    read(town.worker, f"{url}taken/", 302, {})
    assert "taken" in read(town.worker, url)
    read(town.neighbour, url, 404)
    read(town.site, url, 404)


def test_release_lists_what_is_missing_then_makes_the_notice(town, clock, stay, read):
    url = f"/isolation/stays/{stay.id}/"
    text = read(town.site, url)
    assert "Missing before the release" in text
    assert "The days are not served before 10 Dec." in text
    assert "field" in read(town.site, f"{url}release/", 422, {})
    clock.set(at(10, 12))
    ask_all()
    actions.record_check(by=town.site, stay=stay, temperature="36.5")
    answer_tests(stay.control)
    text = read(town.site, url)
    assert "Nothing is missing" in text
    read(town.community, f"{url}release/", 403, {})
    read(town.far_site, f"{url}release/", 404, {})
    notice = read(town.site, f"{url}release/", 302, form_of(text, f"{url}release/"))
    assert notice == f"/isolation/notice/{stay.id}/"
    text = read(town.site, notice)
    assert "610404-20211210-" in text
    assert "王建国" not in text
    assert "王建国" in read(town.site, notice, 200, {})
    with acting():
        looked = AccessLog.objects.get(event="revealed")
    assert (looked.subject, looked.post_id, looked.field) == (town.wang.id, town.site.id, "name")
    read(town.far_site, notice, 404)
    read(town.far_site, notice, 404, {})


def test_the_notice_in_chinese(town, clock, stay, client):
    clock.set(at(10, 12))
    actions.record_check(by=SYSTEM, stay=stay, temperature="36.5")
    answer_tests(stay.control)
    actions.release(by=town.site, stay=stay)
    sign_in(client, town.site)
    text = client.get(f"/isolation/notice/{stay.id}/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "解除" in text


def test_without_a_release_there_is_no_notice(town, stay, read):
    read(town.site, f"/isolation/notice/{stay.id}/", 404)


def test_another_room_and_a_transfer_from_the_stay(town, stay, read):
    url = f"/isolation/stays/{stay.id}/room/"
    read(town.far_site, url, 404, {})
    with acting():
        room = Room.objects.get(label="103")
    read(town.site, url, 302, {"room": str(room.id)})
    assert rooms_of(town.hotel) == {"101": "cleaning", "102": "ready", "103": "occupied"}
    with acting():
        room = Room.objects.get(place_id=town.hotel.id, label="101")
    assert "It is ready" in read(town.site, f"/isolation/sites/{stay.site_id}/")
    read(town.community, f"/isolation/rooms/{room.id}/state/", 403, {"state": "ready"})
    read(town.site, f"/isolation/rooms/{room.id}/", 200)
    read(town.site, f"/isolation/rooms/{room.id}/state/", 302, {"state": "ready"})
    read(town.site, f"/isolation/rooms/{room.id}/state/", 422, {"state": "painted"})
    read(town.far_site, f"/isolation/rooms/{room.id}/", 404)
    text = read(town.site, f"/isolation/controls/{stay.control_id}/transfer/", 422, {"wanted": "site"})
    assert "there already" in text
    with acting():
        actions.add_site(by=SYSTEM, area="610404002", name="定点医院", kind="hospital")
    assert "/isolation/transfers/" in read(
        town.site, f"/isolation/controls/{stay.control_id}/transfer/", 302, {"wanted": "hospital"}
    )


def test_home_observation_by_area_with_its_assessment(town, home, clock, read):
    control = control_of(town.zhang, "home", 7, ())
    with acting():
        actions.ask_assessments([control], by=SYSTEM, now=clock.now)
    for post in (town.worker, town.community, town.street, town.headquarters):
        text = read(post, "/isolation/home/")
        assert "Homes to assess" in text
        assert "李" in text
        assert "day 1 of 7" in text
        assert "incomplete" in text
    for post in (town.neighbour, town.far_community):
        assert "Nobody is observed at home here" in read(post, "/isolation/home/")
    read(town.site, "/isolation/home/", 403)
    url = f"/isolation/assess/{control.id}/"
    text = read(town.worker, url)
    assert "own_bathroom" in text
    yes_no = {question: "yes" if answer else "no" for question, answer in UNFIT.items()}
    assert "Answer this question too" in read(town.worker, url, 422, {**yes_no, "shared_air": ""})
    read(town.worker, url, 302, yes_no)
    assert "the person goes to a site" in read(town.worker, url)
    read(town.neighbour, url, 404)
    read(town.neighbour, url, 404, yes_no)


def test_the_papers_are_ticked_as_they_are_given(town, home, read):
    url = f"/isolation/stays/{home.id}/"
    assert "Pledge of the family" in read(town.community, url)
    read(town.community, f"{url}papers/", 302, {"given": ["person_notice", "family_pledge", "video"]})
    read(town.worker, f"{url}papers/", 302, {"no_employer": "yes"})
    read(town.far_community, f"{url}papers/", 404, {"given": "video"})
    with acting():
        assert HomePapers.objects.get().complete
    assert "complete" in read(town.community, "/isolation/home/")


def test_on_to_the_days_at_home(town, clock, stay, read):
    url = f"/isolation/stays/{stay.id}/"
    clock.set(at(7, 12))
    ask_all()
    actions.record_check(by=town.site, stay=stay, temperature="36.5")
    answer_tests(stay.control)
    assert "has not been assessed" in read(town.site, url)
    read(town.site, f"{url}home/", 422, {})
    actions.assess_home(by=town.worker, control=stay.control, answers=FIT)
    read(town.site, f"{url}home/", 302, {})
    assert "Went on at home" in read(town.site, url)


def test_a_round_through_the_site(town, stay, read):
    url = f"/isolation/sites/{stay.site_id}/"
    read(town.site, f"{url}round/", 302, {"faults": ["waste_sealed"]})
    read(town.far_site, f"{url}round/", 404, {})
    with acting():
        check = SiteCheck.objects.get()
    assert "All of it is mended" in read(town.site, f"/isolation/rounds/{check.id}/")
    assert "All of it is mended" not in read(town.headquarters, f"/isolation/rounds/{check.id}/")
    read(town.far_site, f"/isolation/rounds/{check.id}/", 404)
    read(town.site, f"/isolation/rounds/{check.id}/mended/", 302, {})
    assert "mended" in read(town.site, url)


def test_a_form_sent_twice_counts_once(town, stay, client):
    sign_in(client, town.site)
    check = owed("isolation.health_check")[0].subject
    url, data = f"/isolation/checks/{check}/record/", {"op": str(ids.uuid7()), "temperature": "36.5"}
    assert [client.post(url, data).status_code for _twice in range(2)] == [302, 302]
    assert client.post(url, {**data, "temperature": "36.6"}).status_code == 409
    with acting():
        assert HealthCheck.objects.count() == 1
