"""Places from a file; set-based, a verdict per row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from muster.kernel import ids
from muster.kernel.loading import BadValue, LoadReport, NumberedRow, cell, new_report
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import PLACE_KINDS
from muster.kernel.people.rows import Line, area_code, read_all, take, texts

_UPSERT = """
    INSERT INTO people_place AS p (id, ref, name, kind, area, lat, lon, layout)
    SELECT id, ref, name, kind, area, lat, lon, '' FROM json_to_recordset(%s)
    AS r(id uuid, ref text, name text, kind text, area text, lat float8, lon float8)
    ON CONFLICT (ref) DO UPDATE SET
        name = coalesce(nullif(EXCLUDED.name, ''), p.name), kind = coalesce(nullif(EXCLUDED.kind, 'other'), p.kind),
        area = coalesce(nullif(EXCLUDED.area, ''), p.area),
        lat = coalesce(EXCLUDED.lat, p.lat), lon = coalesce(EXCLUDED.lon, p.lon)
    WHERE EXCLUDED.name NOT IN ('', p.name) OR EXCLUDED.kind NOT IN ('other', p.kind)
        OR EXCLUDED.area NOT IN ('', p.area)
        OR coalesce(EXCLUDED.lat <> p.lat OR EXCLUDED.lon <> p.lon, EXCLUDED.lat IS NOT NULL)
    RETURNING xmax = 0
"""


def load_places(cursor: CursorWrapper, rows: Iterable[NumberedRow]) -> LoadReport:
    """Insert or update places from rows of ref, name, kind, area, lat, lon (degrees).

    A blank cell says nothing, and neither does the kind `other`, which a place without a kind has.
    """
    report = new_report()
    lines = [{"id": ids.uuid7().hex, **line} for _number, line in read_all(rows, _read, report)]
    cursor.execute(_UPSERT, [json.dumps(lines)])
    written = [new for (new,) in cursor.fetchall()]
    report["new"] = sum(written)
    report["changed"] = len(written) - report["new"]
    report["unchanged"] += len(lines) - len(written)
    return report


def _read(row: Mapping[str, Any]) -> tuple[str, Line]:
    line = texts(row, {"ref": 100, "name": 200, "kind": 20}) | {"area": take(row, "area", area_code)}
    line["kind"] = line["kind"].lower() or "other"
    if not line["ref"]:
        raise Invalid("ref", _("A reference is needed"))
    if line["kind"] not in PLACE_KINDS:
        raise Invalid("kind", _("No such kind of place: %(kind)s") % {"kind": line["kind"]})
    line["lat"], line["lon"] = (take(row, name, _degrees(most)) for name, most in (("lat", 90), ("lon", 180)))
    if (line["lat"] is None) != (line["lon"] is None):
        raise Invalid("lon", _("Latitude and longitude go together"))
    return line["ref"], line


def _degrees(most: int) -> Any:
    def read(value: Any) -> float | None:
        try:
            degrees = float(text) if (text := cell(value)) else None
        except ValueError:
            degrees = float("nan")
        if degrees is not None and not abs(degrees) <= most:
            raise BadValue(_("Degrees from -%(most)s to %(most)s are needed"), most=most)
        return degrees

    return read
