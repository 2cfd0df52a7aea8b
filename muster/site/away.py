"""What is answered while PostgreSQL is away, has ended our connection or undone our work: come again in a moment."""

from __future__ import annotations

import random
import sys

import psycopg
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from muster.web import page

from .admission import LATEST, SOONEST

# Classes of SQLSTATE: connections, what they need, an end by the server; and 40, undone as others wrote the same rows
# until no try was left. Without any, the driver itself has lost the connection.
LOST = ("08", "40", "53", "57P")


def is_away(error: BaseException | None) -> bool:
    """Whether an error, or one that it came from, passes: a connection lost or not to be had, a deadlock."""
    while error is not None:
        if isinstance(error, psycopg.OperationalError) and (error.sqlstate or LOST[0]).startswith(LOST):
            return True
        error = error.__cause__ or error.__context__
    return False


def answer(request: HttpRequest) -> HttpResponse:
    """503 with `Retry-After`, as a page or as JSON. Whether it was saved nobody knows; sent again it counts once."""
    seconds = random.randint(SOONEST, LATEST)
    response: HttpResponse
    if "text/html" in request.headers.get("Accept", ""):
        again = request.method == "GET"
        response = HttpResponse(render_to_string("web/503.html", {"again": again}))
        if again:
            response["Refresh"] = str(seconds)
    else:
        response = JsonResponse({"detail": _("The database is away; send it again."), "retry_after": seconds})
    response.status_code = 503
    response["Retry-After"], response["Cache-Control"] = str(seconds), "no-store"
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """In place of an error that nobody caught."""
    return answer(request) if is_away(sys.exc_info()[1]) else page.broken(request)
