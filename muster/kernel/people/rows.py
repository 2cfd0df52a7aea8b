"""Reading rows of a file about people or places: each is taken, or refused with the column at fault."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from muster.kernel.areas import queries as areas
from muster.kernel.areas.codes import normalise
from muster.kernel.areas.words import explain
from muster.kernel.loading import BadValue, LoadReport, NumberedRow, cell, reject
from muster.kernel.operations.errors import Invalid

Line = dict[str, Any]  # a row as read; blank texts are ''
area_code = lru_cache(maxsize=10_000)(normalise)  # a file names few areas, many times


def take(row: Mapping[str, Any], column: str, read: Callable[[Any], Any]) -> Any:
    """What `read` makes of a cell. Raises Invalid where it raises BadValue."""
    try:
        return read(row.get(column))
    except BadValue as error:
        raise Invalid(column, explain(error)) from error


def day(value: Any) -> str | None:
    """A day as ISO text, None for a blank cell. Raises BadValue."""
    try:
        return date.fromisoformat(text).isoformat() if (text := cell(value)) else None
    except ValueError:
        raise BadValue(_("This is not a day such as 1990-01-31")) from None


def texts(row: Mapping[str, Any], longest: Mapping[str, int]) -> Line:
    """The text columns of a row. Raises Invalid where one is longer than it may be."""
    found = {column: cell(row.get(column)) for column in longest}
    for column, most in longest.items():
        if len(found[column]) > most:
            raise Invalid(column, _("At most %(most)s characters") % {"most": most})
    return found


def read_all(
    rows: Iterable[NumberedRow], read: Callable[[Mapping[str, Any]], tuple[Hashable, Line]], report: LoadReport
) -> list[tuple[int, Line]]:
    """The rows that `read` takes and whose `area` is known, with their numbers, once for each key.

    A row that says the same again counts as unchanged, one that says otherwise is rejected.
    """
    first: dict[Hashable, tuple[int, Line]] = {}
    for number, row in rows:
        try:
            key, line = read(row)
        except Invalid as error:
            reject(report, number, error.field, error.message)
            continue
        known, said = first.setdefault(key, (number, line))
        if known != number and said == line:
            report["unchanged"] += 1
        elif known != number:
            reject(report, number, "ref", _("Row %(row)s says otherwise of the same") % {"row": known})
    missing = areas.unknown({line["area"] for _number, line in first.values()})
    for number, line in first.values():
        if line["area"] in missing:
            reject(report, number, "area", _("No such area: %(code)s") % {"code": line["area"]})
    return [(number, line) for number, line in first.values() if line["area"] not in missing]
