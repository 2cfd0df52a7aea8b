"""Sites that come and go between rounds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from muster.kernel.operations.actions import action
from muster.kernel.posts.permissions import require

from ..models import SamplingSite
from .rounds import add_site


@action("screening.open_site")
def open_site(
    *, by: Any, area: str, name: str, lat: float, lon: float, desks: int, now: datetime, op: UUID | None = None
) -> SamplingSite:
    """The next round that is planned may use this site: the one of this name that was closed, else a new one."""
    require(by, "screening.open_site", area)
    known = SamplingSite.objects.select_for_update().filter(area=area, name=name).first()
    if known is None:
        return add_site(by=by, area=area, name=name, lat=lat, lon=lon, desks=desks, now=now)
    known.closed_at, known.lat, known.lon, known.desks = None, lat, lon, desks
    known.save(update_fields=["closed_at", "lat", "lon", "desks"])
    return known
