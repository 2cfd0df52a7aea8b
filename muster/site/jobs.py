"""Once a night: forget what has outlived its time."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .demo import clock as clock  # registers the job that follows an advanced clock
from .forgetting import forget


@app.periodic(cron="30 19 * * *")  # UTC: half past three at night in China
@app.task(name="muster.forget", queue="periodic", queueing_lock="muster.forget")
def forget_nightly(timestamp: int = 0) -> None:
    """Delete personal data whose time is over."""
    forget()
