"""Laboratories: what each can do, what waits for it, and which one would be done first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import may
from muster.web.answering import answer, chosen, row_of
from muster.web.page import page

from .. import actions, rules
from ..capacity import Load, loads
from ..ledgers import BOXES
from ..models import Box, Laboratory
from ..owed import owed


@page("screening/laboratories/load/", name="screening:laboratories", needs="screening.see_laboratories")
def laboratories(request: HttpRequest) -> HttpResponse:
    """Every laboratory with its load, the one with the shortest queue first."""
    now = clock.now()
    found = loads(now)
    context = {
        "loads": [(load, load.done_at(now)) for load in found],
        "first": found[0] if found else None,
        "may_set": may(request.post_held, "screening.set_laboratory"),
    }
    return render(request, "screening/laboratories.html", context)


@page("screening/laboratories/owed/", name="screening:owed", needs="screening.see_owed")
def owed_here(request: HttpRequest) -> HttpResponse:
    """What the post's own laboratory must receive, report, report again or decide, what is due first at the top."""
    now = clock.now()
    rows = [(one, one.due_at is not None and one.due_at < now) for one in owed(request.post_held.organisation_id, now)]
    return render(request, "screening/owed.html", {"rows": rows, "late": sum(late for _one, late in rows)})


@page("screening/boxes/<uuid:box>/laboratory/", name="screening:assign_box", needs="screening.assign_box",
      methods=("GET", "POST"))  # fmt: skip
def assign_box(request: HttpRequest, box: UUID) -> HttpResponse:
    """Send a box to another laboratory: the one that would be done first is suggested, and why."""
    row = row_of(BOXES.rows(request.post_held).select_related("site", "laboratory"), box)
    if request.method != "POST":
        return _choose(request, row)

    def assign() -> None:
        laboratory = chosen(Laboratory.objects, request.POST.get("laboratory", ""))
        if laboratory is None:
            raise Invalid("laboratory", _("Choose one."))
        actions.assign_box(by=request.post_held, box=row, laboratory=laboratory, op=request.op)

    return answer(assign, reverse("screening:box", args=[box]), lambda errors: _choose(request, row, errors))


def _choose(request: HttpRequest, box: Box, errors: dict[str, Any] | None = None) -> HttpResponse:
    now = clock.now()
    found = [_without(load, box) for load in loads(now)]
    best = rules.done_first([(load.ahead, load.laboratory.tubes_a_day) for load in found], box.tubes)
    rows = [
        (load, rules.hours_until_done(load.ahead + box.tubes, load.laboratory.tubes_a_day), at == best)
        for at, load in enumerate(found)
    ]
    context = {"box": box, "rows": rows, "errors": errors, "values": request.POST}
    return render(request, "screening/assign_box.html", context, status=422 if errors else 200)


def _without(load: Load, box: Box) -> Load:
    """A laboratory's load as it is without this box."""
    if load.laboratory.pk == box.laboratory_id and box.received_at is None:
        load.on_way -= box.tubes
    return load
