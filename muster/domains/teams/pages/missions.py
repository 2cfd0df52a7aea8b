"""A mission: yes or no of the team, the count of who came, release."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.posts.permissions import visible_to
from muster.web.answering import answer as answered
from muster.web.answering import row_of
from muster.web.page import page
from muster.web.values import number

from .. import actions, words
from ..actions.missions import may_do
from ..ledgers import MISSIONS, late
from ..models import Call, Mission


@page("teams/missions/<uuid:mission>/", name="teams:mission", needs="teams.see_teams")
def mission(request: HttpRequest, mission: UUID) -> HttpResponse:
    """One mission."""
    return _mission(request, row_of(MISSIONS.rows(request.post_held), mission))


def _mission(request: HttpRequest, row: Mission, errors: dict[str, Any] | None = None) -> HttpResponse:
    context = {
        "mission": row,
        "late": late(row),
        "may": may_do(request.post_held, row),
        "sees_call": visible_to(Call.objects.filter(pk=row.call_id), request.post_held).exists(),
        "reasons": words.WHY_REFUSED.items(),
        "errors": errors,
        "values": request.POST or {"came": row.strength},
    }
    return render(request, "teams/mission.html", context, status=422 if errors else 200)


def _change(request: HttpRequest, mission: UUID, do: Any) -> HttpResponse:
    row = row_of(MISSIONS.rows(request.post_held), mission)
    back = reverse("teams:mission", args=[mission])
    return answered(lambda: do(row), back, lambda errors: _mission(request, row, errors))


@page("teams/missions/<uuid:mission>/answer/", name="teams:answer", needs="teams.answer", methods=("POST",))
def answer(request: HttpRequest, mission: UUID) -> HttpResponse:
    """The team goes, or does not."""
    goes, why = request.POST.get("goes") == "yes", request.POST.get("why", "")
    return _change(
        request, mission,
        lambda row: actions.answer(by=request.post_held, mission=row, goes=goes, why=why, op=request.op),
    )  # fmt: skip


@page(
    "teams/missions/<uuid:mission>/arrived/", name="teams:confirm_arrival", needs="teams.confirm_arrival",
    methods=("POST",),
)  # fmt: skip
def confirm_arrival(request: HttpRequest, mission: UUID) -> HttpResponse:
    """So many came."""
    came = number(request.POST.get("came", ""))
    return _change(
        request, mission,
        lambda row: actions.confirm_arrival(by=request.post_held, mission=row, came=came, op=request.op),
    )  # fmt: skip


@page("teams/missions/<uuid:mission>/release/", name="teams:release", needs="teams.release", methods=("POST",))
def release(request: HttpRequest, mission: UUID) -> HttpResponse:
    """The team is free again."""
    return _change(request, mission, lambda row: actions.release(by=request.post_held, mission=row, op=request.op))
