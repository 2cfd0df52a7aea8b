"""Ways out of the house: `log` counts, `file` leaves each message for a gateway to fetch; others are named by a path.

MUSTER_SENDER names the sender: `log` (the default), `file`, or `module:attribute` of a `Sender` of the site's own.
"""

from __future__ import annotations

import json
import logging
import os
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings

log = logging.getLogger("muster.messages")


class Undeliverable(Exception):
    """It makes no sense to try again; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sender(Protocol):
    """Hands a text over. The same message id may come twice and must then go out once."""

    name: str
    wants_address: bool

    def send(self, message: UUID, address: str, text: str) -> None:
        """Hand over, or raise: Undeliverable for good, anything else to be asked again."""


class LogSender:
    """Counts messages and says how many; it writes neither text nor address, and so it tells nobody."""

    name, wants_address = "log", False

    def __init__(self) -> None:
        self.sent = 0

    def send(self, message: UUID, address: str, text: str) -> None:
        """Count."""
        self.sent += 1
        log.debug("messages counted: %d", self.sent)


class FileSender:
    """Leaves a file for each message in MUSTER_HOME/outbox, for its owner only; a gateway fetches and deletes it."""

    name, wants_address = "file", True

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.HOME / "outbox"

    def send(self, message: UUID, address: str, text: str) -> None:
        """Write it under another name first, so that nobody fetches half of it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self.folder / f".{message}"
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"id": str(message), "to": address, "text": text}, file, ensure_ascii=False)
        partial.replace(self.folder / f"{message}.json")


SENDERS: dict[str, type] = {"log": LogSender, "file": FileSender}


def current() -> Sender:
    """The sender of this installation. Raises where MUSTER_SENDER names none."""
    return _make(os.environ.get("MUSTER_SENDER", "log"))


@lru_cache(maxsize=4)
def _make(name: str) -> Sender:
    if name in SENDERS:
        return SENDERS[name]()
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)()
