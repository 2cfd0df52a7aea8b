"""Response levels as headquarters, who is below, and the organiser with nothing but a link."""

from __future__ import annotations

import pytest
from django.test import Client

from muster.domains.premises import codes, limits
from muster.domains.premises.models import Event, Order
from muster.kernel import ids
from muster.kernel.posts.logins import acting
from tests.pages.reading import queries_of, read_as
from tests.premises_cast import OTHER_PHONE, gathering
from tests.town import build_town, sign_in

ORDER = {"area": "610404", "level": "3", "number": "指令7号", "reason": "出现本土病例", "how": "cancelled"}
NEW = "/premises/levels/new/"


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def read(client):
    return read_as(client)


def send(client, path: str, **form):
    return client.post(path, {"op": str(ids.uuid7()), **form}, headers={"accept-language": "en"})


def link(event) -> str:
    return f"/g/{codes.make(codes.EVENT, event.pk)}/"


def decided(town, client, **given):
    sign_in(client, town.headquarters)
    return send(client, NEW, **(ORDER | {"seen": "1"} | given))


def test_headquarters_sees_what_a_level_stops_and_what_became_of_it(town, read, client):
    gathering(town, kind="show", expected=1200)
    gathering(town, kind="banquet", expected=30)
    far = gathering(town, by=town.far_headquarters, area="610402001001", name="邻区的会")
    preview = read(town.headquarters, NEW + "?area=610404&level=3")
    assert "Show or concert" in preview and "1200" in preview and "stop 1 gathering" in preview
    assert "Banquet</th>" not in preview
    assert far.name not in read(town.headquarters, NEW + "?area=610402&level=1"), "not another district's"
    assert decided(town, client, seen="2").status_code == 422
    assert decided(town, client, number="").status_code == 422
    made = decided(town, client)
    assert made.status_code == 302
    path = made.headers["Location"]
    page = read(town.headquarters, path)
    assert "Sum" in page and "answer=unknown" in page and "Take it back" in page
    listed = read(town.headquarters, "/premises/events/?all=yes&answer=unknown&order=" + path.split("/")[-2])
    assert "农产品展销会" in listed
    below = read(town.community, path)
    assert "指令7号" in below and "Take it back" not in below
    assert "指令7号" in read(town.community, "/premises/events/")
    for post in (town.far_community, town.far_headquarters):
        read(post, path, 404)
        assert "指令7号" not in read(post, "/premises/levels/")
    sign_in(client, town.community)
    assert send(client, path + "undo/").status_code == 403
    sign_in(client, town.headquarters)
    assert send(client, path + "undo/").status_code == 302
    assert send(client, path + "undo/").status_code == 422
    with acting():
        assert set(Event.objects.values_list("state", flat=True)) == {"asked"}


def test_an_organiser_answers_by_the_link_and_asks_again_when_it_is_over(town, client):
    event, officer = gathering(town), Client()
    page = client.get(link(event), headers={"accept-language": "en"}).content.decode()
    assert "Waits for a decision" in page and "I know of it" not in page and OTHER_PHONE not in page
    decided(town, officer)
    assert "I know of it" in client.get(link(event), headers={"accept-language": "en"}).content.decode()
    assert send(client, link(event), what="known").status_code == 302
    assert send(client, link(event), what="informed", told="x", paid_back="1").status_code == 422
    assert send(client, link(event), what="informed", told="118", paid_back="90").status_code == 302
    refused = send(client, link(event), what="again", starts_at="2021-12-20T09:00")
    assert refused.status_code == 422 and "指令7号" in refused.content.decode()
    decided(town, officer, level="", number="指令8号", seen="0")
    again = send(client, link(event), what="again", starts_at="2021-12-20T09:00")
    assert again.status_code == 302
    with acting():
        assert again.headers["Location"].startswith(link(Event.objects.get(follows=event)))


def test_a_post_answers_for_an_organiser_who_phones(town, read, client):
    event = gathering(town)
    decided(town, client)
    path = f"/premises/events/{event.pk}/"
    assert path in read(town.community, "/duties/")
    assert send(client, path + "answer/", what="known").status_code == 302
    assert send(client, path + "answer/", what="informed", told="", paid_back="").status_code == 422
    assert send(client, path + "answer/", what="informed", told="5", paid_back="0").status_code == 302
    assert "5 told, 0 paid back" in read(town.community, path)
    assert send(client, path + "answer/", what="again", starts_at="2021-12-20T09:00").status_code == 422
    read(town.far_community, path, 404)


@pytest.mark.parametrize(
    "code", ["x", "A" * 90, codes.make(codes.EVENT, ids.uuid7()), codes.make(codes.PERSON, ids.uuid7())]
)
def test_another_link_opens_nothing(town, client, code):
    assert client.get(f"/g/{code}/").status_code == 404


def test_links_are_counted(town, client, monkeypatch):
    monkeypatch.setitem(limits.MOST, "desk", 1)
    assert [client.get("/g/x/").status_code for _ in range(2)] == [404, 429]


def test_more_gatherings_cost_no_more(town, client):
    gathering(town)
    decided(town, client)
    with acting():
        path = f"/premises/levels/{Order.objects.get().pk}/"
    few = queries_of(client, town.headquarters, path), queries_of(client, town.headquarters, NEW + "?level=2")
    for kind in ("banquet", "other", "religious"):
        gathering(town, kind=kind, expected=30)
    decided(town, client, level="2", number="指令8号", seen="3")
    with acting():
        path = f"/premises/levels/{Order.objects.get(number='指令8号').pk}/"
    assert (queries_of(client, town.headquarters, path), queries_of(client, town.headquarters, NEW + "?level=2")) == few
