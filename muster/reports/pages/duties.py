"""The one list of every field role, whatever the domain (一张清单), and the page about one duty."""

from __future__ import annotations

from datetime import MAXYEAR
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from muster.kernel import clock
from muster.kernel.declare import FACTS
from muster.kernel.duties.ladder import Body, above, first_holder, passed
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.posts.logins import acting
from muster.kernel.posts.permissions import may, require
from muster.kernel.posts.roles import COMMUNITY, HEADQUARTERS, STREET
from muster.ledger.paging import paged
from muster.web.page import page

from ..queries import because
from ..queries import duties as queries

SIZE = 30
WITH_FILTERS = (COMMUNITY, STREET, HEADQUARTERS)


@page("duties/", name="duties:list", needs="duties.see_list")
def duties(request: HttpRequest) -> HttpResponse:
    """Everything the post owes, the next thing first."""
    post = request.post_held
    context = _list(request)
    if post.role in WITH_FILTERS:
        context |= {"kinds": queries.kinds_for(post), "areas": queries.areas_for(post)}
    return render(request, "reports/duties.html", context)


@page("duties/rows/", name="duties:rows", needs="duties.see_list")
def rows(request: HttpRequest) -> HttpResponse:
    """The list alone, fetched anew whenever something changed in the post's range."""
    return render(request, "reports/duty_rows.html", _list(request))


def _list(request: HttpRequest) -> dict[str, Any]:
    now = clock.now()
    mine = Duty.objects.on_list_of(request.post_held)
    chosen = queries.narrowed(mine, request.GET, now)
    found = paged(request, chosen.with_people(), "due_at", "id", size=SIZE)
    first = not found.previous_url
    rooms = queries.rooms_of(found.rows, request.post_held)
    by, names = queries.missed(found.rows), queries.named(found.rows)
    cards = [
        queries.card(
            duty,
            request.post_held,
            now,
            names.get(duty.id, ""),
            rooms.get(duty.person_id, ""),
            by.get(duty.id, ""),
            first=first and not at,
        )  # fmt: skip
        for at, duty in enumerate(found.rows)
    ]
    filtered = any(request.GET.get(name) for name in ("kind", "area", "show"))
    return {
        "cards": cards,
        "page": found,
        "counts": queries.counts(mine, now),
        "filtered": filtered,
        "values": request.GET,
        "many": queries.MANY,
    }


@page("duties/<uuid:duty>/", name="duties:duty", needs="duties.see_list")
def duty(request: HttpRequest, duty: UUID) -> HttpResponse:
    """One duty: what, about whom, where, until when, why, and how it rose."""
    post = request.post_held
    row = Duty.objects.select_related("person__household").filter(pk=duty).first()
    if row is None:
        raise Http404
    require(post, "duties.see_list", row.area, place=row.place_id)
    told = list(because.walk_back(filter(None, [row.opened_because_id, row.closed_by_fact_id]), post).values())
    context = {
        "duty": row,
        "about": queries.named([row]).get(row.id, ""),
        "door": queries.door_of(row),
        "holder": queries.body(row.held_by_area, row.holder_role),
        "stays": row.closed_at is None
        and row.next_at.year == MAXYEAR
        and bool(above(row.held_by_area, row.holder_role)),
        "late": row.closed_at is None and row.due_at < clock.now(),
        "why": list(told[:1]),
        "rises": _rises(row),
        "proof": FACTS[row.proof_kind].meaning,
        "closed_by": told[1] if row.closed_by_fact_id else None,
        "act_url": queries.duty_url(row, post) if row.closed_at is None else "",
        "may_open_file": row.person_id and may(post, "people.open_file"),
    }
    return render(request, "reports/duty.html", context)


def _rises(duty: Duty) -> list[dict[str, Any]]:
    """Who missed the duty, the last first, to whom it rose, and the bodies between, where nobody was.

    The last row is its opening. The facts carry the duty's area; a post at a place cannot read them itself.
    """
    with acting():
        facts = list(Fact.objects.filter(subject=duty.id, kind="duties.escalated").order_by("-recorded_at"))
    rows, held = [], (duty.held_by_area, duty.holder_role)
    for fact in facts:
        by, to = (fact.data["from"], fact.data["missed_by"]), (fact.data["to"], fact.data["role"])
        rows.append(_rise(fact.recorded_at, by, to, passed(by, to)))
        held = by
    first = first_holder(duty.role, duty.area)
    return [*rows, _rise(duty.opened_at, None, held, [] if held == first else [first, *passed(first, held)])]


def _rise(at: Any, by: Body | None, to: Body, empty: list[Body]) -> dict[str, Any]:
    words = queries.body
    return {"at": at, "missed_by": by and words(*by), "to": words(*to), "passed": [words(*body) for body in empty]}
