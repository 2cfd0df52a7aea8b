"""The vocabularies of forms, with their names on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .guards import LETTER, SHEET

KINDS = {SHEET: _("Form (Excel)"), LETTER: _("Letter (Word)")}

DRAFT, READY, RETIRED = "draft", "ready", "retired"
STATES = {DRAFT: _("Columns to be mapped"), READY: _("In use"), RETIRED: _("Retired")}
TONES = {DRAFT: "wait", READY: "ok", RETIRED: "off"}

ASKED, WAITING, WORKING, DONE, FAILED = "asked", "waiting", "working", "done", "failed"
FILLING = {
    ASKED: _("Waits for agreement"),
    WAITING: _("Waiting"),
    WORKING: _("Being filled"),
    DONE: _("Filled"),
    FAILED: _("Failed"),
}

# How a day is written into a form. '' follows the form's own cells: a date cell stays one, a sample shows the rest.
DATES = {
    "": _("As the form's own cells show"),
    "date": _("As a date of the spreadsheet"),
    "iso": "2021-11-30",
    "slash": "2021/11/30",
    "dot": "2021.11.30",
    "cn": "2021年11月30日",
    "iso_time": "2021-11-30 19:15",
    "cn_time": "2021年11月30日 19:15",
}

HAND, FIXED, NUMBER = "hand", "fixed", "number"
FILLED_BY = {HAND: _("Filled in by hand"), FIXED: _("Always the same text"), NUMBER: _("Running number")}

UNKNOWN, OUTSIDE, MASKED, BY_HAND, NO_CELL = "unknown", "outside", "masked", "hand", "no_cell"
MISSING = {
    UNKNOWN: _("not known here"),
    OUTSIDE: _("somebody outside your area"),
    MASKED: _("masked: exported without names and numbers"),
    BY_HAND: _("filled in by hand"),
    NO_CELL: _("the form has no cell of its own there"),
}
