"""Codes on paper, and the devices that a PIN opens."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import add_person, merge_persons
from muster.kernel.people.models import Person
from muster.kernel.people.named import namesakes
from muster.kernel.posts.access import log_access
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import codes, words
from ..models import Device, PersonalCode
from ..rules import number_of, with_check_digit

LASTS = timedelta(days=365)
MOST_TRIES, REST = 5, timedelta(minutes=15)
UNKNOWN = _("This is not a valid personal code. Scan it again, or enter its twelve digits.")
ASK_SAME = _(
    "Somebody of this name, with this phone or in this community, is recorded without an identity number. Ask, and say "
    "whether that is the same person."
)
SEVERAL = _(
    "Several people of this name are recorded in this community without an identity number. Enter the phone with which "
    "this person was recorded."
)
WRONG = _("The code and the PIN do not belong together.")


@action("premises.issue_code")
def issue_code(
    *, by: Any, area: str, name: str, id_number: str = "", phone: str = "", same: str = "", now, op=None
) -> PersonalCode:
    """Give a person a code on paper, valid for a year; one that they have already is void from now on.

    An identity number finds the person who is known by it; raises Invalid without one, because a code speaks for
    somebody: who issues it has seen the card. Where somebody without an identity number may be the same person, `same`
    says so or why not (`words.SAME`); without it Invalid is raised, so that no code speaks for half a person.
    """
    require(by, "premises.issue_code", area)
    if not id_number.strip():
        raise Invalid("id_number", _("Enter the number of the identity card that you have seen."))
    person = add_person(by=by, area=area, name=name, id_number=id_number, phone=phone, now=now).canonical
    Person.objects.select_for_update().get(pk=person.pk)
    told = _settle(by, person, *namesakes(person, name, phone, area), same, now)
    PersonalCode.objects.filter(person=person, revoked_at=None).update(revoked_at=now, ends_at=now)
    Device.objects.filter(person=person, verified=True, revoked_at=None).update(revoked_at=now)
    id_ = ids.uuid7()
    row = PersonalCode.objects.create(
        id=id_, person=person, number=with_check_digit(secrets.randbelow(10**11)), area=area, issued_at=now,
        issued_by=by.id, ends_at=now + LASTS, mark=codes.mark(codes.make(codes.PERSON, id_)),
    )  # fmt: skip
    record("premises.personal_code_issued", subject=row.id, area=area, by=by, now=now, op=op, data=told)
    return row


def _settle(by: Any, person: Person, others: list[Person], by_phone: bool, same: str, now: datetime) -> dict[str, Any]:
    """Make those one with a person who are, if that was said; returns what the fact of the code keeps of it."""
    if not others:
        return {}
    for other in others:
        log_access(by=by, event="compared", subject=other.pk, area=other.home)
    if same not in words.SAME:
        raise Invalid("same", ASK_SAME)
    if same == words.ONE_PERSON:
        if len(others) > 1 and not by_phone:  # which of them, the name does not say
            raise Invalid("phone", SEVERAL)
        for other in others:
            merge_persons(by=SYSTEM, person=other.pk, into=person.pk, now=now)
    return {"same": same, "compared": sorted(str(other.pk) for other in others)}


def pin_of(row: PersonalCode) -> str:
    """The six digits that open its owner's own page: they follow from the row's id and our key, and are not stored."""
    mark = hmac.digest(settings.SECRET_KEY.encode(), f"personal code {row.pk}".encode(), "sha256")
    return f"{int.from_bytes(mark[:8], 'big') % 10**6:06}"


def holder(code: str, now: datetime) -> PersonalCode:
    """The personal code that was scanned (its text, or the address that holds it) or typed. Raises Invalid."""
    code = _bare(code)
    rows = PersonalCode.objects.select_related("person__canonical").filter(revoked_at=None, ends_at__gt=now)
    if number := number_of(code):
        row = rows.filter(number=number).first()
    else:
        try:
            row = rows.filter(pk=codes.read(code, codes.PERSON, now=now).about).first()
        except codes.BadCode:
            row = None
    if row is None:
        raise Invalid("code", UNKNOWN)
    return row


def _bare(text: str) -> str:
    """A code without the address that holds it."""
    return text.strip().rstrip("/").rsplit("/", 1)[-1]


def holders(texts: Iterable[str], now: datetime) -> dict[str, UUID]:
    """Whose personal codes these are (canonical ids), of those that are valid ones, scanned or typed; one query."""
    said: dict[str, Any] = {}
    for text in texts:
        code = _bare(text)
        if number := number_of(code):
            said[text] = number
        elif len(code) == codes.PERSON_LENGTH:
            with suppress(codes.BadCode):
                said[text] = codes.read(code, codes.PERSON, now=now).about
    if not said:
        return {}
    numbers = {each for each in said.values() if isinstance(each, str)}
    rows = PersonalCode.objects.filter(revoked_at=None, ends_at__gt=now)
    rows = rows.filter(Q(number__in=numbers) | Q(pk__in=set(said.values()) - numbers))
    found: dict[Any, UUID] = {}
    for pk, number, person in rows.values_list("pk", "number", "person__canonical_id"):
        found[pk] = found[number] = person
    return {text: found[code] for text, code in said.items() if code in found}


@action("premises.open_device")
def open_device(*, by: Any, code: str, pin: str, now, op=None) -> dict[str, str]:
    """Let a phone be the person's own: it shows their code and PIN. Returns the device, or '' where they are wrong.

    After five wrong tries a code rests for a quarter of an hour; the answer is the same for one that does not exist.
    """
    require(by, "premises.open_device", "")
    try:
        row = PersonalCode.objects.select_for_update(of=("self",)).get(pk=holder(code, now).pk)
    except Invalid:
        return {"device": ""}
    if row.tried_at and now - row.tried_at > REST:
        row.tries = 0
    row.tries, row.tried_at = row.tries + 1, now
    right = row.tries <= MOST_TRIES and hmac.compare_digest(pin_of(row).encode(), pin.strip().encode())
    row.tries = 0 if right else min(row.tries, 1000)
    row.save(update_fields=["tries", "tried_at"])
    if not right:
        return {"device": ""}
    person: UUID = row.person.canonical_id
    return {"device": str(Device.objects.create(person_id=person, verified=True, made_at=now).pk)}
