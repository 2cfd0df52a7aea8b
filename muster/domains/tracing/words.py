"""The vocabularies of tracing, with their names on screen. The codes are what rows, facts and files hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DISEASES = {
    "covid19": _("COVID-19"),
    "measles": _("Measles"),
    "mers": _("MERS"),
}
CLASSIFICATIONS = {
    "suspected": _("Suspected"),
    "clinical": _("Clinically diagnosed"),
    "confirmed": _("Confirmed"),
    "asymptomatic": _("Asymptomatic"),
    "excluded": _("Excluded"),
}
CLASSIFICATION_TONES = {
    "suspected": "warn",
    "clinical": "warn",
    "confirmed": "late",
    "asymptomatic": "late",
    "excluded": "off",
}
BASES = {
    "laboratory": _("Laboratory result"),
    "diagnosis": _("Diagnosis signed by two persons"),
    "correction": _("Corrected result"),
    "refusal": _("Refused by the second person"),
    "import": _("Imported as history"),
}
FOUND_HOW = {
    "screening": _("Screening"),
    "key_group": _("Screening of a key group"),
    "contact": _("Test of a contact"),
    "clinic": _("Clinic or hospital"),
    "self_report": _("Reported by themselves"),
    "import": _("Imported as history"),
    "other": _("Other"),
}
ORIGINS = {"": _("Not known"), "local": _("Local"), "imported": _("Imported from elsewhere")}
SOURCE_STATES = {
    "unknown": _("Source not known yet"),
    "linked": _("Source is a known case"),
    "imported": _("Infected elsewhere"),
    "none": _("No human source"),
}
LINK_REASONS = {
    "investigation": _("Found by investigation"),
    "contact": _("Was a contact of this case"),
    "sequencing": _("Shown by sequencing"),
    "import": _("Imported as history"),
}
REASONS = {
    "household": _("Same household"),
    "presence": _("Same place and time"),
    "workplace": _("Same workplace and team"),
    "seat": _("Seat or carriage"),
    "same_room": _("Same room"),
    "told": _("Told to the investigator"),
    "other": _("Otherwise"),
}
RINGS = {1: _("Contact"), 2: _("Second contact")}
FOUND, NOTIFIED, CONTROLLED = "found", "notified", "controlled"
RELEASED, CONVERTED, CLEARED, WITHDRAWN = "released", "converted", "cleared", "withdrawn"
STATUSES = {
    FOUND: _("Found"),
    NOTIFIED: _("Notified"),
    CONTROLLED: _("Under control"),
    RELEASED: _("Released"),
    CONVERTED: _("Became a case"),
    CLEARED: _("Cleared"),
    WITHDRAWN: _("Withdrawn"),
}
TONES = {
    FOUND: "warn",
    NOTIFIED: "wait",
    CONTROLLED: "info",
    RELEASED: "ok",
    CONVERTED: "late",
    CLEARED: "ok",
    WITHDRAWN: "off",
}
OPEN_STATUSES = (FOUND, NOTIFIED, CONTROLLED)  # somebody still owes something about them
DONE_STATUSES = (RELEASED, CONVERTED, CLEARED, WITHDRAWN)
NOTE_KINDS = {"itinerary": _("Itinerary"), "exposure": _("Exposure"), "note": _("Note")}
SEVERITIES = {
    "": _("Not known"),
    "mild": _("Mild"),
    "moderate": _("Moderate"),
    "severe": _("Severe"),
    "critical": _("Critical"),
}
OUTCOMES = {"": _("Ill"), "recovered": _("Recovered"), "died": _("Died")}
ASKED = {
    "find": _("Find the person"),
    "control": _("Put under control"),
    "test": _("Test"),
    "report_back": _("Report back"),
}
REPLIES = {
    "found": _("Found"),
    "controlled": _("Under control there"),
    "tested": _("Tested there"),
    "not_here": _("Not here"),
}
STEP_TITLES = {
    "report": _("Report the case"),
    "disposal": _("Disposal of the place"),
    "core_information": _("Core information and trajectory"),
    "trace": _("Contacts found"),
    "contacts_transferred": _("Contacts under control"),
    "second_contacts": _("Second contacts under control"),
    "first_report": _("First full report"),
    "trace_isolate_test": _("Everybody traced, isolated and tested"),
}
STEPS_BY_HAND = ("disposal", "core_information", "first_report")  # the others follow from what is recorded anyway


def choices(words: dict) -> list[tuple]:
    """The pairs that a form's select wants."""
    return list(words.items())
