"""The whole database as it was at one moment: what has changed since, and how to put it back in milliseconds."""

from __future__ import annotations

import psycopg
from psycopg import sql

from muster.kernel.areas import installation

# Who is signed in, and who looked, is no effect of a request: every one adds to it.
APART = {"django_session", "django_migrations", "posts_accesslog"}
COUNTED = "site_asked"  # who asked how often: no effect either, but it is put back, or the last tests are told to wait
TABLES = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attgenerated = '' GROUP BY 1 ORDER BY 1
"""
# Rows, and the sum of their digests: it needs no order.
STATE = "SELECT {name}, count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {table} t"
State = dict[str, tuple[int, int]]


class Kept:
    """The night as it was, beside the tables, so that it can be put back."""

    def __init__(self, owner: psycopg.Connection) -> None:
        self.owner, found = owner, owner.execute(TABLES).fetchall()
        self.columns = {table: names for table, names in found if table not in APART}
        owner.execute("CREATE SCHEMA kept")
        for table in self.columns:
            copy = sql.SQL("CREATE UNLOGGED TABLE {} AS TABLE {}")
            owner.execute(copy.format(sql.Identifier("kept", table), sql.Identifier("public", table)))
        parts = [
            sql.SQL(STATE).format(name=sql.Literal(table), table=sql.Identifier("public", table))
            for table in self.columns
        ]
        self.asked = sql.SQL(" UNION ALL ").join(parts)
        self.night = self._every()

    def state(self) -> State:
        """Rows and their digest, by table."""
        return {table: found for table, found in self._every().items() if table != COUNTED}

    def _every(self) -> State:
        return {table: (count, digest) for table, count, digest in self.owner.execute(self.asked).fetchall()}

    def put_back(self) -> None:
        """Make every changed table what it was."""
        now = self._every()
        with self.owner.transaction():
            self.owner.execute("SET LOCAL session_replication_role = 'replica'")
            self.owner.execute("DELETE FROM site_asked")
            for table in (table for table in now if now[table] != self.night[table]):
                names = {"table": sql.Identifier("public", table), "kept": sql.Identifier("kept", table)}
                columns = sql.SQL(", ").join(map(sql.Identifier, self.columns[table]))
                again = "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {kept}"
                self.owner.execute(sql.SQL("DELETE FROM {table}").format(**names))
                self.owner.execute(sql.SQL(again).format(columns=columns, **names))
        installation.forget()

    def drop(self) -> None:
        """Leave nothing behind."""
        self.owner.execute("DROP SCHEMA kept CASCADE")
