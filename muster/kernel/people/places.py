"""Places from files, and bare ones for references nobody has described yet; set-based."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from muster.kernel import ids
from muster.kernel.areas.codes import normalise
from muster.kernel.areas.words import explain
from muster.kernel.loading import BadValue, LoadReport, NumberedRow, cell, new_report, reject
from muster.kernel.people.models import PLACE_KINDS
from muster.kernel.people.rows import in_known_areas

LONGEST = {"ref": 100, "name": 200}
Facts = tuple[str, str, str, float | None, float | None]  # name, kind, area, lat, lon

_EXISTING = "SELECT ref, name, kind, area, lat, lon FROM people_place WHERE ref = ANY(%s)"
_UPSERT = """
    INSERT INTO people_place (id, ref, name, kind, area, lat, lon, layout)
    SELECT id, ref, name, kind, area, lat, lon, '' FROM json_to_recordset(%s)
    AS r(id uuid, ref text, name text, kind text, area text, lat float8, lon float8)
    ON CONFLICT (ref) DO UPDATE SET name = EXCLUDED.name, kind = EXCLUDED.kind, area = EXCLUDED.area,
        lat = EXCLUDED.lat, lon = EXCLUDED.lon
"""


@dataclass(slots=True)
class PlaceRow:
    """A row as read; blank fields are '' or None."""

    number: int
    ref: str
    name: str
    kind: str
    area: str
    lat: float | None
    lon: float | None

    def over(self, stored: Facts) -> Facts:
        """The stored facts with what the row says in their place; a blank says nothing."""
        said = (self.name, self.kind, self.area, self.lat, self.lon)
        return tuple(old if new in ("", None) else new for new, old in zip(said, stored, strict=True))  # type: ignore[return-value]


def load_places(cursor: CursorWrapper, rows: Iterable[NumberedRow]) -> LoadReport:
    """Insert or update places from rows of ref, name, kind, area, lat, lon (degrees); without a kind it is `other`."""
    report = new_report()
    read = in_known_areas(_read(rows, report), report)
    cursor.execute(_EXISTING, [[row.ref for row in read]])
    existing: dict[str, Facts] = {ref: tuple(facts) for ref, *facts in cursor.fetchall()}
    written = []
    for row in read:
        stored = existing.get(row.ref)
        facts = row.over(stored or ("", "other", "", None, None))
        if facts == stored:
            report["unchanged"] += 1
            continue
        report["changed" if stored else "new"] += 1
        values = dict(zip(("name", "kind", "area", "lat", "lon"), facts, strict=True))
        written.append({"id": str(ids.uuid7()), "ref": row.ref, **values})
    if written:
        cursor.execute(_UPSERT, [json.dumps(written)])
    return report


def bare_places(cursor: CursorWrapper, refs: Iterable[str]) -> None:
    """Make a place with nothing but its reference for each one that is not there yet."""
    rows = [{"id": str(ids.uuid7()), "ref": ref} for ref in dict.fromkeys(refs)]
    cursor.execute(
        "INSERT INTO people_place (id, ref, name, kind, area, layout) SELECT id, ref, '', 'other', '', ''"
        " FROM json_to_recordset(%s) AS r(id uuid, ref text) ON CONFLICT (ref) DO NOTHING",
        [json.dumps(rows)],
    )


def _read(rows: Iterable[NumberedRow], report: LoadReport) -> list[PlaceRow]:
    read: dict[str, PlaceRow] = {}
    for number, row in rows:
        column = "area"
        try:
            area = normalise(row.get("area"))
            column = "lat"
            lat = _degrees(row.get("lat"), 90)
            column = "lon"
            lon = _degrees(row.get("lon"), 180)
        except BadValue as error:
            reject(report, number, column, explain(error))
            continue
        line = PlaceRow(
            number, cell(row.get("ref")), cell(row.get("name")), cell(row.get("kind")).lower(), area, lat, lon
        )
        if not 0 < len(line.ref) <= LONGEST["ref"]:
            reject(
                report,
                number,
                "ref",
                _("A reference is needed, of at most %(most)s characters") % {"most": LONGEST["ref"]},
            )
        elif len(line.name) > LONGEST["name"]:
            reject(report, number, "name", _("At most %(most)s characters") % {"most": LONGEST["name"]})
        elif line.kind and line.kind not in PLACE_KINDS:
            reject(report, number, "kind", _("No such kind of place: %(kind)s") % {"kind": line.kind})
        else:
            _once(read, line, report)
    return list(read.values())


def _once(read: dict[str, PlaceRow], row: PlaceRow, report: LoadReport) -> None:
    first = read.setdefault(row.ref, row)
    if first is row:
        return
    if {**asdict(first), "number": 0} == {**asdict(row), "number": 0}:
        report["unchanged"] += 1
    else:
        reject(report, row.number, "ref", _("The same place stands otherwise in row %(row)s") % {"row": first.number})


def _degrees(value: Any, most: int) -> float | None:
    text = cell(value)
    if not text:
        return None
    try:
        degrees = float(text)
    except ValueError:
        degrees = math.nan
    if not abs(degrees) <= most:
        raise BadValue(_("Degrees from -%(most)s to %(most)s are needed"), most=most)
    return degrees
