"""People at the sites of a round: staffed against planned, who is on the way, who is free, where more are needed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from muster.domains.screening.models import Round
from muster.kernel import clock
from muster.web.answering import id_of
from muster.web.page import page

from ..links import link
from ..queries import staffing as queries


@page("situation/staffing/", name="situation:staffing", needs="situation.see_staffing")
def staffing(request: HttpRequest) -> HttpResponse:
    """One round; the others are a tap away."""
    post, now = request.post_held, clock.now()
    rounds = queries.rounds_to_staff(now)
    row = queries.chosen_round(rounds, id_of(request.GET.get("round", "")))
    rows = queries.staffing(row, now) if row else []
    context = {
        "round": row,
        "rounds": rounds,
        "rows": [(each, _ask(post, row, each)) for each in rows],
        "planned": sum(each.planned for each in rows),
        "on_site": sum(each.on_site for each in rows),
        "coming": sum(each.coming for each in rows),
        "missing": sum(each.missing for each in rows),
        "free": queries.free_teams(post, now),
        "teams_url": link(post, "teams:teams"),
        "long_wait": queries.LONG_WAIT,
        "at": now,
    }
    return render(request, "reports/staffing.html", context)


def _ask(post: Any, row: Round | None, each: queries.Staffed) -> str:
    """The form that asks for people, filled in for a site."""
    place, wanted = each.site.station.site, max(1, each.missing)
    return link(
        post, "teams:calls", place=place.name, wanted=wanted, site=place.pk, round=row.pk if row else "", at=place.area
    )
