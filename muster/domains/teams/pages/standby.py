"""Standby sites: what must be there, calling up, checks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.posts.permissions import may, reaches, visible_to
from muster.ledger.pages import show_list
from muster.web.answering import answer, row_of
from muster.web.page import page
from muster.web.values import degrees, number

from .. import actions, words
from ..ledgers import STANDBY, drill_late
from ..models import StandbySite


@page("teams/standby/add/", name="teams:add_standby", needs="teams.add_standby", methods=("POST",))
def add_standby(request: HttpRequest) -> HttpResponse:
    """Keep a standby site."""
    form = request.POST
    given: dict[str, Any] = {"area": form.get("area", "").strip(), "name": form.get("name", "")}
    given |= {name: degrees(form.get(name, "")) for name in ("lat", "lon")}
    given |= {name: number(form.get(name, "")) for name in ("desks", "staff", "drill_days")}
    things = form.get("equipment", "").splitlines()
    return answer(
        lambda: actions.add_standby(by=request.post_held, equipment=things, op=request.op, **given),
        lambda site: reverse("teams:standby_site", args=[site.pk]),
        lambda errors: show_list(request, STANDBY, errors),
    )


@page("teams/standby/<uuid:standby>/", name="teams:standby_site", needs="teams.see_standby")
def standby_site(request: HttpRequest, standby: UUID) -> HttpResponse:
    """One standby site."""
    return _site(request, row_of(visible_to(StandbySite.objects, request.post_held), standby))


def _site(request: HttpRequest, row: StandbySite, errors: dict[str, Any] | None = None) -> HttpResponse:
    post = request.post_held
    kept = row.removed_at is None and reaches(post, row.area)
    context = {
        "site": row,
        "drill_late": drill_late(row),
        "checks": row.checks.order_by("-at", "id")[:20],
        "may_call_up": kept and row.state == words.RESTING and may(post, "teams.call_up"),
        "may_check": kept and may(post, "teams.check_standby"),
        "may_stand_down": kept and row.state != words.RESTING and may(post, "teams.stand_down"),
        "ticked": request.POST.getlist("present"),
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "teams/standby_site.html", context, status=422 if errors else 200)


def _change(request: HttpRequest, standby: UUID, do: Any) -> HttpResponse:
    row = row_of(visible_to(StandbySite.objects, request.post_held), standby)
    back = reverse("teams:standby_site", args=[standby])
    return answer(lambda: do(row), back, lambda errors: _site(request, row, errors))


@page("teams/standby/<uuid:standby>/call-up/", name="teams:call_up", needs="teams.call_up", methods=("POST",))
def call_up(request: HttpRequest, standby: UUID) -> HttpResponse:
    """It must be ready soon."""
    return _change(request, standby, lambda row: actions.call_up(by=request.post_held, site=row, op=request.op))


@page("teams/standby/<uuid:standby>/check/", name="teams:check_standby", needs="teams.check_standby", methods=("POST",))
def check_standby(request: HttpRequest, standby: UUID) -> HttpResponse:
    """What is there."""
    staff, present = number(request.POST.get("staff", "")), request.POST.getlist("present")
    return _change(
        request, standby,
        lambda row: actions.check_standby(by=request.post_held, site=row, staff=staff, present=present, op=request.op),
    )  # fmt: skip


@page("teams/standby/<uuid:standby>/stand-down/", name="teams:stand_down", needs="teams.stand_down", methods=("POST",))
def stand_down(request: HttpRequest, standby: UUID) -> HttpResponse:
    """It is not needed any more."""
    return _change(request, standby, lambda row: actions.stand_down(by=request.post_held, site=row, op=request.op))


@page(
    "teams/standby/<uuid:standby>/remove/", name="teams:remove_standby", needs="teams.remove_standby",
    methods=("POST",),
)  # fmt: skip
def remove_standby(request: HttpRequest, standby: UUID) -> HttpResponse:
    """It is not kept any more."""
    return _change(request, standby, lambda row: actions.remove_standby(by=request.post_held, site=row, op=request.op))
