"""The access log, written on a connection of its own so that no rollback takes it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from muster.kernel import clock, ids
from muster.kernel.posts.pool import Pool

_INSERT = """
    INSERT INTO posts_accesslog (id, at, post_id, user_id, event, subject, field, purpose, area)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_LONGEST_CODE = 40
_pool: Pool | None = None


def log_access(
    *, by: Any, event: str, subject: UUID | None = None, field: str = "", purpose: str = "", area: str = ""
) -> None:
    """Record one look, or one refusal, and commit it. Raises if that cannot be done: then nothing may be shown."""
    with _connections().connection() as connection:
        area = area[:_LONGEST_CODE]  # a refused form may have asked for anything
        row = (ids.uuid7(), clock.now(), by.id, getattr(by, "user_id", None), event, subject, field, purpose, area)
        connection.execute(_INSERT, row)


def _connections() -> Pool:
    global _pool
    conninfo = settings.MUSTER_URLS["act"]
    if _pool is None or _pool.conninfo != conninfo:
        close()
        _pool = Pool(conninfo, min_size=0, max_size=4, timeout=10)
        _pool.open()
    return _pool


def close() -> None:
    """Close the log's connections (between tests, at the end of a command)."""
    global _pool
    if _pool is not None:
        _pool.close()
    _pool = None
