"""Contacts: the list across incidents, and one of them, which is where a grid worker says "told"."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from muster.kernel import clock
from muster.kernel.areas.codes import span
from muster.kernel.controls.models import Control
from muster.kernel.duties.access import may_open_file
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may, reaches, visible_to
from muster.ledger.paging import paged
from muster.web.page import page

from .. import actions, words
from ..actions.letters import ours
from ..actions.numbers import DISTRICT
from ..models import Case, Chain, Contact
from .shown import go, id_of, places_of, row_of, with_labels

MANY = 1000  # a filtered count stops here
STEPS = ("notified", "controlled", "tested")


@page("contacts/", name="tracing:contacts", needs="tracing.see_contacts")
def contacts(request: HttpRequest) -> HttpResponse:
    """Contacts in the post's range, by the time of their first contact."""
    rows = narrowed(in_reach(request.post_held), request.GET)
    found = paged(request, rows, "first_at", "id", size=50)
    counted = rows.order_by()[: MANY + 1].count()
    context = {
        "page": found,
        "contacts": with_labels(found.rows),
        "count": min(counted, MANY),
        "capped": counted > MANY,
        "values": request.GET,
        "statuses": words.choices(words.STATUSES),
        "rings": words.choices(words.RINGS),
        "kept": [(name, request.GET[name]) for name in ("incident", "case", "step", "lacks") if request.GET.get(name)],
    }
    return render(request, "tracing/contacts.html", context)


def in_reach(post: Any) -> QuerySet[Contact]:
    """What row-level security lets through, said so that an index answers: below a district only the own area."""
    if len(post.area) > DISTRICT or post.lo is None:
        return visible_to(Contact.objects.all(), post)
    columns = ("area", "incident_area", "case_area")
    ranges = [Q(**{f"{column}__gte": post.lo, f"{column}__lt": post.hi}) for column in columns]
    return Contact.objects.filter(ranges[0] | ranges[1] | ranges[2])


def narrowed(rows: QuerySet[Contact], query: Any) -> QuerySet[Contact]:
    """The list as the reader filtered it: `status` (or `open`), `ring`, `area` and below, `incident`, `case`, `step`.

    A step (notified, controlled, tested) was done; one in `lacks` was not.
    """
    if query.get("status") in words.STATUSES:
        rows = rows.filter(status=query["status"])
    elif query.get("status") == "open":
        rows = rows.open()
    if query.get("ring") in ("1", "2"):
        rows = rows.filter(ring=int(query["ring"]))
    for name in ("incident", "case"):
        if query.get(name):
            rows = rows.filter(**{name: found}) if (found := id_of(query[name])) else rows.none()
    if query.get("area"):
        lo, hi = span(query["area"].strip())
        rows = rows.filter(area__gte=lo, area__lt=hi)
    if query.get("step") in STEPS:
        rows = rows.standing().filter(**{f"{query['step']}_at__isnull": False})
    if query.get("lacks") in STEPS:
        rows = rows.open().filter(**{f"{query['lacks']}_at": None})
    return rows


@page("contacts/<uuid:contact>/", name="tracing:contact", needs="tracing.see_contact")
def contact(request: HttpRequest, contact: UUID) -> HttpResponse:
    """One contact: who, why, where and when, and what is owed."""
    return show_contact(request, row_of(Contact.objects, contact))


def show_contact(request: HttpRequest, row: Contact, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The page of a contact. Whoever does not hold the list sees it only with a duty about the person."""
    post = request.post_held
    person = Person.objects.select_related("household").filter(pk=row.person_id).first()
    file_opens = person is not None and may_open_file(post, person, clock.now())
    if not may(post, "tracing.see_contacts") and not file_opens:
        raise Http404
    due = Duty.objects.open().filter(subject=row.pk, proof_kind="tracing.contact_notified").order_by("due_at").first()
    open_ = row.status in words.OPEN_STATUSES and not row.history
    mine = any(reaches(post, area) for area in (row.area, row.incident_area, row.case_area))
    case = Case.objects.filter(pk=row.case_id).first()
    owner = Chain.objects.filter(cases=row.case_id).values_list("owner_post", flat=True).first()
    owns = owner == post.id and may(post, "tracing.clear_contact")
    context = {
        "contact": row,
        "person": person,
        "places": places_of(row.places),
        "elsewhere": len(row.places),
        "due": due,
        "may_open_file": file_opens and may(post, "people.open_file"),
        "control": Control.objects.filter(person=row.person_id, disease=row.disease).order_by("-began_at").first(),
        "may_tell": mine and open_ and (due or not row.notified_at),
        "may_write": open_ and may(post, "tracing.send_letter") and not ours([row.area]),
        "may_clear": owns and row.status != words.CLEARED,
        "why_not": _not_clear(row) if owns else None,
        "case": case if may(post, "tracing.see_cases") else None,
        "errors": errors or {},
    }
    return render(request, "tracing/contact.html", context, status=422 if errors else 200)


def _not_clear(contact: Contact) -> Any:
    with acting():
        return actions.not_clear(contact)


@page("contacts/<uuid:contact>/notified/", name="tracing:notified", needs="tracing.notify_contact", methods=("POST",))
def notified(request: HttpRequest, contact: UUID) -> HttpResponse:
    """The contact was told. A grid worker goes back to their list, where the next duty stands first."""
    row = row_of(Contact.objects, contact)
    actions.notify_contact(by=request.post_held, contact=row, op=request.op)
    return go("tracing:contact", row.pk) if may(request.post_held, "tracing.see_contacts") else go("web:home")


@page("contacts/<uuid:contact>/clear/", name="tracing:clear", needs="tracing.clear_contact", methods=("POST",))
def clear(request: HttpRequest, contact: UUID) -> HttpResponse:
    """One contact less: cleared by the owner of the chain."""
    row = row_of(Contact.objects, contact)
    try:
        actions.clear_contact(by=request.post_held, contact=row, op=request.op)
    except Invalid as no:
        return show_contact(request, row, {no.field: no.message})
    return go("tracing:contact", row.pk)
