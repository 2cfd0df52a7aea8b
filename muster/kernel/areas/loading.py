"""Areas from a file, and boundaries from GeoJSON; set-based, a verdict per row.

The actions that call these stand right of the posts (`people.territory`), because they ask `require()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from muster.kernel.areas.codes import LEVELS, ancestors, level_of, normalise, parent_of, within
from muster.kernel.areas.words import explain
from muster.kernel.loading import BadValue, LoadReport, NumberedRow, cell, new_report, reject

LONGEST_NAME = 200

_EXISTING = "SELECT code, name, level, parent FROM areas_area WHERE code = ANY(%s)"
_UPSERT = """
    INSERT INTO areas_area (code, name, level, parent)
    SELECT code, name, level, parent FROM json_to_recordset(%s) AS r(code text, name text, level text, parent text)
    ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, level = EXCLUDED.level, parent = EXCLUDED.parent
"""
_ALIAS = """
    INSERT INTO areas_areaalias (code, now_code, name, to_on)
    SELECT code, code, name, %s FROM json_to_recordset(%s) AS r(code text, name text)
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
    cursor.execute(_EXISTING, [[*read, *{c for code in read for c in ancestors(code)}]])
    existing = {code: (name, level, parent) for code, name, level, parent in cursor.fetchall()}
    written, renamed = [], []
    for code, (name, level, given) in read.items():
        parent = given or next((c for c in ancestors(code) if c in read or c in existing), parent_of(code)) or None
        before = existing.get(code)
        if before == (name, level, parent):
            report["unchanged"] += 1
            continue
        report["changed" if before else "new"] += 1
        written.append({"code": code, "name": name, "level": level, "parent": parent})
        if before and before[0] != name:
            renamed.append({"code": code, "name": before[0]})
    if written:
        cursor.execute(_UPSERT, [json.dumps(written)])
    if renamed:
        cursor.execute(_ALIAS, [today, json.dumps(renamed)])
    return report


def _read(rows: Iterable[NumberedRow], report: LoadReport) -> dict[str, tuple[str, str, str]]:
    """The acceptable rows by code: (name, level, parent as given)."""
    read: dict[str, tuple[str, str, str]] = {}
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
            read[code] = (name, level or level_of(code), parent)
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
