"""How often somebody may ask. Counted in Django's cache, which the settings make one for all processes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.cache import cache
from django.http import HttpRequest


def over(what: str, most: int, seconds: int) -> bool:
    """Count once more what is asked; whether that makes more than `most` since the first of these `seconds`."""
    counts: Any = cache
    return bool(counts.count(what, seconds) > most)


def sender(request: HttpRequest) -> str:
    """The address that asks, as part of a name to count by."""
    return quote(str(request.META.get("REMOTE_ADDR")))
