"""Counts that all processes share, as a cache of Django's: what `muster.web.limits` counts in.

A row that is not logged, one statement for each request. It holds no address and no name: a keyed digest.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache.backends.base import BaseCache
from django.db import connections

from muster.kernel import clock
from muster.kernel.posts.logins import ACT, acting, prepared

_COUNT = """
    INSERT INTO site_asked AS a (who, many, ends) VALUES (%s, 1, %s) ON CONFLICT (who) DO UPDATE SET
        many = CASE WHEN a.ends <= %s THEN 1 ELSE a.many + 1 END,
        ends = CASE WHEN a.ends <= %s THEN EXCLUDED.ends ELSE a.ends END
    RETURNING many
"""


class SharedCounts(BaseCache):
    """Counts that begin anew; what else a cache can do is not asked of it."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def count(self, key: str, seconds: int) -> int:
        """Count once more; how many that makes since the first of these `seconds`."""
        now = clock.now()
        who = UUID(bytes=blake2b(key.encode(), digest_size=16, key=settings.SECRET_KEY.encode()[:64]).digest())
        return int(_ask(_COUNT, [who, now + timedelta(seconds=seconds), now, now]))

    def clear(self) -> None:
        """Forget every count."""
        _ask("DELETE FROM site_asked", [])


def forget_asked(now: datetime) -> int:
    """Delete the counts that have run out; returns how many."""
    with connections[ACT].cursor() as cursor:
        cursor.execute("DELETE FROM site_asked WHERE ends <= %s", [now])
        return cursor.rowcount


def _ask(sql: str, values: list[Any]) -> Any:
    with acting(), prepared() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone() if cursor.description else None
    return row and row[0]
