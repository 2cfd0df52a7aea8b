"""Procedures: what the rule-book says to do when facts of some kind are recorded.

A procedure has two halves. `at_once` runs in the recording transaction and does what must not be lost (open the case,
open the duty). `fan_out` runs later in a job that was enqueued in that same transaction: if it fails, the facts stand,
the duty is visible, and the job is tried again. Both get the facts that were recorded together, so that a thousand
contacts are one piece of work. Only `muster.procedures` registers any.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.kernel.facts.actions import LISTENERS
from muster.kernel.facts.models import Fact
from muster.kernel.posts.logins import ACT, acting

Half = Callable[[list[Fact]], None]
MOST_FACTS = 500  # of one job: beyond it a retry repeats too much


@dataclass(frozen=True)
class Procedure:
    """A written operating rule: its name, the kind of fact that starts it, its meaning, and its halves."""

    name: str
    on: str
    meaning: Any
    at_once: Half | None
    fan_out: Half | None


PROCEDURES: dict[str, Procedure] = {}


def procedure(name: str, *, on: str, meaning: Any, at_once: Half | None = None, fan_out: Half | None = None) -> None:
    """Register a procedure to run when facts of kind `on` are recorded. History loaded from files starts none."""
    PROCEDURES[name] = Procedure(name, on, meaning, at_once, fan_out)


def start(facts: list[Fact]) -> None:
    """Run the first halves for new facts of one kind, and enqueue the second ones in the same transaction."""
    fresh = [fact for fact in facts if not fact.data.get("history")]
    for known in [each for each in PROCEDURES.values() if fresh and each.on == fresh[0].kind]:
        if known.at_once:
            known.at_once(fresh)
        if known.fan_out:
            for first in range(0, len(fresh), MOST_FACTS):
                fan_out.defer(procedure=known.name, facts=[str(fact.id) for fact in fresh[first : first + MOST_FACTS]])


LISTENERS.append(start)


@app.task(name="muster.fan_out", queue="procedures", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def fan_out(procedure: str, facts: list[str]) -> None:
    """Run a procedure's second half, in one transaction."""
    with acting(), transaction.atomic(using=ACT):
        half = PROCEDURES[procedure].fan_out
        if half is not None:
            half(list(Fact.objects.filter(pk__in=facts).order_by("pk")))
