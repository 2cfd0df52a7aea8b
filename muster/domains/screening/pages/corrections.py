"""A held correction: what is in force beside what was sent, and the decision of a second person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.posts.permissions import may
from muster.web.answering import answer, row_of
from muster.web.page import page

from .. import actions, queries
from ..ledgers import CORRECTIONS
from ..models import Correction
from ..rules import effect_of_correction


def _row(request: HttpRequest, pk: UUID) -> Correction:
    return row_of(CORRECTIONS.rows(request.post_held).select_related("result__laboratory"), pk)


@page("screening/corrections/<uuid:correction>/", name="screening:correction", needs="screening.see_results")
def correction(request: HttpRequest, correction: UUID) -> HttpResponse:
    """The last one of its doubt: what stands and what was sent, side by side."""
    return _correction(request, _row(request, correction))


def _correction(request: HttpRequest, row: Correction, errors: dict[str, Any] | None = None) -> HttpResponse:
    chain = list(CORRECTIONS.rows(request.post_held).filter(doubt=row.doubt).order_by("sent_at", "id"))
    last = chain[-1]
    row = row if row.pk == last.pk else _row(request, last.pk)
    users = [user for each in chain for user in (each.sent_user, each.first_user, each.settled_user) if user]
    names, post = queries.user_names(users), request.post_held
    context = {
        "row": row,
        "label": "" if post.organisation_id else CORRECTIONS.batch([row])[0].label,
        "effect": effect_of_correction(row.result.result, row.found),
        "due_at": queries.due_at(row.doubt),
        "sender": names.get(row.sent_user, ""),
        "first": names.get(row.first_user, "") if row.sent_user is None else "",
        "settler": names.get(row.settled_user, ""),
        "earlier": [(each, names.get(each.sent_user, "")) for each in chain[:-1]],
        "alone": row.first_user is None,
        "may_confirm": row.outcome == "waiting" and may(post, "screening.confirm_correction"),
        "own": row.first_user == post.user_id,
        "errors": errors,
    }
    return render(request, "screening/correction.html", context, status=422 if errors else 200)


@page(
    "screening/corrections/<uuid:correction>/decide/", name="screening:confirm_correction",
    needs="screening.confirm_correction", methods=("POST",),
)  # fmt: skip
def confirm_correction(request: HttpRequest, correction: UUID) -> HttpResponse:
    """Somebody else than the sender decides."""
    row, agree = _row(request, correction), request.POST.get("agree") == "yes"
    return answer(
        lambda: actions.confirm_correction(by=request.post_held, correction=row, agree=agree, op=request.op),
        reverse("screening:correction", args=[correction]),
        lambda errors: _correction(request, row, errors),
    )
