"""What every command does first and last: database, Django, the site's language and time; errors in one line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click


def home() -> Path:
    """MUSTER_HOME: where secrets, plans and the embedded database are."""
    return Path(os.environ.get("MUSTER_HOME", "~/.muster")).expanduser()


def opened(function: Callable[..., Any] | None = None, *, prepared: bool = True) -> Callable[..., Any]:
    """Make a function run on the open installation, as `muster_act`. An error becomes one line and exit code 1.

    `prepared=False` is for commands that make the installation. MUSTER_TRACEBACK=1 shows where an error came from.
    """
    if function is None:
        return lambda wrapped: opened(wrapped, prepared=prepared)

    @wraps(function)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            with installation_open(prepared):
                return function(*arguments, **options)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get("MUSTER_TRACEBACK"):
                raise
            raise _one_line(error) from None

    return run


@contextmanager
def installation_open(prepared: bool = True) -> Iterator[None]:
    """The database reachable and Django set up; connections are closed at the end, if they were opened here."""
    from django.apps import apps

    inside = apps.ready  # a test, or a program that calls commands: the database is its affair
    if not inside:
        start()
    from django.utils import timezone, translation

    from muster.kernel import clock
    from muster.kernel.posts.logins import acting

    with translation.override(language()), acting():
        try:
            if prepared:
                _must_be_prepared()
            with timezone.override(clock.zone()):
                yield
        finally:
            if not inside:
                close()


def start() -> None:
    """Start or join the embedded database, unless DATABASE_URL names another, and set Django up."""
    import django

    from muster.site import embedded

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.site.settings")
    embedded.start(home())
    django.setup()


def close() -> None:
    """Close every connection, so that the last process to leave can stop the embedded database."""
    from django.db import connections

    from muster.kernel.posts import access

    access.close()
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()


def language() -> str:
    """The language of the terminal: Chinese where the environment says so, else English."""
    said = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh-hans" if said.lower().startswith("zh") else "en"


def _must_be_prepared() -> None:
    """Asked on a connection of its own: a pool would try a wrong password for twenty seconds."""
    import psycopg
    from django.conf import settings

    try:
        with psycopg.connect(settings.MUSTER_URLS["act"], connect_timeout=10) as connection:
            if connection.execute("SELECT FROM areas_installation").fetchone() is not None:
                return
    except psycopg.errors.UndefinedTable:
        pass
    except psycopg.OperationalError as error:
        if not any(word in str(error) for word in ("password", "does not exist")):
            raise
    raise click.ClickException("There is no installation in this database yet; run `muster init`.")


def _one_line(error: Exception) -> click.ClickException:
    from muster.ledger.imports.reading.errors import Unreadable

    said = str(getattr(error, "message", "") or error).strip().splitlines()
    line = said[0] if said else ""
    ours = type(error).__module__.startswith("muster.")
    failure = click.ClickException(line if ours and line else f"{type(error).__name__}: {line}")
    failure.exit_code = 2 if isinstance(error, Unreadable) else 1
    return failure
