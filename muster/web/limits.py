"""How often somebody may ask. Counted in memory: a restart forgets, and each process counts for itself."""

from __future__ import annotations

from urllib.parse import quote

from django.core.cache import cache
from django.http import HttpRequest


def over(what: str, most: int, seconds: int) -> bool:
    """Count once more what is asked; whether that makes more than `most` since the first of these `seconds`."""
    cache.add(what, 0, seconds)
    try:
        return cache.incr(what) > most
    except ValueError:  # it ran out between the two
        return False


def sender(request: HttpRequest) -> str:
    """The address that asks, as part of a name to count by."""
    return quote(str(request.META.get("REMOTE_ADDR")))
