"""One breach: what was found, its clock, what the enterprise answers, what the authority imposed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.web.answering import row_of
from muster.web.page import page

from .. import actions, words
from ..ledgers import FINDINGS
from ..models import Finding
from .steps import Question, Step, number, offered, taken

STEPS = (
    Step(
        "answer", _("Say how it was put right"), "goods.answer_finding",
        lambda by, row, form, op: actions.answer_finding(by=by, finding=row, answer=form.get("answer", ""), op=op),
        lambda row: [Question("answer", _("What was done, and the paper that proves it"), "textarea")],
        lambda row: row.state == "open",
    ),
    Step(
        "verify", _("Say what you saw there"), "goods.verify_finding",
        lambda by, row, form, op: actions.verify_finding(
            by=by, finding=row, sound=form.get("sound") == "yes", op=op
        ),
        lambda row: [
            Question("sound", _("Is it put right?"), "radio", [("yes", _("Yes")), ("no", _("No: it is owed again"))])
        ],
        lambda row: row.state == "answered",
    ),
    Step(
        "punish", _("Record the penalty"), "goods.punish",
        lambda by, row, form, op: actions.punish(
            by=by, finding=row, penalty=form.get("penalty", ""), number=form.get("number", ""),
            yuan=number(form, "yuan"), op=op,
        ),
        lambda row: [
            Question("penalty", _("Penalty"), "select", words.PENALTIES.items()),
            Question("number", _("Number of the decision")),
            Question("yuan", _("Yuan"), "number", required=False),
        ],
        lambda row: not row.penalty,
    ),
)  # fmt: skip


@page("goods/findings/<uuid:finding>/", name="goods:finding", needs="goods.see_goods")
def finding(request: HttpRequest, finding: UUID) -> HttpResponse:
    """One breach."""
    return _finding(request, row_of(FINDINGS.rows(request.post_held), finding))


def _finding(request: HttpRequest, row: Finding, tried: str = "", errors: dict[str, Any] | None = None) -> HttpResponse:
    context = {
        "finding": row,
        "tone": words.FINDING_TONES[row.state],
        "forms": offered(request, STEPS, row, tried, errors),
        "start": reverse("goods:finding_step", args=[row.pk]),
    }
    return render(request, "goods/finding.html", context, status=422 if errors else 200)


@page("goods/findings/<uuid:finding>/step/", name="goods:finding_step", needs="goods.see_goods", methods=("POST",))
def finding_step(request: HttpRequest, finding: UUID) -> HttpResponse:
    """Take one step of a breach."""
    row = row_of(FINDINGS.rows(request.post_held), finding)
    back = reverse("goods:finding", args=[finding])
    return taken(request, STEPS, row, back, lambda tried, errors: _finding(request, row, tried, errors))
