"""Every minute: records that are new or changed are compared with all others."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from muster.kernel import clock
from muster.kernel.posts.logins import ACT, acting

from .matching import match_batch


@app.periodic(cron="* * * * *")
@app.task(name="residents.match", queue="periodic", queueing_lock="residents.match")
def match(timestamp: int = 0) -> None:
    """Fill the queue of repeats."""
    match_all()


def match_all() -> int:
    """Batch by batch, each a transaction, until none waits; returns how many were compared."""
    total = 0
    while done := _batch():
        total += done
    return total


def _batch() -> int:
    with acting(), transaction.atomic(using=ACT):
        return match_batch(clock.now())
