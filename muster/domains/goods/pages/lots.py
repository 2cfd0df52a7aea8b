"""One lot: where it came from, what is left, its samples; and one handover, for both its sides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid
from muster.web.answering import chosen, row_of
from muster.web.page import page

from .. import actions, words
from ..actions.sampling import KINDS
from ..ledgers import LOTS
from ..models import Handover, Holder, Lot
from ..queries import handovers_seen, way_of
from .people import asks_who
from .steps import Question, Step, number, offered, staff, taken

SAMPLED = {
    "outer": _("Outer packaging: samples"), "inner": _("Inner packaging: samples"),
    "environment": _("Surroundings: samples"), "staff": _("Staff: samples"),
}  # fmt: skip


def _last(lot: Lot) -> Any:
    return lot.samplings.order_by("-taken_at", "-id").first()


def _waits(lot: Lot) -> bool:
    sampling = _last(lot)
    return sampling is not None and not sampling.result


def _result(by: Any, row: Lot, form: Any, op: Any) -> Any:
    sampling = _last(row)
    if sampling is None:
        raise Invalid("result", _("No samples yet."))
    return actions.record_result(
        by=by, sampling=sampling, result=form.get("result", ""), report=form.get("report", ""), op=op
    )


def _send(by: Any, row: Lot, form: Any, op: Any) -> Any:
    to = chosen(Holder.objects.all(), form.get("to", ""))
    if to is None:
        raise Invalid("to", _("Choose an enterprise."))
    return actions.send(by=by, lot=row, to=to, quantity=number(form, "quantity"), staff=staff(form), op=op)


def _receivers(row: Lot) -> list[tuple[Any, str]]:
    return list(Holder.objects.exclude(pk=row.holder_id).order_by("name").values_list("pk", "name")[:500])


STEPS = (
    Step(
        "send", _("Send on to another enterprise"), "goods.send", _send,
        lambda row: [
            Question("to", _("To"), "select", _receivers(row)), Question("quantity", _("Quantity"), "number"),
            *asks_who(row.holder),
        ],
        lambda row: row.batch.state == "released" and row.on_hand > 0,
    ),
    Step(
        "sample", _("Record samples"), "goods.record_sampling",
        lambda by, row, form, op: actions.record_sampling(
            by=by, lot=row, counts={kind: number(form, kind) for kind in KINDS}, staff=staff(form, "hands"), op=op
        ),
        lambda row: [
            *(Question(kind, label, "number", required=False) for kind, label in SAMPLED.items()),
            *asks_who(row.holder, "hands"),
        ],
        lambda row: not _waits(row),
    ),
    Step(
        "result", _("Record the result of the samples"), "goods.record_result", _result,
        lambda row: [
            Question("result", _("Result"), "radio", [(key, words.RESULTS[key]) for key in ("negative", "positive")]),
            Question("report", _("Number of the test report")),
        ],
        _waits,
    ),
    Step(
        "seal", _("It stands under seal"), "goods.seal",
        lambda by, row, form, op: actions.seal(by=by, lot=row, op=op),
        open=lambda row: row.batch.held_at is not None and row.sealed_at is None,
    ),
    Step(
        "remove", _("Sold, destroyed, sent back or lost"), "goods.remove",
        lambda by, row, form, op: actions.remove(
            by=by, lot=row, quantity=number(form, "quantity"), why=form.get("why", ""),
            reference=form.get("reference", ""), op=op,
        ),
        lambda row: [
            Question("quantity", _("Quantity"), "number"),
            Question("why", _("What became of it"), "select", words.REMOVALS.items()),
            Question("reference", _("Paper that says so"), required=False, help=_("Needed unless it was sold.")),
        ],
        lambda row: row.on_hand > 0,
    ),
)  # fmt: skip


@page("goods/lots/<uuid:lot>/", name="goods:lot", needs="goods.see_goods")
def lot(request: HttpRequest, lot: UUID) -> HttpResponse:
    """One lot at one holder."""
    return _lot(request, row_of(LOTS.rows(request.post_held), lot))


def _lot(request: HttpRequest, row: Lot, tried: str = "", errors: dict[str, Any] | None = None) -> HttpResponse:
    handovers = row.handovers.select_related("to").order_by("-sent_at")
    context = {
        "lot": row,
        "tone": words.BATCH_TONES[row.batch.state],
        "way": way_of(row),
        "handovers": [(each, words.HANDOVER_TONES[each.state]) for each in handovers[:100]],
        "removals": row.removals.order_by("-at")[:100],
        "samplings": [(each, words.RESULT_TONES[each.result]) for each in row.samplings.order_by("-taken_at")[:50]],
        "handlings": row.handlings.select_related("staff").order_by("at")[:100],
        "forms": offered(request, STEPS, row, tried, errors),
        "start": reverse("goods:lot_step", args=[row.pk]),
    }
    return render(request, "goods/lot.html", context, status=422 if errors else 200)


@page("goods/lots/<uuid:lot>/step/", name="goods:lot_step", needs="goods.see_goods", methods=("POST",))
def lot_step(request: HttpRequest, lot: UUID) -> HttpResponse:
    """Take one step of a lot."""
    row = row_of(LOTS.rows(request.post_held), lot)
    back = reverse("goods:lot", args=[lot])
    return taken(request, STEPS, row, back, lambda tried, errors: _lot(request, row, tried, errors))


HANDOVER = (
    Step(
        "receive", _("Record what you counted"), "goods.receive",
        lambda by, row, form, op: actions.receive(
            by=by, handover=row, counted=number(form, "counted"), staff=staff(form), op=op
        ),
        lambda row: [Question("counted", _("Counted"), "number"), *asks_who(row.to)],
        lambda row: row.state == "sent",
    ),
    Step(
        "settle", _("Settle the two counts"), "goods.settle",
        lambda by, row, form, op: actions.settle(by=by, handover=row, quantity=number(form, "quantity"), op=op),
        lambda row: [Question("quantity", _("What was handed over"), "number")],
        lambda row: row.state == "differs",
    ),
    Step(
        "take_back", _("Take it back"), "goods.take_back",
        lambda by, row, form, op: actions.take_back(by=by, handover=row, op=op),
        open=lambda row: row.state == "sent",
    ),
)  # fmt: skip


def _handovers(request: HttpRequest) -> Any:
    rows = Handover.objects.select_related("batch", "sender", "to")
    return handovers_seen(rows, request.post_held)


@page("goods/handovers/<uuid:handover>/", name="goods:handover", needs="goods.see_goods")
def handover(request: HttpRequest, handover: UUID) -> HttpResponse:
    """One handover, as both sides see it."""
    return _handover(request, row_of(_handovers(request), handover))


def _handover(
    request: HttpRequest, row: Handover, tried: str = "", errors: dict[str, Any] | None = None
) -> HttpResponse:
    own = request.post_held.place_id
    mine = [step for step in HANDOVER if own is None or (step.name == "take_back") == (own == row.place_id)]
    context = {
        "handover": row,
        "tone": words.HANDOVER_TONES[row.state],
        "forms": offered(request, mine, row, tried, errors),
        "start": reverse("goods:handover_step", args=[row.pk]),
    }
    return render(request, "goods/handover.html", context, status=422 if errors else 200)


@page("goods/handovers/<uuid:handover>/step/", name="goods:handover_step", needs="goods.see_goods", methods=("POST",))
def handover_step(request: HttpRequest, handover: UUID) -> HttpResponse:
    """Take one step of a handover."""
    row = row_of(_handovers(request), handover)
    back = reverse("goods:handover", args=[handover])
    return taken(request, HANDOVER, row, back, lambda tried, errors: _handover(request, row, tried, errors))
