"""The home list of a round: to whom samplers go, building by building, as a tour."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.areas.codes import LEVELS, within
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import may
from muster.ledger.paging import paged
from muster.web.answering import answer, id_of, row_of
from muster.web.page import page

from .. import actions, missing
from ..models import HomeNeed, Round
from .gaps import show_missing


@page("screening/rounds/<uuid:round>/homes/", name="screening:homes", needs="screening.see_rounds")
def homes(request: HttpRequest, round: UUID) -> HttpResponse:
    """Those of the home list who are still missing, by building and door; to print and take along."""
    return _homes(request, row_of(Round.objects.exclude(opened_at=None), round))


def _homes(request: HttpRequest, row: Round, errors: dict[str, Any] | None = None) -> HttpResponse:
    post = request.post_held
    area = request.GET.get("area") or post.area or ""
    if post.lo is None or not within(area, post.area):
        raise Http404
    found = paged(request, missing.at_home(row, area).select_related("household"), "home", "id", size=100)
    needs = {
        need.person_id: need
        for need in HomeNeed.objects.filter(person__in=[person.pk for person in found.rows], ended_at=None)
    }
    tour = [
        (building, [(person, needs.get(person.pk)) for person in people])
        for building, people in groupby(found.rows, key=lambda person: person.home[: LEVELS["building"]])
    ]
    context = {
        "round": row,
        "area": area,
        "page": found,
        "tour": tour,
        "may_register": row.closed_at is None and may(post, "screening.register"),
        "may_end": may(post, "screening.end_home"),
        "errors": errors,
    }
    return render(request, "screening/homes.html", context, status=422 if errors else 200)


@page(
    "screening/rounds/<uuid:round>/homes/add/",
    name="screening:need_home",
    needs="screening.need_home",
    methods=("POST",),
)
def need_home(request: HttpRequest, round: UUID) -> HttpResponse:
    """Those who are ticked cannot come: they go on the home list."""
    row, form = row_of(Round.objects.exclude(opened_at=None), round), request.POST
    people = [pk for text in form.getlist("person") if (pk := id_of(text))]
    try:
        actions.need_home(by=request.post_held, people=people, why=form.get("why", ""), op=request.op)
    except Invalid as no:
        return show_missing(request, row, {no.field: no.message})
    return HttpResponseRedirect(reverse("screening:homes", args=[round]))


@page("screening/homes/<uuid:need>/end/", name="screening:end_home", needs="screening.end_home", methods=("POST",))
def end_home(request: HttpRequest, need: UUID) -> HttpResponse:
    """They come to a site again."""
    row = row_of(HomeNeed.objects, need)
    last = Round.objects.exclude(opened_at=None).order_by("-starts_at").first()
    if last is None:
        raise Http404
    return answer(
        lambda: actions.end_home(by=request.post_held, need=row, op=request.op),
        reverse("screening:homes", args=[last.id]),
        lambda errors: _homes(request, last, errors),
    )
