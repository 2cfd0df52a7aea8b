"""The work of jobs, batch by batch: what comes due for many is never one long transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from muster.kernel import clock

from .logins import ACT, acting


def until_done(*steps: Callable[[datetime], int]) -> int:
    """Each step again, each time in a transaction of its own, until it finds nothing; returns how many rows in all."""
    total = 0
    for step in steps:
        while done := _batch(step):
            total += done
    return total


def _batch(step: Callable[[datetime], int]) -> int:
    with acting(), transaction.atomic(using=ACT):
        return step(clock.now())
