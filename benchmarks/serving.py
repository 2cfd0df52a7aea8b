"""The real server for a measurement: `muster serve` as in production, in processes of its own."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STARTING = 90  # seconds until it answers


def keep_plan_in_force(home: Path, base: str = "covid19-cn-8") -> None:
    """An edition of the plan as the site's own, in force today."""
    from muster.kernel import plans

    text = (Path(plans.__file__).parent / "editions" / f"{base}.toml").read_text(encoding="utf-8")
    text = text.replace(f'edition = "{base}"', 'edition = "covid19-bench"')
    text = re.sub(r"^effective_until = .*$", "effective_until = 2099-12-31", text, flags=re.M)
    (home / "plans").mkdir()
    (home / "plans" / "covid19-bench.toml").write_text(text, encoding="utf-8")


def free_port() -> int:
    """A port of the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(workers: int, log: Path) -> Iterator[tuple[subprocess.Popen[Any], int]]:
    """`muster serve` of this MUSTER_HOME until the block ends; the process, and its port."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "muster.site.cli", "serve", "--port", str(port)]
    with log.open("ab") as said:
        server = subprocess.Popen(
            [*command, "--workers", str(workers)], stdout=said, stderr=said, start_new_session=True
        )
    try:
        until_served(port)
        yield server, port
    finally:
        server.terminate()
        try:
            server.wait(45)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(10)


def until_served(port: int, patience: float = STARTING) -> None:
    """Wait until it answers. Raises SystemExit."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("GET", "/health/")
            if asked.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("the server did not answer in time")
