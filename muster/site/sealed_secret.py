"""Secrets at rest (second factors): encrypted under a key derived from the installation's own, never in plain text."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def _box() -> Fernet:
    key = hashlib.scrypt(settings.SECRET_KEY.encode(), salt=b"muster.totp", n=2**14, r=8, p=1, dklen=32)
    return Fernet(base64.urlsafe_b64encode(key))


def seal_secret(secret: str) -> bytes:
    """Encrypt a secret."""
    return _box().encrypt(secret.encode())


def open_secret(sealed: bytes) -> str:
    """Decrypt a secret sealed here. Raises cryptography.fernet.InvalidToken for another installation's."""
    return _box().decrypt(sealed).decode()
