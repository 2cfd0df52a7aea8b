"""Gatherings as who asks, who may not decide, who does, who checks, and a neighbour."""

from __future__ import annotations

import pytest

from muster.kernel import ids
from muster.kernel.posts.logins import acting
from muster.kernel.posts.roles import REGULATORS
from tests.pages.reading import queries_of, read_as
from tests.premises_cast import OTHER_PHONE, gathering
from tests.town import GRID, build_town, make_post, sign_in

ASKED = {
    "area": GRID, "name": "农产品展销会", "kind": "expo", "place_name": "会展中心", "expected": "120", "tables": "0",
    "starts_at": "2021-12-03T09:00", "ends_at": "2021-12-03T17:00",
    "organiser": "马师傅", "phone": OTHER_PHONE, "unit": "农业农村局",
}  # fmt: skip


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def read(client):
    return read_as(client)


def send(client, path: str, **form):
    return client.post(path, {"op": str(ids.uuid7()), **form}, headers={"accept-language": "en"})


def test_from_asking_to_a_checked_site(town, read, client):
    sign_in(client, town.community)
    made = send(client, "/premises/events/ask/", **ASKED)
    assert made.status_code == 302
    path = made.headers["Location"]
    page = read(town.headquarters, path)
    assert "A gathering of 120 people is decided by the city, not here." in page and "Approve" not in page
    refused = send(client, path + "decide/", approve="yes")
    assert refused.status_code == 422 and "is decided by the city" in refused.content.decode()
    with acting():
        commerce = make_post("commerce", REGULATORS["commerce"], "610404")
        culture = make_post("culture", REGULATORS["culture"], "610404")
    read(culture, path, 404)
    assert path in read(commerce, "/duties/") and "The sector agrees" in read(commerce, path)
    early = read(town.city, path)
    assert "It can be approved when its sector agrees: Commerce" in early and "Approve</button>" not in early
    sign_in(client, commerce)
    assert send(client, path + "opinion/", agrees="no").status_code == 422
    assert send(client, path + "opinion/", agrees="yes").status_code == 302
    assert "Change the opinion" in read(commerce, path)
    assert path in read(town.city, "/duties/") and "Approve</button>" in read(town.city, path)
    assert send(client, path + "decide/", approve="yes").status_code == 302
    assert "the organiser was told by message" in read(town.city, path)
    sign_in(client, town.community)
    assert send(client, path + "check/", faults=["line"]).status_code == 302
    assert "Queues keep one metre" in read(town.community, path)
    assert send(client, path + "check/").status_code == 302
    assert "Approved and checked" in read(town.community, path)
    assert "农产品展销会" in read(town.community, "/premises/events/?all=yes")
    assert "Supervise it" in read(town.street, path)
    assert send(client, path + "supervise/").status_code == 302
    page = read(town.headquarters, path)
    assert "Regulator: Commerce" in page and "Street officer" in page and page.count("In order") == 2


def test_a_neighbour_sees_nothing(town, read):
    event = gathering(town)
    for post in (town.far_community, town.far_headquarters, town.neighbour):
        assert event.name not in read(post, "/premises/events/")
        read(post, f"/premises/events/{event.id}/", 404)
    read(town.lab, "/premises/events/", 403)


@pytest.mark.parametrize(
    "wrong",
    [{"expected": "x"}, {"expected": "²"}, {"tables": ""}, {"starts_at": "soon"}, {"ends_at": "2021-12-03T08:00"},
     {"starts_at": "0001-01-01T00:00+14:00"}, {"kind": "x"}],
)  # fmt: skip
def test_a_form_with_a_slip_says_what_is_wrong(town, client, wrong):
    sign_in(client, town.community)
    answered = send(client, "/premises/events/ask/", **ASKED | wrong)
    assert answered.status_code == 422 and "field-error" in answered.content.decode()


def test_a_long_list_costs_no_more(town, client):
    gathering(town)
    few = queries_of(client, town.headquarters, "/premises/events/")
    for number in range(8):
        gathering(town, name=f"会议{number}", expected=20 + number)
    assert queries_of(client, town.headquarters, "/premises/events/") == few
