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

_ADD = """
    INSERT INTO site_asked AS a (who, many, ends) VALUES (%s, %s, %s)
    ON CONFLICT (who) DO UPDATE SET many = EXCLUDED.many, ends = EXCLUDED.ends WHERE a.ends <= %s RETURNING many
"""
_MORE = "UPDATE site_asked SET many = many + %s WHERE who = %s AND ends > %s RETURNING many"


class SharedCounts(BaseCache):
    """Whole numbers that run out; what else a cache can do is not asked of it."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: str, value: int, timeout: Any = 60, version: int | None = None) -> bool:
        """Begin to count, for so many seconds; False where somebody has begun."""
        now = clock.now()
        return _ask(_ADD, [self._who(key), value, now + timedelta(seconds=timeout), now]) is not None

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count on. Raises ValueError where nobody has begun, or the time is over."""
        many = _ask(_MORE, [delta, self._who(key), clock.now()])
        if many is None:
            raise ValueError("nobody counts this")
        return many

    def clear(self) -> None:
        """Forget every count."""
        _ask("DELETE FROM site_asked", [])

    def _who(self, key: str) -> UUID:
        return UUID(bytes=blake2b(key.encode(), digest_size=16, key=settings.SECRET_KEY.encode()[:64]).digest())


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
