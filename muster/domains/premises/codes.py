"""Signed codes: of a venue's sheet, screen and booking page, its staff's link, a person's paper, a remembered device;
and of a gathering, for who organises it.

A code (see `muster.signing`) opens nothing to read: it says which venue or person is meant, so that something can be
written.
"""

from __future__ import annotations

import hashlib
import os
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from muster.signing import HEAD, LONGEST, SIGNATURE, BadCode, public_keys, seal, unseal

__all__ = [
    "HEAD",
    "LONGEST",
    "SIGNATURE",
    "BadCode",
    "Code",
    "make",
    "make_screen",
    "mark",
    "public_keys",
    "read",
    "seal",
    "unseal",
]

SHEET, SCREEN, DESK, PERSON, DEVICE, BOOK, EVENT = b"V", b"R", b"D", b"P", b"M", b"B", b"G"
SCREEN_LASTS = timedelta(seconds=90)
PERSON_LENGTH = -(-(HEAD + 16 + SIGNATURE) * 4 // 3)  # characters of a personal code
_BODY = {SHEET: "16sH", SCREEN: "16sHI6s", DESK: "16sH", BOOK: "16sH", PERSON: "16s", DEVICE: "16s", EVENT: "16s"}


@dataclass(frozen=True)
class Code:
    """What a code says: its kind, the row it is about, the number of the sheet, and for a screen when it ends."""

    kind: bytes
    about: UUID
    number: int = 0
    expires_at: datetime | None = None


def make(kind: bytes, about: UUID, number: int = 0) -> str:
    """A code that lasts until its number, or its row, is withdrawn."""
    values = (about.bytes, number) if kind in (SHEET, DESK, BOOK) else (about.bytes,)
    return seal(kind, struct.pack(">" + _BODY[kind], *values))


def make_screen(venue: UUID, number: int, now: datetime) -> str:
    """The code on a venue's screen: it ends after SCREEN_LASTS, and no two are alike."""
    expires = int((now + SCREEN_LASTS).timestamp())
    return seal(SCREEN, struct.pack(">" + _BODY[SCREEN], venue.bytes, number, expires, os.urandom(6)))


def mark(text: str) -> str:
    """The digest by which we know a code again that we have made (128 bits of SHA-256): no other text has it."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def read(text: str, *kinds: bytes, now: datetime) -> Code:
    """What a code of one of these kinds says. Raises BadCode; needs no database."""
    kind, body = unseal(text)
    if kind not in kinds or struct.calcsize(">" + _BODY[kind]) != len(body):
        raise BadCode("another kind of code")
    about, *rest = struct.unpack(">" + _BODY[kind], body)
    if kind != SCREEN:
        return Code(kind, UUID(bytes=about), *rest)
    expires_at = datetime.fromtimestamp(rest[1], UTC)
    if not now <= expires_at <= now + SCREEN_LASTS + timedelta(seconds=1):
        raise BadCode("its time is over")
    return Code(kind, UUID(bytes=about), rest[0], expires_at)
