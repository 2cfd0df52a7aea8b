"""The texts that the modules of `static/screening/kit` show."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

WORDS = (
    # desk.js
    _("Not stored: the phone's storage failed. Write it down."), _("Desk {number}"),
    _("Scan the code of a tube, then the first person."), _("This tube is sealed. Take another."),
    _("This tube belongs to another round."), _("Tube {code}. Now the first person."), _("{count} before"),
    _("Take {who} back ({seconds} s)"), _("Say who it is: a number, or a name."),
    _("On somebody's behalf: say who does it and why."),
    _("This identity number has a slip in it. Look again, or press once more."), _("First the code of a tube."),
    _("The tube is full. Seal it, and take another."),
    _("Sampled before on this phone ({code}). Once more registers a second sample."), _("This line was typed before."),
    _("{position}: {who}"), _("This is not the number of a sheet. Look again."),
    _("Enter the line and the time on the sheet."), _("Too late: the minute is over, or the tube is sealed."),
    _("Taken back: {who}"), _("There is no sample in this tube."),
    _("Counted {count}, registered {inside}. Count again, or press once more."),
    _("{code} is sealed. Scan the next tube."), _("Correct it and register it again: {why}"),
    _("This is not the code of a tube."), _("This is nobody's code."),
    _("This is a person's code. First the code of a tube."),
    # door.js
    _("The list could not be fetched: no network, or signed out."), _("This building's list is not on the phone yet."),
    _("{left} of {count} are left."), _("Noted: {who}"),
    # app.js
    _("Sample"), _("Taken back"), _("Sealed"), _("Reason"),
    _("On this phone: {rounds} rounds, {sites} sites, {tubes} open tubes."),
)  # fmt: skip
