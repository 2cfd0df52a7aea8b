"""What people told of their tests, and who waits for a laboratory."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.posts.permissions import visible_to
from muster.ledger.pages import show_list
from muster.web.answering import answer, row_of
from muster.web.page import page

from .. import actions
from ..ledgers import RESULTS
from ..models import KitResult


@page("antigen/results/report/", name="antigen:report", needs="antigen.report", methods=("POST",))
def report(request: HttpRequest) -> HttpResponse:
    """Somebody told what their test said."""
    number, result = request.POST.get("number", ""), request.POST.get("result", "")
    return answer(
        lambda: actions.report(by=request.post_held, number=number, result=result, op=request.op),
        lambda row: reverse("antigen:test", args=[row.pk]),
        lambda errors: show_list(request, RESULTS, errors),
    )


@page("antigen/results/<uuid:antigen_test>/", name="antigen:test", needs="antigen.see_results")
def test(request: HttpRequest, antigen_test: UUID) -> HttpResponse:
    """One test, and what follows of it."""
    rows = visible_to(KitResult.objects.select_related("person"), request.post_held)
    return render(request, "antigen/test.html", {"test": row_of(rows, antigen_test)})
