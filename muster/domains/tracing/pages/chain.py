"""The chain of an incident, as data for the chart and its table; contacts stay folded to counts until asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.people.queries import labels_of
from muster.web.answering import row_of
from muster.web.area_names import area_name
from muster.web.page import page

from .. import words
from ..models import Case, Contact, Incident, Link
from .shown import with_labels

MOST_CONTACTS = 1000  # of one case, in the chart


@page("incidents/<uuid:incident>/chain/", name="tracing:chain", needs="tracing.see_cases")
def chain(request: HttpRequest, incident: UUID) -> HttpResponse:
    """The chart of all cases and links of an incident; `?chain=` only one chain."""
    row = row_of(Incident.objects, incident)
    return render(request, "tracing/chain.html", {"incident": row, "query": request.GET.urlencode()})


@page("incidents/<uuid:incident>/chain.json", name="tracing:chain_data", needs="tracing.see_cases")
def chain_data(request: HttpRequest, incident: UUID) -> HttpResponse:
    """Cases, links and counts of contacts."""
    row = row_of(Incident.objects, incident)
    cases = Case.objects.filter(incident=row).exclude(classification="excluded")
    if request.GET.get("chain", "").isascii() and request.GET.get("chain"):
        cases = cases.filter(chain__number=request.GET["chain"])
    return JsonResponse(drawn(cases))


@page("cases/<uuid:case>/chain.json", name="tracing:case_chain", needs="tracing.see_cases")
def case_chain(request: HttpRequest, case: UUID) -> HttpResponse:
    """The cases directly before and after one case."""
    row = row_of(Case.objects, case)
    near = Q(pk=row.pk) | Q(infected__target=row) | Q(sources__source=row)
    return JsonResponse(drawn(Case.objects.filter(near).distinct()))


def drawn(cases: Any) -> dict[str, Any]:
    """What `chain.js` draws: four queries for any number of cases."""
    rows = list(
        cases.order_by("opened_at", "number").values_list(
            "id", "number", "person", "onset_on", "classification", "area", "source_state"
        )
    )
    within = cases.order_by().values("pk")
    labels = labels_of(cases.order_by().values("person"))
    counts = dict(
        Contact.objects.standing().filter(case__in=within).values_list("case").annotate(Count("pk")).order_by()
    )
    # The other end is looked up here: asked for both ends, a database without fresh statistics tries every pair.
    shown = {row[0] for row in rows}
    links = Link.objects.filter(source__in=within).values_list("source", "target", "reason")
    titles = {word: str(title) for word, title in words.CLASSIFICATIONS.items()}
    reasons = {word: str(title) for word, title in words.LINK_REASONS.items()}
    page_of = reverse("tracing:case", args=[UUID(int=0)]).replace(str(UUID(int=0)), "{}")
    return {
        "cases": [
            {
                "id": str(pk),
                "number": number,
                "label": labels.get(person, ""),
                "onset_on": onset.isoformat() if onset else "",
                "classification": titles[word],
                "area_name": area_name(area),
                "contacts": counts.get(pk, 0),
                "url": page_of.format(pk),
                "source_state": state,
            }
            for pk, number, person, onset, word, area, state in rows
        ],
        "links": [{"source": str(a), "target": str(b), "reason": reasons[why]} for a, b, why in links if b in shown],
    }


@page("cases/<uuid:case>/contacts.json", name="tracing:case_contacts", needs="tracing.see_cases")
def case_contacts(request: HttpRequest, case: UUID) -> HttpResponse:
    """The contacts of one case, when its circle is opened."""
    row = row_of(Case.objects, case)
    rows = with_labels(Contact.objects.standing().filter(case=row).order_by("ring", "first_at", "id")[:MOST_CONTACTS])
    return JsonResponse(
        {
            "contacts": [
                {
                    "label": each.label or area_name(each.area),
                    "ring": str(each.ring_title),
                    "reason": ", ".join(map(str, each.reason_titles)),
                    "status": str(each.status_title),
                    "url": reverse("tracing:contact", args=[each.pk]),
                }
                for each in rows
            ]
        }
    )
