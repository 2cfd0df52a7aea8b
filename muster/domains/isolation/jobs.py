"""Every five minutes: what has come due of people in isolation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from procrastinate.contrib.django import app

from muster.kernel.posts.batches import until_done
from muster.kernel.posts.models import SYSTEM

from .actions import checks, endings, samples

STEPS: tuple[Callable[[datetime], int], ...] = (
    lambda now: checks.ask_checks(now),
    lambda now: samples.settle_samples(by=SYSTEM, now=now),
    lambda now: samples.open_samples(by=SYSTEM, now=now),
    lambda now: endings.recall_endings(now),
    lambda now: endings.ask_endings(now),
    lambda now: endings.ask_cleared(now),
)


@app.periodic(cron="*/5 * * * *")
@app.task(name="isolation.ask", queue="periodic", queueing_lock="isolation.ask")
def ask(timestamp: int = 0) -> None:
    """Open and close duties of health checks, tests and endings."""
    ask_all()


def ask_all() -> int:
    """Each step batch by batch until nothing is due; returns how many rows were looked at."""
    return until_done(*STEPS)
