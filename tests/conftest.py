"""Fixtures for what needs Django, a database or a browser. Tests of rules need none of it, and pay for none."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests import database

HOME = database.prepare_environment()
NIGHT = datetime(2021, 11, 30, 19, 15, tzinfo=ZoneInfo("Asia/Shanghai"))  # the demo's positive result


def start_django() -> None:
    """Django with the tests' settings; done when the first module outside tests/rules is collected."""
    import django
    from django.apps import apps

    if apps.ready:
        return
    django.setup()
    from django.conf import settings
    from django.test.utils import setup_test_environment

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a good one is slow on purpose
    setup_test_environment(debug=False)


def pytest_pycollect_makemodule(module_path, parent):
    """Models can be imported by test modules, because Django is ready before they are."""
    if "rules" not in module_path.parts:
        start_django()


def pytest_unconfigure(config):
    """Each process removes its own home."""
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def worker_database() -> Iterator["database.WorkerDatabase"]:
    """This worker's clone of the migrated template."""
    start_django()
    from django.db import connections

    held = database.WorkerDatabase()
    yield held
    for connection in connections.all():
        connection.close()
        connection.close_pool()
    held.close()


@pytest.fixture
def db(worker_database) -> Iterator["database.WorkerDatabase"]:
    """A migrated, otherwise empty database, reached through the real logins; what a test commits is gone after it."""
    from django.db import connections

    from muster.kernel.areas import installation

    installation.forget()
    yield worker_database
    for connection in connections.all(initialized_only=True):
        connection.close()
        _forget_lent(connection)
    worker_database.empty()
    installation.forget()


def _forget_lent(connection) -> None:
    """A pool from which a thread of the test still holds a connection is thrown away: the next test gets a full one."""
    pool = getattr(connection, "pool", None)
    if pool is not None:
        counts = pool.get_stats()
        if counts["pool_available"] < counts["pool_size"]:
            connection.close_pool()


@pytest.fixture
def fresh_home() -> Iterator[Path]:
    """A folder for an installation of its own, which the embedded server's user can reach.

    Not below pytest's own folder: any other session that starts closes that one to everybody else.
    """
    home = Path(tempfile.mkdtemp(prefix="muster-test-fresh-"))
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def client(db):
    """Django's test client: requests go through the whole stack, in this process."""
    from django.test import Client

    return Client()


class FrozenClock:
    """The program's clock, stopped; it moves when told to."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def set(self, moment: datetime) -> None:
        """Put the clock to an aware moment."""
        from muster.kernel import clock

        self.now = moment
        clock.freeze(moment)

    def advance(self, **amount: float) -> datetime:
        """Move on by hours=, minutes=, days= …; returns the new moment."""
        self.set(self.now + timedelta(**amount))
        return self.now


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """The night of 30 November 2021, 19:15 in Shanghai."""
    from muster.kernel import clock

    yield FrozenClock(NIGHT)
    clock.thaw()


@pytest.fixture
def run_jobs(db) -> Callable[..., int]:
    """Runs queued jobs, and the jobs they queue, until none is due; returns how many. `failing=True` lets jobs fail."""
    from tests.serving import drain

    return drain


@pytest.fixture
def live_server(db) -> Iterator[str]:
    """Address of a running Muster, with its worker, in threads of this process: it sees the frozen clock."""
    from tests.serving import serving

    with serving() as address:
        yield address


@pytest.fixture
def browser(monkeypatch):
    """Chromium. Its Python side keeps an event loop in this thread, so Django must be told that we know."""
    from tests.browsing import chromium

    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with chromium() as running:
        yield running


@pytest.fixture
def open_page(browser):
    """Opens pages as different people: `open_page()`, `open_page(phone=True)`; each has cookies of its own."""
    from tests.browsing import Visits

    visits = Visits(browser)
    yield visits.open
    visits.close()


@pytest.fixture
def browser_page(open_page):
    """One desktop page. At the end no script may have failed and no request may have left this host."""
    return open_page()


@pytest.fixture
def phone_page(open_page):
    """One page of 360 px, with touch."""
    return open_page(phone=True)
