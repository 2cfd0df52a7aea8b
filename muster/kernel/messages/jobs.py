"""Every minute, send what waits in the outbox."""

from __future__ import annotations

from procrastinate.contrib.django import app

from muster.kernel import clock

from .actions import send_due


@app.periodic(cron="* * * * *")
@app.task(name="muster.send_messages", queue="periodic", queueing_lock="muster.send_messages")
def send_messages(timestamp: int = 0) -> None:
    """Send what is due."""
    send_due(clock.now())
