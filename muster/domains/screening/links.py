"""The secret of a one-time link to a person's results, and the address that a message gives."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from uuid import UUID

from django.conf import settings

BITS = 128


def secret_of(link: UUID) -> str:
    """The secret of a link, 128 bits in hexadecimal: it follows from the id and the installation's own key.

    So neither a table nor the outbox, a dump or a backup holds it; what is kept is a hash, to recognise it by.
    """
    mark = hmac.digest(settings.SECRET_KEY.encode(), b"result link " + link.bytes, "sha256")
    return mark[: BITS // 8].hex()


def digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def address_of(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a message, with the address of its link instead of the link's id."""
    return {**params, "link": f"{settings.PUBLIC_URL}/r/{secret_of(UUID(params['link']))}/"}
