"""Co-operation letters (协查函): how contacts are handed over where our areas end, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids
from muster.kernel.areas.models import Area
from muster.kernel.duties.actions import minutes_of, open_duty
from muster.kernel.facts.actions import record, record_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.access import file_rule
from muster.kernel.people.actions import reveal
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may, reaches

from .. import words
from ..models import Case, Contact, Letter, LetterContact
from .numbers import DISTRICT, hold_case, locked, next_serial, require_of

LONGEST_NAME = 200


@action("tracing.send_letter")
def send_letter(
    *,
    by: Any,
    case: Case,
    contacts: Sequence[UUID],
    to_name: str,
    to_area: str = "",
    asked: Sequence[str] = ("find", "control", "test", "report_back"),
    deadline_at: datetime | None = None,
    now,
    op=None,
) -> Letter:
    """Write to an authority outside our areas about contacts of a case; it counts as told, and waits for an answer.

    Raises Invalid for somebody inside our areas: there the duty goes to the area itself.
    """
    case = hold_case(by, "tracing.send_letter", case)
    rows = list(locked(Contact.objects.open()).filter(pk__in=list(contacts), case=case).order_by("pk"))
    asked = [code for code in words.ASKED if code in set(asked)]
    if not rows:
        raise Invalid("contacts", _("Choose at least one open contact of this case."))
    if not to_name.strip():
        raise Invalid("to_name", _("Whom is the letter for?"))
    for field, text in (("to_name", to_name), ("to_area", to_area)):
        if len(text) > LONGEST_NAME:
            raise Invalid(field, _("At most %(most)s characters") % {"most": LONGEST_NAME})
    if not asked:
        raise Invalid("asked", _("Choose what is asked for."))
    if inside := ours(row.area for row in rows):
        raise Invalid(
            "contacts", _("Inside our own areas, where there are duties instead: %(count)s.") % {"count": len(inside)}
        )
    if deadline_at and deadline_at <= now:
        raise Invalid("deadline_at", _("The deadline has to lie ahead."))
    reply_within = timedelta(minutes=minutes_of("deadlines.letter_reply_minutes", case.plan))
    letter = Letter.objects.create(
        number=_number(case, now), incident_id=case.incident_id, case=case, area=case.area,
        incident_area=case.incident_area, case_number=case.number, disease=case.disease, to_name=to_name.strip(),
        to_area=to_area.strip(), asked=asked, exposed_from=min(row.first_at for row in rows),
        exposed_until=max((r.last_at for r in rows if r.last_at), default=None),
        places=list(dict.fromkeys(place for row in rows for place in row.places)), sent_at=now,
        deadline_at=deadline_at or now + reply_within, fact=ids.uuid7(),
    )  # fmt: skip
    LetterContact.objects.bulk_create(
        LetterContact(letter=letter, contact=row, area=case.area, incident_area=case.incident_area) for row in rows
    )
    _record_sent(letter, rows, by, now, op)
    return letter


def _number(case: Case, now: datetime) -> str:
    series = f"{case.incident_area or '0'}-L{clock.local_day(now).year}"
    return f"{series}-{next_serial(series):04}"


def _record_sent(letter: Letter, rows: list[Contact], by: Any, now: datetime, op: Any) -> None:
    row = {"id": letter.fact, "subject": letter.id, "area": letter.area, "because": [contact.fact for contact in rows]}
    data = {"persons": len(rows), "asked": letter.asked, "case": str(letter.case_id)}
    [sent] = record_many("tracing.letter_sent", [row | {"data": data}], by=by, now=now, op=op)
    open_duty(
        "tracing.answer_letter", subject=letter.id, area=letter.area, by=by, now=now, because=sent,
        due_at=letter.deadline_at, plan=letter.case.plan, incident=letter.incident_id,
    )  # fmt: skip
    fresh = [contact for contact in rows if contact.notified_at is None]
    Contact.objects.filter(pk__in=[contact.pk for contact in fresh]).update(notified_at=now)
    Contact.objects.filter(pk__in=[contact.pk for contact in fresh], status=words.FOUND).update(status=words.NOTIFIED)
    told = [{"subject": c.id, "area": c.area, "because": [sent], "data": {"letter": str(letter.pk)}} for c in fresh]
    if told:
        record_many("tracing.contact_notified", told, by=by, now=now, op=op)


def ours(areas: Iterable[str]) -> set[str]:
    """Those of the codes that lie in a district that is loaded here."""
    codes = set(filter(None, areas))
    known = set(Area.objects.filter(code__in={code[:DISTRICT] for code in codes}).values_list("code", flat=True))
    return {code for code in codes if code[:DISTRICT] in known}


@action("tracing.record_reply")
def record_reply(*, by: Any, letter: Letter, replies: Mapping[str, str], now, op=None) -> Letter:
    """Record what was answered about persons of a letter: contact id → found, controlled, tested or not_here.

    The letter is answered, and the duty done, once there is an answer for everybody on it.
    """
    letter = locked(Letter.objects).get(pk=letter.pk)
    require_of(by, "tracing.record_reply", letter)
    rows = {str(row.contact_id): row for row in locked(letter.persons).order_by("pk")}
    given = {str(contact): reply for contact, reply in replies.items() if reply}
    if not given:
        raise Invalid("replies", _("Choose an answer for at least one person."))
    for contact, reply in given.items():
        if contact not in rows or reply not in words.REPLIES:
            raise Invalid("replies", _("Choose one of the list."))
        rows[contact].reply, rows[contact].replied_at = reply, now
    LetterContact.objects.bulk_update(rows.values(), ["reply", "replied_at"])
    controlled = [pk for pk, reply in given.items() if reply in ("controlled", "tested")]
    held = Contact.objects.filter(pk__in=controlled, status__in=[words.FOUND, words.NOTIFIED])
    held.update(status=words.CONTROLLED, controlled_at=now)
    Contact.objects.filter(pk__in=[pk for pk, reply in given.items() if reply == "tested"], tested_at=None).update(
        tested_at=now
    )
    if letter.replied_at is None and all(row.reply for row in rows.values()):
        letter.replied_at = now
        letter.save(update_fields=["replied_at"])
        record(
            "tracing.letter_replied", subject=letter.id, area=letter.area, by=by, now=now, op=op, because=[letter.fact],
            data={"replies": given},
        )  # fmt: skip
    return letter


@action("tracing.print_letter")
def print_letter(*, by: Any, letter: Letter, now, op=None) -> Letter:
    """Note that the letter was printed with names. The names themselves are read by `letter_persons`."""
    letter = locked(Letter.objects).get(pk=letter.pk)
    require_of(by, "tracing.print_letter", letter)
    letter.printed_at = letter.printed_at or now
    letter.save(update_fields=["printed_at"])
    return letter


@file_rule
def on_own_letter(by: Any, person: Person, now: datetime) -> bool:
    """A letter that waits for its answer opens the files of those on it to who may print it."""
    if not may(by, "tracing.print_letter"):
        return False
    root = person.canonical_id or person.pk
    rows = Letter.objects.filter(persons__contact__person__canonical=root, replied_at=None)
    return any(reaches(by, letter.area) or reaches(by, letter.incident_area) for letter in rows.distinct())


def letter_persons(*, by: Any, letter: Letter, now: datetime) -> list[dict[str, Any]]:
    """The persons on a letter with name and phone; each look is logged before it is answered. Raises Refused."""
    with acting():
        require_of(by, "tracing.print_letter", letter)
        rows = letter.persons.select_related("contact__person").order_by("contact__first_at", "pk")
        return [
            {
                "contact": row.contact,
                "reply": row.reply,
                "name": " ".join(reveal(by=by, person=row.contact.person, field="name", purpose="letter", now=now)),
                "phone": " ".join(reveal(by=by, person=row.contact.person, field="phone", purpose="letter", now=now)),
            }
            for row in rows
        ]
