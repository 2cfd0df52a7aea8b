"""The link by which somebody of a team says whether they come, without an account: a signed code."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from muster.signing import seal_id, unseal_id

LINK = b"H"


def code_of(member: UUID) -> str:
    """The code in a member's link; it holds as long as they are in the team."""
    return seal_id(LINK, member)


def member_of(code: str) -> UUID | None:
    """Whose link it is; None for what is none of ours."""
    return unseal_id(LINK, code)


def link_of(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a message, with the address of the member's page instead of their id."""
    return {**params, "link": f"{settings.PUBLIC_URL}/w/{code_of(UUID(params['member']))}/"}
