"""Expected set minus proven set: area by area down to the names of those who were not reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.areas.codes import LEVELS, within
from muster.kernel.declare import DUTIES
from muster.ledger.paging import paged
from muster.web.page import page

from ..queries import duties as lists
from ..queries import gaps as queries

SIZE = 50
SHOW = {"late": _("Late"), "unowned": _("Without an owner")}
STALE_SECONDS = 180  # the sweep runs every minute


def area_asked(request: HttpRequest) -> str:
    """The area in the address, the post's own if there is none. Raises Http404 outside the post's range."""
    area = request.GET.get("area") or request.post_held.area
    if request.post_held.lo is None or not within(area, request.post_held.area):
        raise Http404
    return area


@page("gaps/", name="situation:gaps", needs="situation.see_gaps")
def gaps(request: HttpRequest) -> HttpResponse:
    """How much of what was owed is proven, and the list of those who were not reached."""
    return render(request, "reports/gaps.html", _gaps(request))


@page("gaps/rows/", name="situation:gap_rows", needs="situation.see_gaps")
def rows(request: HttpRequest) -> HttpResponse:
    """The tables alone, fetched anew whenever a duty in the post's range changed."""
    return render(request, "reports/gap_rows.html", _gaps(request))


def _gaps(request: HttpRequest) -> dict[str, Any]:
    area, now = area_asked(request), clock.now()
    kind = request.GET.get("kind", "") if request.GET.get("kind") in DUTIES else ""
    missing = lists.narrowed(queries.missing(area), request.GET, now)
    found = paged(request, missing, "due_at", "id", size=SIZE)
    areas, as_of = queries.by_area(area, kind), queries.counted_until(now)
    return {
        "area": area,
        "above": _above(request.post_held, area),
        "kind": kind,
        "chosen": [str(word) for word in (kind and DUTIES[kind].title, SHOW.get(request.GET.get("show", ""))) if word],
        "areas": areas,
        "lowest": all(gap.key == area for gap in areas),
        "kinds": queries.by_kind(area),
        "total": queries.total(areas),
        "as_of": as_of,
        "missing": lists.lines(found.rows, now),
        "page": found,
        "late_url": f"?{urlencode({'area': area, 'kind': kind, 'show': 'late'})}#missing",
        "filtered": any(request.GET.get(name) for name in ("kind", "show", "incident")),
        "stale": is_stale(as_of, now),
    }


def is_stale(as_of: datetime, now: datetime) -> bool:
    """Whether a number is older than the sweep allows."""
    return (now - as_of).total_seconds() > STALE_SECONDS


def _above(post: Any, area: str) -> list[str]:
    """The areas from the post's own down to the one shown."""
    widths = [width for width in LEVELS.values() if len(post.area) < width < len(area)]
    return [post.area, *(area[:width] for width in widths)] if area != post.area else []
