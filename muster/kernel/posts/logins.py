"""Two database logins, and which of them the ORM speaks through at this moment.

Pages read as `muster_web` (alias `default`): no rights to write, forced row-level security, no rows without a post.
Actions, jobs and the command line work as `muster_act` (alias `act`), after `require()` has said yes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

WEB, ACT, OWNER = "default", "act", "owner"
_login: ContextVar[str] = ContextVar("muster_login", default=WEB)


class LoginRouter:
    """Sends every query through the login of the running code; migrations run as the owner only."""

    def db_for_read(self, model, **hints):  # noqa: D102
        return _login.get()

    db_for_write = db_for_read

    def allow_relation(self, *objects, **hints):  # noqa: D102
        return True

    def allow_migrate(self, db, app_label, **hints):  # noqa: D102
        return db == OWNER


def current() -> str:
    """The database alias of the running code."""
    return _login.get()


def connection() -> BaseDatabaseWrapper:
    """The Django connection of the running code's login, for named SQL."""
    return connections[_login.get()]


@contextmanager
def prepared() -> Iterator[Any]:
    """A cursor of the same connection, for what every request asks: the server keeps its statements planned."""
    wrapper: Any = connections[_login.get()]
    wrapper.close_if_health_check_failed()
    wrapper.ensure_connection()
    with wrapper.wrap_database_errors, psycopg.Cursor(wrapper.connection) as cursor:
        yield (wrapper.make_debug_cursor if wrapper.queries_logged else wrapper.make_cursor)(cursor)


@contextmanager
def acting() -> Iterator[None]:
    """Work as `muster_act`, which sees every area. Only after `require()`, or where there is no user."""
    token = _login.set(ACT)
    try:
        yield
    finally:
        _login.reset(token)


@contextmanager
def viewing(post_id: UUID) -> Iterator[None]:
    """Read as `muster_web` for one post: one transaction, its rows only."""
    token = _login.set(WEB)
    try:
        with transaction.atomic(using=WEB):
            with connections[WEB].cursor() as cursor:
                cursor.execute("SELECT set_config('muster.post', %s, true)", [str(post_id)])
            yield
    finally:
        _login.reset(token)
