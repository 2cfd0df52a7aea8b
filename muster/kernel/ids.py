"""Identifiers: UUID version 7 (RFC 9562), sortable by the time they were made."""

from __future__ import annotations

import os
import threading
import time
import uuid

_ONE_AT_A_TIME = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits; greater than any this process made before.

    Within a millisecond, or when the clock is set back, it follows the last one at a random distance (RFC 9562, 6.2,
    method 2), so that rows written one after the other sort so.
    """
    global _last
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (random >> 68) << 64
    value |= 0b10 << 62 | random & (1 << 62) - 1
    with _ONE_AT_A_TIME:
        if value <= _last:
            value = _next(_last, 1 + (random >> 48))
        _last = value
    return uuid.UUID(int=value)


def _next(last: int, distance: int) -> int:
    """The UUIDv7 at this distance (up to 32 bits) after another: the 62 and the 12 bits counted, the marks kept."""
    low = (last & (1 << 62) - 1) + distance
    high = (last >> 64 & (1 << 12) - 1) + (low >> 62)
    stamp = (last >> 80) + (high >> 12)
    return stamp << 80 | 0x7 << 76 | (high & (1 << 12) - 1) << 64 | 0b10 << 62 | low & (1 << 62) - 1
