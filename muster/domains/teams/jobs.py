"""Once an hour: drills of standby sites whose day has come."""

from __future__ import annotations

from procrastinate.contrib.django import app

from muster.kernel.posts.batches import until_done

from .actions.standby import ask_drills


@app.periodic(cron="10 * * * *")
@app.task(name="teams.ask_drills", queue="periodic", queueing_lock="teams.ask_drills")
def ask(timestamp: int = 0) -> None:
    """Owe the drills that are due."""
    ask_all()


def ask_all() -> int:
    """Batch by batch, each in a transaction of its own; returns how many drills are owed now."""
    return until_done(ask_drills)
