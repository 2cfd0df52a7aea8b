"""A certificate of one result: signed, and checked without asking anybody (`muster verify-code`, the page /check/).

Body: a byte for the result, the seconds (UTC) when the sample was taken, when the result came and when the certificate
ends, then the disease and the masked name with a line feed between. It holds no number and no id.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from muster.signing import BadCode, seal, unseal

CERTIFICATE, LONGEST_LABEL = b"C", 60
_HEAD = ">BIII"
_WORDS = ("negative", "positive")


@dataclass(frozen=True)
class Certificate:
    """What it says: the result of a test for a disease, whose (masked), when, and until when it is valid."""

    result: str
    disease: str
    label: str
    sampled_at: datetime
    reported_at: datetime
    ends_at: datetime


def make(said: Certificate) -> str:
    """Sign what a certificate says; moments are kept to the second."""
    times = [int(moment.timestamp()) for moment in (said.sampled_at, said.reported_at, said.ends_at)]
    name = said.label.encode()[:LONGEST_LABEL].decode(errors="ignore")
    return seal(CERTIFICATE, struct.pack(_HEAD, _WORDS.index(said.result), *times) + f"{said.disease}\n{name}".encode())


def read(text: str, now: datetime, keys: dict[int, str] | None = None) -> Certificate:
    """What a certificate says. Raises BadCode where it is none, or its time is over."""
    kind, body = unseal(text, keys)
    size = struct.calcsize(_HEAD)
    if kind != CERTIFICATE or len(body) < size or body[0] >= len(_WORDS):
        raise BadCode("not a certificate")
    word, *times = struct.unpack(_HEAD, body[:size])
    sampled, reported, ends = (datetime.fromtimestamp(each, UTC) for each in times)
    if not sampled <= now <= ends:
        raise BadCode("its time is over")
    disease, _line, label = body[size:].decode().partition("\n")
    return Certificate(_WORDS[word], disease, label, sampled, reported, ends)
