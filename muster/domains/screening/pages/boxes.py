"""Boxes of samples: packing, the handovers that both sides count, and what a laboratory finds in the tubes."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Organisation
from muster.kernel.posts.permissions import may
from muster.ledger.pages import show_list
from muster.web.answering import answer, chosen, row_of
from muster.web.page import page
from muster.web.values import number

from .. import actions
from ..actions.custody import same_hand
from ..ledgers import BOXES
from ..models import Box, Handover, Laboratory, Round, SamplingSite, Tube
from ..models.custody import DELIVERY, GIVER, PICKUP, TAKER
from ..models.samples import VOIDS

SIDES = {
    (PICKUP, GIVER): _("The site"),
    (PICKUP, TAKER): _("The vehicle"),
    (DELIVERY, GIVER): _("The vehicle"),
    (DELIVERY, TAKER): _("The laboratory"),
}


def _boxes(request: HttpRequest, errors: dict[str, Any]) -> HttpResponse:
    return show_list(request, BOXES, errors)


@page("screening/boxes/pack/", name="screening:pack_box", needs="screening.pack_box", methods=("POST",))
def pack_box(request: HttpRequest) -> HttpResponse:
    """Pack what is sealed at a site."""
    form = request.POST

    def pack() -> None:
        row, site = chosen(Round.objects, form.get("round", "")), chosen(SamplingSite.objects, form.get("site", ""))
        laboratory = chosen(Laboratory.objects, form.get("laboratory", ""))
        for name, value in (("round", row), ("site", site), ("laboratory", laboratory)):
            if value is None:
                raise Invalid(name, _("Choose one."))
        actions.pack_box(
            by=request.post_held, code=form.get("code", ""), round=row, site=site, laboratory=laboratory,
            count=number(form.get("count", "")), op=request.op,
        )  # fmt: skip

    return answer(pack, reverse("screening:boxes"), lambda errors: _boxes(request, errors))


@page("screening/laboratories/", name="screening:set_laboratory", needs="screening.set_laboratory", methods=("POST",))
def set_laboratory(request: HttpRequest) -> HttpResponse:
    """A laboratory tests for us."""

    def set_() -> None:
        row = chosen(Organisation.objects, request.POST.get("organisation", ""))
        if row is None:
            raise Invalid("organisation", _("Choose one."))
        many = number(request.POST.get("tubes_a_day", ""))
        actions.set_laboratory(by=request.post_held, organisation=row, tubes_a_day=many, op=request.op)

    return answer(set_, reverse("screening:boxes"), lambda errors: _boxes(request, errors))


def _box_of(request: HttpRequest, pk: UUID) -> Box:
    return row_of(BOXES.rows(request.post_held).select_related("site", "laboratory", "round"), pk)


@page("screening/boxes/<uuid:box>/", name="screening:box", needs="screening.see_boxes")
def box(request: HttpRequest, box: UUID) -> HttpResponse:
    """One box: the two handovers, and its tubes with what was found."""
    return _box(request, _box_of(request, box))


def _box(request: HttpRequest, row: Box, errors: dict[str, Any] | None = None) -> HttpResponse:
    post = request.post_held
    steps = {each.step: each for each in Handover.objects.filter(box=row)}
    step = None if row.received_at else DELIVERY if row.carried_at else PICKUP
    context = {
        "box": row,
        "late": row.received_at is None and row.due_at < clock.now(),
        "steps": [(steps[name], _sides(steps[name], name, post, name == step)) for name in (PICKUP, DELIVERY)],
        "tubes": list(Tube.objects.filter(box=row).order_by("code")[:1000]),
        "voids": list(VOIDS.items()),
        "may_void": may(post, "screening.void_tube"),
        "may_test": may(post, "screening.load_tubes") and row.received_at is not None,
        "user_id": post.user_id,
        "may_assign": row.received_at is None and may(post, "screening.assign_box"),
        "errors": errors,
        "values": request.POST,
    }
    return render(request, "screening/box.html", context, status=422 if errors else 200)


def _sides(row: Handover, step: str, post: Any, now: bool) -> list[dict[str, Any]]:
    """Each side: who, what they counted, and whether this post may sign it."""
    sides = []
    for side in (GIVER, TAKER):
        at_laboratory = (step, side) == (DELIVERY, TAKER)
        allowed = may(post, "screening.receive_box" if at_laboratory else "screening.hand_over_box")
        other = TAKER if side == GIVER else GIVER
        at = getattr(row, f"{side}_at")
        sides.append(
            {
                "side": side,
                "title": SIDES[step, side],
                "at": at,
                "count": getattr(row, f"{side}_count"),
                "may": now and allowed and at is None and not same_hand(row, other, post),
            }
        )
    return sides


@page(
    "screening/boxes/<uuid:box>/hand/", name="screening:hand_over_box", needs="screening.see_boxes", methods=("POST",)
)
def hand_over_box(request: HttpRequest, box: UUID) -> HttpResponse:
    """Sign one side of the next handover."""
    row, form = _box_of(request, box), request.POST

    def sign() -> None:
        done = actions.hand_over_box(
            by=request.post_held, box=row, side=form.get("side", ""), count=number(form.get("count", "")), op=request.op
        )
        if getattr(done, f"{form['side']}_at", None) is None:
            raise Invalid("count", _("The numbers differ: count again on both sides, or say which tube is missing."))

    return answer(sign, reverse("screening:box", args=[box]), lambda errors: _box(request, row, errors))


@page("screening/tubes/<uuid:tube>/void/", name="screening:void_tube", needs="screening.void_tube", methods=("POST",))
def void_tube(request: HttpRequest, tube: UUID) -> HttpResponse:
    """A tube is broken or lost."""
    row = row_of(Tube.objects.exclude(box=None), tube)
    return answer(
        lambda: actions.void_tube(by=request.post_held, tube=row, why=request.POST.get("why", ""), op=request.op),
        reverse("screening:box", args=[row.box_id]),
        lambda errors: _box(request, _box_of(request, row.box_id), errors),
    )


@page(
    "screening/boxes/<uuid:box>/results/", name="screening:load_tubes", needs="screening.load_tubes", methods=("POST",)
)
def load_tubes(request: HttpRequest, box: UUID) -> HttpResponse:
    """What was found: a line for each tube (code, result, Ct values), as instruments export them."""
    row = _box_of(request, box)
    lines = [
        re.split(r"[\s,，;；]+", line.strip()) for line in request.POST.get("results", "").splitlines() if line.strip()
    ]
    rows = [dict(zip(("tube", "result", "ct_orf", "ct_n"), line, strict=False)) for line in lines]

    def load() -> None:
        if not rows:
            raise Invalid("results", _("Enter a line for each tube."))
        done = actions.load_tubes(by=request.post_held, rows=rows, op=request.op)
        if refused := [f"{code}: {why}" for _n, code, verdict, _f, why in done["verdicts"] if verdict == "rejected"]:
            raise Invalid("results", " · ".join(refused[:20]))

    return answer(load, reverse("screening:box", args=[box]), lambda errors: _box(request, row, errors))


@page(
    "screening/tubes/<uuid:tube>/claim/", name="screening:confirm_claim", needs="screening.confirm_claim",
    methods=("POST",),
)  # fmt: skip
def confirm_claim(request: HttpRequest, tube: UUID) -> HttpResponse:
    """A second person decides about a held result."""
    row = row_of(Tube.objects.exclude(box=None), tube)
    agree = request.POST.get("agree") == "yes"
    return answer(
        lambda: actions.confirm_claim(by=request.post_held, tube=row, agree=agree, op=request.op),
        reverse("screening:box", args=[row.box_id]),
        lambda errors: _box(request, _box_of(request, row.box_id), errors),
    )
