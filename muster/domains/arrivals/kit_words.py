"""The texts that the modules of `static/arrivals/kit` show."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

WORDS = (
    _("Recorded: {who}. Done: {what}."), _("Not stored: the phone's storage failed. Write it down."),
    _("By what is seen, at least: {what}"), _("{count} people so far: {who}"),
    _("Say who it is: a reference, or a name."),
    _("A phone or an identity number is needed."), _("Where do they come from?"), _("Choose where they go."),
    _("Which colour has the code?"), _("A vehicle needs its plate."),
    _("This is not the reference of a declaration."),
    _("On this phone: {count} checkpoints."), _("Correct it and record it again: {why}"), _("Passage"),
)  # fmt: skip
