"""A certificate for work: somebody came back, declared it, and nothing is due. Signed, checked without a network.

Body: the seconds (UTC) when it was made and when it ends, then the reference of the declaration, the area's code and
the masked name with line feeds between. It holds no number and no id. Checked by `muster verify-code` and /check/.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from muster.signing import BadCode, seal, unseal

RETURN, LONGEST_LABEL = b"W", 60
LASTS = timedelta(days=7)  # local rule, unverified
_HEAD = ">II"


@dataclass(frozen=True)
class Certificate:
    """What it says: which declaration, of whom (masked), to which area, since and until when."""

    reference: str
    area: str
    label: str
    made_at: datetime
    ends_at: datetime


def make(reference: str, area: str, label: str, made_at: datetime) -> str:
    """Sign that nothing is due, for LASTS."""
    made = int(made_at.timestamp())
    name = label.encode()[:LONGEST_LABEL].decode(errors="ignore")
    times = struct.pack(_HEAD, made, made + int(LASTS.total_seconds()))
    return seal(RETURN, times + f"{reference}\n{area}\n{name}".encode())


def read(text: str, now: datetime, keys: dict[int, str] | None = None) -> Certificate:
    """What a certificate says. Raises BadCode where it is none, or its time is over."""
    kind, body = unseal(text, keys)
    size = struct.calcsize(_HEAD)
    if kind != RETURN or len(body) < size:
        raise BadCode("not a certificate")
    made, ends = (datetime.fromtimestamp(each, UTC) for each in struct.unpack(_HEAD, body[:size]))
    if not made - timedelta(minutes=1) <= now <= ends:
        raise BadCode("its time is over")
    reference, area, label = body[size:].decode().split("\n")
    return Certificate(reference, area, label, made, ends)
