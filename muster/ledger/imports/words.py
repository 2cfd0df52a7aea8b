"""Verdicts and columns in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .drafts import CHANGED, DUPLICATE, ERROR, NEW, REVIEW, UNCHANGED, Target
from .models import ImportRow
from .reading.errors import Unreadable

VERDICTS = {
    NEW: _("New"), CHANGED: _("Changed"), UNCHANGED: _("Unchanged"), DUPLICATE: _("Possible duplicate"),
    REVIEW: _("To be reviewed"), ERROR: _("Error"),
}  # fmt: skip
TONES = {NEW: "ok", CHANGED: "info", UNCHANGED: "off", DUPLICATE: "warn", REVIEW: "warn", ERROR: "late"}
COLUMNS = {
    "ref": _("Reference"), "name": _("Full name"), "last_name": _("Family name"), "first_name": _("Given name"),
    "id_kind": _("Kind of identity paper"), "id_number": _("Identity number"),
    "passport": _("Passport number"), "phone": _("Phone"),
    "phone_2": _("Second phone"), "phone_3": _("Third phone"), "sex": _("Sex"), "born_on": _("Day of birth"),
    "birth_day": _("Birth: day"), "birth_month": _("Birth: month"), "birth_year": _("Birth: year"),
    "address": _("Address"), "address_2": _("Address, second part"), "city": _("Town"), "area": _("Area"),
    "household": _("Household number"), "in_district": _("District"), "in_street": _("Street"),
    "in_community": _("Community"), "in_grid": _("Grid"),
    "person": _("Person: reference"), "disease": _("Disease"), "onset_on": _("Onset"),
    "confirmed_at": _("Day of confirmation"), "classification": _("Classification"), "source_case": _("Source case"),
    "reported_on": _("Reported"), "symptoms": _("Symptoms"), "case": _("Case: reference"), "ring": _("Ring"),
    "reason": _("Reason"), "place": _("Place: reference"), "first_at": _("First contact"),
    "last_at": _("Last contact"), "minutes": _("Minutes"), "reasons": _("Reason"),
    "owner": _("Enterprise"), "first": _("Goes first to"), "product": _("Goods"),
    "origin": _("Country or region of origin"), "quantity": _("Quantity"), "unit": _("Counted in"),
    "weight": _("Weight"), "certificate": _("Inspection certificate"), "customs": _("Customs declaration"),
    "maker_number": _("Maker's batch number"), "port": _("Port of entry"), "report": _("Test report"),
    "disinfection": _("Disinfection certificate"), "expected_at": _("Arrives at"),
    "imported_at": _("Entered the country"),
    "tested": _("Day of the test"), "test_result": _("Test result"), "disinfected": _("Day of disinfection"),
}  # fmt: skip
PARTS = frozenset(("birth_day", "birth_month", "birth_year", "address_2", "phone_3", "symptoms"))


def title(column: str) -> Any:
    """A column in words."""
    return COLUMNS.get(column, column)


def fault_of(fault: Unreadable, target: Target) -> str:
    """Why a list cannot be read, for who looks at a page and can say there what is missing."""
    if fault.lacks:
        text = _(
            "Missing: %(columns)s. Under “What the columns mean”, say which column of the file each is, or give the"
            " value that is the same in every row."
        )
        return text % {"columns": ", ".join(str(title(name)) for name in fault.lacks)}
    if fault.headless:
        text = _(
            "No row names the columns as %(ledger)s have them. Above the rows there has to be one such as: %(names)s."
        )
        names = [str(title(name)) for name in target.shape.known if name not in PARTS and name != "ref"]
        return text % {"ledger": target.title, "names": " · ".join(names[:6])}
    return str(fault)


def shown(row: ImportRow) -> tuple[ImportRow, Any, str, Any, list[tuple[Any, str, str]]]:
    """What the page shows of a row: itself, its verdict in words, the tone, the column, what changes."""
    return row, VERDICTS[row.verdict], TONES[row.verdict], title(row.column), changed(row)


def changed(row: ImportRow) -> list[tuple[Any, str, str]]:
    """(column, before, after) of a row; of a possible duplicate the two records side by side."""
    return [(title(name), pair[0], pair[1]) for name, pair in row.changes.items() if pair[0] or pair[1]]
