"""Telling what one's own test said, by the link that comes with the kits: no account, nothing is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import visible_to
from muster.signing import seal_id, unseal_id
from muster.web import limits
from muster.web.answering import row_of
from muster.web.links import address, busy, drawn, private
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
    return seal_id(LINK, issue)


@page("antigen/issues/<uuid:kit_issue>/link/", name="antigen:issue_link", needs="antigen.see_kits")
def issue_link(request: HttpRequest, kit_issue: UUID) -> HttpResponse:
    """The sheet that goes with the kits: scan it and tell what the test said."""
    row = row_of(visible_to(KitIssue.objects.select_related("want"), request.post_held), kit_issue)
    link = address(request, "antigen:own", code_of(row.pk))
    return render(request, "antigen/issue_link.html", {"issue": row, "link": link, "drawn": drawn(link)})


@page("k/<str:kit>/", name="antigen:own", methods=("GET", "POST"), public=True)
def own(request: HttpRequest, kit: str) -> HttpResponse:
    """Somebody who got kits of an issue tells what a test said. The answer is the same, whoever it is."""
    if limits.over(f"antigen:own:{limits.sender(request)}", MOST, SECONDS):
        return private(busy(request, "antigen/own.html", SECONDS))
    issue = _issue_of(kit)
    if issue is None:
        return private(render(request, "antigen/own.html", {}, status=404))
    if request.method != "POST":
        return private(_own(request, issue))
    if limits.over(f"antigen:issue:{issue.pk}", 2 * issue.kits + 10, A_DAY):  # each kit once, and slips
        return private(busy(request, "antigen/own.html", A_DAY))
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in ("name", "phone", "result")}
    given["tested_at"] = moment(request.POST.get("tested_at", ""))
    try:
        actions.report_own(by=SYSTEM, issue=issue, op=request.op, **given)
    except Invalid as no:
        return private(_own(request, issue, {no.field: no.message}))
    said = given["result"]
    return private(HttpResponseRedirect(f"{reverse('antigen:own', args=[kit])}?said={said}"))


def _issue_of(code: str) -> KitIssue | None:
    pk = unseal_id(LINK, code)
    if pk is None:
        return None
    with acting():
        return KitIssue.objects.filter(pk=pk, issued_at__gt=clock.now() - LASTS).first()


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
