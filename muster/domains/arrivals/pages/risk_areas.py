"""The list in force, its editions, and reading a new one: preview, difference, confirmation by a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import may
from muster.ledger.paging import paged
from muster.web.page import page

from .. import actions, words
from ..models import RiskArea, RiskList
from ..queries import difference
from ..rules.bulletins import read
from . import forms

EDITIONS = 30


@page("risk-areas/", name="arrivals:risk_areas", needs="arrivals.see_risk_areas")
def risk_areas(request: HttpRequest) -> HttpResponse:
    """The edition in force, by level, with what somebody looks for; and the editions so far."""
    current = RiskList.objects.in_force(clock.now())
    context = _listed(request, current) | {
        "current": current,
        "editions": RiskList.objects.order_by("-read_at")[:EDITIONS],
        "may_read": may(request.post_held, "arrivals.read_list"),
    }
    return render(request, "arrivals/risk_areas.html", context)


@page("risk-areas/read/", name="arrivals:read_list", needs="arrivals.read_list", methods=("GET", "POST"))
def read_list(request: HttpRequest) -> HttpResponse:
    """Paste a bulletin; it becomes a draft that is shown before it holds."""
    errors: dict[str, Any] = {}
    if request.method == "POST":
        try:
            made = actions.read_list(
                by=request.post_held, text=request.POST.get("text", ""), source=request.POST.get("source", ""),
                published_on=forms.day(request.POST, "published_on", needed=True),
                effective_at=forms.moment(request.POST, "effective_at"), op=request.op,
            )  # fmt: skip
            return HttpResponseRedirect(reverse("arrivals:edition", args=[made.pk]))
        except Invalid as no:
            errors = {no.field: no.message}
    values = request.POST or {"published_on": clock.today(), "effective_at": clock.now()}
    return render(
        request, "arrivals/read_list.html", {"values": values, "errors": errors}, status=422 if errors else 200
    )


@page("risk-areas/<uuid:edition>/", name="arrivals:edition", needs="arrivals.see_risk_areas")
def edition(request: HttpRequest, edition: UUID) -> HttpResponse:
    """One edition: what was read against what it declares, what it changes, and all its areas."""
    return show(request, _found(edition))


@page("risk-areas/<uuid:edition>/confirm/", name="arrivals:confirm", needs="arrivals.confirm_list", methods=("POST",))
def confirm(request: HttpRequest, edition: UUID) -> HttpResponse:
    """A person confirms what was read; from its moment on it holds."""
    row = _found(edition)
    try:
        actions.confirm_list(by=request.post_held, risk_list=row, op=request.op)
    except Invalid as no:
        return show(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("arrivals:edition", args=[edition]))


@page("risk-areas/<uuid:edition>/discard/", name="arrivals:discard", needs="arrivals.discard_list", methods=("POST",))
def discard(request: HttpRequest, edition: UUID) -> HttpResponse:
    """Throw a draft away."""
    row = RiskList.objects.filter(pk=edition).first() or RiskList(pk=edition)
    try:
        actions.discard_list(by=request.post_held, risk_list=row, op=request.op)
    except Invalid as no:
        return show(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("arrivals:risk_areas"))


def show(request: HttpRequest, row: RiskList, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The page of one edition."""
    current = RiskList.objects.in_force(clock.now())
    before = RiskList.objects.confirmed().exclude(pk=row.pk).filter(effective_at__lte=row.effective_at)
    old = before.order_by("-effective_at", "-confirmed_at").first()
    found: dict[str, int] = {}
    for level in RiskArea.objects.filter(risk_list=row).values_list("level", flat=True):
        found[level] = found.get(level, 0) + 1
    counts = [
        (words.LEVELS[level], found.get(level, 0), row.declared.get(level), row.declared.get(level, found.get(level)))
        for level in words.LEVELS
        if level in found or level in row.declared
    ]
    doubts = [(level, found, said) for level, found, said, _ in counts if said is not None and found != said]
    changes = [
        (each, words.LEVELS.get(each.before, ""), words.LEVELS.get(each.now, ""))
        for each in difference(row.pk, old.pk if old else None)
    ]
    context = _listed(request, row) | {
        "edition": row, "in_force": current == row, "old": old, "counts": counts, "changes": changes,
        "doubts": doubts, "unread": [] if row.confirmed_at else read(row.text).unread,
        "unplaced": RiskArea.objects.filter(risk_list=row, code="").count(),
        "may_confirm": row.confirmed_at is None and may(request.post_held, "arrivals.confirm_list"),
        "errors": errors, "judged": [(code, words.CATEGORIES[code]) for code in ("high", "middle")],
    }  # fmt: skip
    return render(request, "arrivals/edition.html", context, status=422 if errors else 200)


def _listed(request: HttpRequest, row: RiskList | None) -> dict[str, Any]:
    """The areas of an edition, paged, narrowed by what was typed."""
    sought = request.GET.get("q", "").strip()[:50]
    rows = RiskArea.objects.filter(risk_list=row) if row else RiskArea.objects.none()
    for part in sought.split():
        rows = rows.filter(place__contains=part) | rows.filter(county__contains=part) | rows.filter(city__contains=part)
    listed = paged(request, rows, "code", "id", size=50)
    shown = [(area, words.LEVELS[area.level], words.LEVEL_TONES[area.level]) for area in listed.rows]
    return {"page": listed, "rows": shown, "sought": sought}


def _found(edition: UUID) -> RiskList:
    row = RiskList.objects.filter(pk=edition).first()
    if row is None:
        raise Http404
    return row
