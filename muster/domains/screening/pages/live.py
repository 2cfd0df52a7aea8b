"""A round as it goes: queues, speed and end of each site, ages of results, gaps; what sites say of their queues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.posts.permissions import may, reaches
from muster.web.answering import answer, chosen, row_of
from muster.web.page import page
from muster.web.values import number

from .. import actions, live, progress
from ..actions.queues import LENGTHS
from ..models import Round, SamplingSite
from ..models.rounds import OPEN
from .rounds import show_round


@page("screening/rounds/<uuid:round>/now/", name="screening:now", needs="screening.see_rounds")
def now(request: HttpRequest, round: UUID) -> HttpResponse:
    """The round as it goes."""
    return _now(request, row_of(Round.objects.exclude(opened_at=None), round))


def _now(request: HttpRequest, row: Round, errors: dict[str, Any] | None = None) -> HttpResponse:
    post, at = request.post_held, clock.now()
    found = live.look(row, at)
    total = progress.total(row)
    may_report = row.state == OPEN and may(post, "screening.report_queue")
    context = {
        "round": row,
        "live": found,
        "total": total,
        "sites": [
            (site, _ends(site.end, at), may_report and reaches(post, site.station.site.area)) for site in found.sites
        ],
        "end": _ends(found.end, at),
        "lengths": LENGTHS,
        "window": live.WINDOW,
        "open": row.state == OPEN,
        "errors": errors,
    }
    return render(request, "screening/now.html", context, status=422 if errors else 200)


def _ends(end: Any, at: Any) -> tuple[Any, Any, Any] | None:
    """A forecast as moments: at best, likely, at worst."""
    return tuple(at + timedelta(minutes=minutes) for minutes in end) if end else None


@page(
    "screening/rounds/<uuid:round>/queue/", name="screening:report_queue", needs="screening.report_queue",
    methods=("POST",),
)  # fmt: skip
def report_queue(request: HttpRequest, round: UUID) -> HttpResponse:
    """A site says how many wait."""
    row, form = row_of(Round.objects, round), request.POST
    site = chosen(SamplingSite.objects, form.get("site", ""))
    if site is None:
        raise Http404
    return answer(
        lambda: actions.report_queue(
            by=request.post_held, round=row, site=site, people=number(form.get("people", "")), op=request.op
        ),
        reverse("screening:now", args=[round]),
        lambda errors: _now(request, row, errors),
    )


@page(
    "screening/rounds/<uuid:round>/stop/",
    name="screening:stop_rounds",
    needs="screening.stop_rounds",
    methods=("POST",),
)
def stop_rounds(request: HttpRequest, round: UUID) -> HttpResponse:
    """No round follows this one."""
    row = row_of(Round.objects, round)
    return answer(
        lambda: actions.stop_rounds(by=request.post_held, round=row, why=request.POST.get("why", ""), op=request.op),
        reverse("screening:round", args=[round]),
        lambda errors: show_round(request, row, errors),
    )
