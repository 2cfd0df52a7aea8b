"""The resident ledger on screen: masked, in range only; forms that record, correct and move."""

import pytest

from muster.domains.residents.registration import record_resident
from muster.kernel import ids
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from tests.isolation_cast import control_of
from tests.night import build_night, result
from tests.town import FAR_GRID, GRID, sign_in

SAID = {"said_by": "family", "why": "call"}


@pytest.fixture
def town(db, clock):
    return build_night()


@pytest.fixture
def read(client):
    """`read(post, url)`: the page as text in English, after checking its status; or where a form leads."""

    def fetch(post, url, status=200, **data):
        sign_in(client, post)
        headers = {"accept-language": "en"}
        if not data:
            response = client.get(url, headers=headers)
        else:
            response = client.post(url, {"op": str(ids.uuid7()), **data}, headers=headers)
        assert response.status_code == status, response.content.decode()[:3000]
        return response.headers["Location"] if status == 302 else response.content.decode()

    return fetch


def test_the_ledger_says_who_is_at_home_and_what_they_are_under(town, read, run_jobs):
    record_resident(by=town.worker, area=GRID, name="何平", born_on="1950-01-31", **SAID)
    control_of(town.li, measure="home", days=7, tests=())
    result(town, "zhang", "negative")
    run_jobs()
    page = read(town.worker, "/residents/")
    assert "王*" in page and "elder" in page and "under control" in page and "Negative" in page
    assert "赵*" not in page and "王建国" not in page and "Record a resident" in page
    assert "王*" not in read(town.far_worker, "/residents/") and "赵*" in read(town.far_worker, "/residents/")
    assert "王*" not in read(town.worker, "/residents/?help=elder")
    assert "张*" not in read(town.worker, f"/residents/?household={town.wang.household_id}")
    read(town.lab, "/residents/", 403)


def test_a_resident_is_recorded_corrected_and_moved(town, read):
    assert "Say who told it" in read(town.worker, "/residents/new/", 422, name="何平", area=GRID, said_by="", why="")
    there = read(town.worker, "/residents/new/", 302, name="何平", area=GRID, door="301", **SAID)
    assert "301" in read(town.worker, there) and "family" in read(town.worker, there)
    assert read(town.worker, there + "correct/", 302, sex="female", **SAID) == there
    assert "Say what is to be corrected" in read(town.worker, there + "correct/", 422, **SAID)
    assert "cannot lie in the future" in read(town.worker, there + "move/", 422, to=FAR_GRID, on="x", **SAID)
    assert read(town.worker, there + "move/", 302, to=FAR_GRID, on="2021-11-29", **SAID) == "/residents/"
    read(town.worker, there, 404)
    assert "2021-11-29" in read(town.far_worker, there)


def test_a_guardian_is_chosen_from_the_household(town, read):
    there = f"/residents/{town.wang.pk}/"
    assert "李*" in read(town.worker, there + "?form=guardian")
    read(town.worker, there + "guardian/", 302, guardian=str(town.li.pk), **SAID)
    with acting():
        assert Person.objects.get(pk=town.wang.pk).guardian_id == town.li.pk
    read(town.worker, there + "guardian/", 422, guardian="x", **SAID)
