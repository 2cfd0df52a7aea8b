"""The printed code of a building, a community or a venue: it opens the public report form with the place filled in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.posts.logins import acting
from muster.web.links import drawn
from muster.web.page import page

from .. import queries


@page("reports/codes/", name="intake:codes", needs="intake.print_codes")
def codes(request: HttpRequest) -> HttpResponse:
    """Say which place and which phone number: the sheets to print."""
    post, text = request.post_held, request.GET.get("where", "").strip()[:100]
    with acting():
        found = queries.find(text, post.lo, post.hi).spots if text else []
    phone = "".join(sign for sign in request.GET.get("phone", "")[:20] if sign in "0123456789+- ")
    context = {"spots": [(spot.place or spot.code, spot) for spot in found], "phone": phone, "asked": bool(text)}
    return render(request, "intake/codes.html", context | {"values": request.GET})


@page("reports/codes/sheet/", name="intake:code_sheet", needs="intake.print_codes")
def sheet(request: HttpRequest) -> HttpResponse:
    """The sheet, A4: code, place, phone number. 404 for a place that is not in the post's area."""
    post, at = request.post_held, request.GET.get("at", "")[:40]
    if not at:
        return codes(request)
    with acting():
        area, place = queries.known_spot(at)
    if not area or not (post.lo or "") <= area < (post.hi or "~"):
        raise Http404
    link = request.build_absolute_uri(f"{reverse('intake:public')}?at={at}")
    phone = "".join(sign for sign in request.GET.get("phone", "")[:20] if sign in "0123456789+- ").strip()
    context = {"area": area, "place": place, "link": link, "drawn": drawn(link, "q"), "phone": phone}
    return render(request, "intake/code_sheet.html", context)
