"""The backend that the settings name."""

from __future__ import annotations

import select
import threading
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from muster.kernel.posts.pool import Pool

_here = threading.local()


def keep_connections() -> None:
    """This thread lives as long as the process: it gives its connections back to nobody."""
    _here.keeps = True


class DatabaseOperations(base.DatabaseOperations):
    """As Django's; also of a prepared statement it is known what was asked."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """The statement with its values; without them where the server binds them."""
        return str(sql) if type(cursor) is psycopg.Cursor else super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, with our pool."""

    ops_class = DatabaseOperations
    _connection_pools: dict[str, Any]

    @property
    def pool(self) -> Any:
        """The pool of this login; None where the settings ask for none."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if options and self.alias not in self._connection_pools:
            arguments = {**self.get_connection_params(), "autocommit": True}
            made = Pool(kwargs=arguments, configure=self._configure_connection, **options)
            self._connection_pools.setdefault(self.alias, made)
        return self._connection_pools.get(self.alias)

    def connect(self) -> None:
        """A connection from the pool; a thread that keeps it looks at it once in each request."""
        super().connect()
        if getattr(_here, "keeps", False):
            self.close_at = None

    def close_if_health_check_failed(self) -> None:
        """Also with a pool: what the thread has kept was taken from it long ago."""
        super(base.DatabaseWrapper, self).close_if_health_check_failed()

    def is_usable(self) -> bool:
        """Whether the server is still there. One that has ended has closed its side, so as a rule nobody is asked."""
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0) or super().is_usable()
