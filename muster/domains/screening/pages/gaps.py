"""Who is missing, down to the door; reasons; members of suspect pools; and the end of a round."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.areas.codes import within
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Household
from muster.kernel.posts.permissions import may
from muster.ledger.paging import SEPARATOR, Page, paged
from muster.web.answering import answer, chosen, row_of
from muster.web.page import page

from .. import actions, missing, progress
from ..models import Resample, Round, SamplingSite
from ..models.homes import NEEDS
from ..models.samples import REASONS
from .rounds import show_round

SIZE = 50


@page("screening/rounds/<uuid:round>/missing/", name="screening:missing", needs="screening.see_rounds")
def missing_people(request: HttpRequest, round: UUID) -> HttpResponse:
    """Those without a sample and without a reason in an area, door by door."""
    return show_missing(request, row_of(Round.objects.exclude(opened_at=None), round))


def show_missing(
    request: HttpRequest, row: Round, errors: dict[str, Any] | None = None, asked: str = ""
) -> HttpResponse:
    """The page of who is missing, with what was wrong with the last action."""
    post = request.post_held
    area = asked or request.GET.get("area") or request.POST.get("area") or post.area
    if post.lo is None or not within(area, post.area):
        raise Http404
    parts = progress.by_area(row, area)
    context = {
        "round": row,
        "area": area,
        "parts": [(part, f"?area={part.key}") for part in parts if part.missing and len(part.key) > len(area)],
        "page": first_missing(request, row, area, parts),
        "reasons": list(REASONS.items()),
        "needs": list(NEEDS.items()),
        "may_excuse": may(post, "screening.excuse") and row.closed_at is None,
        "errors": errors,
    }
    return render(request, "screening/missing.html", context, status=422 if errors else 200)


def first_missing(request: HttpRequest, row: Round, area: str, parts: list[progress.Progress]) -> Page:
    """The page that is asked for; of the buildings with a gap, where the counters know enough of them.

    `parts`: the progress of the area's parts. Where nobody has been sampled yet, every building has a gap.
    """
    # The door of those shown: joined, everybody's would be looked up before it is known who is missing.
    door = Household.objects.filter(pk=OuterRef("household_id")).values("door")
    rows = missing.people(row, area).only("label", "home").annotate(door=Subquery(door))
    after = request.GET.get("after", "")
    begun = "before" not in request.GET and any(part.missing < part.expected for part in parts)
    close = missing.near(row, area, after.partition(SEPARATOR)[0], SIZE + 1) if begun else None
    if close:
        found = paged(request, rows.filter(close[0]), "home", "id", size=SIZE)
        if found.next_url or (not after and len(found.rows) == close[1]):
            return found
    return paged(request, rows, "home", "id", size=SIZE)


@page("screening/rounds/<uuid:round>/reasons/", name="screening:excuse", needs="screening.excuse", methods=("POST",))
def excuse(request: HttpRequest, round: UUID) -> HttpResponse:
    """Give those who are ticked a reason."""
    row, form = row_of(Round.objects.exclude(opened_at=None), round), request.POST
    people = [UUID(text) for text in form.getlist("person") if len(text) == 36 and _is_id(text)]
    try:
        actions.excuse(by=request.post_held, round=row, people=people, reason=form.get("reason", ""), op=request.op)
    except Invalid as no:
        return show_missing(request, row, {no.field: no.message})
    return HttpResponseRedirect(f"{reverse('screening:missing', args=[round])}?area={form.get('area', '')[:21]}")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@page("screening/buildings/<uuid:subject>/", name="screening:building", needs="screening.see_rounds")
def building(request: HttpRequest, subject: UUID) -> HttpResponse:
    """Who is missing in the building of a duty."""
    duty = Duty.objects.filter(subject=subject, kind="screening.find_missing").order_by("-opened_at").first()
    if duty is None:
        raise Http404
    return show_missing(request, row_of(Round.objects, UUID(duty.data["round"])), asked=duty.area)


@page(
    "screening/rounds/<uuid:round>/seek/",
    name="screening:seek_missing",
    needs="screening.seek_missing",
    methods=("POST",),
)
def seek_missing(request: HttpRequest, round: UUID) -> HttpResponse:
    """Give each building with a gap to its grid."""
    row = row_of(Round.objects, round)
    return answer(
        lambda: actions.seek_missing(by=request.post_held, round=row, op=request.op),
        reverse("screening:round", args=[round]),
        lambda errors: show_round(request, row, errors),
    )


@page(
    "screening/rounds/<uuid:round>/close/",
    name="screening:close_round",
    needs="screening.close_round",
    methods=("POST",),
)
def close_round(request: HttpRequest, round: UUID) -> HttpResponse:
    """End the round: everyone has a sample or a reason."""
    row = row_of(Round.objects, round)
    return answer(
        lambda: actions.close_round(by=request.post_held, round=row, op=request.op),
        reverse("screening:round", args=[round]),
        lambda errors: show_round(request, row, errors),
    )


@page(
    "screening/resamples/<uuid:resample>/",
    name="screening:resample",
    needs="screening.resample",
    methods=("GET", "POST"),
)
def resample(request: HttpRequest, resample: UUID) -> HttpResponse:
    """A member of a suspect pool: take a sample in a tube of its own."""
    row = row_of(Resample.objects.select_related("person__household", "tube", "single"), resample)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        site = chosen(SamplingSite.objects, request.POST.get("site", ""))
        code = request.POST.get("tube", "")
        try:
            actions.resample(by=request.post_held, resample=row, site=site, code=code, op=request.op)
            return HttpResponseRedirect(reverse("screening:resample", args=[resample]))
        except Invalid as no:
            errors = {no.field: no.message}
    above = row.area[:9]
    sites = SamplingSite.objects.filter(closed_at=None, area__startswith=above).order_by("area", "name")[:100]
    context = {
        "resample": row,
        "sites": [(site.id, site.name) for site in sites],
        "open": row.single_id is None and row.settled_at is None,
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "screening/resample.html", context, status=422 if errors else 200)
