"""Every night: what is kept no longer. Every ten minutes: what venues owe now, and who did not record it in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from procrastinate.contrib.django import app

from muster.kernel import clock
from muster.kernel.posts.batches import until_done

from .actions.routines import chase, open_periods
from .forgetting import forget_old

STEPS: tuple[Callable[[datetime], int], ...] = (open_periods, chase)


@app.periodic(cron="40 19 * * *")  # UTC: after the log has let its days go
@app.task(name="premises.forget", queue="periodic", queueing_lock="premises.forget")
def forget(timestamp: int = 0) -> None:
    """Delete who entered whom, guests who left, bookings, and what venues wrote, once the time of each is over."""
    forget_old(clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="premises.routines", queue="periodic", queueing_lock="premises.routines")
def routines(timestamp: int = 0) -> None:
    """Open the periods that have begun, and chase what is late."""
    settle()


def settle() -> int:
    """Each step batch by batch until nothing is left; returns how many rows were looked at."""
    return until_done(*STEPS)
