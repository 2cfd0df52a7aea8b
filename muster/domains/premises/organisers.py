"""The link by which who organises a gathering reads what became of it, and answers; no table holds it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from . import codes


def link_of(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a message, with the address of its gathering instead of the gathering's id."""
    return {**params, "link": f"{settings.PUBLIC_URL}/g/{codes.make(codes.EVENT, UUID(params['event']))}/"}
