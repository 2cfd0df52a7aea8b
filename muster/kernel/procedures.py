"""Procedures: what the rule-book says to do when a fact of some kind is recorded.

A procedure has two halves. `at_once` runs in the recording transaction and does what must not be lost (open the case,
open the duty). `fan_out` runs later in a job that was enqueued in that same transaction: if it fails, the fact stands,
the duty is visible, and the job is tried again. Only `muster.procedures` registers any.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from muster.kernel.facts.actions import LISTENERS
from muster.kernel.facts.models import Fact
from muster.kernel.posts.logins import ACT, acting

Half = Callable[[Fact], None]


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
    """Register a procedure to run when a fact of kind `on` is recorded."""
    PROCEDURES[name] = Procedure(name, on, meaning, at_once, fan_out)


def start(facts: list[Fact]) -> None:
    """Run the first halves for new facts, and enqueue the second ones in the same transaction."""
    for fact in facts:
        if fact.data.get("history"):
            continue
        for known in PROCEDURES.values():
            if known.on != fact.kind:
                continue
            if known.at_once:
                known.at_once(fact)
            if known.fan_out:
                fan_out.defer(procedure=known.name, fact=str(fact.id))


LISTENERS.append(start)


@app.task(name="muster.fan_out", queue="procedures", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def fan_out(procedure: str, fact: str) -> None:
    """Run a procedure's second half, in one transaction."""
    with acting(), transaction.atomic(using=ACT):
        half = PROCEDURES[procedure].fan_out
        if half is not None:
            half(Fact.objects.get(pk=UUID(fact)))
