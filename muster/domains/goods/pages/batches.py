"""One batch: what was declared, what became of it, where it is now, and what may be done next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel.posts.logins import acting
from muster.web.answering import row_of
from muster.web.page import page

from .. import actions, words
from ..actions.entry import bar_of
from ..ledgers import BATCHES
from ..models import Batch, Sampling
from ..queries import lots_seen, tree_of
from .people import asks_who
from .starts import asks_declaration, declared
from .steps import Question, Step, number, offered, staff, taken

STEPS = (
    Step(
        "correct", _("Correct what was declared"), "goods.correct_declaration",
        lambda by, row, form, op: actions.correct_declaration(by=by, batch=row, op=op, **declared(form)),
        asks_declaration, lambda row: row.arrived_at is None,
    ),
    Step(
        "arrive", _("It arrived: record the count"), "goods.arrive",
        lambda by, row, form, op: actions.arrive(
            by=by, batch=row, quantity=number(form, "quantity"), staff=staff(form), op=op
        ),
        lambda row: [Question("quantity", _("Counted"), "number"), *asks_who(row.first)],
        lambda row: row.arrived_at is None,
    ),
    Step(
        "disinfect", _("Every item was disinfected"), "goods.record_disinfection",
        lambda by, row, form, op: actions.record_disinfection(
            by=by, batch=row, certificate=form.get("certificate", ""), op=op
        ),
        lambda row: [Question("certificate", _("Number of the disinfection certificate"))],
        lambda row: row.arrived_at is not None and row.disinfected_at is None,
    ),
    Step(
        "release", _("Issue the exit certificate"), "goods.release",
        lambda by, row, form, op: actions.release(by=by, batch=row, op=op),
        open=lambda row: row.arrived_at is not None and row.released_at is None,
    ),
    Step(
        "inform", _("The city is informed"), "goods.inform_city",
        lambda by, row, form, op: actions.inform_city(by=by, batch=row, op=op),
        open=lambda row: row.held_at is not None,
    ),
    Step(
        "ask_lift", _("Ask to lift the hold"), "goods.ask_lift",
        lambda by, row, form, op: actions.ask_lift(by=by, batch=row, why=form.get("why", ""), op=op),
        lambda row: [Question("why", _("Why"))],
        lambda row: row.held_at is not None and row.lift_asked_by is None,
    ),
    Step(
        "lift", _("Lift the hold, as the second person"), "goods.lift",
        lambda by, row, form, op: actions.lift(by=by, batch=row, op=op),
        open=lambda row: row.lift_asked_by is not None,
    ),
    Step(
        "hold", _("Hold the batch and all that was made of it"), "goods.hold",
        lambda by, row, form, op: actions.hold(by=by, batch=row, why=form.get("why", ""), op=op),
        lambda row: [Question("why", _("Why"))],
        lambda row: row.arrived_at is not None and row.held_at is None,
    ),
)  # fmt: skip


@page("goods/<uuid:batch>/", name="goods:batch", needs="goods.see_goods")
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """One batch, from its declaration to every shelf."""
    return _batch(request, row_of(BATCHES.rows(request.post_held), batch))


def _batch(request: HttpRequest, row: Batch, tried: str = "", errors: dict[str, Any] | None = None) -> HttpResponse:
    nodes, more = tree_of(row, request.post_held)
    samplings = lots_seen(Sampling.objects.filter(lot__batch=row), request.post_held).select_related("lot__holder")
    with acting():  # what stands against a release is its owner's to know, also of a lot that is elsewhere
        bar = bar_of(row) if row.arrived_at and not row.released_at else ""
    context = {
        "batch": row,
        "tone": words.BATCH_TONES[row.state],
        "nodes": nodes,
        "more": more,
        "samplings": [(each, words.RESULT_TONES[each.result]) for each in samplings.order_by("-taken_at")[:50]],
        "bar": bar,
        "forms": offered(request, STEPS, row, tried, errors),
        "start": reverse("goods:batch_step", args=[row.pk]),
    }
    return render(request, "goods/batch.html", context, status=422 if errors else 200)


@page("goods/<uuid:batch>/step/", name="goods:batch_step", needs="goods.see_goods", methods=("POST",))
def batch_step(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Take one step of a batch."""
    row = row_of(BATCHES.rows(request.post_held), batch)
    back = reverse("goods:batch", args=[batch])
    return taken(request, STEPS, row, back, lambda tried, errors: _batch(request, row, tried, errors))


@page("goods/<uuid:batch>/trace/", name="goods:trace", needs="goods.see_goods")
def trace(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The batch and every lot made of it, on paper."""
    row = row_of(BATCHES.rows(request.post_held), batch)
    nodes, more = tree_of(row, request.post_held)
    return render(request, "goods/trace.html", {"batch": row, "nodes": nodes, "more": more})
