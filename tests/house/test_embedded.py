"""The embedded server: made once, shared, stopped by the last, closed to whoever has no password."""

import json
import os
import subprocess
import sys

import psycopg
import pytest

from muster.site import database, embedded

SHARE = """
import sys
from pathlib import Path
from muster.site import embedded
embedded.start_server(Path(sys.argv[1]))
print("here", flush=True)
sys.stdin.readline()
"""


def neighbour(home) -> subprocess.Popen:
    """Another process that uses the same server, from the line it prints until its input closes."""
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", SHARE, str(home)], stdin=pipe, stdout=pipe, text=True)
    assert process.stdout.readline() == "here\n"
    return process


def test_last_user_stops_the_server(fresh_home):
    home = fresh_home / "home"
    url = embedded.start_server(home, {"fsync": "off"})
    first, killed = neighbour(home), neighbour(home)
    embedded.leave(home)
    psycopg.connect(url).close()  # the neighbours still use it
    killed.kill()
    killed.communicate()
    psycopg.connect(url).close()
    first.communicate("\n")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    embedded.start_server(home)
    psycopg.connect(url).close()  # and it starts again, with what it held
    embedded.leave(home)


def test_socket_asks_for_a_password(fresh_home):
    url = embedded.start_server(fresh_home, {"fsync": "off"})
    try:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(database.with_parts(url, password="wrong"))
    finally:
        embedded.leave(fresh_home)


def test_secrets_are_made_once_and_private(fresh_home):
    made = embedded.secrets(fresh_home)
    assert made == embedded.secrets(fresh_home) == json.loads((fresh_home / "secrets.json").read_text())
    assert len({made["postgres"], made["muster_web"], made["muster_act"], made["secret_key"]}) == 4
    assert os.stat(fresh_home / "secrets.json").st_mode & 0o777 == 0o600


def test_addresses_follow_database_url(fresh_home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://own%40er:p%3Aw@db.example:6432/epi?sslmode=require")
    urls = embedded.database_urls(fresh_home)
    assert embedded.start(fresh_home) == urls["owner"] and not (fresh_home / "pg").exists()
    web = psycopg.conninfo.conninfo_to_dict(urls["default"])
    assert (web["user"], web["host"], web["port"], web["dbname"]) == ("muster_web", "db.example", "6432", "epi")
    assert web["sslmode"] == "require" and web["password"] == embedded.secrets(fresh_home)["muster_web"]


def test_long_home_gets_a_short_socket(fresh_home):
    deep = fresh_home / ("x" * 80) / "pg home"
    assert len(str(database.socket_folder(deep))) < 40
    assert database.socket_folder(deep) == database.socket_folder(deep)


def test_too_powerful_login_is_refused(fresh_home):
    url = embedded.start_server(fresh_home, {"fsync": "off"})
    try:
        with psycopg.connect(url, autocommit=True) as owner:
            database.ensure_logins(owner, embedded.secrets(fresh_home))
            database.ensure_logins(owner, embedded.secrets(fresh_home))
            owner.execute("ALTER ROLE muster_web BYPASSRLS")
            with pytest.raises(embedded.ServerError):
                database.ensure_logins(owner, embedded.secrets(fresh_home))
    finally:
        embedded.leave(fresh_home)
