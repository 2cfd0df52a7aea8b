"""The response clock of an incident or a report: the tree under its root fact, step by step, against deadlines."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from muster.domains.intake.models import Report
from muster.domains.intake.response import steps
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
    context: dict[str, Any] = {
        "incident": row,
        "disease": words.DISEASES.get(row.disease, row.disease),
        "plan": plans.edition(row.plan).title,
        "url": link(request.post_held, "tracing:incident", row.pk),
        "steps": response.clocks([row], clock.now())[row.pk],
        **_tree(request, row.root_fact, row.started_at),
    }
    return render(request, "reports/clock.html", context)


def _tree(request: HttpRequest, root: UUID, start: datetime) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    found: dict[str, Any] = {"branches": tree.branches(root, start), "kind": kind}
    if kind in tree.BRANCHES:
        found["slowest"] = _with_people(tree.slowest(root, start, kind))
    return found


@page("clock/report/<uuid:report>/", name="clock:report", needs="clock.see_report")
def report(request: HttpRequest, report: UUID) -> HttpResponse:
    """The clock of one report, from the call to its disposal: receipts, tasks, and what followed in other domains."""
    row = Report.objects.filter(pk=report).first()
    if row is None:
        raise Http404
    require(request.post_held, "clock.see_report", row.area)
    receipts, tasks = list(row.receipts.order_by("due_at")), list(row.tasks.order_by("given_at"))
    end = row.disposed_at or row.closed_at
    context: dict[str, Any] = {
        "report": row,
        "url": link(request.post_held, "intake:report", row.pk),
        "took": int((end - row.received_at).total_seconds() // 60) if end else None,
        "steps": steps(row, receipts, tasks, clock.now()),
        **_tree(request, row.fact_id, row.received_at),
    }
    return render(request, "reports/report_clock.html", context)


def _with_people(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Name (masked) whom each is about, where the post sees the person; elsewhere only the area is told."""
    people = persons_of(row["subject"] for row in rows)
    return [row | {"person": people.get(row["subject"])} for row in rows]
