"""Cells of cases and contacts, read and checked; and whom and what they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.loading import BadValue, cell
from muster.kernel.people.actions import bare_people, bare_places
from muster.kernel.people.models import Person, Place

from ..models import Case

_SEVERAL = re.compile(r"[;,|、;,\s]+")
_MOST = 100  # characters of a reference
EARLIEST = 1800  # an earlier year is a slip of the pen


class Fault(BadValue):
    """A cell that cannot be taken: the column, and why in words."""

    def __init__(self, field: str, reason: Any) -> None:
        super().__init__("%(reason)s", reason=str(reason))
        self.field = field


def needed(row: Mapping[str, Any], field: str) -> str:
    """A reference that the row must have."""
    text = cell(row.get(field))
    if not text:
        raise Fault(field, _("This cell cannot be empty"))
    if len(text) > _MOST:
        raise Fault(field, _("At most %(most)s characters") % {"most": _MOST})
    return text


def day(row: Mapping[str, Any], field: str, now: datetime) -> date | None:
    """A day, or None for an empty cell; a moment stands for its local day."""
    moment_ = moment(row, field, now)
    return clock.local_day(moment_) if moment_ else None


def moment(row: Mapping[str, Any], field: str, now: datetime) -> datetime | None:
    """A moment, local to the site without an offset; a day alone is its 00:00. None for an empty cell."""
    text = cell(row.get(field))
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=clock.zone())
        late = found > now
        if found.year < EARLIEST:
            raise ValueError
    except (ValueError, OverflowError):
        raise Fault(field, _("Not a date or time such as 2021-11-30 or 2021-11-30T19:15")) from None
    if late:
        raise Fault(field, _("This lies in the future"))
    return found


def number(row: Mapping[str, Any], field: str, least: int, most: int) -> int | None:
    """A whole number between the bounds, or None for an empty cell."""
    text = cell(row.get(field))
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise Fault(field, _("A whole number from %(least)s to %(most)s is needed") % {"least": least, "most": most})
    return int(text)


def several(text: str, whole: Iterable[str] = ()) -> list[str]:
    """The references or codes of one cell: one that is known as a whole, else split at commas and the like."""
    return [text] if text in whole else [part for part in _SEVERAL.split(text) if part]


def cases(refs: Iterable[str]) -> dict[str, Case]:
    """Cases by reference or number."""
    wanted = list({ref for ref in refs if ref})
    if not wanted:
        return {}
    rows = Case.objects.select_related("person", "incident")
    return {row.number: row for row in _any(rows, "number", wanted)} | {
        row.ref: row for row in _any(rows, "ref", wanted)
    }


def persons(refs: Iterable[str], create_missing: bool, by: Any, now: datetime) -> dict[str, Person]:
    """Persons by the sender's reference, or by our id where they have none; those missing are made if so wished."""
    wanted = {ref for ref in refs if ref}
    found = _by_ref(Person, wanted)
    if create_missing and (missing := sorted(wanted - found.keys())):
        bare_people(by=by, refs=missing, now=now)
        found |= _by_ref(Person, missing)
    return found


def places(refs: Iterable[str], create_missing: bool, by: Any, now: datetime) -> dict[str, Place]:
    """Places likewise."""
    wanted = {ref for ref in refs if ref}
    found = _by_ref(Place, wanted)
    if create_missing and (missing := sorted(wanted - found.keys())):
        bare_places(by=by, refs=missing, now=now)
        found |= _by_ref(Place, missing)
    return found


def _by_ref(model: Any, refs: Iterable[str]) -> dict[str, Any]:
    refs = set(refs)
    own = {UUID(ref): ref for ref in refs if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", ref)}
    found = {row.ref: row for row in _any(model.objects.all(), "ref", list(refs))} if refs else {}
    if not own:
        return found
    return found | {own[row.pk]: row for row in model.objects.filter(pk__in=own, ref=None)}


def _any(rows: Any, column: str, values: list[str]) -> Any:
    """Rows whose column has one of many values, as one parameter: a long IN list takes seconds to write down."""
    return rows.extra(where=[f"{rows.model._meta.db_table}.{column} = ANY(%s)"], params=[values])
