"""Response levels: a preview of what one stops, the decision, what became of it, and taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.posts.permissions import may, visible_to
from muster.ledger.filters import areas_below
from muster.web.answering import answer, row_of
from muster.web.area_names import area_name
from muster.web.page import page

from .. import actions, words
from ..actions.levels import would_stop
from ..approval import approval
from ..ledgers import LEVELS
from ..models import Event, Order
from .events import whole

LISTED = 50


@page("premises/levels/new/", name="premises:new_level", needs="premises.set_level", methods=("GET", "POST"))
def new_level(request: HttpRequest) -> HttpResponse:
    """Choose an area and a level, see what it stops, then decide."""
    if request.method != "POST":
        return _new(request)
    form = request.POST
    given = {name: form.get(name, "").strip() for name in ("area", "level", "number", "reason", "how")}
    seen = whole(form.get("seen", ""))
    return answer(
        lambda: actions.set_level(by=request.post_held, seen=seen, op=request.op, **given),
        lambda order: reverse("premises:level", args=[order.pk]),
        lambda errors: _new(request, errors),
    )


def _new(request: HttpRequest, errors: dict[str, Any] | None = None) -> HttpResponse:
    post, said = request.post_held, request.POST or request.GET
    area, level = said.get("area", post.area).strip(), said.get("level")
    areas = [(post.area, area_name(post.area)), *areas_below(post)]
    chosen = level in words.RESPONSE_LEVELS and post.lo is not None and post.lo <= area < post.hi
    rows = visible_to(would_stop(area, str(level), clock.now()), post) if chosen else Event.objects.none()
    kinds = _by_kind(rows) if chosen else []
    context = {
        "areas": areas,
        "levels": words.RESPONSE_LEVELS.items(),
        "hows": words.HOWS.items(),
        "chosen": chosen,
        "area": area,
        "level": words.RESPONSE_LEVELS.get(level),
        "says": _says(level),
        "source": approval().response.source["en" if get_language() == "en" else "zh"],
        "kinds": kinds,
        "total": _total(kinds),
        "rows": rows.order_by("starts_at")[:LISTED] if chosen else [],
        "errors": errors,
        "values": {"how": "cancelled", "area": area, "level": level, **request.POST.dict()},
    }
    return render(request, "premises/new_level.html", context, status=422 if errors else 200)


def _says(level: str | None) -> list[tuple[Any, int]]:
    """What a level forbids, as (kind in words, from how many people on)."""
    return [
        (words.EVENT_KINDS[kind], least) for kind, least in approval().response.forbids.get(level or "", {}).items()
    ]


def _by_kind(rows: QuerySet[Event]) -> list[dict[str, Any]]:
    """How many, and how many people, of each kind; of them approved ones, and whose organiser has answered."""
    counts = rows.values("kind").annotate(
        count=Count("pk"), people=Sum("expected"), approved=Count("pk", Q(decided_at__isnull=False)),
        unknown=Count("pk", Q(acknowledged_at=None)), untold=Count("pk", Q(informed_at=None)),
        again=Count("pk", Q(followed_by__isnull=False)),
    )  # fmt: skip
    of = {row["kind"]: {**row, "title": words.EVENT_KINDS[row["kind"]]} for row in counts.order_by()}
    return [of[kind] for kind in words.EVENT_KINDS if kind in of]


def _total(kinds: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("count", "people", "approved", "unknown", "untold", "again")
    return {"title": _("Sum"), "kind": ""} | {name: sum(row[name] for row in kinds) for name in names}


@page("premises/levels/<uuid:level>/", name="premises:level", needs="premises.see_levels")
def level(request: HttpRequest, level: UUID) -> HttpResponse:
    """One decision: what it stopped by kind, whose organisers have answered, and taking it back."""
    return _level(request, row_of(LEVELS.rows(request.post_held), level))


def _level(request: HttpRequest, row: Order, errors: dict[str, Any] | None = None) -> HttpResponse:
    stopped = visible_to(Event.objects.filter(order=row, state__in=words.STOPPED_STATES), request.post_held)
    kinds = _by_kind(stopped)
    until = row.decided_at + approval().response.undo
    context = {
        "order": row,
        "level": words.RESPONSE_LEVELS[row.level],
        "tone": words.RESPONSE_TONES[row.level],
        "says": _says(row.level),
        "kinds": [*kinds, _total(kinds)] if kinds else [],
        "until": until,
        "may_undo": may(request.post_held, "premises.undo_level") and not row.undone_at and clock.now() <= until,
        "errors": errors,
    }
    return render(request, "premises/level.html", context, status=422 if errors else 200)


@page("premises/levels/<uuid:level>/undo/", name="premises:undo_level", needs="premises.undo_level", methods=("POST",))
def undo_level(request: HttpRequest, level: UUID) -> HttpResponse:
    """Take the decision back."""
    row = row_of(LEVELS.rows(request.post_held), level)
    return answer(
        lambda: actions.undo_level(by=request.post_held, order=row, op=request.op),
        reverse("premises:level", args=[level]),
        lambda errors: _level(request, row, errors),
    )
