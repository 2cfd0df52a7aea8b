"""An area gets another code: live rows follow it, facts and logs keep the code of their day.

A renumbering, a merger (into an area that exists) and each part of a split are all one move of a code and what is
below it. Every column of the kind `AreaCodeField` follows, unless its table is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.apps import apps
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from muster.kernel.areas.codes import ancestors, parent_of, span
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.areas.models import Area, AreaAlias

# Facts and logs keep the area code of their day; posts follow by themselves, counters by their triggers.
KEPT = {
    "areas_area",
    "areas_areaalias",
    "facts_fact",
    "posts_accesslog",
    "posts_post",
    "duties_dutycount",
    "screening_regimecount",
}


def live_columns() -> Iterator[tuple[str, list[str]]]:
    """The tables whose area codes follow a move, and those columns."""
    for model in apps.get_models():
        columns = [str(f.column) for f in model._meta.local_concrete_fields if isinstance(f, AreaCodeField)]
        if columns and model._meta.db_table not in KEPT and model._meta.managed:
            yield model._meta.db_table, columns


def move(cursor: CursorWrapper, code: str, to: str, on: date) -> int:
    """Move an area and all below it to another code of the same width; returns the number of rows that followed.

    An area that lies there already is kept, with its name: that is a merger. The codes left behind become aliases.
    """
    lo, hi = span(code)
    names: dict[str, Any] = {"lo": lo, "hi": hi, "to": to, "width": len(code) + 1, "on": on}
    known = set(Area.objects.filter(code__in=ancestors(to)).values_list("code", flat=True))
    above = next((upper for upper in ancestors(to) if upper in known), parent_of(to)) or None
    cursor.execute(_ALIASES, names)
    cursor.execute(_COPIES, {**names, "above": above})
    cursor.execute("DELETE FROM areas_area WHERE code >= %(lo)s AND code < %(hi)s", names)
    moved = 0
    for table, columns in live_columns():
        sets = ", ".join(
            f"{c} = CASE WHEN {c} >= %(lo)s AND {c} < %(hi)s THEN %(to)s || substr({c}, %(width)s) ELSE {c} END"
            for c in columns
        )
        where = " OR ".join(f"({c} >= %(lo)s AND {c} < %(hi)s)" for c in columns)
        cursor.execute(f"UPDATE {table} SET {sets} WHERE {where}", names)
        moved += cursor.rowcount
    return moved


def present_code(code: str, on: date) -> str:
    """The code that an area known by `code` on that day has now; the same code where it was not moved."""
    last = 0
    while True:
        moves = AreaAlias.objects.filter(code=code, to_on__gte=on, id__gt=last).exclude(now_code=F("code"))
        move = moves.order_by("id").first()
        if move is None:
            return code
        code, on, last = move.now_code, move.to_on, move.pk


_ALIASES = """
    INSERT INTO areas_areaalias (code, now_code, name, to_on)
    SELECT code, %(to)s || substr(code, %(width)s), name, %(on)s FROM areas_area WHERE code >= %(lo)s AND code < %(hi)s
"""
_COPIES = """
    INSERT INTO areas_area
        (code, name, level, parent, boundary, min_lat, min_lon, max_lat, max_lon, population, closed_on)
    SELECT %(to)s || substr(code, %(width)s), name, level,
           CASE WHEN code = %(lo)s THEN %(above)s ELSE %(to)s || substr(parent, %(width)s) END,
           boundary, min_lat, min_lon, max_lat, max_lon, population, closed_on
    FROM areas_area WHERE code >= %(lo)s AND code < %(hi)s
    ON CONFLICT (code) DO NOTHING
"""
