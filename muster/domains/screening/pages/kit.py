"""The desk on a phone without a network: its shell, what it takes along, building lists, reasons it brings back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.kernel import clock
from muster.kernel.areas import installation
from muster.kernel.areas.codes import within
from muster.kernel.posts.permissions import visible_to
from muster.offline.applications import Application, installable
from muster.offline.records import answered, sent_records
from muster.web.answering import row_of
from muster.web.area_names import area_name
from muster.web.page import page

from .. import actions, missing, sheets
from ..kit_words import WORDS
from ..models import Round, RoundCount, SamplingSite, Tube
from ..models.samples import PROXY_WHO, PROXY_WHY, REASONS

MOST_SITES, MOST_TUBES, MOST_BUILDINGS, MOST_PEOPLE, MOST_SHEETS = 300, 500, 500, 2000, 50

installable(
    Application(
        name="screening:kit",
        path="screening/kit/",
        title=gettext_lazy("Sampling desk"),
        needs="screening.register",
        template="screening/kit.html",
        folder="screening/kit",
        words=WORDS,
        context=lambda: {
            "whos": [(code, text) for code, text in PROXY_WHO.items() if code],
            "whys": [(code, text) for code, text in PROXY_WHY.items() if code],
            "reasons": list(REASONS.items()),
        },
    )
)


@page("screening/kit/today/", name="screening:kit_today", needs="screening.register")
def today(request: HttpRequest) -> HttpResponse:
    """What the phone takes along: open rounds, sites, tubes being filled, buildings with a gap; the token."""
    post = request.post_held
    rounds = list(Round.objects.exclude(opened_at=None).filter(closed_at=None).order_by("-starts_at")[:20])
    sites = list(visible_to(SamplingSite.objects.filter(closed_at=None), post).order_by("area", "name")[:MOST_SITES])
    tubes = visible_to(Tube.objects.filter(sealed_at=None, voided_at=None, round__in=rounds), post)
    counts = visible_to(RoundCount.objects.filter(round__in=rounds), post).order_by("area")[:MOST_BUILDINGS]
    given = {
        "post": str(post.id),
        "token": get_token(request),
        "ahead": installation.clock_offset().total_seconds(),
        "rounds": [_round(row) for row in rounds],
        "sites": [{"id": str(site.id), "name": site.name} for site in sites],
        "tubes": {
            tube.code: {"members": tube.members, "capacity": tube.capacity, "round": str(tube.round_id)}
            for tube in tubes.order_by("-opened_at")[:MOST_TUBES]
        },
        "buildings": [
            {"round": str(count.round_id), "area": count.area, "name": area_name(count.area), "open": open_}
            for count in counts
            if (open_ := missing.open_in(count)) > 0
        ],
    }
    return JsonResponse(given)


def _round(row: Round) -> dict[str, Any]:
    title = f"{area_name(row.area)} · " + _("round %(number)s") % {"number": row.ordinal}
    return {
        "id": str(row.id),
        "title": title,
        "size": row.pool_size,
        "lane": reverse("screening:records", args=[row.id]),
        "reasons": reverse("screening:kit_reasons", args=[row.id]),
        "door": reverse("screening:kit_door", args=[row.id]),
    }


@page("screening/rounds/<uuid:round>/door/", name="screening:kit_door", needs="screening.register")
def door(request: HttpRequest, round: UUID) -> HttpResponse:
    """Who is missing in a building (`area`), door by door, with masked names: the list for going from door to door."""
    row, post = row_of(Round.objects.exclude(opened_at=None), round), request.post_held
    area = request.GET.get("area") or post.area
    if post.lo is None or not within(area, post.area):
        raise Http404
    people = missing.people(row, area).select_related("household").order_by("household__door", "id")[:MOST_PEOPLE]
    listed = [
        {"id": str(each.id), "label": each.label, "door": each.household.door if each.household else ""}
        for each in people
    ]
    return JsonResponse({"area": area, "name": area_name(area), "at": clock.now().isoformat(), "people": listed})


@page(
    "screening/rounds/<uuid:round>/door/reasons/", name="screening:kit_reasons", needs="screening.excuse",
    methods=("POST",),
)  # fmt: skip
def reasons(request: HttpRequest, round: UUID) -> HttpResponse:
    """Why people gave no sample, as a phone noted it: a JSON list of {op, person, reason, at}; a verdict for each."""
    row = row_of(Round.objects.exclude(opened_at=None), round)
    return answered(actions.excuse_each(by=request.post_held, round=row, records=sent_records(request), op=request.op))


@page("screening/rounds/<uuid:round>/sheets/", name="screening:sheets", needs="screening.register")
def paper_sheets(request: HttpRequest, round: UUID) -> HttpResponse:
    """Numbered sheets to print: for when phones fail too. Each printing has numbers of its own."""
    row = row_of(Round.objects, round)
    asked = request.GET.get("count", "1")
    many = min(int(asked), MOST_SHEETS) if asked.isdecimal() and len(asked) < 4 else 1
    context = {
        "round": row,
        "sheets": [sheets.fresh_number() for _sheet in range(max(1, many))],
        "lines": range(1, sheets.LINES + 1),
        "many": many,
    }
    return render(request, "screening/sheets.html", context)
