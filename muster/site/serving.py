"""Serving: pages by uvicorn, jobs by a process of their own that is started anew when it fails."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from muster.kernel.areas import installation
from muster.kernel.operations.errors import Invalid

FIRST_WAIT, LONGEST_WAIT = 1, 60  # seconds between starts of a worker that keeps failing
GRACE = 20  # seconds for running requests and jobs to end


def serve(host: str, port: int, workers: int = 1, *, demo: bool = False) -> None:
    """Serve until interrupted, then let requests and jobs end. Raises Invalid for an installation of the other kind."""
    import uvicorn

    kind = installation.current().kind
    if demo != (kind == "demo"):
        raise Invalid("kind", _("This database holds a %(kind)s installation for good.") % {"kind": kind})
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # else the server of static files warns
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises the signal again when it has stopped
    jobs = Jobs()
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
        jobs.stop()


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
            self.process = subprocess.Popen(
                [sys.executable, "-m", "muster.site.cli", "worker", "--follow"],
                stdin=subprocess.PIPE,
                start_new_session=True,  # the terminal's Ctrl+C is ours to hand on
            )
            if self.stopping.is_set():
                self.process.terminate()
            self.process.wait()
            self.stopping.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT)

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
