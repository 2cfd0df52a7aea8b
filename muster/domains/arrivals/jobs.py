"""Every five minutes: an edition that was confirmed ahead of its moment begins."""

from __future__ import annotations

from procrastinate.contrib.django import app

from muster.kernel import clock
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM

from .actions import rescreen
from .models import RiskList


@app.periodic(cron="*/5 * * * *")
@app.task(name="arrivals.apply_list", queue="periodic", queueing_lock="arrivals.apply_list")
def apply_list(timestamp: int = 0) -> None:
    """Screen past arrivals against the edition in force, if that was not done yet."""
    with acting():
        current = RiskList.objects.in_force(clock.now())
    if current and current.applied_at is None:
        rescreen(by=SYSTEM, risk_list=current)
