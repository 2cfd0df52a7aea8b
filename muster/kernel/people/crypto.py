"""Encryption of identifiers at rest, and the blind index by which they are found.

AES-256-GCM with a fresh nonce; the identifier's own id is authenticated with it, so a value cannot be moved to another
row. The index is HMAC-SHA256 of the stored form, cut to 16 bytes: equal numbers have equal indexes, and without the
key nobody can try all numbers. Keys live in `settings.MUSTER_KEYS`, apart from the database and its dumps.
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12
_INDEX = 16


def new_keys(old: dict[str, Any] | None = None) -> dict[str, Any]:
    """Keys for a new installation; given the old ones, the same with a new current key (the index key stays)."""
    old = old or {"aes": {}, "blind": _random_key()}
    number = 1 + max((int(name[1:]) for name in old["aes"]), default=0)
    name = f"k{number}"
    return {"current": name, "aes": {**old["aes"], name: _random_key()}, "blind": old["blind"]}


def current_key() -> str:
    """The id of the key that new values are encrypted under."""
    return settings.MUSTER_KEYS["current"]


def encrypt(value: str, identifier: UUID) -> tuple[str, bytes]:
    """(key id, ciphertext) of a value under the current key."""
    key, nonce = current_key(), os.urandom(_NONCE)
    return key, nonce + _cipher(settings.MUSTER_KEYS["aes"][key]).encrypt(nonce, value.encode(), identifier.bytes)


def decrypt(key_id: str, stored: bytes | memoryview, identifier: UUID) -> str:
    """The value. Raises KeyError for an unknown key, cryptography's InvalidTag for a changed or moved value."""
    nonce, secret = bytes(stored[:_NONCE]), bytes(stored[_NONCE:])
    return _cipher(settings.MUSTER_KEYS["aes"][key_id]).decrypt(nonce, secret, identifier.bytes).decode()


def blind_index(kind: str, country: str, value: str) -> bytes:
    """The 16 bytes under which a number is found."""
    return blind_indexes([(kind, country, value)])[0]


def blind_indexes(numbers: Iterable[tuple[str, str, str]]) -> list[bytes]:
    """The same of many numbers (kind, country, value): to fetch the key costs nearly as much as one digest."""
    key = base64.b64decode(settings.MUSTER_KEYS["blind"])
    return [hmac.digest(key, "\n".join(number).encode(), "sha256")[:_INDEX] for number in numbers]


def _random_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@lru_cache(maxsize=64)
def _cipher(key: str) -> AESGCM:
    return AESGCM(base64.b64decode(key))
