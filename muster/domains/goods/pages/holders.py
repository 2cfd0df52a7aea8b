"""One enterprise: its staff who handle goods, what it holds, and its breaches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid
from muster.ledger.pages import table
from muster.web.answering import chosen, row_of
from muster.web.page import page

from .. import actions
from ..ledgers import FINDINGS, HOLDERS, LOTS
from ..models import Holder, Staff
from .steps import Question, Step, offered, taken

SHOWN = 50


def _leave(by: Any, row: Holder, form: Any, op: Any) -> Any:
    found = chosen(row.staff.all(), form.get("who", ""))
    if found is None:
        raise Invalid("who", _("Choose among the staff of this enterprise."))
    return actions.staff_left(by=by, staff=found, op=op)


STEPS = (
    Step(
        "add_staff", _("Add somebody who handles goods"), "goods.add_staff",
        lambda by, row, form, op: actions.add_staff(
            by=by, holder=row, name=form.get("name", ""), phone=form.get("phone", ""), op=op
        ),
        lambda row: [Question("name", _("Full name")), Question("phone", _("Phone"), "tel")],
    ),
    Step(
        "leave", _("Somebody handles goods no longer"), "goods.staff_left", _leave,
        lambda row: [Question("who", _("Who"), "select", row.staff.filter(left_at=None).values_list("pk", "label"))],
        lambda row: row.staff.filter(left_at=None).exists(),
    ),
)  # fmt: skip


@page("goods/enterprises/<uuid:holder>/", name="goods:holder", needs="goods.see_goods")
def holder(request: HttpRequest, holder: UUID) -> HttpResponse:
    """One enterprise."""
    return _holder(request, row_of(HOLDERS.rows(request.post_held), holder))


def _holder(request: HttpRequest, row: Holder, tried: str = "", errors: dict[str, Any] | None = None) -> HttpResponse:
    post = request.post_held
    lots = LOTS.rows(post).filter(holder=row, on_hand__gt=0).order_by("-since")[:SHOWN]
    findings = FINDINGS.rows(post).filter(holder=row).order_by("-found_at")[:SHOWN]
    named = ("product", "batch", "state", "on_hand", "unit", "since")
    context = {
        "holder": row,
        "staff": Staff.objects.filter(holder=row).order_by("left_at", "since")[:200],
        "lots": table(LOTS, post, lots, [each for each in LOTS.columns if each.name in named]),
        "findings": table(FINDINGS, post, findings, [each for each in FINDINGS.columns[1:] if each.shown]),
        "forms": offered(request, STEPS, row, tried, errors),
        "start": reverse("goods:holder_step", args=[row.pk]),
    }
    return render(request, "goods/holder.html", context, status=422 if errors else 200)


@page("goods/enterprises/<uuid:holder>/step/", name="goods:holder_step", needs="goods.add_staff", methods=("POST",))
def holder_step(request: HttpRequest, holder: UUID) -> HttpResponse:
    """Change the staff of an enterprise."""
    row = row_of(HOLDERS.rows(request.post_held), holder)
    back = reverse("goods:holder", args=[holder])
    return taken(request, STEPS, row, back, lambda tried, errors: _holder(request, row, tried, errors))
