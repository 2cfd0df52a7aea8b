"""Serving: pages by uvicorn, jobs by a process of their own; what falls is started anew, the embedded server too.

With two and more processes for pages, uvicorn starts a killed one again. The process that holds all this together is
started again by the system's own supervisor (systemd, a container's policy); what it had started ends with it.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from muster.kernel.areas import installation
from muster.kernel.operations.errors import Invalid
from muster.site import embedded

logger = logging.getLogger("muster.serving")

FIRST_WAIT, LONGEST_WAIT = 1, 60  # seconds between starts of a worker that keeps failing
HEALTHY = 5  # seconds: who lived longer does not keep failing
LOOK = 0.5  # seconds between two looks at the embedded server; a process's at who started it
PARENT = "MUSTER_SERVED_BY"
GRACE = 20  # seconds for running requests and jobs to end


def serve(host: str, port: int, workers: int = 1, *, demo: bool = False) -> None:
    """Serve until interrupted, then let requests and jobs end. Raises Invalid for an installation of the other kind."""
    import uvicorn

    kind = installation.current().kind
    if demo != (kind == "demo"):
        raise Invalid("kind", _("This database holds a %(kind)s installation for good.") % {"kind": kind})
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # else the server of static files warns
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises the signal again when it has stopped
    os.environ[PARENT] = str(os.getpid())
    jobs, database = Jobs(), Database()
    database.start()
    jobs.start()
    try:
        uvicorn.run(
            "muster.site.asgi:application",
            host=host,
            port=port,
            workers=workers,
            loop="uvloop",
            http="httptools",
            lifespan="off",
            server_header=False,
            log_level="warning",
            timeout_graceful_shutdown=GRACE,
        )
    finally:
        database.stopping.set()
        jobs.stop()


def follow_parent() -> None:
    """In a process that uvicorn started: end when the one that serves is gone, or its port would stay taken."""
    parent = os.environ.get(PARENT)
    if parent is None or parent == str(os.getpid()):
        return

    def watch() -> None:
        while os.getppid() == int(parent):
            time.sleep(LOOK)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="parent").start()


class Database(threading.Thread):
    """Starts the embedded PostgreSQL again when it has fallen. A server of somebody else's is theirs to start."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="database")
        self.stopping = threading.Event()

    def run(self) -> None:
        """Look, now and then."""
        while not self.stopping.wait(LOOK):
            try:
                embedded.revive(settings.HOME)
            except embedded.ServerError as error:  # perhaps its old processes have not all ended yet
                logger.warning("the database does not start: %s", str(error).splitlines()[0])


class Jobs(threading.Thread):
    """Keeps one worker process running. It also ends when we do not live to stop it: its standard input closes."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="jobs")
        self.stopping = threading.Event()
        self.process: subprocess.Popen[Any] | None = None

    def run(self) -> None:
        """Start the worker, again after a pause when it ends by itself."""
        wait = FIRST_WAIT
        while not self.stopping.is_set():
            began = time.monotonic()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "muster.site.cli", "worker", "--follow"],
                stdin=subprocess.PIPE,
                start_new_session=True,  # the terminal's Ctrl+C is ours to hand on
            )
            if self.stopping.is_set():
                self.process.terminate()
            self.process.wait()
            wait = FIRST_WAIT if time.monotonic() - began > HEALTHY else min(wait * 2, LONGEST_WAIT)
            self.stopping.wait(wait)

    def stop(self) -> None:
        """Let the running jobs end, then no more are taken."""
        self.stopping.set()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(GRACE + 5)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.join(5)
