"""Who asks is looked up afresh with each request, in one statement; a thread keeps its connection while it lives."""

import io
import json
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connections
from django.test import Client
from django.utils import timezone

from muster.kernel import clock
from muster.kernel.operations.actions import ACTIONS, action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts import actions, roles
from muster.kernel.posts.logins import ACT, WEB, acting, prepared
from muster.kernel.posts.models import SYSTEM, User
from muster.site import urls as urls
from muster.site.postgres.base import keep_connections
from muster.site.sessions import SessionStore
from muster.site.threads import Threads
from tests.database import NAME
from tests.town import GRID, build_town, make_post, sign_in

pytestmark = pytest.mark.usefixtures("db", "clock")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def post(db, clock):
    return build_town().worker


@pytest.fixture
def client(post):
    made = Client()
    sign_in(made, post)
    assert opens(made)
    return made


def opens(client):
    """Whether this browser is let in at the next request."""
    return client.get("/standing/").json()["standing"] == "post"


def test_ended_posts_revoked_users_and_inactive_ones_are_out_at_the_next_request(client, post):
    with acting():
        changed = User.objects.filter(pk=post.user_id)
        actions.end_post(by=SYSTEM, post=post)
        assert not opens(client)
        type(post).objects.filter(pk=post.pk).update(until_at=clock.now() + MINUTE)
        assert opens(client)
        clock.freeze(clock.now() + MINUTE)
        assert not opens(client)
        type(post).objects.filter(pk=post.pk).update(until_at=None)
        changed.update(is_active=False)
        assert not opens(client)
        changed.update(is_active=True)
        assert opens(client)
        actions.revoke(by=SYSTEM, user=post.user)
        assert not opens(client)


def test_a_session_of_the_moment_of_revocation_is_a_new_one(client, post):
    with acting():
        User.objects.filter(pk=post.user_id).update(revoked_at=clock.now())
        assert opens(client)
        User.objects.filter(pk=post.user_id).update(revoked_at=clock.now() + timedelta(microseconds=1))
        assert not opens(client)


def test_a_post_of_somebody_else_in_the_session_is_none(client):
    with acting():
        other = make_post("other", roles.STREET, GRID)
    session = client.session
    session.update({"post": str(other.id)})
    session.save()
    user, held = SessionStore(session.session_key).held()
    assert user is not None and held is None
    assert not opens(client)


def test_sessions_that_ran_out_were_signed_out_or_are_not_ours_hold_nobody(client):
    key = client.session.session_key
    assert SessionStore(key).held()[1] is not None
    with acting():
        Session.objects.update(session_data="eyJ1c2VyIjoiMSJ9:1tAbCd:signed-by-an-older-program")
        assert SessionStore(key).held() == (None, None) and SessionStore(key).load() == {}
        Session.objects.update(session_data='{"user": "x"}', expire_date=timezone.now())
    assert SessionStore(key).held() == (None, None)
    assert SessionStore("k" * 32).held() == (None, None)
    assert SessionStore("' OR 1=1 --").held() == (None, None)
    assert SessionStore().held() == (None, None)


def test_what_fails_in_a_prepared_statement_is_an_error_of_django_s_and_takes_the_transaction_back(post):
    @action("tests.twice")
    def twice(*, by, now, op=None):
        with prepared() as cursor:
            for _ in range(2):
                cursor.execute("INSERT INTO site_asked (who, many, ends) VALUES (%s, 1, %s)", [by.id, now])

    del ACTIONS["tests.twice"]
    with pytest.raises(IntegrityError):
        twice(by=post)
    with connections[ACT].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM site_asked")
        assert cursor.fetchone() == (0,)
    with pytest.raises(Invalid), prepared():
        raise Invalid("x", "y")


def test_a_thread_keeps_its_connections_and_gets_new_ones_when_the_server_has_ended_them(client, db):
    seen = []

    headers = [(b"cookie", f"sessionid={client.session.session_key}".encode()), (b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": "/standing/", "query_string": b"", "headers": headers}

    def asked():
        return json.loads(Threads().answer(scope, io.BytesIO()).content)["standing"]

    def work():
        keep_connections()
        for number in range(4):
            if number == 2:
                db.owner.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND pid = ANY(%s)",
                    [NAME, list(seen[-1][1])],
                )
            seen.append((asked(), {connections[alias].connection.info.backend_pid for alias in (WEB, ACT)}))
        for alias in (WEB, ACT):
            connections[alias].close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert [answered for answered, _pids in seen] == ["post"] * 4
    pids = [each for _answered, each in seen]
    assert pids[0] == pids[1] and pids[2] == pids[3] and not pids[1] & pids[2]
    assert settings.SESSION_ENGINE == "muster.site.sessions"
