"""Rounds of mass testing: planning one, and the plan: sites, desks, and when each building comes."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.areas.codes import span
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import may
from muster.ledger.pages import show_list
from muster.ledger.paging import paged
from muster.web.answering import answer, chosen, id_of, row_of
from muster.web.page import page
from muster.web.values import degrees, moment, number

from .. import actions, delineated, following, live, progress
from ..ledgers import ROUNDS
from ..models import Regime, Round, RoundSite, SamplingSite, Slot
from ..models.rounds import OPEN


@page("screening/rounds/plan/", name="screening:plan_round", needs="screening.plan_round", methods=("POST",))
def plan_round(request: HttpRequest) -> HttpResponse:
    """Plan a round, or the next one of a series."""
    form = request.POST
    after = chosen(Round.objects, form.get("after", ""))
    try:
        row = actions.plan_round(
            by=request.post_held,
            areas=[*form.getlist("area"), *re.findall(r"[^\s,，、;；]+", form.get("areas", ""))],
            disease=form.get("disease", ""),
            starts_at=moment(form.get("starts_at", "")),
            ends_at=moment(form.get("ends_at", "")),
            pool_size=number(form.get("pool_size", "")) or 0,
            source_known=form.get("source_known") == "yes",
            after=after,
            regimes=[pk for text in form.getlist("regime") if (pk := id_of(text))],
            op=request.op,
        )
    except Invalid as no:
        errors = {no.field: no.message}
        return show_round(request, after, errors) if after else show_list(request, ROUNDS, errors)
    return HttpResponseRedirect(reverse("screening:round", args=[row.id]))


@page("screening/rounds/<uuid:round>/", name="screening:round", needs="screening.see_rounds")
def round(request: HttpRequest, round: UUID) -> HttpResponse:
    """One round: what the plan asks for and what it got, how far it is, area by area."""
    return show_round(request, row_of(Round.objects, round))


def show_round(request: HttpRequest, row: Round, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The page of a round, with what was wrong with the last action."""
    post = request.post_held
    stations = list(RoundSite.objects.filter(round=row).select_related("site").order_by("-people", "id")[:300])
    context = {
        "round": row,
        "size": progress.size_of(row),
        "stations": stations,
        "desks": sum(each.desks for each in stations),
        "samplers": sum(each.samplers for each in stations),
        "hours": (row.ends_at - row.starts_at).total_seconds() / 3600,
        "speeds": [_speed(row, each) for each in stations],
        "total": progress.total(row),
        "parts": progress.by_area(row, _top(row, post.area or "")),
        "may_open": may(post, "screening.open_round") and row.opened_at is None and _holds(post, row),
        "may_seek": row.state == OPEN and may(post, "screening.seek_missing") and _holds(post, row),
        "may_close": row.state == OPEN and may(post, "screening.close_round") and _holds(post, row),
        "missing_url": reverse("screening:missing", args=[row.id]),
        "custody": live.custody(row),
        "report_by": delineated.report_by(row),
        "next": following.proposal(row, clock.now()) if row.closed_at or row.ordinal > 1 else None,
        "may_decide": bool(row.closed_at) and not row.stopped_at and may(post, "screening.stop_rounds") and _last(row),
        "regimes": list(Regime.objects.filter(pk__in=row.regimes).order_by("who")),
        "may_register": row.state == OPEN and may(post, "screening.register"),
        "may_review": row.opened_at and may(post, "screening.settle_review"),
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "screening/round.html", context, status=422 if errors else 200)


def _last(row: Round) -> bool:
    """Whether no round follows this one yet."""
    return not Round.objects.filter(series=row.series, ordinal__gt=row.ordinal).exists()


def _speed(row: Round, station: RoundSite) -> tuple[RoundSite, int]:
    """A station, and how many each of its desks must sample in an hour."""
    hours = (row.ends_at - row.starts_at).total_seconds() / 3600
    return station, -int(-station.people // (station.desks * hours))


def _top(row: Round, own: str) -> str:
    return own if len(own) > len(row.area) else row.area


def _holds(post: Any, row: Round) -> bool:
    return post.lo is not None and post.lo <= row.area < post.hi


@page(
    "screening/rounds/<uuid:round>/open/", name="screening:open_round", needs="screening.open_round", methods=("POST",)
)
def open_round(request: HttpRequest, round: UUID) -> HttpResponse:
    """Begin sampling."""
    row = row_of(Round.objects, round)
    return answer(
        lambda: actions.open_round(by=request.post_held, round=row, op=request.op),
        reverse("screening:round", args=[round]),
        lambda errors: show_round(request, row, errors),
    )


@page("screening/rounds/<uuid:round>/times/", name="screening:times", needs="screening.see_rounds")
def times(request: HttpRequest, round: UUID) -> HttpResponse:
    """When each building of the post's area comes, and where: to print and hang up."""
    row, lo_hi = row_of(Round.objects, round), span(request.post_held.area or "")
    slots = Slot.objects.filter(round=row, building__gte=lo_hi[0], building__lt=lo_hi[1]).select_related("site")
    site = chosen(SamplingSite.objects, request.GET.get("site", ""))
    if site:
        slots = slots.filter(site=site)
    context = {"round": row, "site": site, "page": paged(request, slots, "building", "id", size=100)}
    return render(request, "screening/times.html", context)


@page("screening/sites/", name="screening:sites", needs="screening.see_rounds")
def sites(request: HttpRequest) -> HttpResponse:
    """Where samples can be taken."""
    return _sites(request)


def _sites(request: HttpRequest, errors: dict[str, Any] | None = None) -> HttpResponse:
    lo, hi = span(request.post_held.area or "")
    rows = SamplingSite.objects.filter(closed_at=None, area__gte=lo, area__lt=hi)
    context = {
        "page": paged(request, rows, "area", "id", size=50),
        "may_add": may(request.post_held, "screening.add_site"),
        "may_close": may(request.post_held, "screening.close_site"),
        "errors": errors,
        "values": request.POST or {"area": request.post_held.area},
    }
    return render(request, "screening/sites.html", context, status=422 if errors else 200)


@page("screening/sites/add/", name="screening:add_site", needs="screening.add_site", methods=("POST",))
def add_site(request: HttpRequest) -> HttpResponse:
    """Add a sampling site."""
    form = request.POST
    given: dict[str, Any] = {"area": form.get("area", "").strip(), "name": form.get("name", "")}
    given |= {"lat": degrees(form.get("lat", "")), "lon": degrees(form.get("lon", ""))}
    return answer(
        lambda: actions.add_site(by=request.post_held, desks=number(form.get("desks", "")), op=request.op, **given),
        reverse("screening:sites"),
        lambda errors: _sites(request, errors),
    )


@page(
    "screening/sites/<uuid:sampling_site>/close/", name="screening:close_site", needs="screening.close_site",
    methods=("POST",),
)  # fmt: skip
def close_site(request: HttpRequest, sampling_site: UUID) -> HttpResponse:
    """No later round uses this site."""
    row = row_of(SamplingSite.objects, sampling_site)
    return answer(
        lambda: actions.close_site(by=request.post_held, site=row, op=request.op),
        reverse("screening:sites"),
        lambda errors: _sites(request, errors),
    )
