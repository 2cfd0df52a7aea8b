"""What posts do with ledgers: save views, ask for large files and agree to them, change many rows at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.crypto import encrypt
from muster.kernel.posts.logins import ACT
from muster.kernel.posts.permissions import may, require

from . import counting
from .declaring import LEDGERS, Deed
from .exporting import PURPOSES
from .limits import limit
from .models import AGREED, ASKED, GONE, READY, REFUSED, WRITERS, Export, ExportPart, SavedView

LONGEST_NAME, MOST_VIEWS = 40, 30
CHANGES = ("first", "not_first", "delete", "restore")


@action("ledger.save_view")
def save_view(
    *, by: Any, ledger: str, name: str, query: str, first: bool, now: datetime, op: UUID | None = None
) -> SavedView:
    """Save a question under a name; the same name again replaces it. Raises Invalid."""
    require(by, "ledger.save_view", by.area, place=by.place_id, organisation=by.organisation_id)
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid("name", _("Give the view a name of at most 40 characters."))
    own = SavedView.objects.select_for_update().filter(post_id=by.id, ledger=ledger, deleted_at=None)
    if own.exclude(name=name).count() >= MOST_VIEWS:
        raise Invalid("name", _("There are 30 views already: delete one first."))
    if first:
        own.update(first=False)
    values = {"query": query, "first": first}
    view, _made = own.update_or_create(post_id=by.id, ledger=ledger, name=name, deleted_at=None, defaults=values)
    return view


@action("ledger.change_view")
def change_view(*, by: Any, view: SavedView, change: str, now: datetime, op: UUID | None = None) -> SavedView:
    """Show a view first or no more, delete it, or take that back. Raises Invalid, Refused."""
    row = SavedView.objects.select_for_update().get(pk=view.pk)
    require(by, "ledger.change_view", by.area, place=by.place_id, organisation=by.organisation_id)
    if row.post_id != by.id:
        raise Refused("ledger.change_view", by.area)
    if change not in CHANGES:
        raise Invalid("change", _("There is no such change."))
    others = SavedView.objects.filter(post_id=by.id, ledger=row.ledger, deleted_at=None).exclude(pk=row.pk)
    if change == "restore" and others.filter(name=row.name).exists():
        raise Invalid("change", _("Another view has this name now."))
    if change == "first":
        others.update(first=False)
    row.first = change == "first"
    row.deleted_at = now if change == "delete" else None
    row.save()
    return row


@action("ledger.ask_export")
def ask_export(
    *, by: Any, ledger: str, query: str, kind: str, identifiers: bool, purpose: str, rows: int, language: str,
    now: datetime, op: UUID | None = None,
) -> Export:  # fmt: skip
    """Ask for a file of more rows than leave without a second person. Raises Invalid, Refused."""
    require(by, "ledger.ask_export", by.area, place=by.place_id, organisation=by.organisation_id)
    check_export(by, kind, purpose, identifiers)
    return Export.objects.create(
        ledger=ledger, query=query, kind=kind, identifiers=identifiers, purpose=purpose, rows=rows, language=language,
        post_id=by.id, user_id=by.user_id, area=by.area, asked_at=now,
    )  # fmt: skip


def check_export(by: Any, kind: str, purpose: str, identifiers: bool) -> None:
    """Raise Invalid for a form that says too little, Refused where the post may not have identifiers."""
    if kind not in ("csv", "xlsx", "print"):
        raise Invalid("kind", _("Choose a kind of file."))
    if purpose not in PURPOSES:
        raise Invalid("purpose", _("Say what for"))
    if identifiers and not may(by, "ledger.export_identifiers"):
        require(by, "ledger.export_identifiers", by.area)


@action("ledger.decide_export")
def decide_export(*, by: Any, export: Export, agreed: bool, now: datetime, op: UUID | None = None) -> Export:
    """Agree to a file, or not: a second person, over the area of the post that asked. Raises Invalid, Refused."""
    row = Export.objects.select_for_update().get(pk=export.pk)
    require(by, "ledger.decide_export", row.area)
    if row.user_id == by.user_id:
        raise Invalid("agreed", _("Another person has to agree."))
    if row.state != ASKED:
        raise Invalid("agreed", _("It is decided already."))
    row.state, row.decided_at, row.decided_by = AGREED if agreed else REFUSED, now, by.user_id
    row.save()
    if agreed:
        app.tasks[WRITERS.get(row.kind, "ledger.write_export")].defer(export=str(row.pk))
    return row


@action("ledger.do_bulk")
def do_bulk(
    *, by: Any, ledger: str, deed: str, rows: list[str], now: datetime, op: UUID | None = None
) -> list[list[str]]:
    """Do one thing to each of the rows, in the order of their keys; a row that says no stays as it was.

    Returns a pair for each row: its key, and '' where it was done, else why not. Raises Invalid for too many rows.
    """
    require(by, "ledger.do_bulk", by.area, place=by.place_id, organisation=by.organisation_id)
    if len(rows) > limit("bulk.rows"):
        raise Invalid("row", _("These are too many rows for one time."))
    list_ = LEDGERS[ledger]
    meant = next(each for each in list_.deeds_of(by) if each.name == deed)
    found = list_.rows(by).filter(pk__in=rows).order_by("pk")
    return [[str(row.pk), _do(meant, row, by, now)] for row in found]


def _do(deed: Deed, row: Any, by: Any, now: datetime) -> str:
    if why := deed.why_not(row, by):
        return str(why)
    try:
        with transaction.atomic(using=ACT):
            deed.do(by=by, row=row, now=now)
    except Invalid as no:
        return str(no.message)
    except Refused:
        return str(_("Outside your area."))
    return ""


@action("ledger.write_export")
def keep_parts(*, by: Any, export: Export, chunks: Any, now: datetime, op: UUID | None = None) -> Export:
    """Keep the file that was written, encrypted in pieces, for the days of `export.keep_days`."""
    require(by, "ledger.write_export")
    row = Export.objects.select_for_update().get(pk=export.pk)
    row.parts.all().delete()
    for number, chunk in enumerate(chunks):
        part = ExportPart(export=row, number=number)
        part.key_id, part.data_enc = encrypt(chunk, part.pk)
        part.save()
    row.state, row.forget_at = READY, now + timedelta(days=limit("export.keep_days"))
    row.save()
    return row


@action("ledger.forget_exports")
def forget_exports(*, by: Any, now: datetime, op: UUID | None = None) -> int:
    """Delete the files whose time is over; who asked for them and why stays."""
    require(by, "ledger.forget_exports")
    over = Export.objects.filter(state=READY, forget_at__lte=now)
    ExportPart.objects.filter(export__in=over).delete()
    return over.update(state=GONE)


@action("ledger.fold_counts")
def fold_counts(*, by: Any, now: datetime, op: UUID | None = None) -> None:
    """Fold what the counters of lists were added since the last time."""
    require(by, "ledger.fold_counts")
    counting.fold()
