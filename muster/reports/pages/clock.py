"""The response clock of one incident: the tree under its root fact, step by step, against the plan's deadlines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from muster.domains.tracing import response, words
from muster.domains.tracing.models import Incident
from muster.kernel import clock, plans
from muster.kernel.posts.permissions import require
from muster.web.page import page

from ..links import link
from ..queries import tree
from ..queries.subjects import persons_of


def _incident(request: HttpRequest, incident: UUID) -> Incident:
    found = Incident.objects.filter(pk=incident).first()
    if found is None:
        raise Http404
    require(request.post_held, "clock.see_clock", found.area)
    return found


@page("clock/<uuid:incident>/", name="clock:incident", needs="clock.see_clock")
def incident(request: HttpRequest, incident: UUID) -> HttpResponse:
    """How long each step took, and what followed from the first result; `?kind=` opens the slowest of one kind."""
    row = _incident(request, incident)
    kind = request.GET.get("kind", "")
    context: dict[str, Any] = {
        "incident": row,
        "disease": words.DISEASES.get(row.disease, row.disease),
        "plan": plans.edition(row.plan).title,
        "url": link(request.post_held, "tracing:incident", row.pk),
        "steps": response.clocks([row], clock.now())[row.pk],
        "branches": tree.branches(row),
        "kind": kind,
    }
    if kind in tree.BRANCHES:
        context["slowest"] = _with_people(tree.slowest(row, kind))
    return render(request, "reports/clock.html", context)


def _with_people(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Name (masked) whom each is about, where the post sees the person; elsewhere only the area is told."""
    people = persons_of(row["subject"] for row in rows)
    return [row | {"person": people.get(row["subject"])} for row in rows]
