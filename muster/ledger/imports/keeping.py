"""The bytes of a list and the effects of its batches, kept in pieces, encrypted."""

from __future__ import annotations

import base64
import json
from typing import Any

from muster.kernel.people.crypto import decrypt, encrypt

from .drafts import Effect
from .models import Import, ImportPart

PIECE = 3 << 18
FILE, EFFECT = "file", "effect"


def keep_file(sent: Import, content: bytes) -> None:
    """Keep the file."""
    for number, first in enumerate(range(0, len(content), PIECE)):
        _keep(sent, FILE, number, base64.b64encode(content[first : first + PIECE]).decode())


def file_of(sent: Import) -> bytes:
    """The file; empty when its time is over."""
    return b"".join(base64.b64decode(text) for text in _read(sent, FILE))


def keep_effect(sent: Import, number: int, effect: Effect) -> None:
    """Keep what one batch did, so that it can be undone."""
    _keep(sent, EFFECT, number, json.dumps({"made": effect.made, "before": effect.before}))


def effects_of(sent: Import) -> list[dict[str, Any]]:
    """What the batches did, the last one first."""
    return [json.loads(text) for text in _read(sent, EFFECT)][::-1]


def _keep(sent: Import, kind: str, number: int, text: str) -> None:
    part = ImportPart(sent=sent, kind=kind, number=number)
    part.key_id, part.data_enc = encrypt(text, part.pk)
    part.save()


def _read(sent: Import, kind: str) -> list[str]:
    parts = ImportPart.objects.filter(sent=sent, kind=kind).order_by("number")
    return [decrypt(part.key_id, part.data_enc, part.pk) for part in parts]
