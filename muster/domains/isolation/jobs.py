"""Every five minutes: what has come due of people in isolation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from muster.kernel import clock
from muster.kernel.posts.logins import ACT, acting
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
    total = 0
    for step in STEPS:
        while done := _batch(step):
            total += done
    return total


def _batch(step: Callable[[datetime], int]) -> int:
    with acting(), transaction.atomic(using=ACT):
        return step(clock.now())
