"""The tests' own ground: what one test leaves behind, the next does not find; jobs run, and fail, in plain sight."""

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from muster.kernel import clock as program_clock
from muster.kernel.posts.logins import ACT, acting

COUNT = "SELECT count(*) FROM procrastinate_jobs"


@pytest.fixture
def tasks():
    """Two tasks that exist for one test: one that queues the other, one that fails."""
    from procrastinate.contrib.django import app

    @app.task(name="tests.ask")
    def ask() -> None:
        with acting():
            app.tasks["tests.answer"].defer()

    @app.task(name="tests.answer")
    def answer() -> None:
        with acting(), connections[ACT].cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("muster_act",)

    @app.task(name="tests.fail")
    def fail() -> None:
        raise ZeroDivisionError

    yield app.tasks
    for name in ("tests.ask", "tests.answer", "tests.fail"):
        del app.tasks[name]


def one(sql: str):
    """The single value of a query, asked as the login of actions."""
    with connections[ACT].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_starts_empty(db, tasks, turn):
    assert one(COUNT) == 0
    tasks["tests.answer"].defer()
    assert one(COUNT) == 1


def test_a_session_left_open_is_ended(db, tasks):
    tasks["tests.answer"].defer()
    with psycopg.connect(settings.MUSTER_URLS["act"]) as forgotten:
        forgotten.execute("SELECT FROM procrastinate_jobs FOR UPDATE")
        db.empty()
        with pytest.raises(psycopg.OperationalError):
            forgotten.execute("SELECT 1")
    connections[ACT].close()
    assert one(COUNT) == 0


def test_jobs_and_their_jobs_run(db, tasks, run_jobs):
    assert run_jobs() == 0
    tasks["tests.ask"].defer()
    assert run_jobs() == 2
    assert run_jobs() == 0


def test_a_failing_job_is_raised_unless_expected(db, tasks, run_jobs):
    tasks["tests.fail"].defer()
    with pytest.raises(ZeroDivisionError):
        run_jobs()
    tasks["tests.fail"].defer()
    assert run_jobs(failing=True) == 1


def test_pages_and_actions_are_not_the_owner(db):
    for alias, login in (("default", "muster_web"), ("act", "muster_act")):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
            assert cursor.fetchone() == (login, False, False)


def test_the_clock_moves_when_told(clock):
    assert program_clock.now().isoformat() == "2021-11-30T19:15:00+08:00"
    clock.advance(minutes=80)
    assert program_clock.now().isoformat() == "2021-11-30T20:35:00+08:00"
