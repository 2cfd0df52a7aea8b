"""The kinds of messages, declared by domains, and the text that each becomes when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation


@dataclass(frozen=True)
class MessageKind:
    """A kind of message; `text` (lazily translated) has a place `%(name)s` for each parameter, as `fill` makes them."""

    name: str
    text: Any
    fill: Any = dict


KINDS: dict[str, MessageKind] = {}


def message(name: str, text: Any, fill: Any = dict) -> None:
    """Declare a kind of message, in an app's `declarations`."""
    KINDS[name] = MessageKind(name, text, fill)


def text_of(kind: str, params: dict[str, Any], language: str = "") -> str:
    """The words of a message in a language (the installation's, unless given). Raises KeyError for an unknown kind."""
    with translation.override(language or settings.LANGUAGE_CODE):
        return str(KINDS[kind].text) % KINDS[kind].fill(params)
