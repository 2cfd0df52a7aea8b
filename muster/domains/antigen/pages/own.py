"""Telling what one's own test said, by the link that comes with the kits: no account, nothing is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import visible_to
from muster.signing import BadCode, seal, unseal
from muster.web import limits
from muster.web.answering import row_of
from muster.web.page import page
from muster.web.values import moment

from .. import actions, words
from ..models import KitIssue

LINK = b"K"
LASTS = timedelta(days=90)  # after the kits left their store
MOST, SECONDS = 20, 60  # so often an address may ask within so many seconds
A_DAY = 24 * 60 * 60


def code_of(issue: UUID) -> str:
    """The code in the link of an issue of kits."""
    return seal(LINK, issue.bytes)


@page("antigen/issues/<uuid:kit_issue>/link/", name="antigen:issue_link", needs="antigen.see_kits")
def issue_link(request: HttpRequest, kit_issue: UUID) -> HttpResponse:
    """The sheet that goes with the kits: scan it and tell what the test said."""
    row = row_of(visible_to(KitIssue.objects.select_related("want"), request.post_held), kit_issue)
    link = request.build_absolute_uri(reverse("antigen:own", args=[code_of(row.pk)]))
    drawn = segno.make(link, error="m", micro=False).svg_inline(omitsize=True, border=3, svgclass="qr")
    return render(request, "antigen/issue_link.html", {"issue": row, "link": link, "drawn": mark_safe(drawn)})


@page("k/<str:kit>/", name="antigen:own", methods=("GET", "POST"), public=True)
def own(request: HttpRequest, kit: str) -> HttpResponse:
    """Somebody who got kits of an issue tells what a test said. The answer is the same, whoever it is."""
    if limits.over(f"antigen:own:{limits.sender(request)}", MOST, SECONDS):
        return _wait(request, SECONDS)
    issue = _issue_of(kit)
    if issue is None:
        return _private(render(request, "antigen/own.html", {}, status=404))
    if request.method != "POST":
        return _private(_own(request, issue))
    if limits.over(f"antigen:issue:{issue.pk}", 2 * issue.kits + 10, A_DAY):  # each kit once, and slips
        return _wait(request, A_DAY)
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in ("name", "phone", "result")}
    given["tested_at"] = moment(request.POST.get("tested_at", ""))
    try:
        actions.report_own(by=SYSTEM, issue=issue, op=request.op, **given)
    except Invalid as no:
        return _private(_own(request, issue, {no.field: no.message}))
    said = given["result"]
    return _private(HttpResponseRedirect(f"{reverse('antigen:own', args=[kit])}?said={said}"))


def _issue_of(code: str) -> KitIssue | None:
    try:
        kind, body = unseal(code)
    except BadCode:
        return None
    if kind != LINK or len(body) != 16:
        return None
    with acting():
        return KitIssue.objects.filter(pk=UUID(bytes=body), issued_at__gt=clock.now() - LASTS).first()


def _own(request: HttpRequest, issue: KitIssue, errors: dict[str, Any] | None = None) -> HttpResponse:
    said = request.GET.get("said", "")
    context = {
        "issue": issue,
        "said": said if said in words.RESULTS and not errors else "",
        "results": words.RESULTS.items(),
        "errors": errors,
        "values": request.POST if errors else {"tested_at": clock.now()},
    }
    return render(request, "antigen/own.html", context, status=422 if errors else 200)


def _wait(request: HttpRequest, seconds: int) -> HttpResponse:
    response = render(request, "antigen/own.html", {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return _private(response)


def _private(response: Any) -> Any:
    """No cache keeps it, no other site learns the address."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
