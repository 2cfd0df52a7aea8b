"""PostgreSQL ends our connections in the middle of a request: come again in a moment, and nothing counts twice."""

import psycopg
import pytest
from django.db import connections

from muster.domains.screening.models import Registration
from muster.kernel import ids
from muster.kernel.posts.logins import ACT, WEB, acting
from muster.site.away import is_away
from tests import screening_cast as cast
from tests.database import NAME
from tests.pages.test_screening import post_json
from tests.town import sign_in

pytestmark = pytest.mark.usefixtures("db", "clock")
ENDED = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND usename = %s"
HTML = {"accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def town(db, clock):
    return cast.build(people=2)


@pytest.fixture
def broken_at(db, client):
    """The server ends the connections of a login as soon as a statement with this text comes."""
    client.raise_request_exception = False

    def at(login, text):
        def end(execute, sql, *rest):
            if text in sql:
                db.owner.execute(ENDED, [NAME, connections[login].settings_dict["USER"]])
            return execute(sql, *rest)

        return connections[login].execute_wrapper(end)

    return at


def test_a_phone_is_told_to_come_again_and_what_it_sends_again_counts_once(client, town, broken_at):
    row, key = cast.opened(town), ids.uuid7()
    sign_in(client, town.worker)
    swabs = [cast.swab(town, "r0", "T1"), cast.swab(town, "r1", "T1")]
    for text in ("INSERT INTO operations_operation", "UPDATE operations_operation"):  # before its swabs, and after
        with broken_at(ACT, text):
            answer = post_json(client, row, swabs, key)
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) == answer.json()["retry_after"] > 0
        assert answer["Content-Type"] == "application/json"
    assert {each["verdict"] for each in post_json(client, row, swabs, key).json()["verdicts"]} == {"new"}
    with acting():
        assert Registration.objects.count() == 2


@pytest.mark.parametrize(("language", "said"), [("en", "The database is away"), ("zh-hans", "数据库暂时连不上")])
def test_people_get_a_page_that_says_what_to_do(client, town, broken_at, language, said):
    sign_in(client, town.worker)
    headers = HTML | {"accept-language": language}
    with broken_at(WEB, "duties_duty"):
        answer = client.get("/duties/", headers=headers)
    assert answer.status_code == 503
    assert said in answer.content.decode()
    assert answer["Refresh"] == answer["Retry-After"]
    assert client.get("/duties/", headers=headers).status_code == 200


def test_a_form_is_not_asked_for_again_by_itself(client, town, broken_at):
    sign_in(client, town.worker)
    with broken_at(ACT, "django_session"):
        answer = client.post("/language/", {"language": "en"}, headers=HTML)
    assert answer.status_code == 503
    assert "Refresh" not in answer


def test_a_machine_is_told_the_same(client, town, broken_at):
    with broken_at(ACT, "posts_apikey"):
        answer = client.post("/api/v1/results", "[]", "application/json", headers={"authorization": "Bearer x"})
    assert (answer.status_code, answer.json()["retry_after"]) == (503, int(answer["Retry-After"]))


def test_only_what_passes_by_itself_is_away():
    with pytest.raises(psycopg.OperationalError) as refused:
        psycopg.connect("host=127.0.0.1 port=1", connect_timeout=2)
    for error in (refused.value, psycopg.errors.AdminShutdown(), psycopg.errors.DeadlockDetected()):
        assert is_away(error)
    for error in (psycopg.errors.InvalidTextRepresentation(), psycopg.errors.UniqueViolation(), OSError("full"), None):
        assert not is_away(error)
