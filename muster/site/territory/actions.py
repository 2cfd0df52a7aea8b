"""Writes about areas and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from os.path import commonprefix
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.areas.codes import level_of, span
from muster.kernel.areas.models import Area
from muster.kernel.facts.actions import record
from muster.kernel.loading import LoadReport, NumberedRow, cell
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import common_area
from muster.kernel.posts.logins import connection
from muster.kernel.posts.models import Post
from muster.kernel.posts.permissions import require

from . import areas, moves, places


@action("areas.load_areas")
def load_areas(*, by: Any, rows: Sequence[NumberedRow], now: datetime, op: UUID | None = None) -> LoadReport:
    """Insert or update areas from rows of code, name, level, parent, in one transaction; a verdict for every row."""
    require(by, "areas.load_areas", commonprefix([cell(row.get("code")) for _number, row in rows]))
    with connection().cursor() as cursor:
        return areas.load(cursor, rows, clock.local_day(now))


@action("areas.load_boundaries")
def load_boundaries(*, by: Any, collection: Mapping[str, Any], now: datetime, op: UUID | None = None) -> LoadReport:
    """Set the boundaries of known areas from a GeoJSON FeatureCollection; a verdict for every feature."""
    require(by, "areas.load_boundaries", "")
    with connection().cursor() as cursor:
        return areas.load_boundaries(cursor, collection)


@action("areas.move_area")
def move_area(*, by: Any, code: str, to: str, now: datetime, name: str = "", op: UUID | None = None) -> Area:
    """Give an area, and all below it, another code of the same level; returns the area as it is now.

    Into a code that exists this is a merger; a split is a move of each part. Live rows and posts follow, facts keep
    the code of their day, the old codes become aliases. `name` renames. Raises Invalid.
    """
    require(by, "areas.move_area", code)
    require(by, "areas.move_area", to)
    if not Area.objects.select_for_update().filter(code=code).exists():
        raise Invalid("code", _("There is no such area"))
    if code == to or level_of(code) != level_of(to):
        raise Invalid("to", _("Another code of the same level is needed"))
    with connection().cursor() as cursor:
        rows = moves.move(cursor, code, to, clock.local_day(now))
    lo, hi = span(code)
    for post in Post.objects.filter(area__gte=lo, area__lt=hi):
        post.area = to + post.area[len(code) :]
        post.save(update_fields=["area", "lo", "hi"])
    if name:
        Area.objects.filter(code=to).update(name=name)
    subject = uuid5(NAMESPACE_OID, f"area:{code}")
    record(
        "areas.moved", subject=subject, area=code, by=by, now=now, op=op, data={"from": code, "to": to, "rows": rows}
    )
    return Area.objects.get(code=to)


@action("people.load_places")
def load_places(*, by: Any, rows: Sequence[NumberedRow], now: datetime, op: UUID | None = None) -> LoadReport:
    """Insert or update places from one batch of a file; a verdict for every row."""
    require(by, "people.load_places", common_area(rows))
    with connection().cursor() as cursor:
        return places.load_places(cursor, rows)
