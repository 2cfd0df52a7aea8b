"""The ledgers that take lists as people send them; every other ledger takes files in its own columns only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.ledger.imports import residents
from muster.ledger.imports.drafts import target

from . import cases, contacts
from .undoing import undo_cases, undo_contacts


def register() -> None:
    """Make the targets known; called once, when the program starts."""
    target(
        name="people", title=_("People"), permission="imports.import_people", judge=residents.judge,
        take=residents.take, undo=residents.undo,
    )  # fmt: skip
    target(
        name="cases", title=_("Cases"), permission="imports.import_cases", judge=cases.judge, take=cases.take,
        undo=undo_cases, whole=cases.whole, fill=cases.fill,
    )  # fmt: skip
    target(
        name="contacts", title=_("Contacts"), permission="imports.import_contacts", judge=contacts.judge,
        take=contacts.take, undo=undo_contacts,
    )  # fmt: skip
