"""Who may: one question, asked by every page, menu and action."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from muster.kernel.declare import PERMISSIONS
from muster.kernel.operations.errors import Refused

from .access import log_access
from .models import SYSTEM, Post


def may(by: Any, permission: str) -> bool:
    """Whether the post's role holds the permission, wherever; an undeclared permission is an error."""
    return by is SYSTEM or by.role in PERMISSIONS[permission].roles


def reaches(by: Any, area: str | None, place: UUID | None = None, organisation: UUID | None = None) -> bool:
    """Whether an area, or else a place or organisation, lies within the post's bounds."""
    if by is SYSTEM:
        return True
    if area is not None and by.lo is not None and by.lo <= area < by.hi:
        return True
    at_place = place is not None and place == by.place_id
    return at_place or (organisation is not None and organisation == by.organisation_id)


def require(
    by: Any,
    permission: str,
    area: str | None = None,
    *,
    place: UUID | None = None,
    organisation: UUID | None = None,
) -> None:
    """Raise Refused, and log it, unless the post holds the permission over this area, place or organisation."""
    if may(by, permission) and reaches(by, area, place, organisation):
        return
    log_access(by=by, event="refused", field=permission, area=area or "")
    raise Refused(permission, area or "")


def visible_to(queryset: Any, post: Post, *, area: str = "area", place: str | None = None) -> Any:
    """Narrow a queryset to the post's range: fast; row-level security makes it certain."""
    from django.db.models import Q

    within = Q(pk__in=[]) if post.lo is None else Q(**{f"{area}__gte": post.lo, f"{area}__lt": post.hi})
    if place and post.place_id:
        within |= Q(**{place: post.place_id})
    return queryset.filter(within)
