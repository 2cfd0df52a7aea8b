"""Signed codes that are checked without asking anybody: of venues and persons, of a status, of a certificate.

A code is one letter for its kind, the number of the key, a body whose shape its domain knows, and an Ed25519 signature
(RFC 8032) over all of that, in base64url. A text that is not the one canonical spelling is refused, so no flipped bit
passes. The signing keys follow from the keys of the identifiers by HKDF (RFC 5869): they rotate with them, and what
older keys have signed stays valid.
"""

from __future__ import annotations

import base64
import struct
from functools import lru_cache
from hmac import compare_digest
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

SIGNATURE, HEAD = 64, 3
LONGEST = 400  # characters of a code; longer texts are not looked at


class BadCode(ValueError):
    """The text is not a code of ours, or its time is over."""


def seal(kind: bytes, body: bytes) -> str:
    """Sign a body under the current key."""
    name = settings.MUSTER_KEYS["current"]
    signed = kind + struct.pack(">H", int(name[1:])) + body
    signature = _private(settings.MUSTER_KEYS["aes"][name]).sign(signed)
    return base64.urlsafe_b64encode(signed + signature).decode().rstrip("=")


def unseal(text: str, keys: dict[int, str] | None = None) -> tuple[bytes, bytes]:
    """Kind and body of what we have signed, or of what these public keys (as `public_keys`) have. Raises BadCode."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) <= LONGEST else b""
    except ValueError:
        raise BadCode("not a code") from None
    if len(raw) <= HEAD + SIGNATURE or base64.urlsafe_b64encode(raw).decode().rstrip("=") != text:
        raise BadCode("not a code")
    signed, signature = raw[:-SIGNATURE], raw[-SIGNATURE:]
    number = struct.unpack(">H", signed[1:HEAD])[0]
    sound = _ours(number, signed, signature) if keys is None else _theirs(keys.get(number), signed, signature)
    if not sound:
        raise BadCode("an unknown key, or the signature is wrong")
    return signed[:1], signed[HEAD:]


def seal_id(kind: bytes, pk: UUID) -> str:
    """A code whose body is one id: for a link."""
    return seal(kind, pk.bytes)


def unseal_id(kind: bytes, text: str) -> UUID | None:
    """The id in a code of this kind; None for what is none of ours."""
    try:
        found, body = unseal(text)
    except BadCode:
        return None
    return UUID(bytes=body) if found == kind and len(body) == 16 else None


def public_keys() -> dict[int, str]:
    """Number and public key (32 bytes in hexadecimal) of every key that has signed, for those who check offline."""
    return {
        int(name[1:]): _public(secret).public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        for name, secret in sorted(settings.MUSTER_KEYS["aes"].items())
    }


def _ours(number: int, signed: bytes, signature: bytes) -> bool:
    """Signatures are deterministic: the right one is made and compared, in a third of the time that checking takes."""
    secret = settings.MUSTER_KEYS["aes"].get(f"k{number}")
    return secret is not None and compare_digest(_private(secret).sign(signed), signature)


def _theirs(key: str | None, signed: bytes, signature: bytes) -> bool:
    """By a public key in hexadecimal."""
    try:
        if key is not None:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, signed)
    except InvalidSignature:
        return False
    return key is not None


@lru_cache(maxsize=64)
def _private(secret: str) -> Ed25519PrivateKey:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"muster signed codes")
    return Ed25519PrivateKey.from_private_bytes(derived.derive(base64.b64decode(secret)))


@lru_cache(maxsize=64)
def _public(secret: str) -> Ed25519PublicKey:
    return _private(secret).public_key()
