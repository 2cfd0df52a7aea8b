"""What is opened with a code and needs no sign-in: a venue's entrance, its staff's desk, its screen.

A code opens nothing to read: a visitor sees the venue's name and their own form, the staff see that it was recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

from muster.kernel import clock
from muster.kernel.areas import installation
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.ledger.pages import where
from muster.web.links import address, drawn
from muster.web.page import page
from muster.web.templatetags.muster import moment

from .. import actions, codes, words
from ..actions.visits import venue_of
from ..limits import over, wait
from ..models import Device, Venue
from ..rules import people_in
from ..standing import stand
from .venues import WHO

COOKIE, YEAR = "muster_device", 365 * 24 * 3600
MARKS = "\ue000", "\ue001", "\ue002"  # where venue, moment and number of people stand in a page; nobody types them


def claimed_device(request: HttpRequest) -> UUID | None:
    """The device that the browser was told to remember: its row may have been withdrawn since."""
    try:
        return codes.read(request.COOKIES.get(COOKIE, ""), codes.DEVICE, now=clock.now()).about
    except codes.BadCode:
        return None


def device_of(request: HttpRequest) -> Device | None:
    """The device that the browser was told to remember, with its person."""
    device = claimed_device(request)
    with acting():
        rows = Device.objects.select_related("person__canonical").filter(revoked_at=None)
        return rows.filter(pk=device).first() if device else None


def remember(response: HttpResponse, device: str) -> None:
    """Let the browser remember the device; no script can read it."""
    value = codes.make(codes.DEVICE, UUID(device))
    response.set_cookie(
        COOKIE, value, max_age=YEAR, httponly=True, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE)
    )


@page("v/<str:sheet>/", name="premises:scan", methods=("GET", "POST"), public=True)
def scan(request: HttpRequest, sheet: str) -> HttpResponse:
    """A venue's code was scanned: name and phone once, then one button."""
    if over(request, "scan"):
        return wait(request)
    # A form with a name is somebody new to this phone, also when it is sent again after the phone has learnt them.
    named = "new" in request.GET or "name" in request.POST
    if request.method == "POST":
        return _check_in(request, sheet, None if named else claimed_device(request))
    return _entrance(request, sheet, None if named else device_of(request))


def _check_in(request: HttpRequest, sheet: str, device: UUID | None) -> HttpResponse:
    form = request.POST
    given = {name: form.get(name, "") for name in ("name", "phone", "why")}
    others = [list(other) for other in people_in(form.get("others", ""))]
    try:
        made = actions.check_in(
            by=SYSTEM, code=sheet, device=device, absent=bool(form.get("absent")), others=others, op=request.op, **given
        )
    except Invalid as no:
        if no.field == "code":
            return bad(request, no)
        return _entrance(request, sheet, device and device_of(request), {no.field: no.message})
    said = made["venue"], moment(datetime.fromisoformat(made["at"])), len(others) + (not form.get("absent"))
    response = HttpResponse(_with_status(made["device"], *said) if made["verified"] else _entered(*said))
    remember(response, made["device"])
    return response


def _entered(venue: str, at: str, count: int) -> str:
    """The page for who shows no status: drawn once, for only three texts in it change."""
    page = _drawn(get_language(), installation.current())
    for mark, text in zip(MARKS, (escape(venue), at, str(count)), strict=True):
        page = page.replace(mark, text)
    return page


@lru_cache(maxsize=8)
def _drawn(language: str, place: installation.Current) -> str:
    venue, at, count = MARKS
    context = {"installation": place, "offline": True, "venue": venue, "at": at, "count": count}
    return render_to_string("premises/entered.html", context)


def _with_status(device: str, venue: str, at: str, count: int) -> str:
    with acting():
        person = Device.objects.select_related("person__canonical").get(pk=device).person.canonical
        standing = stand([person.pk], clock.now())[person.pk]
    context = {"installation": installation.current(), "offline": True, "venue": venue, "at": at, "count": count}
    return render_to_string("premises/entered.html", context | {"person": person, "standing": standing})


def venue_behind(code: str, *kinds: bytes) -> Venue:
    with acting():
        return venue_of(code, *kinds, now=clock.now())[0]


def bad(request: HttpRequest, no: Invalid) -> HttpResponse:
    return render(request, "premises/bad_code.html", {"reason": no.message}, status=404)


def at_desk(show: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page by the link of a venue's staff: `show` gets the venue behind it, unless it is bad or asked too often."""

    @wraps(show)
    def answer(request: HttpRequest, desk: str) -> HttpResponse:
        if over(request, "desk"):
            return wait(request)
        try:
            venue = venue_behind(desk, codes.DESK)
        except Invalid as no:
            return bad(request, no)
        return show(request, venue, desk)

    return answer


def _entrance(
    request: HttpRequest, sheet: str, device: Device | None, errors: dict[str, Any] | None = None
) -> HttpResponse:
    try:
        venue = venue_behind(sheet, codes.SHEET, codes.SCREEN)
    except Invalid as no:
        return bad(request, no)
    context = {
        "venue": venue,
        "person": device and device.person.canonical,
        "whys": words.WHYS.items(),
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "premises/scan.html", context, status=422 if errors else 200)


@page("d/<str:desk>/", name="premises:desk", methods=("GET", "POST"), public=True)
@at_desk
def desk(request: HttpRequest, venue: Venue, desk: str) -> HttpResponse:
    """The staff's page of a venue: scan or type a paper code, or enter somebody by name with phone or home."""
    if request.method != "POST":
        return _desk(request, venue, desk)
    given = {name: request.POST.get(name, "") for name in WHO}
    try:
        with acting():
            lives = where.said(request.POST, "lives")
        done = actions.record_at_desk(by=SYSTEM, desk=desk, lives=lives, op=request.op, **given)
    except Invalid as no:
        return _desk(request, venue, desk, {no.field: no.message})
    standing = _shown(UUID(done["person"]), venue) if given["code"].strip() else None
    return _desk(request, venue, desk, entered=clock.now(), standing=standing)


def _shown(person: UUID, venue: Venue) -> Any:
    """The status of who has shown their paper code; who declares a name and a phone is told nothing. Logged first."""
    log_access(by=SYSTEM, event="shown", subject=person, area=venue.area)
    with acting():
        return stand([person], clock.now())[person]


def _desk(
    request: HttpRequest, venue: Venue, code: str, errors: dict[str, Any] | None = None, **said: Any
) -> HttpResponse:
    with acting():
        places = where.asked(request.POST if errors else {}, "lives", errors=errors) | {"url": ""}
    context = {
        "venue": venue,
        "desk": code,
        "whys": words.WHYS.items(),
        "errors": errors,
        "values": request.POST if errors else {},
        "where": places,
        **said,
    }
    return render(request, "premises/desk.html", context, status=422 if errors else 200)


@page("d/<str:desk>/screen/", name="premises:screen", public=True)
@at_desk
def screen(request: HttpRequest, venue: Venue, desk: str) -> HttpResponse:
    """The code that changes every half minute, for a screen at the entrance."""
    link = address(request, "premises:scan", codes.make_screen(venue.pk, venue.code_number, clock.now()))
    return render(request, "premises/screen.html", {"venue": venue, "drawn": drawn(link), "desk": desk})
