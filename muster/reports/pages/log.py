"""Who looked, at whom, what for; and who was refused."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from muster.kernel.areas.queries import children
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import require
from muster.ledger.paging import paged
from muster.web.page import page

from ..queries import looks as queries

SIZE = 50


@page("log/", name="posts:log", needs="posts.see_log")
def log(request: HttpRequest) -> HttpResponse:
    """The access log of the post's range, newest first."""
    post = request.post_held
    require(post, "posts.see_log", post.area)
    with acting():
        found = paged(request, queries.looks(post, request.GET), "-at", "-id", size=SIZE)
        rows = queries.in_words(found.rows)
        person = next((row["person"] for row in rows if row["person"]), None) if request.GET.get("person") else None
    context = {
        "rows": rows,
        "page": found,
        "values": request.GET,
        "events": list(queries.EVENTS.items()),
        "areas": list(children(post.area).values_list("code", "name")),
        "person": person,
        "filtered": any(request.GET.get(name) for name in ("event", "area", "person", "by")),
    }
    return render(request, "reports/log.html", context)
