"""What follows for contacts from facts elsewhere: control, tests, release, a case of their own, a corrected result."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record_many
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.people.models import Person
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Case, Contact
from .chains import add_link
from .numbers import canonical, hold_case, locked


@action("tracing.mark_controlled")
def mark_controlled(*, by: Any, contacts: Iterable[UUID], now, op=None) -> int:
    """Say that contacts are under control, because their control began; returns how many were not yet."""
    require(by, "tracing.mark_controlled", "")
    rows = Contact.objects.filter(pk__in=list(contacts), status__in=[words.FOUND, words.NOTIFIED])
    return rows.update(status=words.CONTROLLED, controlled_at=now)


def told(contacts: Any, *, by: Any, now: datetime, op: Any = None, because: Fact | None = None) -> int:
    """Record that these open contacts know, for those of them whom nobody told or whom somebody still owes telling.

    Their duties of telling close by that; returns how many there were.
    """
    owed = Duty.objects.open().filter(proof_kind="tracing.contact_notified", subject__in=contacts.values("pk"))
    fresh = list(locked(contacts.filter(Q(notified_at=None) | Q(pk__in=owed.values("subject")))).order_by("pk"))
    rows = Contact.objects.filter(pk__in=[row.pk for row in fresh])
    rows.filter(notified_at=None).update(notified_at=now)
    rows.filter(status=words.FOUND).update(status=words.NOTIFIED)
    causes = {row.pk: [because] if because else [row.fact] for row in fresh}
    facts = [{"subject": row.id, "area": row.area, "because": causes[row.pk]} for row in fresh]
    if facts:
        record_many("tracing.contact_notified", facts, by=by, now=now, op=op)
    return len(fresh)


@action("tracing.mark_told")
def mark_told(*, by: Any, person: Person, disease: str, because: Fact, now, op=None) -> int:
    """Say that a person knows of every contact of theirs, because of what else happened; returns how many were new."""
    require(by, "tracing.mark_told", "")
    return told(of_person(person, disease), by=by, now=now, op=op, because=because)


@action("tracing.mark_tested")
def mark_tested(*, by: Any, person: Person, disease: str, now, op=None) -> int:
    """Say that a person who is a contact was tested, whatever the result; the first test counts."""
    require(by, "tracing.mark_tested", "")
    return of_person(person, disease).filter(tested_at=None).update(tested_at=now)


@action("tracing.release_contacts")
def release_contacts(*, by: Any, person: Person, disease: str, because: Fact, now, op=None) -> int:
    """Settle a person's contacts because their control ended with its days served."""
    require(by, "tracing.release_contacts", "")
    return _settle(of_person(person, disease), words.RELEASED, "tracing.contact_released", because, by, now, op)


@action("tracing.withdraw_contacts")
def withdraw_contacts(*, by: Any, case: Case, because: Fact, now, op=None) -> dict[str, Any]:
    """Take back the open contacts of a case that is none, with the duties about them.

    Answers `contacts`, and `facts` on which their controls hang (for `controls.withdraw_evidence`).
    """
    require(by, "tracing.withdraw_contacts", "")
    rows = list(locked(case.contacts.open()).order_by("pk").values_list("pk", flat=True))
    _settle(Contact.objects.filter(pk__in=rows), words.WITHDRAWN, "tracing.contact_withdrawn", because, by, now, op)
    withdraw_duties(now=now, because=because, subjects=rows)
    facts = Fact.objects.filter(kind="tracing.contact_found", subject__in=rows).values_list("pk", flat=True)
    return {"contacts": [str(pk) for pk in rows], "facts": [str(pk) for pk in facts]}


@action("tracing.convert_contacts")
def convert_contacts(*, by: Any, case: Case, now, op=None) -> int:
    """The person of a case was a contact: each of their open contacts ends in it, and in ring 1 says its source."""
    case = hold_case(by, "tracing.convert_contacts", case)
    rows = list(locked(of_person(case.person, case.disease)).exclude(case=case).select_related(None).order_by("pk"))
    for contact in rows:
        contact.status, contact.converted_case, contact.ended_at = words.CONVERTED, case, now
        contact.save(update_fields=["status", "converted_case", "ended_at"])
        if contact.ring == 1:
            add_link(contact.case, case, "contact", False, now)
    data = {"case": str(case.pk), "person": str(case.person_id)}
    facts = [{"subject": c.id, "area": c.area, "because": [c.fact, case.opened_fact], "data": data} for c in rows]
    if facts:
        record_many("tracing.contact_converted", facts, by=by, now=now, op=op)
    return len(rows)


def reopen_contacts(case: Case) -> list[UUID]:
    """Whoever's contact the person was before this case, they are again; how far along, their own times say.

    Returns their ids.
    """
    reopened = list(
        Contact.objects.filter(converted_case=case, status=words.CONVERTED, history=False).values_list("pk", flat=True)
    )
    for status, known in (
        (words.CONTROLLED, "controlled_at"),
        (words.NOTIFIED, "notified_at"),
        (words.FOUND, "found_at"),
    ):
        rows = Contact.objects.filter(converted_case=case, status=words.CONVERTED, history=False)
        rows.filter(**{f"{known}__isnull": False}).update(status=status, converted_case=None, ended_at=None)
    return reopened


def of_person(person: Person, disease: str) -> Any:
    """The open contacts of a person, over all their records."""
    return Contact.objects.open().filter(person__canonical=canonical(person), disease=disease)


def _settle(rows: Any, status: str, kind: str, because: Fact, by: Any, now: datetime, op: Any) -> int:
    held = list(locked(rows).order_by("pk"))
    Contact.objects.filter(pk__in=[row.pk for row in held]).update(status=status, ended_at=now)
    facts = [{"subject": row.id, "area": row.area, "because": [because, row.fact]} for row in held]
    if facts:
        record_many(kind, facts, by=by, now=now, op=op)
    return len(held)
