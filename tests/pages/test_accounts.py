"""Signing in: password, second factor, one-time link, the post to act on, ended sessions, the language."""

from __future__ import annotations

import re

import pyotp
import pytest
from django.contrib.auth.hashers import make_password

from muster.kernel import ids
from muster.kernel.posts.actions import give_post, make_link, revoke, secret_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, AccessLog, Post, User
from muster.site.totp import enrol
from tests.town import GRID, build_town, sign_in

PASSWORD = "three plain words"


@pytest.fixture
def town(db, clock):
    from django.core.cache import cache

    cache.clear()  # tries are counted there
    town = build_town()
    with acting():
        User.objects.update(password=make_password(PASSWORD))
    return town


def send(client, url, op=None, **form):
    return client.post(url, form | {"op": str(op or ids.uuid7())}, headers={"accept-language": "en"})


def enter(client, name, password=PASSWORD, **form):
    return send(client, "/sign-in/", username=name, password=password, **form)


def test_a_grid_worker_signs_in_with_a_password_and_lands_on_the_list(town, client):
    answer = enter(client, "worker")
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").url == "/duties/"


def test_a_wrong_password_says_no_more_than_that(town, client):
    known, unknown = enter(client, "worker", "wrong"), enter(client, "nobody", "wrong")
    assert known.status_code == unknown.status_code == 422
    assert "is not right" in known.content.decode()
    with acting():
        assert AccessLog.objects.filter(event="sign_in_failed").count() == 2


def test_tries_are_limited(town, client):
    codes = [enter(client, "worker", "wrong").status_code for _ in range(9)]
    assert codes == [422] * 8 + [429]
    assert enter(client, "worker").status_code == 429


def test_after_signing_in_one_is_where_one_wanted_to_go_but_not_elsewhere(town, client):
    asked = client.get("/duties/?show=late")
    assert asked.url == "/sign-in/?next=/duties/%3Fshow%3Dlate"
    assert enter(client, "worker", next="/duties/?show=late").url == "/duties/?show=late"
    assert enter(client, "worker", next="https://elsewhere.example/").url == "/"


def test_a_privileged_post_needs_the_second_factor(town, client, clock):
    with acting():
        secret = enrol(town.headquarters.user)[0]
    assert enter(client, "headquarters").url == "/second-factor/"
    assert client.get("/duties/").status_code == 302, "half signed in is not signed in"
    page = client.get("/second-factor/").content.decode()
    assert "<svg" in page
    assert send(client, "/second-factor/", code="000000").status_code == 422
    code = pyotp.TOTP(secret).at(clock.now)
    assert send(client, "/second-factor/", code=code).status_code == 302
    assert client.get("/").url == "/situation/"


def test_a_code_of_the_second_factor_counts_once(town, client, clock):
    with acting():
        secret = enrol(town.headquarters.user)[0]
    code = pyotp.TOTP(secret).at(clock.now)
    enter(client, "headquarters")
    assert send(client, "/second-factor/", code=code).status_code == 302
    enter(client, "headquarters")
    assert "<svg" not in client.get("/second-factor/").content.decode(), "the secret is not shown again"
    assert send(client, "/second-factor/", code=code).status_code == 422


def test_a_one_time_link_makes_one_account_once(town, client):
    with acting():
        secret = secret_of(make_link(by=SYSTEM, role="grid", area=GRID))
    path, op = f"/setup/{secret}/", ids.uuid7()
    assert "中山社区第一网格" in client.get(path).content.decode()
    form = {"username": "new", "display_name": "新人", "password": PASSWORD, "password_again": PASSWORD}
    short = send(client, path, **(form | {"password": "short", "password_again": "short"}))
    assert short.status_code == 422
    assert send(client, path, **(form | {"password_again": "other words here"})).status_code == 422
    assert send(client, path, **(form | {"username": "worker"})).status_code == 422
    answers = [send(client, path, op, **form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert send(client, path, **form).status_code == 404
    assert client.get(path).status_code == 404
    assert client.get("/setup/made-up/").status_code == 404
    with acting():
        assert Post.objects.get(user__username="new").area == GRID


def test_a_link_that_waited_too_long_is_refused(town, client, clock):
    with acting():
        secret = secret_of(make_link(by=SYSTEM, role="grid", area=GRID))
    clock.advance(hours=73)
    assert client.get(f"/setup/{secret}/").status_code == 404
    form = {"username": "new", "display_name": "", "password": PASSWORD, "password_again": PASSWORD}
    assert send(client, f"/setup/{secret}/", **form).status_code == 404


def test_who_holds_several_posts_chooses_one_and_changes_it(town, client, clock):
    second = give_post(by=SYSTEM, user=town.worker.user, role="community", area="610404001001")
    clock.advance(minutes=1)
    assert enter(client, "worker").url == "/post/"
    page = client.get("/post/", headers={"accept-language": "en"}).content.decode()
    assert "Grid worker" in page
    assert "Community officer" in page
    assert send(client, "/post/", post=second.id).status_code == 302
    assert client.get("/gaps/").status_code == 200
    send(client, "/post/", post=town.worker.id)
    assert client.get("/gaps/").status_code == 403
    send(client, "/post/", post=town.headquarters.id)
    assert client.get("/gaps/").status_code == 403, "somebody else's post cannot be chosen"


def test_a_post_that_ended_opens_nothing(town, client, clock):
    enter(client, "worker")
    with acting():
        town.worker.until_at = clock.now
        town.worker.save()
    assert client.get("/duties/").status_code == 302
    assert "You hold no post" in client.get("/post/", headers={"accept-language": "en"}).content.decode()


def test_revoked_sessions_end_at_the_next_request(town, client, clock):
    enter(client, "worker")
    assert client.get("/duties/").status_code == 200
    clock.advance(minutes=5)
    revoke(by=town.administrator, user=town.worker.user)
    assert client.get("/duties/").status_code == 302
    answer = client.get("/duties/rows/", headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in/")
    clock.advance(minutes=1)
    enter(client, "worker")
    assert client.get("/duties/").status_code == 200


def test_signing_out_ends_the_session(town, client):
    enter(client, "worker")
    assert send(client, "/sign-out/").url == "/sign-in/"
    assert client.get("/duties/").status_code == 302


def test_the_language_is_chosen_and_kept(town, client):
    sign_in(client, town.worker)
    client.post("/language/", {"language": "en", "next": "/duties/", "op": str(ids.uuid7())})
    assert 'lang="en"' in client.get("/duties/", headers={"accept-language": "zh-CN"}).content.decode()
    client.post("/language/", {"language": "zh-hans", "op": str(ids.uuid7())})
    page = client.get("/duties/", headers={"accept-language": "en"}).content.decode()
    assert re.search(r'<html lang="zh-hans"', page)
    client.post("/language/", {"language": "xx", "op": str(ids.uuid7())})
    assert 'lang="zh-hans"' in client.get("/duties/", headers={"accept-language": "en"}).content.decode()


def test_a_form_without_an_operation_number_is_refused(town, client):
    assert client.post("/sign-in/", {"username": "worker", "password": PASSWORD}).status_code == 422
