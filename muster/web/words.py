"""The texts that the browser's modules show, sent once in each page; `t("…")` in a module looks them up here."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

CAMERA = (
    # camera.js
    _("Scan with the camera"), _("Camera off"), _("Torch"), _("Picture of the camera"), _("One moment…"),
    _("Hold the code into the frame."),
    _("The camera is not allowed here. Allow it in the browser's settings for this page, or type the code."),
    _("This device has no camera. Type the code, or use a reader."),
    _("Another app holds the camera. Close it and press again, or type the code."),
    _("The reader of codes could not be loaded. Try again with a network, or type the code."),
)  # fmt: skip
WORDS = (
    *CAMERA,
    # clock.js
    _("{days} d {hours} h"), _("{hours} h {minutes} min"), _("{hours} h"), _("{days} d"), _("{minutes} min"),
    _("{span} left"), _("late by {span}"),
    # live.js
    _("No live connection since {time}. What you see may be out of date."),
    # forms.js
    _("Sending…"), _("Not sent: no connection. Press again; it will count once."),
    _("Not done: the server refused or failed. The page was not changed."),
    # keys.js
    _("Close"), _("Keys"), _("Next row"), _("Open"), _("Previous row"), _("Search"), _("The next thing to do"),
    _("Use single keys"),
    # theme.js
    _("Light"), _("Dark"), _("As the device"),
    # chain.js
    _("Case"), _("Onset"), _("Classification"), _("Source"), _("Area"), _("Contacts"), _("Generation {number}"),
    _("Source known"), _("Source unknown"), _("Imported from elsewhere"), _("No human source"),
    _("Cases: {count} · links: {links} · contacts: {contacts}"), _("Show {count} more"), _("{shown} of {count} shown"),
    _("Contacts of {label}"), _("The chart could not be loaded."), _("No contacts"), _("Find a case in the chart"),
    _("Whole chain"), _("Closer"), _("The table below says the same."), _("Find in the table"),
    _("Contacts: press to list them"), _("Cases of the chain"), _("The contacts could not be loaded."),
    # map.js
    _("{open} open, {late} late"), _("nothing open"), _("The map could not be loaded."),
    _("No boundaries are known for these areas; use the table."), _("Zoom in"), _("Zoom out"),
)  # fmt: skip


def words(texts: tuple[str, ...] = WORDS) -> dict[str, str]:
    """The texts in the language of the page, keyed by their English."""
    return {text: gettext(text) for text in texts}
