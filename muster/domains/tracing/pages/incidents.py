"""One incident: how it stands against the clock, and everything that belongs to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock, plans
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import Post
from muster.kernel.posts.permissions import may, reaches
from muster.ledger.pages import table
from muster.ledger.paging import paged
from muster.web.answering import row_of
from muster.web.page import page

from .. import response
from ..ledgers import CASES
from ..models import Case, Contact, Incident, Letter

STREET = 9  # digits of a street's code


@page("incidents/<uuid:incident>/", name="tracing:incident", needs="tracing.see_incidents")
def incident(request: HttpRequest, incident: UUID) -> HttpResponse:
    """One incident: its clock, cases, contacts by area, chains and letters."""
    row = row_of(Incident.objects, incident)
    post = request.post_held
    contacts = reverse("tracing:contacts")
    cases = paged(request, Case.objects.filter(incident=row), "opened_at", "id", size=50)
    context = {
        "incident": row,
        "plan": plans.edition(row.plan).title,
        "steps": [] if row.history else response.clocks([row], clock.now())[row.pk],
        "page": cases,
        **table(CASES, post, cases.rows, [column for column in CASES.columns if column.shown]),
        "numbers": response.numbers([row.pk])[row.pk],
        "areas": _by_area(row),
        "chains": _with_owners(row.chains.annotate(size=Count("cases")).order_by("-size", "number")[:20]),
        "owners": _owners(row) if may(post, "tracing.set_chain_owner") else [],
        "all_contacts": f"{contacts}?incident={row.pk}",
        "open_contacts": f"{contacts}?status=open&incident={row.pk}",
        "letters": Letter.objects.filter(incident=row).order_by("deadline_at"),
        "may_close": row.closed_at is None and may(post, "tracing.close_incident") and reaches(post, row.area),
        "may_step": row.closed_at is None and may(post, "tracing.record_step") and reaches(post, row.area),
    }
    return render(request, "tracing/incident.html", context)


def _by_area(incident: Incident) -> list[dict[str, Any]]:
    """Persons of each street, and how many of them still wait for each step."""
    rows = Contact.objects.standing().filter(incident=incident, history=False)
    waiting = {
        name: Count("person", distinct=True, filter=Q(**{f"{name}_at": None, "ended_at": None}))
        for name in ("notified", "controlled", "tested")
    }
    streets = rows.annotate(street=Left("area", STREET)).values("street").order_by("street")
    return list(streets.annotate(found=Count("person", distinct=True), open=response.unsettled(), **waiting))


def _with_owners(chains: Any) -> list[Any]:
    rows = list(chains)
    with acting():
        owners = {p.pk: p for p in Post.objects.select_related("user").filter(pk__in=[row.owner_post for row in rows])}
    for row in rows:
        row.owner = owners.get(row.owner_post)
    return rows


def _owners(incident: Incident) -> list[tuple[UUID, str]]:
    """Who may own a chain: those who may clear contacts, over the whole district."""
    with acting():
        posts = Post.objects.active(clock.now()).exclude(lo=None).select_related("user")
        return [
            (post.pk, f"{post.user.display_name} · {post.role_title}")
            for post in posts.order_by("user__display_name")
            if may(post, "tracing.clear_contact") and reaches(post, incident.area)
        ]
