"""The tests' PostgreSQL: one server for all sessions, one migrated template, one clone of it per worker process.

The server's data stays in the temporary folder between sessions, so that a second run makes and migrates nothing;
the template's name holds a digest of all that shapes the schema. MUSTER_TEST_FRESH=1 throws everything away first.
"""

import hashlib
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from muster.site import database, embedded

ROOT = Path(__file__).resolve().parents[1]
CLUSTER = (
    Path(tempfile.gettempdir()) / f"muster-tests-{os.getuid()}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"
)
NAME = f"t_{os.getpid()}"
# Kept worlds belong to the session, of which each worker process is a child: other code makes another world.
SESSION = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
# No autovacuum: its snapshots would keep a load's own vacuum from finding every row visible, now and then.
FAST = {
    "autovacuum": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "400",
}
SHAPES_SCHEMA = (
    "muster/**/migrations/*.py",
    "muster/kernel/posts/walls.py",
    "muster/site/database.py",
    "muster/site/settings.py",
    "requirements.lock",
)

# Rows are deleted with triggers and foreign keys off, so their order does not matter; empty tables cost one look.
EMPTY = """
DO $$
DECLARE name regclass; filled boolean;
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR name IN SELECT c.oid FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
                AND c.relname <> ALL ({static}) AND pg_relation_size(c.oid) > 0
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO filled;
        IF filled THEN EXECUTE format('DELETE FROM %s', name); END IF;
    END LOOP;
END $$
"""
SWOLLEN = """
SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
AND c.relname <> ALL (%s) AND pg_relation_size(c.oid) > 1000000
"""


def prepare_environment() -> Path:
    """Points MUSTER_HOME and DATABASE_URL at this process's own home and database; starts nothing. Returns the home."""
    if os.environ.get("MUSTER_TEST_FRESH") and "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(CLUSTER, ignore_errors=True)
    home = Path(tempfile.mkdtemp(prefix="muster-test-home-"))
    database.save_secrets(home, database.secrets(CLUSTER))  # logins belong to the server, so one password for all
    (home / "static").mkdir()
    os.environ["MUSTER_HOME"] = str(home)
    os.environ["DATABASE_URL"] = database.owner_url(CLUSTER, NAME)
    os.environ["DJANGO_SETTINGS_MODULE"] = "muster.site.settings"
    return home


class WorkerDatabase:
    """This process's database: a clone of the template, emptied after each test."""

    def __init__(self) -> None:
        embedded.start_server(CLUSTER, FAST)
        self.maintenance = psycopg.connect(database.owner_url(CLUSTER, "postgres"), autocommit=True)
        self.template = template = f"template_{_digest()}"
        with database.locked(CLUSTER, "template.lock"):
            self._drop_leftovers(template)
            if self._exists(template):
                self._copy(template, NAME)
            else:
                self._build(template)
        self._return()
        self.static = self._filled_tables()

    def empty(self) -> None:
        """Deletes every row that a migration did not put there. Sessions left in a transaction are ended."""
        self.owner.execute("SET lock_timeout = '2s'")
        statement = sql.SQL(EMPTY).format(static=sql.Literal(self.static))
        try:
            self.owner.execute(statement)
        except psycopg.errors.LockNotAvailable:
            self._end_sessions(NAME, but=self.owner.info.backend_pid)
            self.owner.execute(statement)
        for (name,) in self.owner.execute(SWOLLEN, [self.static]).fetchall():
            self.owner.execute(sql.SQL("VACUUM {}").format(sql.Identifier(name)))

    def world(self, name: str, build: Callable[[], Any]) -> Any:
        """Fills the empty database with a world, and returns what `build` said of it: built once for all workers.

        Whoever needs it first builds it and keeps a copy; everybody else gets the copy, and the answer by pickle.
        """
        kept = f"w_{SESSION}_{name}"
        told = CLUSTER / f"{kept}.pickle"
        with database.locked(CLUSTER, f"{kept}.lock"):
            if not self._exists(kept):
                answer = build()
                self._leave()
                told.write_bytes(pickle.dumps(answer))
                with database.locked(CLUSTER, "template.lock"):
                    self._copy(NAME, kept)
                self._return()
                return answer
        self._leave()
        self._drop(NAME)
        with database.locked(CLUSTER, "template.lock"):
            self._copy(kept, NAME)
        self._return()
        return pickle.loads(told.read_bytes())

    def _leave(self) -> None:
        """Ends every connection of this process to its database.

        Also those made while Chromium's event loop ran in this thread: Django keeps them apart, and would go on with
        them, ended, when it runs again.
        """
        from django.db import connections

        outside = connections._connections._storage
        for held in (outside, getattr(outside, "cvar", None)):
            for connection in filter(None, (getattr(held, alias, None) for alias in connections)):
                connection.close()
                if getattr(connection, "pool", None) is not None:
                    connection.close_pool()
        self.owner.close()

    def _return(self) -> None:
        self.owner = psycopg.connect(database.owner_url(CLUSTER, NAME), autocommit=True)

    def close(self) -> None:
        """Drops the clone and leaves the server, which stops when nobody else uses it."""
        self.owner.close()
        self._drop(NAME)
        self.maintenance.close()
        embedded.leave(CLUSTER)

    def clone_template(self, name: str) -> None:
        """One more clone of the template, for a test that changes the schema; `drop` it afterwards."""
        with database.locked(CLUSTER, "template.lock"):
            self._copy(self.template, name)

    def drop(self, name: str) -> None:
        """Drops a clone made by `clone_template`."""
        self._drop(name)

    def _build(self, template: str) -> None:
        """Migrates a new database once and keeps a copy of it as the template."""
        from django.db import connections

        self.maintenance.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        database.prepare(CLUSTER, database.owner_url(CLUSTER, NAME))
        for connection in connections.all():
            connection.close()
        self._copy(NAME, template)

    def _copy(self, source: str, target: str) -> None:
        self._end_sessions(source)
        names = sql.Identifier(target), sql.Identifier(source)
        self.maintenance.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(*names))

    def _filled_tables(self) -> list[str]:
        tables = self.owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        filled = sql.SQL("SELECT EXISTS (SELECT FROM {})")
        held = [name for (name,) in tables if self.owner.execute(filled.format(sql.Identifier(name))).fetchone()[0]]
        return [*held, "django_migrations"]

    def _drop_leftovers(self, template: str) -> None:
        """Databases of sessions that were killed, and templates of an older schema."""
        for (name,) in self.maintenance.execute("SELECT datname FROM pg_database").fetchall():
            orphan = name.startswith(("t_", "w_")) and not _alive(int(name.split("_")[1]))
            if orphan or (name.startswith("template_") and name != template):
                self._drop(name)
        for file in CLUSTER.glob("w_*"):
            if not _alive(int(file.name.split("_")[1])):
                file.unlink(missing_ok=True)

    def _drop(self, name: str) -> None:
        self.maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _exists(self, name: str) -> bool:
        found = self.maintenance.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None

    def _end_sessions(self, name: str, but: int = 0) -> None:
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
        self.maintenance.execute(ending, [name, but])


def _digest() -> str:
    digest = hashlib.sha256()
    for file in sorted(path for pattern in SHAPES_SCHEMA for path in ROOT.glob(pattern)):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
