"""Secrets of an installation, the addresses of its database, and the two logins that use it.

MUSTER_HOME/secrets.json holds passwords and keys, apart from the database and its dumps. DATABASE_URL, when set, is the
owner's address of any PostgreSQL >= 16; without it the address is that of the embedded server's socket.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import json
import os
import re
import secrets as randomness
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg import conninfo, sql

DATABASE, OWNER, WEB, ACT = "muster", "postgres", "muster_web", "muster_act"


class ServerError(RuntimeError):
    """The database cannot be used as it is; the message says why, and ends with what the server said."""


def secrets(home: Path) -> dict[str, Any]:
    """The installation's secrets, made on first use.

    `postgres`, `muster_web`, `muster_act` are passwords, `secret_key` signs sessions, `keys` encrypt identifiers
    (`people.crypto`). Back the file up, apart from the database's dumps.
    """
    file = Path(home) / "secrets.json"
    if not file.exists():
        with locked(home, "secrets.lock"):
            if not file.exists():
                save_secrets(home, _fresh_secrets())
    return json.loads(file.read_text(encoding="utf-8"))


def _fresh_secrets() -> dict[str, Any]:
    from muster.kernel.people.crypto import new_keys

    passwords = {name: randomness.token_urlsafe(32) for name in (OWNER, WEB, ACT)}
    return {**passwords, "secret_key": randomness.token_urlsafe(64), "keys": new_keys()}


def save_secrets(home: Path, values: Mapping[str, Any]) -> None:
    """Replaces the secrets in one step, readable by their owner only."""
    handle, name = tempfile.mkstemp(dir=home, prefix=".secrets-")  # mkstemp makes it 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(values, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, Path(home) / "secrets.json")


def database_urls(home: Path) -> dict[str, str]:
    """Addresses for the aliases `owner`, `act` and `default`. Starts nothing: the socket's place is predictable."""
    owner = os.environ.get("DATABASE_URL") or owner_url(home)
    known = secrets(home)
    return {
        "owner": owner,
        "act": with_parts(owner, user=ACT, password=known[ACT]),
        "default": with_parts(owner, user=WEB, password=known[WEB]),
    }


def with_parts(url: str, **changes: str) -> str:
    """The address with some parts changed: user, password, dbname, host, port or an option of libpq."""
    parts = {name: str(value) for name, value in {**conninfo.conninfo_to_dict(url), **changes}.items()}
    user, password, name = (quote(parts.pop(part, ""), safe="") for part in ("user", "password", "dbname"))
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    return f"postgresql://{login}/{name}" + (f"?{urlencode(parts)}" if parts else "")


def socket_folder(home: Path) -> Path:
    """The embedded socket's place: the data folder, or a short one when that name is too long (107 bytes in all)."""
    folder = Path(home).expanduser().resolve() / "pg"
    if len(os.fsencode(folder)) <= 90 and re.fullmatch(r"[\w./-]+", str(folder), re.ASCII):
        return folder
    return Path("/tmp") / f"muster-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"


def owner_url(home: Path, database: str = DATABASE) -> str:
    """The owner's address on the embedded server."""
    folder = str(socket_folder(home))
    return with_parts(f"postgresql:///{database}?port=5432", user=OWNER, password=secrets(home)[OWNER], host=folder)


@contextmanager
def locked(home: Path, name: str) -> Iterator[None]:
    """Holds a file of MUSTER_HOME (made when missing) against other processes."""
    Path(home).mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(Path(home) / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def ensure_logins(owner: psycopg.Connection, known: Mapping[str, str]) -> None:
    """Creates or corrects the logins of pages (`muster_web`) and actions (`muster_act`), with their passwords.

    Logins belong to the whole server, so several databases may do this at one moment: whoever loses tries again.
    Raises ServerError when a login exists that may do more than it should.
    """
    for name in (WEB, ACT):
        # The server gets a verifier, so that the password is in no log.
        verifier = owner.pgconn.encrypt_password(known[name].encode(), name.encode(), b"scram-sha-256").decode()
        for attempt in range(20):
            try:
                with owner.transaction():
                    _ensure_login(owner, name, verifier)
                break
            except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation, psycopg.errors.InternalError_):
                if attempt == 19:
                    raise


def _ensure_login(owner: psycopg.Connection, name: str, verifier: str) -> None:
    row = owner.execute(
        "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication"
        " FROM pg_roles WHERE rolname = %s",
        [name],
    ).fetchone()
    if row and row[0]:
        raise ServerError(f"The database login {name} exists and may do too much; drop it or take its rights away.")
    limits = "LOGIN NOINHERIT" if row else "LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE"
    verb = "ALTER" if row else "CREATE"
    owner.execute(sql.SQL(f"{verb} ROLE {{}} {limits} PASSWORD {{}}").format(sql.Identifier(name), verifier))


def prepare(home: Path, owner: str = "") -> None:
    """Makes an empty or an older database ready: logins, tables, rights. Says nothing about the installation itself.

    Django must be set up. `owner` is the address to work at, else that of the settings. May be repeated, also by two
    processes at once. Raises ServerError when the server is too old, the owner may not make logins, or the database was
    made by another version, of which this one lacks a migration.
    """
    from django.core.management import call_command

    with psycopg.connect(owner or database_urls(home)["owner"], autocommit=True) as connection:
        if connection.info.server_version < 160_000:
            raise ServerError("PostgreSQL 16 or later is needed.")
        connection.execute("SELECT pg_advisory_lock(hashtext('muster.prepare'))")  # ends with the connection
        try:
            ensure_logins(connection, secrets(home))
        except psycopg.errors.InsufficientPrivilege as error:
            raise ServerError(f"The owner of the database may not make logins: {error}") from None
        if later := _of_other_versions():
            raise ServerError(
                f"This database was made by another version of Muster ({', '.join(later[:3])}); nothing was changed."
                " Start it with that version, or with a later one. A demonstration begins anew with --fresh."
            )
        gc.disable()  # migrating makes ten thousand classes: to look for garbage meanwhile is a fifth of the time
        try:
            call_command("migrate", database="owner", interactive=False, verbosity=0)
        finally:
            gc.enable()
        connection.execute(_RIGHTS)


def _of_other_versions() -> list[str]:
    """Migrations of our own apps that the database had and this version does not know."""
    from django.apps import apps
    from django.db import connections
    from django.db.migrations.recorder import MigrationRecorder

    ours = {app.label: app.name for app in apps.get_app_configs() if app.name.startswith("muster.")}
    had = [
        (ours[app], name) for app, name in MigrationRecorder(connections["owner"]).applied_migrations() if app in ours
    ]
    return sorted(f"{app}.{name}" for app, name in had if not find_spec(f"{app}.migrations.{name}"))


# Tables of Django and procrastinate are made by their own migrations, which know nothing of our two logins: only
# actions and jobs work with them. Row security without a policy for `muster_web` keeps pages out, whatever is granted.
_RIGHTS = r"""
DO $$
DECLARE
    name text;
BEGIN
    GRANT USAGE ON SCHEMA public TO muster_web, muster_act;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_act;
    FOR name IN
        SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace AND nspname = 'public'
        WHERE relkind = 'r' AND (relname LIKE 'procrastinate\_%' OR relname = 'django_migrations')
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('DROP POLICY IF EXISTS act_all ON %I', name);
        EXECUTE format('CREATE POLICY act_all ON %I TO muster_act USING (true) WITH CHECK (true)', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO muster_act', name);
    END LOOP;
    FOR name IN
        SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace AND nspname = 'public'
        WHERE proname LIKE 'procrastinate\_%'
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO muster_act', name);
    END LOOP;
END $$;
"""
