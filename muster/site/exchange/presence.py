"""Presence from a file: senders' references become keys, and identical rows count once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _

from muster.kernel.loading import LoadReport, NumberedRow, new_report, reject
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import bare_people, bare_places
from muster.kernel.people.models import Person, Place
from muster.kernel.posts.logins import connection
from muster.kernel.posts.models import SYSTEM
from muster.kernel.presence.load import load_presence
from muster.kernel.presence.rows import NO_SEAT, NONE, SOURCES, Rows, microseconds

Stay = tuple[int, int, int, int, int]  # person, place, entered, left (microseconds, NONE), source

_KNOWN = """
    SELECT r.person, r.place, r.entered, r.gone, r.source
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[])
        AS r(person, place, entered, gone, source)
    JOIN presence s ON s.entered_at = timestamptz 'epoch' + r.entered * interval '1 microsecond'
        AND s.place = r.place AND s.person = r.person AND s.source = r.source AND s.left_at IS NOT DISTINCT FROM
            CASE WHEN r.gone <> %s THEN timestamptz 'epoch' + r.gone * interval '1 microsecond' END
    WHERE s.entered_at BETWEEN timestamptz 'epoch' + %s * interval '1 microsecond'
        AND timestamptz 'epoch' + %s * interval '1 microsecond'
"""


class PresenceReport(LoadReport):
    """The report of a load: how many rows stood in it more than once, and [number, verdict] of each that was taken."""

    repeated: int
    taken: list[list[Any]]


def load(rows: Sequence[NumberedRow], *, create_missing: bool) -> PresenceReport:
    """Add stays from rows of person, place, entered_at, left_at, source; an unknown person or place rejects the row.

    With `create_missing` it becomes a record that holds only the reference.
    """
    report: PresenceReport = {**new_report(), "repeated": 0, "taken": []}  # type: ignore[typeddict-item]
    moment = lru_cache(maxsize=100_000)(_moment)
    read: list[tuple[int, tuple[str, str, int, int, int]]] = []
    for number, row in rows:
        try:
            read.append((number, _read(row, moment)))
        except Invalid as no:
            reject(report, number, no.field, no.message)
    persons = _keys(Person, {stay[0] for _number, stay in read}, bare_people if create_missing else None)
    places = _keys(Place, {stay[1] for _number, stay in read}, bare_places if create_missing else None)
    known: list[Stay] = []
    numbers: list[int] = []
    for number, (person, place, *rest) in read:
        if person not in persons:
            reject(report, number, "person", _("There is no person with this reference"))
        elif place not in places:
            reject(report, number, "place", _("There is no place with this reference"))
        else:
            known.append((persons[person], places[place], *rest))
            numbers.append(number)
    if known:
        _load(known, numbers, report)
    return report


def _load(known: list[Stay], numbers: list[int], report: PresenceReport) -> None:
    columns = [np.array(column, "int64") for column in zip(*known, strict=True)]
    seen = _there(columns)
    loaded = load_presence(Rows(*columns[:4], columns[4].astype("int16"), np.full(len(known), NO_SEAT, "int16")))
    for index, reason in loaded.rejected:
        reject(report, numbers[index], "left_at" if known[index][3] != NONE else "entered_at", reason)
    for number, stay in zip(numbers, known, strict=True):
        report["taken"].append([number, "unchanged" if stay in seen else "new"])
        seen.add(stay)
    report["new"], report["unchanged"], report["repeated"] = loaded.new, loaded.known, loaded.repeated


def _there(columns: list[Any]) -> set[Stay]:
    """Which of these stays are known from before."""
    arrays = ["{" + ",".join(map(str, column.tolist())) + "}" for column in columns]
    bounds = [int(columns[2].min()), int(columns[2].max())]
    with connection().cursor() as cursor:
        cursor.execute(_KNOWN, [*arrays, NONE, *bounds])
        return set(cursor.fetchall())


def _read(row: Any, moment: Callable[[str, str], int]) -> tuple[str, str, int, int, int]:
    person, place, left, source = row["person"], row["place"], row.get("left_at", ""), row.get("source", "").lower()
    if not person or not place:
        raise Invalid("place" if person else "person", _("A reference is needed"))
    if source and source not in SOURCES:
        raise Invalid("source", _("The source is one of: %(words)s") % {"words": ", ".join(SOURCES)})
    entered = moment("entered_at", row["entered_at"])
    return person, place, entered, moment("left_at", left) if left else NONE, SOURCES[source or "other"]


def _moment(field: str, text: str) -> int:
    """Microseconds; a naive moment is local to the site."""
    try:
        return microseconds(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise Invalid(field, _("A time like 2021-11-30 19:15 is needed")) from None


def _keys(model: Any, refs: set[str], make: Callable[..., int] | None) -> dict[str, int]:
    """Keys by the sender's reference, or by our own id for a record that has none."""
    found = dict(model.objects.filter(ref__in=refs).values_list("ref", "key"))
    unnamed = [ref for ref in refs - found.keys() if _is_id(ref)]
    rows = model.objects.filter(ref=None, pk__in=unnamed).values_list("pk", "key") if unnamed else ()
    found |= {str(pk): key for pk, key in rows}
    if make and (missing := sorted(refs - found.keys())):
        make(by=SYSTEM, refs=missing)
        found |= _keys(model, set(missing), None)
    return found


def _is_id(ref: str) -> bool:
    if len(ref) != 36:
        return False
    try:
        UUID(ref)
    except ValueError:
        return False
    return True
