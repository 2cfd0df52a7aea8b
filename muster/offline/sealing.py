"""Records that a phone may send while nobody has typed the PIN: each is sealed to this installation when it is made.

The phone keeps beside every record of its own a copy that it cannot open itself: encrypted to a public key of ours
(ECDH on P-256 with a key of that phone's shift, HKDF-SHA-256, AES-256-GCM, as ECIES of SEC 1 does it). Whoever copies
the storage can read neither. The keys follow from those of the identifiers, as those of `muster.signing` do: they
rotate with them, and what was sealed to an older one can still be opened.
"""

from __future__ import annotations

import base64
import json
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

POINT, IV = 65, 12  # bytes of an uncompressed point of P-256, and of an initialisation vector
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186)


class Unreadable(ValueError):
    """What came was not sealed to a key of ours, or was changed on the way."""


def public_key() -> str:
    """The name of the current key and its point, for phones: `k1.BASE64URL`."""
    name = settings.MUSTER_KEYS["current"]
    point = _private(settings.MUSTER_KEYS["aes"][name]).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return f"{name}.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"


def opened(record: dict[str, Any]) -> dict[str, Any]:
    """The record that `{op, sealed}` stands for; any other as it is. Raises Unreadable."""
    if record.keys() != {"op", "sealed"}:
        return record
    try:
        name, text = record["sealed"].split(".")
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw[:POINT])
        shared = _private(settings.MUSTER_KEYS["aes"][name]).exchange(ec.ECDH(), point)
        found = json.loads(_cipher(shared, raw[:POINT]).decrypt(raw[POINT : POINT + IV], raw[POINT + IV :], None))
    except (AttributeError, InvalidTag, KeyError, ValueError):
        raise Unreadable("not sealed to a key of ours") from None
    if not isinstance(found, dict) or found.get("op") != record["op"]:
        raise Unreadable("sealed for another record")
    return found


def _cipher(shared: bytes, point: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=hashes.SHA256(), length=32, salt=point, info=b"muster sealed record").derive(shared))


@lru_cache(maxsize=64)
def _private(secret: str) -> ec.EllipticCurvePrivateKey:
    """48 bytes reduced to 1 … order - 1: no value is noticeably likelier than another (FIPS 186-5, A.2.1)."""
    derived = HKDF(algorithm=hashes.SHA256(), length=48, salt=None, info=b"muster sealed records")
    number = int.from_bytes(derived.derive(base64.b64decode(secret))) % (ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())
