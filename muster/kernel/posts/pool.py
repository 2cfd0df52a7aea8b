"""A pool of connections that outlives a restart of the server."""

from __future__ import annotations

from typing import Any

from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool


class Pool(ConnectionPool[Connection[Any]]):
    """Where one idle connection is found dead, all are looked at.

    One at a time, as the library does it, the wait doubles after each: six dead ones cost a page 20 s and its answer.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, check=self._look, open=False, **options)

    def _look(self, connection: Connection[Any]) -> None:
        try:
            self.check_connection(connection)
        except OperationalError:
            self.check()
            raise
