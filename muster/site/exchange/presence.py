"""Presence from a file: senders' references become keys, and identical rows count once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel.loading import LoadReport, NumberedRow, new_report, reject
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import bare_people, bare_places
from muster.kernel.people.models import Person, Place
from muster.kernel.posts.models import SYSTEM
from muster.kernel.presence.load import load_presence
from muster.kernel.presence.rows import SOURCES

Stay = tuple[str, str, datetime, datetime | None, str]


class PresenceReport(LoadReport):
    """The report of a load, with the number of rows that stood in it more than once."""

    repeated: int


def load(rows: Sequence[NumberedRow], *, create_missing: bool) -> PresenceReport:
    """Add stays from rows of person, place, entered_at, left_at, source; an unknown person or place rejects the row.

    With `create_missing` it becomes a record that holds only the reference.
    """
    report: PresenceReport = {**new_report(), "repeated": 0}  # type: ignore[typeddict-item]
    stays: list[tuple[int, Stay]] = []
    for number, row in rows:
        try:
            stays.append((number, _read(row)))
        except Invalid as no:
            reject(report, number, no.field, no.message)
    persons = _keys(Person, {stay[0] for _number, stay in stays}, bare_people if create_missing else None)
    places = _keys(Place, {stay[1] for _number, stay in stays}, bare_places if create_missing else None)
    known: list[tuple[Any, ...]] = []
    numbers: list[int] = []
    for number, (person, place, *rest) in stays:
        if person not in persons:
            reject(report, number, "person", _("There is no person with this reference"))
        elif place not in places:
            reject(report, number, "place", _("There is no place with this reference"))
        else:
            known.append((persons[person], places[place], *rest))
            numbers.append(number)
    loaded = load_presence(known)
    for index, reason in loaded.rejected:
        reject(report, numbers[index], "", reason)
    report["new"], report["unchanged"], report["repeated"] = loaded.new, loaded.known, loaded.repeated
    return report


def _read(row: Any) -> Stay:
    person, place, left, source = row["person"], row["place"], row.get("left_at", ""), row.get("source", "").lower()
    if not person or not place:
        raise Invalid("place" if person else "person", _("A reference is needed"))
    if source and source not in SOURCES:
        raise Invalid("source", _("The source is one of: %(words)s") % {"words": ", ".join(SOURCES)})
    entered_at = _moment("entered_at", row["entered_at"])
    return person, place, entered_at, _moment("left_at", left) if left else None, source or "other"


def _moment(field: str, text: str) -> datetime:
    """A naive moment is local to the site: the loader of presence takes it so."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
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
