"""Mending a slip: whoever entered something takes it back while hardly anybody can have acted on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from .models import Fact

# Our own figure, of no plan: a slip is seen on the next page or with the next person; what is found out later is
# news, and is entered as such.
SLIP = timedelta(minutes=10)


def own_entry(by: Any, subject: UUID, kinds: tuple[str, ...], now: datetime) -> Fact | None:
    """The last entry of these kinds about a subject, if this post made it and within `SLIP`; else None."""
    last = Fact.objects.filter(subject=subject, kind__in=kinds).order_by("recorded_at", "id").last()
    return last if last and last.by == by.id and now <= last.recorded_at + SLIP else None
