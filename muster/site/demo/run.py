"""`muster demo`: make the demonstration, or wake the one that is there, and serve it."""

from __future__ import annotations

import socket
import threading
import time
import webbrowser
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click
import psycopg
from django.conf import settings

from muster.kernel.areas import installation
from muster.kernel.operations.errors import Invalid
from muster.site.database import ServerError, prepare

HOST = "127.0.0.1"
PATIENCE = 120  # seconds in which the first page should come


def run(*, people: int, port: int, open_browser: bool, fresh: bool = False) -> None:
    """Serve the demonstration until interrupted. `fresh` throws the present one away first.

    Raises Invalid where the database holds a live installation, ServerError where the port is taken.
    """
    started = time.monotonic()

    def say(text: str) -> None:
        click.echo(f"{time.monotonic() - started:6.1f} s  {text}")

    _port_is_free(port)
    _make_or_wake(people, say, fresh=fresh)
    threading.Thread(target=_announce, args=(port, say, open_browser), daemon=True).start()
    from muster.site.serving import serve

    serve(HOST, port, demo=True)


def _make_or_wake(people: int, say, *, fresh: bool) -> None:
    """Leave a whole demonstration in the database; one that was broken off half-way is made anew."""
    from . import clock, making

    installation.forget()
    there = installation.current()
    if there.exists and there.kind != "demo":
        raise Invalid("kind", f"This database holds a {there.kind} installation: a demonstration needs one of its own.")
    if there.exists and (fresh or not there.name):
        clear()
        say("the demonstration that was here is gone")
        there = installation.current()
    prepare(Path(settings.HOME))
    if there.exists:
        clock.resume()
        say("the demonstration goes on (--fresh begins anew)")
        return
    say("the database is ready")
    making.make(people, say)


def clear() -> None:
    """Empty the database of a demonstration, and of nothing else. Raises Invalid, or ServerError while it is in use."""
    from django.db import connections

    if installation.current().kind != "demo":
        raise Invalid("kind", "Only a demonstration can be thrown away.")
    for connection in connections.all(initialized_only=True):
        connection.close()
    with psycopg.connect(settings.MUSTER_URLS["owner"], autocommit=True) as owner:
        owner.execute("SET lock_timeout = '5s'")
        try:
            owner.execute("DROP SCHEMA public CASCADE")
        except psycopg.errors.LockNotAvailable:
            raise ServerError("The demonstration is being served by another process; end that first.") from None
        owner.execute("CREATE SCHEMA public")
    installation.forget()


def _port_is_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise ServerError(f"Port {port} is taken; choose another with --port.") from None


def _announce(port: int, say, open_browser: bool) -> None:
    """Wait for the first page, say where it is, and open it."""
    address = f"http://{HOST}:{port}/demo/"
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        try:
            with urlopen(address, timeout=10) as answer:
                answer.read()
            break
        except (URLError, OSError):
            time.sleep(0.2)
    else:
        say("no page yet; see the messages above")
        return
    say("the first page is served")
    click.echo(f"\n  Choose a role:  {address}\n  (Ctrl+C ends it; the next start goes on from there)\n")
    for name in _cast():
        click.echo(f"    {address}enter/{name}/")
    if open_browser:
        webbrowser.open(address)


def _cast() -> tuple[str, ...]:
    from .posts import CAST

    return CAST
