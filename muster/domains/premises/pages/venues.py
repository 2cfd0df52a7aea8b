"""The register of venues, one venue, its sheets, and visits that a post enters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.posts.permissions import may, visible_to
from muster.ledger.pages import show_list, where
from muster.web.answering import answer, row_of
from muster.web.links import address, drawn
from muster.web.page import page

from .. import actions, codes, words
from ..ledgers import VENUES
from ..models import Venue

WHO = ("code", "name", "phone", "address", "why")  # a visit that somebody else enters
WORK = ("show_code", "renew_code", "close_venue", "record_visit", "see_routines", "begin_check")


@page("premises/venues/add/", name="premises:add_venue", needs="premises.add_venue", methods=("POST",))
def add_venue(request: HttpRequest) -> HttpResponse:
    """Register a venue."""
    form = request.POST
    given = {name: form.get(name, "").strip() for name in ("area", "name", "kind", "responsible", "phone")}
    screen = bool(form.get("screen"))
    return answer(
        lambda: actions.add_venue(by=request.post_held, screen=screen, op=request.op, **given),
        lambda row: reverse("premises:venue", args=[row.pk]),
        lambda errors: show_list(request, VENUES, errors),
    )


@page("premises/venues/<uuid:venue>/", name="premises:venue", needs="premises.see_venues")
def venue(request: HttpRequest, venue: UUID) -> HttpResponse:
    """One venue: who is responsible, its codes, and a form for who has no phone."""
    return _venue(request, row_of(VENUES.rows(request.post_held).select_related("responsible"), venue))


def _venue(request: HttpRequest, row: Venue, errors: dict[str, Any] | None = None) -> HttpResponse:
    context = {
        "venue": row,
        "whys": words.WHYS.items(),
        "lets": words.PLACE_OF[row.kind] == "lodging",
        "errors": errors,
        "values": request.POST if errors else {},
        "where": where.asked(request.POST if errors else {}, "lives", errors=errors),
        "entered": "entered" in request.GET and not errors,
        **{f"may_{name}": may(request.post_held, f"premises.{name}") for name in WORK},
    }
    return render(request, "premises/venue.html", context, status=422 if errors else 200)


@page(
    "premises/venues/<uuid:venue>/visits/", name="premises:record_visit", needs="premises.record_visit",
    methods=("POST",),
)  # fmt: skip
def record_visit(request: HttpRequest, venue: UUID) -> HttpResponse:
    """Enter somebody at the venue."""
    row = row_of(VENUES.rows(request.post_held).select_related("responsible", "place"), venue)
    form = request.POST
    given = {name: form.get(name, "") for name in WHO}
    return answer(
        lambda: actions.record_visit(
            by=request.post_held, venue=row, lives=where.said(form, "lives"), op=request.op, **given
        ),
        lambda _done: reverse("premises:venue", args=[venue]) + "?entered=1#enter",
        lambda errors: _venue(request, row, errors),
    )


@page("premises/venues/<uuid:venue>/sheet/", name="premises:sheet", needs="premises.show_code")
def sheet(request: HttpRequest, venue: UUID) -> HttpResponse:
    """The printed code for the entrance, on A4."""
    row = row_of(VENUES.rows(request.post_held).select_related("responsible"), venue)
    link = address(request, "premises:scan", codes.make(codes.SHEET, row.pk, row.code_number))
    return render(request, "premises/sheet.html", {"venue": row, "drawn": drawn(link), "link": link})


@page("premises/venues/<uuid:venue>/desk/", name="premises:desk_sheet", needs="premises.show_code")
def desk_sheet(request: HttpRequest, venue: UUID) -> HttpResponse:
    """The link for the venue's staff, on A4: not for the entrance."""
    row = row_of(VENUES.rows(request.post_held), venue)
    link = address(request, "premises:desk", codes.make(codes.DESK, row.pk, row.desk_number))
    return render(request, "premises/desk_sheet.html", {"venue": row, "drawn": drawn(link), "link": link})


@page("premises/venues/<uuid:venue>/renew/", name="premises:renew_code", needs="premises.renew_code", methods=("POST",))
def renew_code(request: HttpRequest, venue: UUID) -> HttpResponse:
    """Withdraw the printed code, or the staff's link."""
    row = row_of(VENUES.rows(request.post_held).select_related("responsible"), venue)
    which = request.POST.get("which", "")
    return answer(
        lambda: actions.renew_code(by=request.post_held, venue=row, which=which, op=request.op),
        lambda _done: reverse("premises:venue", args=[venue]),
        lambda errors: _venue(request, row, errors),
    )


@page(
    "premises/venues/<uuid:venue>/close/", name="premises:close_venue", needs="premises.close_venue", methods=("POST",)
)
def close_venue(request: HttpRequest, venue: UUID) -> HttpResponse:
    """The venue is no more."""
    row = row_of(visible_to(Venue.objects.all(), request.post_held), venue)
    return answer(
        lambda: actions.close_venue(by=request.post_held, venue=row, op=request.op),
        lambda _done: reverse("premises:venues"),
        lambda errors: _venue(request, row, errors),
    )
