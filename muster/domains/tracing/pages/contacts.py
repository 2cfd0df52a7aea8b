"""Contacts: the list across incidents, and one of them, which is where a grid worker says "told"."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from muster.kernel import clock
from muster.kernel.controls.models import Control
from muster.kernel.duties.access import may_open_file
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.actions import reveal
from muster.kernel.people.models import Person
from muster.kernel.people.queries import records_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may, reaches
from muster.web.answering import row_of
from muster.web.page import page

from .. import actions, words
from ..actions.letters import ours
from ..models import Case, Chain, Contact
from .shown import go, places_of


@page("contacts/<uuid:contact>/", name="tracing:contact", needs="tracing.see_contact")
def contact(request: HttpRequest, contact: UUID) -> HttpResponse:
    """One contact: who, why, where and when, and what is owed."""
    return show_contact(request, row_of(Contact.objects, contact))


def show_contact(
    request: HttpRequest, row: Contact, errors: dict[str, Any] | None = None, numbers: list[str] | None = None
) -> HttpResponse:
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
    records = records_of(row.person_id) if person else [row.person_id]
    context = {
        "contact": row,
        "person": person,
        "places": places_of(row.places),
        "elsewhere": len(row.places),
        "due": due,
        "may_open_file": file_opens and may(post, "people.open_file"),
        "control": Control.objects.filter(person__in=records, disease=row.disease).order_by("-began_at").first(),
        "may_tell": mine and open_ and (due or not row.notified_at),
        "may_write": open_ and may(post, "tracing.send_letter") and not ours([row.area]),
        "may_clear": owns and row.status != words.CLEARED,
        "why_not": _not_clear(row) if owns else None,
        "case": case if may(post, "tracing.see_cases") else None,
        "numbers": numbers,
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


@page("contacts/<uuid:contact>/number/", name="tracing:number", needs="tracing.notify_contact", methods=("POST",))
def number(request: HttpRequest, contact: UUID) -> HttpResponse:
    """Show the phone number of a contact who is to be told; the look is logged first."""
    row = row_of(Contact.objects, contact)
    found = reveal(by=request.post_held, person=row.person_id, field="phone", purpose="call")
    return show_contact(request, row, numbers=found)


@page("contacts/<uuid:contact>/clear/", name="tracing:clear", needs="tracing.clear_contact", methods=("POST",))
def clear(request: HttpRequest, contact: UUID) -> HttpResponse:
    """One contact less: cleared by the owner of the chain."""
    row = row_of(Contact.objects, contact)
    try:
        actions.clear_contact(by=request.post_held, contact=row, op=request.op)
    except Invalid as no:
        return show_contact(request, row, {no.field: no.message})
    return go("tracing:contact", row.pk)
