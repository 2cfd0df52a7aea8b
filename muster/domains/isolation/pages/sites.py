"""Isolation sites: the list, the board of rooms, and rounds through them."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.duties.models import Duty
from muster.kernel.posts.permissions import may, visible_to
from muster.ledger.pages import show_list
from muster.web.answering import answer, row_of
from muster.web.page import page

from .. import actions, board, words
from ..ledgers import SITES
from ..models import Room, Site, SiteCheck, Stay

_STAFFING = re.compile("[0-9]{1,6}")
_RANGE_END = re.compile("[0-9]{1,8}")
WORK = ("set_room", "add_rooms", "check_site", "mend_site", "assign_room")


def sites_of(post: Any):
    """The open sites in a post's range, or at its place."""
    return visible_to(Site.objects.filter(closed_at=None), post, place="place_id").order_by("area", "name")


@page("isolation/sites/add/", name="isolation:add_site", needs="isolation.add_site", methods=("POST",))
def add_site(request: HttpRequest) -> HttpResponse:
    """Open a site."""
    form = request.POST
    staffing = form.get("staffing", "")
    given = {"area": form.get("area", "").strip(), "name": form.get("name", ""), "kind": form.get("kind", words.SITE)}
    number = int(staffing) if _STAFFING.fullmatch(staffing) else -1 if staffing else None
    return answer(
        lambda: actions.add_site(by=request.post_held, staffing=number, op=request.op, **given),
        reverse("isolation:sites"),
        lambda errors: show_list(request, SITES, errors),
    )


@page("isolation/sites/<uuid:site>/", name="isolation:site", needs="isolation.see_sites")
def site(request: HttpRequest, site: UUID) -> HttpResponse:
    """The board of rooms: who is in each, on which day, and what is owed."""
    return _site(request, row_of(sites_of(request.post_held), site))


def _site(request: HttpRequest, row: Site, errors: dict[str, Any] | None = None) -> HttpResponse:
    now, post = clock.now(), request.post_held
    rooms = list(Room.objects.filter(site=row).order_by("label"))
    stays = Stay.objects.open().filter(site=row).select_related("person", "control").order_by("began_at")
    lines = board.lines(stays, now)
    by_room: dict[Any, list[board.Line]] = {}
    for line in lines:
        by_room.setdefault(line.stay.room_id, []).append(line)
    context = {
        "site": row,
        "counts": board.site_rows([row], now)[0],
        "tiles": [(room, words.ROOM_TONES[room.state], by_room.get(room.id, [])) for room in rooms],
        "roomless": by_room.get(None, []),
        "arrivals": _arrivals(row),
        "checks": _rounds(row),
        "points": words.SITE_POINTS.items(),
        "errors": errors,
        "values": request.POST,
        "at_place": post.place_id == row.place_id,
        **{f"may_{name}": may(post, f"isolation.{name}") for name in WORK},
    }
    return render(request, "isolation/site.html", context, status=422 if errors else 200)


def _arrivals(site: Site) -> list[Duty]:
    """Who is on the way: their transfer may belong to another district, the duty to receive them is this site's."""
    rows = Duty.objects.open().filter(kind="isolation.receive", place_id=site.place_id)
    return list(rows.select_related("person").order_by("due_at")[:100])


def _rounds(site: Site) -> list[tuple[SiteCheck, list[Any]]]:
    rows = SiteCheck.objects.filter(site=site).order_by("-at")[:5]
    return [(row, [words.SITE_POINTS[fault] for fault in row.faults]) for row in rows]


@page("isolation/sites/<uuid:site>/rooms/", name="isolation:add_rooms", needs="isolation.add_rooms", methods=("POST",))
def add_rooms(request: HttpRequest, site: UUID) -> HttpResponse:
    """Add rooms: labels, and ranges such as 301-320."""
    row = row_of(sites_of(request.post_held), site)
    labels = _labels(request.POST.get("labels", ""))
    return answer(
        lambda: actions.add_rooms(by=request.post_held, site=row, labels=labels, op=request.op),
        reverse("isolation:site", args=[site]),
        lambda errors: _site(request, row, errors),
    )


def _labels(text: str) -> list[str]:
    labels = []
    for part in text.replace("，", ",").replace("、", ",").replace("\n", ",").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if dash and _RANGE_END.fullmatch(first) and len(first) == len(last) and _RANGE_END.fullmatch(last):
            labels += [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)[:2001]]
        else:
            labels.append(part.strip())
    return labels


@page("isolation/rooms/<uuid:room>/", name="isolation:room", needs="isolation.see_sites")
def room(request: HttpRequest, room: UUID) -> HttpResponse:
    """One room: what state it is in, and what it can become."""
    return _room(request, row_of(Room.objects.select_related("site"), room))


def _room(request: HttpRequest, row: Room, errors: dict[str, Any] | None = None) -> HttpResponse:
    stays = Stay.objects.filter(room=row).select_related("person").order_by("-began_at")[:10]
    free = row.state not in (words.OCCUPIED, words.RESERVED)
    mine = may(request.post_held, "isolation.set_room") and request.post_held.place_id == row.place_id
    states = [(state, words.ROOM_STATES[state]) for state in (words.READY, words.CLEANING, words.CLOSED)]
    context = {
        "room": row,
        "tone": words.ROOM_TONES[row.state],
        "stays": stays,
        "states": [state for state in states if state[0] != row.state] if free and mine else [],
        "errors": errors,
    }
    return render(request, "isolation/room.html", context, status=422 if errors else 200)


@page("isolation/rooms/<uuid:room>/state/", name="isolation:set_room", needs="isolation.set_room", methods=("POST",))
def set_room(request: HttpRequest, room: UUID) -> HttpResponse:
    """Say that a room is ready, being cleaned, or closed."""
    row = row_of(Room.objects.select_related("site"), room)
    state = request.POST.get("state", "")
    return answer(
        lambda: actions.set_room(by=request.post_held, room=row, state=state, op=request.op),
        reverse("isolation:site", args=[row.site_id]),
        lambda errors: _room(request, row, errors),
    )


@page(
    "isolation/sites/<uuid:site>/round/", name="isolation:check_site", needs="isolation.check_site", methods=("POST",)
)
def check_site(request: HttpRequest, site: UUID) -> HttpResponse:
    """Record a round through the site."""
    row = row_of(sites_of(request.post_held), site)
    faults = request.POST.getlist("faults")
    return answer(
        lambda: actions.check_site(by=request.post_held, site=row, faults=faults, op=request.op),
        reverse("isolation:site", args=[site]),
        lambda errors: _site(request, row, errors),
    )


@page("isolation/rounds/<uuid:check>/", name="isolation:site_check", needs="isolation.see_sites")
def site_check(request: HttpRequest, check: UUID) -> HttpResponse:
    """What a round found, and whether it was mended."""
    row = row_of(SiteCheck.objects.select_related("site"), check)
    mine = may(request.post_held, "isolation.mend_site") and request.post_held.place_id == row.place_id
    context = {"check": row, "faults": [words.SITE_POINTS[fault] for fault in row.faults], "may_mend": mine}
    return render(request, "isolation/site_check.html", context)


@page(
    "isolation/rounds/<uuid:check>/mended/", name="isolation:mend_site", needs="isolation.mend_site", methods=("POST",)
)
def mend_site(request: HttpRequest, check: UUID) -> HttpResponse:
    """Say that the faults are mended."""
    row = row_of(SiteCheck.objects, check)
    return answer(
        lambda: actions.mend_site(by=request.post_held, check=row, op=request.op),
        reverse("isolation:site", args=[row.site_id]),
        lambda errors: site_check(request, check=check),
    )
