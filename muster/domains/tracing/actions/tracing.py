"""From a trace to contacts: the preview, the rows and their facts, and the second ring that has to be asked about."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import ids, plans
from muster.kernel.clock import local_day
from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record, record_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.queries import canonical, every_record
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM

from .. import words
from ..models import Case, Contact, PendingRing
from ..trace import Found, Preview, gather_contacts
from .classification import evidenced
from .numbers import district_of, hold_case, locked, require_of


def trace_case(*, by: Any, case: Case, as_of: datetime, rings: int | None = None) -> Preview:
    """Look who was near a case, and write nothing but who looked. Raises Refused, Invalid.

    Refused too while no laboratory and no second signature stands behind the case: an invented one shows nobody.
    """
    with acting():
        case = Case.objects.get(pk=case.pk)
        require_of(by, "tracing.trace_case", case)
        if not evidenced(case):
            log_access(by=by, event="refused", subject=case.person_id, field="tracing.trace_case", area=case.area)
            raise Refused("tracing.trace_case", case.area)
        if by is not SYSTEM:
            log_access(by=by, event="traced", subject=case.person_id, purpose="trace", area=case.area)
        return gather_contacts(case, as_of, rings)


@action("tracing.confirm_contacts")
def confirm_contacts(
    *, by: Any, case: Case, as_of: datetime | None = None, complete: bool = True, now, op=None
) -> dict[str, Any]:
    """Trace a case and make contacts of all who are found, with a fact each; those known already are only widened.

    A second ring above the plan's `tracing.ring2.preview_limit` is kept as counts and asked about. `complete` proves
    the duty to trace. Answers `ring1`, `ring2` (persons found), `new` (contacts made), `pending` (the ring asked for).
    """
    case = hold_case(by, "tracing.confirm_contacts", case)
    if not evidenced(case):
        log_access(by=by, event="refused", subject=case.person_id, field="tracing.confirm_contacts", area=case.area)
        raise Refused("tracing.confirm_contacts", case.area)
    if case.closed_at or case.history:
        return {"ring1": 0, "ring2": 0, "new": 0, "pending": None}  # laid aside meanwhile, or never to be followed
    preview = gather_contacts(case, min(as_of or now, now))
    first, second = preview.ring(1), preview.ring(2)
    known = _known(case)
    unknown = sum(row.person not in known for row in second)
    ring2 = plans.edition(case.plan).tracing.ring2
    pending = _ask(case, preview, by, now) if ring2 and unknown > ring2.preview_limit else None
    made = write_contacts(case, first if pending else [*first, *second], by, now, op)
    if complete:
        case.traced_at = case.traced_at or now
        case.save(update_fields=["traced_at"])
        record(
            "tracing.case_traced", subject=case.id, area=case.area, by=by, now=now, op=op, because=[case.opened_fact],
            data={"ring1": len(first), "ring2": len(second), "pending": bool(pending)},
        )  # fmt: skip
    return {"ring1": len(first), "ring2": len(second), "new": made, "pending": pending and str(pending.pk)}


def _ask(case: Case, preview: Preview, by: Any, now: datetime) -> PendingRing | None:
    """Keep the counts of a large second ring and ask an investigator; one question at a time for a case."""
    refused = case.pending_rings.filter(confirmed=False, total__gte=len(preview.ring(2))).first()
    if refused:
        return refused  # somebody said no to as many already
    by_area, by_reason = preview.counts(2)
    ring = case.pending_rings.filter(decided_at=None).first() or PendingRing(
        case=case, area=case.area, incident_area=case.incident_area, made_at=now, fact=ids.uuid7()
    )
    fresh = ring._state.adding
    ring.total, ring.by_area, ring.by_reason, ring.as_of = len(preview.ring(2)), by_area, by_reason, preview.as_of
    ring.save()
    if fresh:
        row = {"id": ring.fact, "subject": ring.id, "area": case.area, "because": [case.opened_fact]}
        [fact] = record_many("tracing.ring_previewed", [row | {"data": {"total": ring.total}}], by=by, now=now)
        open_duty(
            "tracing.confirm_ring", subject=ring.id, area=case.area, person=case.person, by=by, now=now, because=fact,
            plan=case.plan, incident=case.incident_id,
        )  # fmt: skip
    return ring


@action("tracing.decide_ring")
def decide_ring(*, by: Any, ring: PendingRing, confirmed: bool, now, op=None) -> PendingRing:
    """Follow a large second ring, as it was at the moment of its preview, or leave it."""
    case = hold_case(by, "tracing.decide_ring", ring.case)
    ring = locked(PendingRing.objects).get(pk=ring.pk)
    if ring.decided_at:
        raise Invalid("ring", _("This second ring was decided on already."))
    ring.decided_at, ring.confirmed = now, confirmed
    ring.save(update_fields=["decided_at", "confirmed"])
    fact = record(
        "tracing.ring_decided", subject=ring.id, area=case.area, by=by, now=now, op=op, because=[ring.fact],
        data={"confirmed": confirmed, "total": ring.total},
    )  # fmt: skip
    if confirmed:
        write_contacts(case, gather_contacts(case, ring.as_of).ring(2), by, now, op, because=[fact])
    return ring


def write_contacts(
    case: Case,
    found: list[Found],
    by: Any,
    now: datetime,
    op: Any = None,
    *,
    because: Any = (),
    told_by: UUID | None = None,
) -> int:
    """Make contacts of the persons found; record each that is new or found to be nearer. Returns how many are new."""
    known, sick = _known(case), _with_case(case, found)
    fresh, widened, raised = [], [], []
    for row in found:
        if row.person in sick:
            continue
        contact = known.get(row.person)
        if contact is None:
            fresh.append(_contact(case, row, now, told_by))
        elif contact.status in words.OPEN_STATUSES:
            (raised if _reaches_further(row, contact) else widened).append(_widen(contact, row))
    for contact in raised:
        contact.fact = ids.uuid7()
    Contact.objects.bulk_create(fresh, batch_size=2000)
    fields = ["ring", "reasons", "first_at", "last_at", "minutes", "place", "places", "fact"]
    Contact.objects.bulk_update([*widened, *raised], fields, batch_size=1000)
    rows = [_found_row(case, contact, because) for contact in [*fresh, *raised]]
    if rows:
        record_many("tracing.contact_found", rows, by=by, now=now, op=op)
    return len(fresh)


def _reaches_further(row: Found, contact: Contact) -> bool:
    """Whether a trace says more than is known: the first ring, or a later day of contact. Controls follow from it."""
    later = row.last_at and (contact.last_at is None or local_day(row.last_at) > local_day(contact.last_at))
    return row.ring < contact.ring or bool(later)


def _with_case(case: Case, found: list[Found]) -> set[UUID]:
    """Those who are open cases themselves: they have duties of their own, and need not be told."""
    own = every_record(row.person for row in found)
    rows = Case.objects.open().filter(person__in=own, disease=case.disease)
    return {own[person] for person in rows.values_list("person_id", flat=True)}


def _known(case: Case) -> dict[UUID, Contact]:
    """The case's contacts by canonical person."""
    rows = list(case.contacts.select_for_update().order_by("pk"))
    roots = canonical(row.person_id for row in rows)
    return {roots[row.person_id]: row for row in rows}


def _contact(case: Case, row: Found, now: datetime, told_by: UUID | None) -> Contact:
    return Contact(
        case=case, incident_id=case.incident_id, person_id=row.person, area=row.area, case_area=district_of(case.area),
        incident_area=case.incident_area, disease=case.disease, plan=case.plan, case_number=case.number, ring=row.ring,
        reasons=sorted(row.reasons), first_at=row.first_at, last_at=row.last_at, minutes=row.minutes,
        place_id=next(iter(row.places), None), places=row.places, fact=ids.uuid7(), found_at=now, told_by=told_by,
    )  # fmt: skip


def _widen(contact: Contact, row: Found) -> Contact:
    """A contact as far as the new trace reaches further; what an investigator was told stays."""
    contact.ring = min(contact.ring, row.ring)
    contact.reasons = sorted({*contact.reasons, *row.reasons})
    contact.first_at = min(contact.first_at, row.first_at)
    contact.last_at = max(filter(None, (contact.last_at, row.last_at)), default=None)
    contact.minutes = row.minutes if row.minutes is not None else contact.minutes
    contact.places = [*contact.places, *(place for place in row.places if place not in contact.places)]
    contact.place_id = contact.place_id or next(iter(contact.places), None)
    return contact


def _found_row(case: Case, contact: Contact, because: Any) -> dict[str, Any]:
    data = {
        "case": str(case.pk), "incident": str(case.incident_id), "person": str(contact.person_id), "ring": contact.ring,
        "reasons": contact.reasons, "minutes": contact.minutes,
    }  # fmt: skip
    because = [case.opened_fact, *because]
    return {"id": contact.fact, "subject": contact.id, "area": contact.area, "because": because, "data": data}
