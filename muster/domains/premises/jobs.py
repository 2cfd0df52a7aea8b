"""Every night: what is kept no longer."""

from __future__ import annotations

from procrastinate.contrib.django import app

from muster.kernel import clock

from .forgetting import forget_entered


@app.periodic(cron="40 19 * * *")  # UTC: after the log has let its days go
@app.task(name="premises.forget", queue="periodic", queueing_lock="premises.forget")
def forget(timestamp: int = 0) -> None:
    """Delete who entered whom, once the time of the log is over."""
    forget_entered(clock.now())
