"""Contacts by hand: told ones, telling them, clearing them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import plans
from muster.kernel.controls.models import Control, DueTest
from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import add_person
from muster.kernel.people.models import Person, Place
from muster.kernel.people.queries import records_of
from muster.kernel.posts.models import SYSTEM

from .. import words
from ..models import Case, Contact
from ..trace import Found, window
from .chains import clear_if_done
from .classification import evidenced
from .following import of_person, told
from .numbers import canonical, hold_case, locked, needs_open, require_of
from .tracing import write_contacts


@action("tracing.add_told_contact")
def add_told_contact(
    *,
    by: Any,
    case: Case,
    person: Person | None = None,
    name: str = "",
    phone: str = "",
    area: str = "",
    first_at: datetime | None = None,
    last_at: datetime | None = None,
    place: Place | None = None,
    now,
    op=None,
) -> Contact:
    """Add a contact that the case, or somebody else, told the investigator about: a known person, or a name and phone.

    Without times the contact lasted for the case's whole window. A person found already gets one more reason.
    """
    case = hold_case(by, "tracing.add_told_contact", case)
    needs_open(case)
    if not evidenced(case):
        raise Invalid("case", _("Nobody is a contact before a second person has signed the diagnosis."))
    if person is None:
        # The investigator may not add people where the contact lives; the permission asked is that of the case.
        person = add_person(by=SYSTEM, name=name, phone=phone, area=area or case.area, now=now)
    root = Person.objects.get(pk=canonical(person))
    records = records_of(root.pk)
    if case.person_id in records:
        raise Invalid("person", _("This is the case itself."))
    if Case.objects.open().filter(person__in=records, disease=case.disease).exists():
        raise Invalid("person", _("This person is a case already."))
    start, end = window(case, plans.edition(case.plan), now)
    first_at, last_at = first_at or start, last_at or max(end, first_at or end)
    if first_at > last_at or last_at > now:
        raise Invalid("last_at", _("The last contact cannot be before the first one, nor in the future."))
    row = Found(root.pk, 1, ref=root.ref or "", area=root.present or root.home)
    row.add("told", first_at, last_at, [place.pk] if place else [])
    write_contacts(case, [row], by, now, op, told_by=getattr(by, "id", None))
    return Contact.objects.get(case=case, person__canonical=root)


@action("tracing.notify_contact")
def notify_contact(*, by: Any, contact: Contact, now, op=None) -> Contact:
    """Say that the contact was told. Once is enough, unless a stricter ring has to be told about.

    Whoever is a contact of several cases is told of all of them at one door.
    """
    contact = locked(Contact.objects).get(pk=contact.pk)
    require_of(by, "tracing.notify_contact", contact)
    owed = Duty.objects.open().filter(subject=contact.pk, proof_kind="tracing.contact_notified")
    if contact.notified_at and not owed.exists():
        return contact
    if contact.status not in words.OPEN_STATUSES:
        raise Invalid("contact", _("This contact is settled already."))
    told(of_person(contact.person, contact.disease), by=by, now=now, op=op)
    return Contact.objects.get(pk=contact.pk)


@action("tracing.clear_contact")
def clear_contact(*, by: Any, contact: Contact, now, op=None) -> Contact:
    """Clear one contact (排除一人、销号一人): only the chain's owner, only when nothing more speaks for it."""
    contact = locked(Contact.objects).select_related("case__chain").get(pk=contact.pk)
    require_of(by, "tracing.clear_contact", contact)
    chain = contact.case.chain
    if chain.owner_post is None:
        raise Invalid("contact", _("The chain has no owner yet; name one first."))
    if by is not SYSTEM and by.id != chain.owner_post:
        raise Invalid("contact", _("Only the owner of the chain clears its contacts."))
    if contact.status == words.CLEARED:
        return contact
    if why := not_clear(contact):
        raise Invalid("contact", why)
    contact.status, contact.ended_at = words.CLEARED, now
    contact.save(update_fields=["status", "ended_at"])
    fact = record(
        "tracing.contact_cleared", subject=contact.id, area=contact.area, by=by, now=now, op=op, because=[contact.fact]
    )
    withdraw_duties(now=now, because=fact, subjects=[contact.id])
    clear_if_done(chain, fact, by, now)
    return contact


def not_clear(contact: Contact) -> Any:
    """Why a contact cannot be cleared yet; None when it can.

    It can when its control has ended, or every test due was negative, or an authority elsewhere answered for them.
    """
    if contact.status in (words.CONVERTED, words.WITHDRAWN):
        return _("This contact is settled already.")
    if contact.status == words.RELEASED:
        return None
    if contact.letters.exclude(reply="").exclude(reply="not_here").exists():
        return None
    person = contact.person.canonical_id or contact.person_id
    controls = Control.objects.filter(person__canonical=person, disease=contact.disease, ended_at__isnull=True)
    tests = DueTest.objects.filter(control__in=controls)
    if tests.exists():
        left = tests.exclude(result="negative").exists()
        return _("A test is still due, or one was not negative.") if left else None
    if controls.exists():
        return _("The person is still under control.")
    began = Control.objects.filter(person__canonical=person, disease=contact.disease, began_at__gte=contact.found_at)
    return None if began.exists() else _("The person was never put under control.")
