"""Accounts, posts, keys, and who looked: as the administrator, the auditor and everybody else."""

from __future__ import annotations

import re

import pytest

from muster.domains.isolation.models import Site
from muster.kernel import ids
from muster.kernel.operations.errors import Refused
from muster.kernel.operations.models import Operation
from muster.kernel.people.actions import open_file
from muster.kernel.posts.actions import post_of_key
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import AccessLog, ApiKey, Post, SetupLink, User
from tests.pages.reading import queries_of
from tests.town import GRID, build_town, make_post, owe, sign_in

ENGLISH = {"headers": {"accept-language": "en"}}


@pytest.fixture
def town(db, clock):
    town = build_town()
    with acting():
        Site.objects.create(place=town.hotel, area=town.hotel.area, name="一号集中隔离点", opened_at=clock.now)
    return town


@pytest.fixture
def admin(town, client):
    sign_in(client, town.administrator)
    return client


def post_of(*given):
    with acting():
        return make_post(*given)


def send(client, url, op=None, **form):
    return client.post(url, form | {"op": str(op or ids.uuid7())}, **ENGLISH)


def test_everybody_is_listed_with_their_posts(admin):
    text = admin.get("/posts/", **ENGLISH).content.decode()
    assert "far_worker" in text
    assert "一号集中隔离点" in text
    assert "区疾控实验室" in text
    assert "far_worker" not in admin.get("/posts/?q=far_h", **ENGLISH).content.decode()
    assert "community" not in re.findall(
        r"/posts/[0-9a-f-]{36}/\">(\w+)", admin.get("/posts/?role=grid").content.decode()
    )


def test_only_administrators_see_accounts(town, client):
    for name in ("headquarters", "auditor", "worker", "site", "lab"):
        sign_in(client, town.posts[name])
        for url in ("/posts/", "/posts/new/", "/posts/keys/", f"/posts/{town.worker.user_id}/"):
            assert client.get(url).status_code == 403, (name, url)
        assert send(client, "/posts/new/", role="grid", area=GRID).status_code == 403
        assert send(client, f"/posts/{town.street.user_id}/revoke/").status_code == 403


def test_an_administrator_of_one_district_reaches_only_its_accounts(town, client):
    sign_in(client, post_of("district", "administrator", "610404"))
    text = client.get("/posts/").content.decode()
    assert "worker" in text
    assert "far_worker" not in text
    assert client.get(f"/posts/{town.far_worker.user_id}/").status_code == 404
    assert send(client, f"/posts/{town.far_worker.user_id}/revoke/").status_code == 404
    assert send(client, "/posts/new/", role="grid", area="610402001001001").status_code == 403


def test_a_link_is_shown_once_and_stored_nowhere(town, admin):
    op = ids.uuid7()
    first = send(admin, "/posts/new/", op, role="grid", area=f"{GRID} 中山社区第一网格")
    secret = re.search(r"/setup/([\w-]+)/", first.content.decode())[1]
    assert first.status_code == 200
    assert secret in send(admin, "/posts/new/", op, role="grid", area=f"{GRID} 中山社区第一网格").content.decode()
    assert secret not in admin.get("/posts/").content.decode()
    with acting():
        assert SetupLink.objects.get().area == GRID
        assert secret not in str(list(Operation.objects.values_list("answer", flat=True)))


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"role": "", "area": GRID}, "Choose a role"),
        ({"role": "grid", "area": "中山社区没有"}, "choose it from the list"),
        ({"role": "grid", "area": ""}, "choose it from the list"),
        ({"role": "isolation_site"}, "Choose the isolation site"),
        ({"role": "laboratory"}, "Choose the laboratory"),
    ],
)
def test_a_link_needs_a_role_and_a_place(admin, form, says):
    answer = send(admin, "/posts/new/", **form)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_a_link_can_be_for_a_site_a_laboratory_or_all_areas(town, admin):
    assert send(admin, "/posts/new/", role="isolation_site", place=town.hotel.id).status_code == 200
    assert send(admin, "/posts/new/", role="laboratory", organisation=town.laboratory.id).status_code == 200
    assert send(admin, "/posts/new/", role="auditor", area="*").status_code == 200
    assert send(admin, "/posts/new/", role="street", area="中山街道").status_code == 200
    with acting():
        links = {link.role: link for link in SetupLink.objects.all()}
    assert links["isolation_site"].place_id == town.hotel.id
    assert links["laboratory"].organisation_id == town.laboratory.id
    assert links["auditor"].area == ""
    assert links["street"].area == "610404001"


def test_areas_are_offered_while_typing(admin):
    assert "610404001 中山街道" in admin.get("/posts/areas/?area=中山").content.decode()
    assert "610402" in admin.get("/posts/areas/?area=6104").content.decode()


def test_a_post_is_given_and_ended(town, admin):
    user = town.worker.user
    url = f"/posts/{user.id}/"
    assert send(admin, f"{url}give/", role="community", area="610404001001").status_code == 302
    with acting():
        post = Post.objects.get(user=user, role="community")
    assert "The post was given" in admin.get(url, **ENGLISH).content.decode()
    assert send(admin, f"{url}end/{post.id}/").status_code == 302
    assert send(admin, f"{url}end/{ids.uuid7()}/").status_code == 404
    with acting():
        assert Post.objects.get(pk=post.pk).until_at is not None
    assert send(admin, f"{url}give/", role="grid", area="nowhere").status_code == 422


def test_nobody_ends_the_post_they_act_on(town, admin):
    answer = send(admin, f"/posts/{town.administrator.user_id}/end/{town.administrator.id}/")
    assert answer.status_code == 422
    assert "You cannot end the post" in answer.content.decode()


def test_sessions_and_the_second_factor_can_be_ended(town, admin, clock):
    url = f"/posts/{town.headquarters.user_id}/"
    clock.advance(minutes=1)
    sign_in(admin, town.administrator)
    assert send(admin, f"{url}factor/").status_code == 302
    assert send(admin, f"{url}revoke/").status_code == 302
    with acting():
        user = User.objects.get(pk=town.headquarters.user_id)
    assert user.totp_confirmed_at is None
    assert user.revoked_at == clock.now


def test_a_link_for_a_new_password_keeps_the_posts(town, admin, clock):
    answer = send(admin, f"/posts/{town.worker.user_id}/link/")
    path = re.search(r"/setup/[\w-]+/", answer.content.decode())[0]
    admin.cookies.clear()
    clock.advance(minutes=1)
    page = admin.get(path, **ENGLISH).content.decode()
    assert "Set a new password" in page
    form = {"username": "worker", "password": "three plain words", "password_again": "three plain words"}
    assert send(admin, path, **form).status_code == 302
    with acting():
        assert Post.objects.filter(user=town.worker.user).count() == 1
        assert User.objects.get(pk=town.worker.user_id).check_password("three plain words")


def test_a_key_acts_for_its_laboratory_until_revoked(town, admin, clock):
    answer = send(admin, "/posts/keys/", organisation=town.laboratory.id, name="analyser 1")
    secret = re.search(r"<code class=\"secret\">([\w-]+)<", answer.content.decode())[1]
    with acting():
        key = ApiKey.objects.get()
        assert post_of_key(secret, clock.now).organisation_id == town.laboratory.id
    listed = admin.get("/posts/keys/").content.decode()
    assert "analyser 1" in listed
    assert secret not in listed
    assert send(admin, f"/posts/keys/{key.id}/revoke/").status_code == 302
    assert send(admin, f"/posts/keys/{ids.uuid7()}/revoke/").status_code == 404
    with acting():
        assert post_of_key(secret, clock.now) is None
    assert send(admin, "/posts/keys/", organisation="", name="x").status_code == 422


def test_the_log_says_who_looked_at_whom(town, client, clock):
    owe(town, clock.now)
    open_file(by=town.worker, person=town.wang)
    with pytest.raises(Refused):
        open_file(by=town.far_worker, person=town.wang)
    sign_in(client, town.auditor)
    text = client.get("/log/", **ENGLISH).content.decode()
    assert "Opened a file" in text
    assert "Was refused" in text
    assert "王" in text
    only = client.get(f"/log/?event=opened_file&person={town.wang.id}&by={town.worker.id}", **ENGLISH).content.decode()
    assert only.count("<tr>") == 2
    assert "Nothing fits" in client.get(f"/log/?person={town.li.id}", **ENGLISH).content.decode()
    sign_in(client, post_of("far_auditor", "auditor", "610402"))
    assert "王" not in client.get("/log/", **ENGLISH).content.decode()
    sign_in(client, town.worker)
    assert client.get("/log/").status_code == 403


def test_the_log_pages_by_key(town, client, clock):
    with acting():
        AccessLog.objects.bulk_create(
            AccessLog(at=clock.now, event="refused", area=GRID, post_id=town.worker.id) for _ in range(70)
        )
    sign_in(client, town.auditor)
    first = client.get("/log/").context["page"]
    second = client.get(f"/log/{first.next_url}").context["page"]
    assert [len(first.rows), len(second.rows)] == [50, 20]
    assert len(client.get(f"/log/{second.previous_url}").context["page"].rows) == 50


def test_accounts_and_the_log_ask_as_often_for_many_rows(town, client, clock):
    pairs = [(town.administrator, "/posts/"), (town.auditor, "/log/")]
    owe(town, clock.now)
    open_file(by=town.worker, person=town.wang)
    for post, url in pairs:
        queries_of(client, post, url)
    few = [queries_of(client, post, url) for post, url in pairs]
    with acting():
        for number in range(20):
            make_post(f"more {number}", "grid", GRID)
    for _ in range(20):
        open_file(by=town.worker, person=town.wang)
    assert [queries_of(client, post, url) for post, url in pairs] == few


def test_a_refusal_says_in_words_what_and_who_does_it(town, client):
    sign_in(client, town.worker)
    page = client.get("/posts/", headers={"accept-language": "en"}).content.decode()
    assert "This (Accounts and posts) is not done by your role." in page
    assert "It is done by: Administrator" in " ".join(page.split()) and "<code>posts.see_posts</code>" in page
    page = client.get("/posts/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "“账号与岗位”不由您的岗位办理。" in page and "系统管理员" in page
