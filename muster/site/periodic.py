"""Work of every minute: escalation and sealing."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from muster.kernel import clock
from muster.kernel.duties.actions import SWEEP_BATCH, sweep
from muster.kernel.posts.logins import ACT, acting
from muster.site.seals import BATCH, seal


@app.periodic(cron="* * * * *")
@app.task(name="muster.sweep", queue="periodic", queueing_lock="muster.sweep")
def sweep_duties(timestamp: int = 0) -> None:
    """Escalate what is overdue."""
    sweep_all()


@app.periodic(cron="* * * * *")
@app.task(name="muster.seal", queue="periodic", queueing_lock="muster.seal")
def seal_facts(timestamp: int = 0) -> None:
    """Seal what was recorded since the last minute."""
    seal_all()


def sweep_all() -> int:
    """Escalate until nothing is due; returns how many duties were looked at."""
    total = 0
    with acting():
        while True:
            with transaction.atomic(using=ACT):
                done = sweep(clock.now())
            total += done
            if done < SWEEP_BATCH:
                return total


def seal_all() -> int:
    """Seal until nothing waits; returns how many facts were sealed."""
    total = 0
    with acting():
        while True:
            done = seal(clock.now())
            total += done
            if done < BATCH:
                return total
