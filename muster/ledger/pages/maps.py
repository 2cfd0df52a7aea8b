"""The rows of a ledger on the map: how many in each area below the post's, or below the one that is asked for."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.kernel.areas.queries import children
from muster.web.page import page

from ..asking import Asked, asked
from ..limits import limit
from .lists import ledger_of


@page("ledgers/<str:ledger>/map.json", name="ledger:map", needs="ledger.use_ledgers")
def map_(request: HttpRequest, ledger: str) -> HttpResponse:
    """GeoJSON for `map.js`: each area with its number of rows, and the address of the list within it."""
    question = asked(ledger_of(request, ledger), request.post_held, request.GET)
    most = limit("map.rows")
    codes = list(question.rows().order_by().values_list(question.ledger.place, flat=True)[: most + 1])
    answer: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    if len(codes) > most:
        answer["message"] = _("The map counts at most %(most)s rows: filter them further.") % {"most": most}
    else:
        answer["features"] = features(question, codes)
    return JsonResponse(answer)


def features(question: Asked, codes: list[str]) -> list[dict[str, Any]]:
    """The areas one level below, with the number of rows in each."""
    post, ledger = question.post, question.ledger
    area = question.values.get("area", post.area)
    if post.lo is None or not post.lo <= area < post.hi:
        return []
    made = []
    below = list(children(area))
    widths = {len(each.code) for each in below}
    counted = Counter(code[:width] for code in codes for width in widths)
    narrows = any(each.name == "area" for each in ledger.filters)
    for each in below:
        count = counted[each.code]
        properties = {
            "code": each.code, "name": each.name, "open": count, "late": 0,
            "text": ngettext("%(count)s row", "%(count)s rows", count) % {"count": count},
            "url": f"{reverse(ledger.route)}?{question.query(area=each.code)}&map=yes" if narrows else "",
        }  # fmt: skip
        made.append({"type": "Feature", "geometry": each.boundary, "properties": properties})
    return made
