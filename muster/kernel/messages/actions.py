"""Telling people, and sending what is in the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from muster.kernel.facts.models import Fact
from muster.kernel.people.crypto import decrypt
from muster.kernel.people.models import Identifier
from muster.kernel.people.queries import records_of
from muster.kernel.posts.logins import ACT, acting

from .kinds import KINDS, text_of
from .models import Message
from .senders import Undeliverable, current

MOST_TRIES = 8


def tell(person: Any, kind: str, params: dict[str, Any], area: str, because: Fact | UUID, now: datetime) -> None:
    """Put one message to a person (row or id) into the outbox, in the caller's transaction."""
    tell_many([{"person": person, "params": params, "area": area, "because": because}], kind, now)


def tell_many(rows: Iterable[dict[str, Any]], kind: str, now: datetime) -> None:
    """Put messages of one kind into the outbox; rows have `person`, `area`, `because`, if any `params` (codes, days).

    The same kind because of the same fact goes out once. Raises KeyError for an undeclared kind.
    """
    KINDS[kind]
    Message.objects.bulk_create(
        [
            Message(
                person_id=getattr(row["person"], "pk", row["person"]),
                kind=kind,
                params=row.get("params") or {},
                area=row["area"],
                because_id=getattr(row["because"], "pk", row["because"]),
                created_at=now,
                next_at=now,
            )
            for row in rows
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )


def send_due(now: datetime, limit: int = 500) -> int:
    """Send what is due, each in a transaction of its own; returns how many were tried.

    A sender may be asked twice for a message (after a crash in between), so it goes by the message's id.
    """
    tried = 0
    while tried < limit and _send_next(now):
        tried += 1
    return tried


def _send_next(now: datetime) -> bool:
    with acting(), transaction.atomic(using=ACT):
        waiting = Message.objects.filter(next_at__lte=now).order_by("next_at")
        message = waiting.select_for_update(skip_locked=True).first()
        if message is None:
            return False
        sender = current()
        message.channel, message.tries = sender.name, message.tries + 1
        try:
            address = _address(message) if sender.wants_address else ""
            sender.send(message.id, address, text_of(message.kind, message.params))
            message.sent_at, message.next_at, message.failed = now, None, ""
        except Undeliverable as no:
            message.next_at, message.failed = None, no.code
        except Exception as error:  # whatever a gateway raises: the name only, its text may hold the number
            message.failed = type(error).__name__
            message.next_at = now + timedelta(minutes=2**message.tries) if message.tries < MOST_TRIES else None
        message.save()
        return True


def _address(message: Message) -> str:
    """The phone of the person, or else of their guardian. Raises Undeliverable."""
    for owner in filter(None, (message.person_id, message.person.guardian_id)):
        phone = Identifier.objects.filter(person__in=records_of(owner), kind="phone").order_by("id").first()
        if phone:
            return decrypt(phone.key_id, phone.value_enc, phone.id)
    raise Undeliverable("no_phone")
