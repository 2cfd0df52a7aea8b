"""Regular tests by rule: each group with who is due, overdue and tested today; the people; and their lists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock, plans
from muster.kernel.areas.codes import span, within
from muster.kernel.areas.queries import children
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Organisation
from muster.kernel.posts.permissions import may, visible_to
from muster.ledger.paging import paged
from muster.web.answering import answer, chosen, id_of, row_of
from muster.web.page import page
from muster.web.values import number

from .. import actions
from ..models import Member, Regime
from ..models.regimes import GROUPS
from ..regimes import today as figures

SHOWN = ("due", "late", "all")


@page("screening/regimes/", name="screening:regimes", needs="screening.see_rounds")
def regimes(request: HttpRequest) -> HttpResponse:
    """The groups that are tested by rule, with how many of the post's area are due."""
    return _regimes(request)


def _regimes(request: HttpRequest, errors: dict[str, Any] | None = None) -> HttpResponse:
    post, today = request.post_held, clock.local_day(clock.now())
    rows = list(Regime.objects.filter(ended_at=None).order_by("area", "who"))
    rows = [row for row in rows if within(row.area, post.area or "") or within(post.area or "", row.area)]
    sums = figures.by_regime(rows, post.area or "", today)
    may_start = may(post, "screening.start_regime")
    context = {
        "rows": [(row, sums.get(row.id, figures.Due(row.id))) for row in rows],
        "controlled": figures.controlled(post.area or "", today),
        "as_of": clock.now(),
        "may_start": may_start,
        "areas": [(post.area, ""), *[(area.code, area.name) for area in children(post.area)[:100]]]
        if may_start
        else [],
        "groups": _offered(today) if may_start else [],
        "errors": errors,
        "values": request.POST or {"area": post.area},
    }
    return render(request, "screening/regimes.html", context, status=422 if errors else 200)


def _offered(today: Any) -> list[tuple[str, str]]:
    """Groups that a plan in force has figures for, with them."""
    found = []
    for disease in sorted({plan.disease for plan in plans.editions() if plan.regimes}):
        try:
            plan = plans.in_force(disease, today)
        except plans.NoPlan:
            continue
        for who, title in GROUPS.items():
            if days := plan.value(f"regimes.{who}"):
                found.append((f"{disease}/{who}", f"{title} · {days[0]}–{days[1]}"))
    return found


@page("screening/regimes/start/", name="screening:start_regime", needs="screening.start_regime", methods=("POST",))
def start_regime(request: HttpRequest) -> HttpResponse:
    """From today a group is tested by rule."""
    form = request.POST
    disease, _slash, who = form.get("who", "").partition("/")
    given: dict[str, Any] = {"area": form.get("area", "").strip(), "disease": disease, "who": who}
    given |= {"from_days": number(form.get("from_days", "")), "to_days": number(form.get("to_days", ""))}
    return answer(
        lambda: actions.start_regime(by=request.post_held, op=request.op, **given),
        lambda regime: reverse("screening:regime", args=[regime.id]),
        lambda errors: _regimes(request, errors),
    )


@page("screening/regimes/<uuid:regime>/", name="screening:regime", needs="screening.see_rounds")
def regime(request: HttpRequest, regime: UUID) -> HttpResponse:
    """One group: area by area, unit by unit, and by name who is due."""
    return _regime(request, row_of(Regime.objects, regime))


def _regime(request: HttpRequest, row: Regime, given: Any = None, **more: Any) -> HttpResponse:
    post, today = request.post_held, clock.local_day(clock.now())
    given = given or request.GET
    area, show = given.get("area") or post.area or "", given.get("show", "due")
    if post.lo is None or not within(area, post.area):
        raise Http404
    area = area if len(area) > len(row.area) else row.area if within(row.area, area) else area
    unit = chosen(Organisation.objects, given.get("unit", ""))
    context = {
        "regime": row,
        "area": area,
        "unit": unit,
        "show": show if show in SHOWN else "due",
        "sum": figures.by_regime([row], area, today).get(row.id, figures.Due(row.id)),
        "parts": figures.by_area(row, area, today) if len(area) < 15 else [],
        "units": [] if unit else figures.units(row, area, today),
        "page": paged(request, _listed(row, area, unit, show, today, id_of(given.get("member", ""))), "due_on", "id"),
        "today": today,
        "late_before": row.late_before(today),
        "as_of": clock.now(),
        "may_end": row.ended_at is None and may(post, "screening.end_regime") and post.lo <= row.area < post.hi,
        "may_enlist": row.ended_at is None and may(post, "screening.enlist"),
        "workplaces": _workplaces(request),
        "values": request.POST,
        **more,
    }
    return render(request, "screening/regime.html", context, status=422 if more.get("errors") else 200)


def _listed(row: Regime, area: str, unit: Any, show: str, today: Any, member: UUID | None) -> Any:
    lo, hi = span(area)
    rows = Member.objects.filter(regime=row, area__gte=lo, area__lt=hi).select_related("unit", "person__household")
    rows = rows.filter(pk=member) if member else rows.filter(unit=unit) if unit else rows
    if show == "all":
        return rows.exclude(due_on=None)
    return rows.filter(due_on__lt=row.late_before(today)) if show == "late" else rows.filter(due_on__lte=today)


def _workplaces(request: HttpRequest) -> list[tuple[UUID, str]]:
    rows = visible_to(Organisation.objects, request.post_held).order_by("area", "name", "id")[:300]
    return [(row.id, row.name) for row in rows]


@page("screening/due/<uuid:subject>/", name="screening:due", needs="screening.see_rounds")
def due(request: HttpRequest, subject: UUID) -> HttpResponse:
    """Who is due, of a duty: one person, or those of a unit."""
    duty = Duty.objects.filter(subject=subject, kind__in=("screening.take_due_test", "screening.test_unit")).first()
    if duty is None:
        raise Http404
    row, unit = row_of(Regime.objects, UUID(duty.data["regime"])), duty.data.get("unit", "")
    given = {"area": duty.area, "unit": unit, "member": "" if unit else str(subject)}
    return _regime(request, row, given)


@page(
    "screening/regimes/<uuid:regime>/end/", name="screening:end_regime", needs="screening.end_regime", methods=("POST",)
)
def end_regime(request: HttpRequest, regime: UUID) -> HttpResponse:
    """The group is no longer tested by rule."""
    row = row_of(Regime.objects, regime)
    return answer(
        lambda: actions.end_regime(by=request.post_held, regime=row, op=request.op),
        reverse("screening:regimes"),
        lambda errors: _regime(request, row, errors=errors),
    )


@page("screening/regimes/<uuid:regime>/people/", name="screening:enlist", needs="screening.enlist", methods=("POST",))
def enlist(request: HttpRequest, regime: UUID) -> HttpResponse:
    """Take people in by a list; says which lines named nobody."""
    row, form = row_of(Regime.objects, regime), request.POST
    unit = chosen(Organisation.objects, form.get("unit", ""))
    try:
        done = actions.enlist(by=request.post_held, regime=row, lines=form.get("lines", ""), unit=unit, op=request.op)
    except Invalid as no:
        return _regime(request, row, {}, errors={no.field: no.message})
    if done["unknown"]:
        return _regime(request, row, {}, done=done)
    return HttpResponseRedirect(f"{reverse('screening:regime', args=[row.id])}?show=all")


@page("screening/regimes/<uuid:regime>/leave/", name="screening:delist", needs="screening.delist", methods=("POST",))
def delist(request: HttpRequest, regime: UUID) -> HttpResponse:
    """Take somebody out of a list."""
    row, member = row_of(Regime.objects, regime), id_of(request.POST.get("member", ""))
    return answer(
        lambda: actions.delist(by=request.post_held, regime=row, member=member, op=request.op),
        f"{reverse('screening:regime', args=[row.id])}?show=all",
        lambda errors: _regime(request, row, {}, errors=errors),
    )
