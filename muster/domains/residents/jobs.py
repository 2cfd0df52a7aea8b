"""Every minute: records that are new or changed are compared with all others."""

from __future__ import annotations

from procrastinate.contrib.django import app

from muster.kernel.posts.batches import until_done

from .matching import match_batch


@app.periodic(cron="* * * * *")
@app.task(name="residents.match", queue="periodic", queueing_lock="residents.match")
def match(timestamp: int = 0) -> None:
    """Fill the queue of repeats."""
    match_all()


def match_all() -> int:
    """Batch by batch, each a transaction, until none waits; returns how many were compared."""
    return until_done(match_batch)
