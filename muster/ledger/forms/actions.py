"""What posts do with templates: upload them, say what fills each column, retire them, have one filled."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.crypto import encrypt
from muster.kernel.posts.access import log_access
from muster.kernel.posts.permissions import may, require
from muster.ledger.actions import check_export
from muster.ledger.declaring import LEDGERS, Ledger
from muster.ledger.limits import limit
from muster.ledger.models import FORM, READY, Export

from . import documents, guards, words
from .filling import clear, open_book, saved
from .layout import Layout, find
from .letters import LETTERS
from .models import FilledFile, Filling, Template, TemplateFile
from .sources import recognised, sources, suggest

KEPT, DRAFTED = timedelta(days=1), timedelta(days=7)
LONGEST_NAME, LONGEST_TEXT = 60, 200
PICTURES = ("xl/media/", "xl/charts/", "xl/drawings/drawing")


@action("forms.keep_template")
def keep_template(
    *, by: Any, kind: str, subject: str, name: str, file_name: str, content: bytes, now: datetime,
    op: UUID | None = None,
) -> Template:  # fmt: skip
    """Keep an uploaded file as the next version of a template of the post's unit. A letter is in use at once, a sheet
    when its columns are mapped. Raises Invalid where the file cannot be one, with what to do.
    """
    require(by, "forms.keep_template", by.area)
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid("name", _("Give the template a name of at most %(most)s characters.") % {"most": LONGEST_NAME})
    if subject not in (LETTERS if kind == guards.LETTER else LEDGERS if kind == guards.SHEET else ()):
        raise Invalid("subject", _("Choose one of the list."))
    versions = Template.objects.select_for_update().filter(area=by.area, kind=kind, subject=subject, name=name)
    before = versions.exclude(state=words.DRAFT).order_by("-version").first()
    last = versions.order_by().aggregate(last=Max("version"))["last"] if versions else 0
    row = Template(
        area=by.area, kind=kind, subject=subject, name=name, version=last + 1, previous=before, state=words.DRAFT,
        file_name=file_name[-100:], made_at=now, by_post=by.id,
    )  # fmt: skip
    if kind == guards.LETTER:
        documents.check(LETTERS[subject], content)
        _take_place_of(row, now)
    else:
        row.without = ["pictures"] if any(p.startswith(PICTURES) for p in guards.check(kind, content)) else []
        _lay_out(row, read_book(content))
    row.save()
    TemplateFile.objects.create(template=row, content=content)
    return row


def read_book(content: bytes) -> Any:
    """The workbook of an uploaded file. Raises Invalid where it is damaged."""
    try:
        return open_book(content)
    except Exception as error:  # openpyxl raises whatever it stumbles over
        raise Invalid("file", _("The workbook is damaged. Open it in your spreadsheet and save it anew.")) from error


def _lay_out(held: Template, book: Any, **said: Any) -> None:
    """Find the table, and propose for each column what the version before says of it, else what its name means."""
    layout = find(book, recognised, **said)
    held.layout = layout.as_json()
    before = {part["header"]: part for part in held.previous.mapping} if held.previous else {}
    ledger = LEDGERS[held.subject]
    held.mapping = []
    for heading in layout.columns:
        old = before.get(heading.header) or {"by": suggest(ledger, heading.header), "text": ""}
        held.mapping.append({"at": heading.at, "header": heading.header, "by": old["by"], "text": old.get("text", "")})
    held.dates = held.previous.dates if held.previous else ""


@action("forms.find_header")
def find_header(
    *, by: Any, template: Template, sheet: str, row: int, height: int, now: datetime, op: UUID | None = None
) -> Template:
    """Say where the header of a form stands, where the finder was wrong. Raises Invalid, Refused."""
    held = Template.objects.select_for_update().get(pk=template.pk)
    require(by, "forms.find_header", held.area)
    if held.kind != guards.SHEET or held.state != words.DRAFT:
        raise Invalid("row", _("This form is mapped already: upload it again."))
    if not (1 <= row <= 100 and 1 <= height <= 3):
        raise Invalid("row", _("The header begins in row 1 to 100 and has one to three rows."))
    try:
        _lay_out(held, read_book(bytes(held.file.content)), sheet=sheet, row=row, height=height)
    except Invalid as no:
        raise Invalid("row", no.message) from no
    held.save()
    return held


@action("forms.map_template")
def map_template(
    *, by: Any, template: Template, parts: Sequence[Mapping[str, str]], dates: str, now: datetime,
    op: UUID | None = None,
) -> Template:  # fmt: skip
    """Say what fills each column, in their order; the form is in use from now on. What the sender had left in its rows
    is taken out of the file: it is somebody's data, and not needed. Raises Invalid, Refused.
    """
    held = Template.objects.select_for_update().get(pk=template.pk)
    require(by, "forms.map_template", held.area)
    known, mapping = sources(LEDGERS[held.subject]), [dict(part) for part in held.mapping]
    if held.kind != guards.SHEET or held.state == words.RETIRED or len(parts) != len(mapping):
        raise Invalid("dates", _("This form cannot be mapped any more: upload it again."))
    if dates not in words.DATES:
        raise Invalid("dates", _("Choose one of the list."))
    for part, given in zip(mapping, parts, strict=True):
        field, text = f"by-{part['at']}", " ".join(given.get("text", "").split())
        if given["by"] not in known and given["by"] not in words.FILLED_BY:
            raise Invalid(field, _("Choose one of the list."))
        if len(text) > LONGEST_TEXT or (given["by"] == words.FIXED and not text):
            raise Invalid(field, _("Write the text that always stands there, at most 200 characters."))
        part |= {"by": given["by"], "text": text}
    layout, book = Layout.read(held.layout), read_book(bytes(held.file.content))
    clear(book[layout.sheet], layout)
    TemplateFile.objects.filter(pk=held.pk).update(content=saved(book))
    held.mapping, held.dates = mapping, dates
    _take_place_of(held, now)
    held.save()
    return held


def _take_place_of(row: Template, now: datetime) -> None:
    """A unit has one template of a letter in use, and of a form one of each name."""
    used = Template.objects.ready().filter(area=row.area, kind=row.kind, subject=row.subject).exclude(pk=row.pk)
    used = used.filter(name=row.name) if row.kind == guards.SHEET else used
    used.update(state=words.RETIRED, retired_at=now)
    row.state, row.retired_at = words.READY, None


@action("forms.retire_template")
def retire_template(
    *, by: Any, template: Template, back: bool = False, now: datetime, op: UUID | None = None
) -> Template:
    """Take a template out of use, or (`back`) put a retired one back into it. Raises Refused, Invalid."""
    row = Template.objects.select_for_update().get(pk=template.pk)
    require(by, "forms.retire_template", row.area)
    if row.state == words.DRAFT:
        raise Invalid("template", _("Nobody uses it yet; it is forgotten after a week."))
    if back and row.state == words.RETIRED:
        _take_place_of(row, now)
    elif not back and row.state == words.READY:
        row.state, row.retired_at = words.RETIRED, now
    row.save(update_fields=["state", "retired_at"])
    return row


@action("forms.start_filling")
def start_filling(
    *, by: Any, template: Template, asked: str, identified: bool, purpose: str, language: str, rows: int = 0,
    now: datetime, op: UUID | None = None,
) -> Filling:  # fmt: skip
    """Have a form filled with the rows of a question to its ledger, as this post sees them; logged before any is read.

    Names and numbers come with the permission to export them, else masked. More `rows` than `export.rows` wait for a
    second person's agreement, like a file of as many. Raises Invalid, Refused.
    """
    row = Template.objects.get(pk=template.pk)
    require(by, "forms.start_filling", by.area)
    ledger = LEDGERS.get(row.subject)
    if not (by.area.startswith(row.area) or row.area.startswith(by.area)):
        raise Refused("forms.start_filling", row.area)
    if row.kind != guards.SHEET or row.state != words.READY or ledger is None:
        raise Invalid("template", _("This form is not in use."))
    if not may(by, ledger.needs):
        raise Refused(ledger.needs, by.area)
    check_export(by, "xlsx", purpose, identified)
    large = rows > limit("export.rows")
    made = Filling.objects.create(
        template=row, by_post=by.id, asked=asked, identified=identified, purpose=purpose, language=language,
        state=words.ASKED if large else words.WAITING, made_at=now,
    )  # fmt: skip
    if large:
        require(by, "ledger.ask_export", by.area)
        Export.objects.create(
            id=made.pk, ledger=ledger.name, query=asked, kind=FORM, identifiers=identified, purpose=purpose, rows=rows,
            language=language, post_id=by.id, user_id=by.user_id, area=by.area, asked_at=now,
        )  # fmt: skip
    else:
        log_filling(by, ledger, made)
        app.tasks["forms.fill"].defer(filling=str(made.pk))
    return made


def log_filling(by: Any, ledger: Ledger, filling: Filling) -> None:
    """Who had a form filled, and what for. Raises where it cannot be written: then no row is read."""
    held = f"{ledger.name} form{' +identifiers' if filling.identified else ''}"
    log_access(by=by, event="exported", subject=filling.pk, field=held, purpose=filling.purpose, area=by.area)


@action("forms.begin_agreed")
def begin_agreed(*, by: Any, export: Export, now: datetime, op: UUID | None = None) -> Filling | None:
    """Begin to fill a form that a second person has agreed to; None where it is gone or begun already."""
    require(by, "forms.begin_agreed")
    row = Filling.objects.select_for_update().filter(pk=export.pk, state=words.ASKED).first()
    if row:
        row.state, row.made_at = words.WAITING, now
        row.save(update_fields=["state", "made_at"])
    return row


@action("forms.keep_filled")
def keep_filled(
    *, by: Any, filling: Filling, content: bytes, rows: int, inserted: int, missing: Sequence[Any], now: datetime,
    op: UUID | None = None,
) -> Filling:  # fmt: skip
    """Keep a filled form, encrypted, with what of it could not be filled."""
    require(by, "forms.keep_filled")
    row = Filling.objects.select_for_update().get(pk=filling.pk)
    key, secret = encrypt(base64.b64encode(content).decode(), row.pk)
    FilledFile.objects.create(filling=row, key_id=key, content_enc=secret)
    row.state, row.rows, row.done, row.inserted, row.missing = words.DONE, rows, rows, inserted, list(missing)
    row.save()
    Export.objects.filter(pk=row.pk).update(state=READY, forget_at=now + KEPT)
    return row


@action("forms.forget_forms")
def forget_forms(*, by: Any, now: datetime, op: UUID | None = None) -> None:
    """Delete the filled forms of yesterday; templates that nobody mapped, and what nobody agreed to, within a week."""
    require(by, "forms.forget_forms")
    Filling.objects.exclude(state=words.ASKED).filter(made_at__lt=now - KEPT).delete()
    Filling.objects.filter(state=words.ASKED, made_at__lt=now - DRAFTED).delete()
    Template.objects.filter(state=words.DRAFT, made_at__lt=now - DRAFTED).delete()
