"""`muster worker`."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click

from .opening import opened


@click.command("worker")
@click.option("--concurrency", default=4, show_default=True, help="Jobs at a time.")
@click.option("--follow", is_flag=True, hidden=True, help="End when the standard input closes.")
@opened
def command(concurrency: int, follow: bool) -> None:
    """Run jobs until Ctrl+C: for machines beside the one that runs `muster serve`."""
    import asyncio

    from muster.site.worker import work

    if follow:
        threading.Thread(target=_follow, daemon=True).start()
    asyncio.run(work(concurrency=concurrency, install_signal_handlers=True, shutdown_graceful_timeout=20))


def _follow() -> None:
    """Whoever started this process holds the other end; when it is gone, nobody else would stop us."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
