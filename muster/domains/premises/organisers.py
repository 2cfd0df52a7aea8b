"""The link by which who organises a gathering reads what became of it, and answers; no table holds it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from . import codes, words


def link_of(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a message, with the address of its gathering instead of the gathering's id."""
    return {**params, "link": f"{settings.PUBLIC_URL}/g/{codes.make(codes.EVENT, UUID(params['event']))}/"}


def refused_of(params: dict[str, Any]) -> dict[str, Any]:
    """The same, with the reason of a refusal in words; what the body wrote itself is on the page alone."""
    return {**link_of(params), "why": words.REFUSALS[params.get("refusal", "other")]}
