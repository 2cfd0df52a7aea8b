"""Every minute: complete buildings and tests that were taken no longer owe anything, tests that fell due do."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from muster.kernel import clock
from muster.kernel.posts.logins import ACT, acting

from . import delineated
from .actions.gaps import finish_buildings
from .models import Regime, Round
from .regimes import duties


@app.periodic(cron="* * * * *")
@app.task(name="screening.finish", queue="periodic", queueing_lock="screening.finish")
def finish(timestamp: int = 0) -> None:
    """Prove the duties of complete buildings of the rounds under way."""
    finish_all()


def finish_all() -> int:
    """Round by round, each in a transaction of its own, then rounds as a whole; returns how many duties were proven."""
    with acting():
        rounds = list(Round.objects.exclude(opened_at=None).filter(closed_at=None))
        done = 0
        for row in rounds:
            with transaction.atomic(using=ACT):
                done += finish_buildings(row, clock.now())
        with transaction.atomic(using=ACT):
            return done + delineated.prove(clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="screening.ask_regimes", queue="periodic", queueing_lock="screening.ask_regimes")
def ask_regimes(timestamp: int = 0) -> None:
    """Tests that were taken are proven, tests that fell due are owed."""
    ask_all()


def ask_all() -> int:
    """In one transaction; returns how many duties were proven or opened."""
    with acting(), transaction.atomic(using=ACT):
        return duties.prove(clock.now()) + duties.ask(clock.now())


@app.periodic(cron="5 * * * *")
@app.task(name="screening.renew_regimes", queue="periodic", queueing_lock="screening.renew_regimes")
def renew_regimes(timestamp: int = 0) -> None:
    """Who belongs to a regime follows what is known of people's work and arrivals."""
    renew_all()


def renew_all() -> None:
    """Regime by regime, each in a transaction of its own."""
    with acting():
        for regime in Regime.objects.filter(ended_at=None).select_related("fact"):
            with transaction.atomic(using=ACT):
                duties.renew(regime, clock.now())
