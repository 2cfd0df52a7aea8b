"""The duty desk, run by keyboard: r is a new report, / searches, j and k move, Enter opens, n is the next thing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from muster.domains.tracing.words import CLASSIFICATIONS
from muster.kernel import clock
from muster.kernel.posts.permissions import require
from muster.ledger.paging import paged
from muster.web.page import page

from ..links import link
from ..queries import desk as queries
from ..queries import duties as lists
from .gaps import SHOW

SIZE = 20
CHOICES = {**SHOW, "risen": _("Rose to headquarters")}


@page("desk/", name="situation:desk", needs="situation.see_desk")
def desk(request: HttpRequest) -> HttpResponse:
    """What went wrong, what is new, and the search."""
    return render(request, "reports/desk.html", _desk(request))


@page("desk/rows/", name="situation:desk_rows", needs="situation.see_desk")
def rows(request: HttpRequest) -> HttpResponse:
    """The lists alone, fetched anew when something changed."""
    return render(request, "reports/desk_rows.html", _desk(request))


@page("desk/search/", name="situation:search", needs="situation.search_desk", methods=("POST",))
def search(request: HttpRequest) -> HttpResponse:
    """Persons and cases. Asked by POST, so that no name or number stands in an address or a server's log."""
    post, text = request.post_held, request.POST.get("q", "").strip()
    require(post, "situation.search_desk", post.area)
    found: dict[str, Any] = queries.find(post, text) if len(text) > 1 else {"cases": [], "people": []}
    for case in found["cases"]:
        case.url = link(post, "tracing:case", case.pk)
    context = {"text": text, "classifications": CLASSIFICATIONS, **found}
    template = "reports/found.html" if request.headers.get("HX-Request") else "reports/desk_found.html"
    return render(request, template, context)


def _desk(request: HttpRequest) -> dict[str, Any]:
    post, now = request.post_held, clock.now()
    found = paged(request, queries.troubles(post, request.GET, now), "due_at", "id", size=SIZE)
    results, cases = queries.newest_findings(), queries.newest_cases()
    for case in cases:
        case.title, case.url = CLASSIFICATIONS[case.classification], link(post, "tracing:case", case.pk)
    owed = queries.own(post)
    own = [row | {"url": lists.duty_url(duty, post)} for duty, row in zip(owed, lists.lines(owed, now), strict=True)]
    return {
        "own": own,
        "first_is_next": not own,
        "new_url": link(post, "intake:new"),
        "troubles": lists.lines(found.rows, now),
        "page": found,
        "show": request.GET.get("show", ""),
        "choices": list(CHOICES.items()),
        "results": results,
        "cases": cases,
    }
