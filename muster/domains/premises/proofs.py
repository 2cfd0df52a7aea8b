"""A status that its owner shows: signed, for four hours, and checked without asking anybody.

Body: one byte for the status, the second it was made and the second it ends, and the masked name. Whoever has the
public key can check it: `static/premises/verify.js` does, also from a saved page. It holds no number and no id.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .codes import BadCode, seal, unseal
from .rules import ENTER, STAY, TEST

PROOF, LASTS, LONGEST_LABEL = b"S", timedelta(hours=4), 60
_HEAD = ">BII"
_WORDS = (ENTER, TEST, STAY)


@dataclass(frozen=True)
class Proof:
    """What it says: the status, whose (masked), since and until when."""

    word: str
    label: str
    made_at: datetime
    ends_at: datetime


def make(word: str, label: str, now: datetime) -> str:
    """Sign a status as of now."""
    made = int(now.timestamp())
    name = label.encode()[:LONGEST_LABEL].decode(errors="ignore")
    return seal(PROOF, struct.pack(_HEAD, _WORDS.index(word), made, made + int(LASTS.total_seconds())) + name.encode())


def read(text: str, now: datetime) -> Proof:
    """What a proof says. Raises BadCode where it is none, or its time is over."""
    kind, body = unseal(text)
    size = struct.calcsize(_HEAD)
    if kind != PROOF or len(body) < size or body[0] >= len(_WORDS):
        raise BadCode("not a proof")
    word, made, ends = struct.unpack(_HEAD, body[:size])
    if not made - 60 <= now.timestamp() <= ends:
        raise BadCode("its time is over")
    return Proof(
        _WORDS[word], body[size:].decode(), datetime.fromtimestamp(made, UTC), datetime.fromtimestamp(ends, UTC)
    )
