"""Areas from a file, and boundaries from GeoJSON; set-based, a verdict per row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from muster.kernel.areas.codes import LEVELS, ancestors, level_of, normalise, parent_of, within
from muster.kernel.areas.models import Area
from muster.kernel.areas.words import explain
from muster.kernel.loading import BadValue, LoadReport, NumberedRow, cell, new_report, reject

LONGEST_NAME = 200

_ALIASES = """
    INSERT INTO areas_areaalias (code, now_code, name, to_on) SELECT a.code, a.code, a.name, %s
    FROM areas_area a JOIN json_to_recordset(%s) AS r(code text, name text) ON r.code = a.code WHERE r.name <> a.name
"""
_UPSERT = """
    INSERT INTO areas_area AS a (code, name, level, parent)
    SELECT code, name, level, parent FROM json_to_recordset(%s) AS r(code text, name text, level text, parent text)
    ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, level = EXCLUDED.level, parent = EXCLUDED.parent
    WHERE (a.name, a.level, a.parent) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.level, EXCLUDED.parent)
    RETURNING xmax = 0
"""
_BOUNDARY = """
    UPDATE areas_area a SET boundary = r.boundary, min_lon = r.w, min_lat = r.s, max_lon = r.e, max_lat = r.n
    FROM jsonb_to_recordset(%s) AS r(code text, boundary jsonb, w float8, s float8, e float8, n float8)
    WHERE a.code = r.code AND a.boundary IS DISTINCT FROM r.boundary
"""


def load(cursor: CursorWrapper, rows: Iterable[NumberedRow], today: date) -> LoadReport:
    """Insert or update areas from rows of code, name, level, parent; a new name leaves the old one as an alias.

    Level and parent may be blank: they follow from the code. A parent that was not loaded is kept as a code, so a
    district stands without its province.
    """
    report = new_report()
    read = _read(rows, report)
    above = Area.objects.filter(code__in={upper for code in read for upper in ancestors(code)})
    known = read.keys() | set(above.values_list("code", flat=True))
    for code, line in read.items():
        line["parent"] = line["parent"] or next((c for c in ancestors(code) if c in known), parent_of(code)) or None
    lines = json.dumps(list(read.values()))
    cursor.execute(_ALIASES, [today, lines])
    cursor.execute(_UPSERT, [lines])
    written = [new for (new,) in cursor.fetchall()]
    report["new"] = sum(written)
    report["changed"] = len(written) - report["new"]
    report["unchanged"] = len(read) - len(written)
    return report


def _read(rows: Iterable[NumberedRow], report: LoadReport) -> dict[str, dict[str, Any]]:
    """The acceptable rows by code, with the parent as given."""
    read: dict[str, dict[str, Any]] = {}
    first: dict[str, int] = {}
    for number, row in rows:
        field, level = "code", cell(row.get("level")).lower()
        try:
            code = normalise(row.get("code"), level or None)
            field = "parent"
            parent = normalise(row.get("parent"))
        except BadValue as error:
            reject(report, number, "level" if level and level not in LEVELS else field, explain(error))
            continue
        name = cell(row.get("name"))
        if not code:
            reject(report, number, "code", _("A code is needed"))
        elif code in first:
            reject(report, number, "code", _("The same code stands in row %(row)s") % {"row": first[code]})
        elif not 0 < len(name) <= LONGEST_NAME:
            reject(
                report, number, "name", _("A name is needed, of at most %(most)s characters") % {"most": LONGEST_NAME}
            )
        elif parent and (parent == code or not within(code, parent)):
            reject(report, number, "parent", _("The code does not begin with that of the parent"))
        else:
            first[code] = number
            read[code] = {"code": code, "name": name, "level": level or level_of(code), "parent": parent}
    return read


def load_boundaries(cursor: CursorWrapper, collection: Mapping[str, Any]) -> LoadReport:
    """Set the boundaries of known areas from a FeatureCollection whose properties hold `code` or `adcode`."""
    report = new_report()
    read: dict[str, dict[str, Any]] = {}
    for number, feature in enumerate(collection.get("features") or [], start=1):
        try:
            properties = feature.get("properties") or {}
            code = normalise(properties.get("code") or properties.get("adcode"))
            read[code] = {"code": code, "number": number, "boundary": feature["geometry"], **box(feature["geometry"])}
        except (BadValue, KeyError, TypeError, ValueError, AttributeError) as error:
            reason = explain(error) if isinstance(error, BadValue) else _("This is not a boundary with a code")
            reject(report, number, "geometry", reason)
    cursor.execute("SELECT code FROM areas_area WHERE code = ANY(%s)", [list(read)])
    known = {code for (code,) in cursor.fetchall()}
    for code in read.keys() - known:
        reject(report, read.pop(code)["number"], "code", _("No such area: %(code)s") % {"code": code})
    if read:
        cursor.execute(_BOUNDARY, [json.dumps(list(read.values()))])
        report["changed"] = cursor.rowcount
        report["unchanged"] = len(read) - cursor.rowcount
    return report


def box(geometry: Mapping[str, Any]) -> dict[str, float]:
    """West, south, east and north of a GeoJSON Polygon or MultiPolygon, degrees. Raises BadValue."""
    shapes = {"Polygon": lambda c: [c], "MultiPolygon": lambda c: c}.get(geometry["type"])
    points = (
        [point for polygon in shapes(geometry["coordinates"]) for ring in polygon for point in ring] if shapes else []
    )
    lons, lats = [float(p[0]) for p in points], [float(p[1]) for p in points]
    if not points or min(lons) < -180 or max(lons) > 180 or min(lats) < -90 or max(lats) > 90:
        raise BadValue(_("A boundary is a polygon in degrees of longitude and latitude"))
    return {"w": min(lons), "s": min(lats), "e": max(lons), "n": max(lats)}
