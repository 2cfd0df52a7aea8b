"""What people do with a list: send it, correct what its columns mean, have it taken in, drop it, undo it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from ..limits import limit
from . import keeping
from .drafts import TAKEN, TARGETS
from .models import DONE, DROPPED, READING, READY, TAKING, UNDONE, UNREADABLE, Import, SenderMapping

LONGEST_NAME = 200


@action("imports.send")
def send(
    *, by: Any, ledger: str, name: str, content: bytes, sender: str = "", language: str = "zh-hans",
    now: datetime, op: UUID | None = None,
) -> Import:  # fmt: skip
    """Keep a list and have it read; nothing of it is written yet. Raises Invalid, Refused."""
    _require(by, "imports.send", ledger, by.area, by.place_id)
    if not content.strip():
        raise Invalid("file", _("Choose a file, or paste rows."))
    sent = Import.objects.create(
        ledger=ledger, name=name[:LONGEST_NAME], sender=" ".join(sender.split())[:100], area=by.area or "",
        place_id=by.place_id, post_id=by.id, user_id=by.user_id, language=language, sent_at=now, touched_at=now,
        forget_at=now + timedelta(days=limit("import.keep_days")),
    )  # fmt: skip
    keeping.keep_file(sent, content)
    read_again(sent)
    return sent


@action("imports.correct")
def correct(*, by: Any, sent: Import, wishes: dict[str, Any], now: datetime, op: UUID | None = None) -> Import:
    """Say what a file means (sheet, order of dates, fixed values, headers) and have it read again. Raises Invalid."""
    row = _locked(by, "imports.correct", sent)
    if row.state not in (READY, UNREADABLE):
        raise Invalid("state", _("This list is not waiting for a correction."))
    row.wishes, row.state, row.touched_at = wishes, READING, now
    row.save()
    read_again(row)
    return row


@action("imports.commit")
def commit(*, by: Any, sent: Import, now: datetime, op: UUID | None = None) -> Import:
    """Have the rows taken in, and remember what the sender's headers mean. Raises Invalid."""
    row = _locked(by, "imports.commit", sent)
    if row.state != READY:
        raise Invalid("state", _("This list is not waiting to be taken in."))
    if not any(row.totals.get(name) for name in TAKEN):
        raise Invalid("state", _("There is nothing new in this list."))
    row.state, row.touched_at, row.done = TAKING, now, 0
    row.save()
    remember(row, now)
    app.tasks["imports.take"].defer(sent=str(row.pk))
    return row


@action("imports.drop")
def drop(*, by: Any, sent: Import, now: datetime, op: UUID | None = None) -> Import:
    """Throw a list away before anything was written; the file is deleted at once. Raises Invalid."""
    row = _locked(by, "imports.drop", sent)
    if row.state not in (READING, READY, UNREADABLE):
        raise Invalid("state", _("Rows of this list were taken in: undo it instead."))
    row.state, row.ended_at, row.forgotten = DROPPED, now, True
    row.save()
    row.parts.all().delete()
    row.rows.all().delete()
    return row


@action("imports.undo")
def undo(*, by: Any, sent: Import, now: datetime, op: UUID | None = None) -> Import:
    """Take back everything that a list wrote. Raises Invalid where something depends on it, and says what."""
    row = _locked(by, "imports.undo", sent)
    if row.state != DONE:
        raise Invalid("state", _("This list was not taken in."))
    if row.forgotten:
        raise Invalid("state", _("The time in which this list could be undone is over."))
    for effect in keeping.effects_of(row):
        TARGETS[row.ledger].undo(effect, now)
    row.state, row.ended_at = UNDONE, now
    row.save()
    record("imports.undone", subject=row.pk, area=row.area, by=by, now=now, op=op, data={"ledger": row.ledger})
    return row


def read_again(sent: Import) -> None:
    """Ask for the list to be read, in this transaction."""
    app.tasks["imports.read"].defer(sent=str(sent.pk))


def remember(sent: Import, now: datetime) -> None:
    """Keep what the headers of this sender mean."""
    if sent.sender:
        keep_mapping(sent.area, sent.sender, sent.ledger, sent.mapping, sent.wishes.get("headers", {}), now)


def keep_mapping(
    area: str, sender: str, ledger: str, mapping: list[dict[str, Any]], said: Mapping[str, str], now: datetime
) -> None:
    """Keep what was made of a sender's headers, and those that were said to mean nothing."""
    headers = {each["header"]: each["column"] for each in mapping if each["column"]}
    told = {name: "" for name, column in said.items() if not column}
    SenderMapping.objects.update_or_create(
        area=area, sender=sender, ledger=ledger, defaults={"headers": headers | told, "at": now}
    )


def remembered(area: str, sender: str, ledger: str) -> dict[str, str]:
    """What the headers of this sender meant the last time."""
    row = SenderMapping.objects.filter(area=area, sender=sender, ledger=ledger).first() if sender else None
    return row.headers if row else {}


def _require(by: Any, permission: str, ledger: str, area: str, place: UUID | None) -> None:
    if ledger not in TARGETS or not TARGETS[ledger].permission:
        raise Invalid("ledger", _("This ledger takes no lists."))
    require(by, permission, area, place=place)
    require(by, TARGETS[ledger].permission, area, place=place)


def _locked(by: Any, permission: str, sent: Import) -> Import:
    row = Import.objects.select_for_update().get(pk=sent.pk)
    _require(by, permission, row.ledger, row.area, row.place_id)
    return row
