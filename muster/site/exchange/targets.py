"""The ledgers that take lists as people send them, on pages and from the command line, or only from there."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.ledger.imports import residents
from muster.ledger.imports.drafts import target

from . import cases, contacts, goods, tried
from .undoing import undo_cases, undo_contacts


def register() -> None:
    """Make the targets known; called once, when the program starts."""
    for name, title, how in (
        ("areas", _("Areas"), tried.AREAS),
        ("places", _("Places"), tried.PLACES),
        ("presence", _("Presence"), tried.PRESENCE),
        ("results", _("Results"), tried.RESULTS),
    ):
        target(name=name, title=title, judge=how.judge)
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
    target(
        name="goods", title=_("Imported goods"), permission="imports.import_goods", judge=goods.judge,
        take=goods.take, undo=goods.undo,
    )  # fmt: skip
