"""Signed codes: of a venue's sheet and screen, its staff's link, a person's paper, a remembered device.

A code is one letter for its kind, the number of the key, a body of fixed shape, and an Ed25519 signature (RFC 8032)
over all of that, in base64url. It opens nothing to read: it says which venue or person is meant, so that a write can be
made. A text that is not the one canonical spelling is refused, so no flipped bit passes. The signing keys follow from
the keys of the identifiers by HKDF (RFC 5869): they rotate with them, and what older keys have signed stays valid.
"""

from __future__ import annotations

import base64
import os
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

SHEET, SCREEN, DESK, PERSON, DEVICE = b"V", b"R", b"D", b"P", b"M"
SCREEN_LASTS = timedelta(seconds=90)
SIGNATURE, HEAD = 64, 3
LONGEST = 400  # characters of a code; longer texts are not looked at
_BODY = {SHEET: "16sH", SCREEN: "16sHI6s", DESK: "16sH", PERSON: "16s", DEVICE: "16s"}


class BadCode(ValueError):
    """The text is not a code of ours, or its time is over."""


@dataclass(frozen=True)
class Code:
    """What a code says: its kind, the row it is about, the number of the sheet, and for a screen when it ends."""

    kind: bytes
    about: UUID
    number: int = 0
    expires_at: datetime | None = None


def make(kind: bytes, about: UUID, number: int = 0) -> str:
    """A code that lasts until its number, or its row, is withdrawn."""
    values = (about.bytes, number) if kind in (SHEET, DESK) else (about.bytes,)
    return seal(kind, struct.pack(">" + _BODY[kind], *values))


def make_screen(venue: UUID, number: int, now: datetime) -> str:
    """The code on a venue's screen: it ends after SCREEN_LASTS, and no two are alike."""
    expires = int((now + SCREEN_LASTS).timestamp())
    return seal(SCREEN, struct.pack(">" + _BODY[SCREEN], venue.bytes, number, expires, os.urandom(6)))


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


def seal(kind: bytes, body: bytes) -> str:
    """Sign a body under the current key."""
    name = settings.MUSTER_KEYS["current"]
    signed = kind + struct.pack(">H", int(name[1:])) + body
    signature = _private(settings.MUSTER_KEYS["aes"][name]).sign(signed)
    return base64.urlsafe_b64encode(signed + signature).decode().rstrip("=")


def unseal(text: str) -> tuple[bytes, bytes]:
    """Kind and body of what we have signed. Raises BadCode."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) <= LONGEST else b""
    except ValueError:
        raise BadCode("not a code") from None
    if len(raw) <= HEAD + SIGNATURE or base64.urlsafe_b64encode(raw).decode().rstrip("=") != text:
        raise BadCode("not a code")
    signed, signature = raw[:-SIGNATURE], raw[-SIGNATURE:]
    secret = settings.MUSTER_KEYS["aes"].get(f"k{struct.unpack('>H', signed[1:HEAD])[0]}")
    if secret is None:
        raise BadCode("an unknown key")
    try:
        _public(secret).verify(signature, signed)
    except InvalidSignature:
        raise BadCode("the signature is wrong") from None
    return signed[:1], signed[HEAD:]


def public_keys() -> dict[int, str]:
    """Number and public key (32 bytes in hexadecimal) of every key that has signed, for those who check offline."""
    return {
        int(name[1:]): _public(secret).public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        for name, secret in sorted(settings.MUSTER_KEYS["aes"].items())
    }


@lru_cache(maxsize=64)
def _private(secret: str) -> Ed25519PrivateKey:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"muster signed codes")
    return Ed25519PrivateKey.from_private_bytes(derived.derive(base64.b64decode(secret)))


@lru_cache(maxsize=64)
def _public(secret: str) -> Ed25519PublicKey:
    return _private(secret).public_key()
