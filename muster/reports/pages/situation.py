"""The situation: open incidents with their clocks, numbers that open their rows, gaps by area, the map."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.web.page import page

from ..links import link
from ..queries import duties as lists
from ..queries import gaps, incidents
from .gaps import area_asked, is_stale

FIGURES = {
    "cases": _("Cases"),
    "found": _("Contacts found"),
    "notified": _("Contacts told"),
    "controlled": _("Under control"),
    "tested": _("Tested"),
    "open": _("Duties open"),
    "late": _("Late"),
    "unowned": _("Without an owner"),
}


@page("situation/", name="situation:home", needs="situation.see_situation")
def home(request: HttpRequest) -> HttpResponse:
    """Where every open incident stands, and where something is missing."""
    return render(request, "reports/situation.html", _situation(request))


@page("situation/rows/", name="situation:rows", needs="situation.see_situation")
def rows(request: HttpRequest) -> HttpResponse:
    """The same without its map, fetched anew when something changed."""
    return render(request, "reports/situation_rows.html", _situation(request))


def _situation(request: HttpRequest) -> dict[str, Any]:
    post, now = request.post_held, clock.now()
    found = incidents.open_incidents(post, now)
    for row in found:
        row["figures"] = [figure | {"label": FIGURES[figure["code"]]} for figure in row["figures"]]
    areas, as_of = gaps.by_area(post.area), gaps.counted_until(now)
    escalations = incidents.latest_escalations(post)
    risen = lists.lines([row["duty"] for row in escalations], now)
    return {
        "incidents": found,
        "areas": areas,
        "total": gaps.total(areas),
        "unowned": gaps.unowned(post.area),
        "many": gaps.MANY,
        "as_of": as_of,
        "stale": is_stale(as_of, now),
        "area": post.area,
        "gaps_url": link(post, "situation:gaps"),
        "escalations": [line | {"at": row["at"]} for row, line in zip(escalations, risen, strict=True)],
    }


@page("situation/map.json", name="situation:map", needs="situation.see_situation")
def situation_map(request: HttpRequest) -> HttpResponse:
    """The areas one level below as GeoJSON, with what is open and late in each."""
    area = area_asked(request)
    counted = {gap.key: gap for gap in gaps.by_area(area)}
    features = gaps.features(area, counted, lambda code: f"{reverse('situation:gaps')}?area={code}")
    return JsonResponse({"type": "FeatureCollection", "features": features})
