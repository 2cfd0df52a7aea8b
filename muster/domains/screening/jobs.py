"""Every minute: buildings in which nobody is missing any more no longer owe anything."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from muster.kernel import clock
from muster.kernel.posts.logins import ACT, acting

from .actions.gaps import finish_buildings
from .models import Round


@app.periodic(cron="* * * * *")
@app.task(name="screening.finish", queue="periodic", queueing_lock="screening.finish")
def finish(timestamp: int = 0) -> None:
    """Prove the duties of complete buildings of the rounds under way."""
    finish_all()


def finish_all() -> int:
    """Round by round, each in a transaction of its own; returns how many duties were proven."""
    with acting():
        rounds = list(Round.objects.exclude(opened_at=None).filter(closed_at=None))
        done = 0
        for row in rounds:
            with transaction.atomic(using=ACT):
                done += finish_buildings(row, clock.now())
        return done
