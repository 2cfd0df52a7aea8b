"""A person's file and the duty desk: what opens them, what they show, what is logged."""

from __future__ import annotations

import pytest

from muster.domains.tracing.models import Case
from muster.kernel import ids
from muster.kernel.facts.models import Fact
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import AccessLog
from muster.site.periodic import sweep_all
from tests.night import build_night, result
from tests.pages.reading import queries_of, read_as
from tests.town import _give_number, make_person, owe, sign_in

PHONE = "13800138000"


@pytest.fixture
def town(db, clock):
    town = build_night()
    with acting():
        _give_number(town.li, "phone", PHONE)
    return town


@pytest.fixture
def night(town, clock, run_jobs):
    """王 is positive; 李 shares the household and is under control."""
    result(town, "wang")
    run_jobs()
    clock.advance(minutes=30)
    return town


@pytest.fixture
def read(client):
    return read_as(client)


def logged(event, person):
    with acting():
        return AccessLog.objects.filter(event=event, subject=person.id).count()


def send(client, post, url, **form):
    sign_in(client, post)
    return client.post(url, form | {"op": str(ids.uuid7())}, headers={"accept-language": "en"})


def test_the_file_says_who_why_until_when_and_who_looked(night, read):
    text = read(night.worker, f"/people/{night.li.id}/")
    assert "李秀英" in text
    assert "An exposure to a case" in text
    assert "A laboratory found the person positive" in text
    assert "days left" in text
    assert "Next test" in text
    assert "A contact was found" in text
    assert "Opened a file" in text
    assert PHONE not in text
    assert logged("opened_file", night.li) == 1


def test_a_neighbour_and_an_outsider_do_not_open_it(night, read):
    for name in ("neighbour", "far_worker", "far_headquarters"):
        text = read(night.posts[name], f"/people/{night.li.id}/", status=403)
        assert "李" not in text
    read(night.auditor, f"/people/{night.li.id}/", status=403)
    read(night.worker, f"/people/{ids.uuid7()}/", status=404)
    assert logged("opened_file", night.li) == 0
    assert logged("refused", night.li) == 3


def test_the_file_of_a_contact_does_not_name_the_case(night, read):
    text = read(night.far_worker, f"/people/{night.zhao.id}/")
    assert "赵敏" in text
    assert "王" not in text
    assert "渭城区" in text
    assert "中山社区" not in text


def test_a_number_is_revealed_for_a_purpose_and_logged_first(night, client):
    url = f"/people/{night.li.id}/reveal/"
    assert send(client, night.worker, url, field="phone", purpose="").status_code == 422
    assert logged("revealed", night.li) == 0
    answer = send(client, night.worker, url, field="phone", purpose="call").content.decode()
    assert f"tel:+86{PHONE}" in answer or f"tel:{PHONE}" in answer
    assert logged("revealed", night.li) == 1
    sign_in(client, night.worker)
    form = {"field": "phone", "purpose": "call", "op": str(ids.uuid7())}
    part = client.post(url, form, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert PHONE in part
    assert PHONE not in send(client, night.far_worker, url, field="phone", purpose="call").content.decode()
    assert (
        send(client, night.worker, f"/people/{ids.uuid7()}/reveal/", field="phone", purpose="call").status_code == 404
    )


def test_without_the_log_nothing_is_shown(night, client, monkeypatch):
    def broken(**row):
        raise OSError("the log cannot be written")

    monkeypatch.setattr("muster.kernel.people.access.log_access", broken)
    client.raise_request_exception = False
    for answer in (
        send(client, night.worker, f"/people/{night.li.id}/reveal/", field="phone", purpose="call"),
        client.get(f"/people/{night.li.id}/"),
    ):
        assert answer.status_code == 500
        assert PHONE not in answer.content.decode()
        assert "李" not in answer.content.decode()


def test_the_paper_for_the_person_names_nobody_else(night, read):
    text = read(night.worker, f"/people/{night.li.id}/evidence/")
    assert "Why you are under control" in text
    assert "李秀英" in text
    assert "王" not in text
    assert "中山社区" not in text.partition('<article class="letter">')[2]


def test_a_file_asks_as_often_for_a_long_story_as_for_a_short_one(night, client):
    url = f"/people/{night.li.id}/"
    queries_of(client, night.worker, url)
    few = queries_of(client, night.worker, url)
    with acting():
        case = Fact.objects.filter(kind="tracing.contact_found").first()
        Fact.objects.bulk_create(
            Fact(kind="tracing.contact_notified", subject=night.li.id, area=case.area, happened_at=case.happened_at,
                 recorded_at=case.recorded_at)
            for _ in range(50)
        )  # fmt: skip
    assert queries_of(client, night.worker, url) == few


def test_the_desk_lists_what_went_wrong_and_what_is_new(night, read, clock):
    assert "Newest cases" in read(night.desk, "/desk/")
    clock.advance(days=2)
    sweep_all()
    text = read(night.desk, "/desk/")
    assert "data-next" in text
    assert "李" in text
    assert "<html" not in read(night.desk, "/desk/rows/?show=late")
    assert "Nothing is late" in read(night.desk, "/desk/?show=unowned") or "without an owner" in text
    for name in ("headquarters", "worker", "auditor"):
        read(night.posts[name], "/desk/", status=403)


@pytest.mark.parametrize("text", ["李秀英", "lixiuying", "lxy", PHONE])
def test_the_desk_finds_a_person_by_name_pinyin_or_number(night, client, text):
    answer = send(client, night.desk, "/desk/search/", q=text).content.decode()
    assert f"/people/{night.li.id}/" in answer
    with acting():
        assert AccessLog.objects.filter(event="searched").count() == 1
        assert text not in str(list(AccessLog.objects.values_list()))


def test_the_desk_does_not_find_who_is_none_of_its_business(night, client):
    with acting():
        stranger = make_person("far", "周远", "610402001001001", phone="13900139000")
    for text in ("周远", "13900139000"):
        answer = send(client, night.desk, "/desk/search/", q=text).content.decode()
        assert "周" not in answer.partition('id="found"')[2]
    owe(night, night.worker.from_at, who="far") if "far" in night.people else None
    assert str(stranger.id) not in send(client, night.desk, "/desk/search/", q="zhouyuan").content.decode()
    assert send(client, night.worker, "/desk/search/", q="李").status_code == 403


def test_the_desk_finds_a_case_by_its_number(night, client):
    with acting():
        number = Case.objects.get().number
    answer = send(client, night.desk, "/desk/search/", q=number)
    assert number in answer.content.decode().partition('id="found"')[2]
