"""How often somebody may ask is counted once for all processes, and without saying who."""

import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connections

from muster.kernel import clock
from muster.kernel.posts.logins import ACT
from muster.site.counting import forget_asked
from muster.web.limits import over

pytestmark = pytest.mark.usefixtures("db", "clock")
ELSEWHERE = """
import django
django.setup()
from datetime import datetime
from muster.kernel import clock
from muster.web.limits import over
clock.freeze(datetime.fromisoformat("{now}"))
print([over("reports:10.0.0.7", 3, 60) for _ in range(2)])
"""


def test_another_process_goes_on_where_this_one_was():
    assert [over("reports:10.0.0.7", 3, 60) for _ in range(2)] == [False, False]
    told = subprocess.run(
        [sys.executable, "-c", ELSEWHERE.format(now=clock.now().isoformat())], capture_output=True, text=True
    )
    assert told.stdout.strip() == "[False, True]", told.stderr
    assert over("reports:10.0.0.7", 3, 60)
    assert not over("reports:10.0.0.8", 3, 60)


def test_the_time_runs_from_the_first_and_then_anew():
    assert [over("x", 1, 60), over("x", 1, 60)] == [False, True]
    clock.freeze(clock.now() + timedelta(seconds=61))
    assert [over("x", 1, 60), over("x", 1, 60)] == [False, True]


def test_many_at_once_are_each_counted():
    said = []

    def ask():
        said.append(over("x", 20, 60))
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [False] * 20 + [True] * 10


def test_nobody_can_read_who_asked_and_what_is_over_is_deleted():
    over("tries:10.0.0.7", 1, 60)
    with connections[ACT].cursor() as cursor:
        cursor.execute("SELECT string_agg(a::text, '') FROM site_asked a")
        assert "10.0.0.7" not in cursor.fetchone()[0]
    assert forget_asked(clock.now()) == 0
    assert forget_asked(clock.now() + timedelta(seconds=60)) == 1
