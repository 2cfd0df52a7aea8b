"""Saved views: a question under a name, for one post."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from muster.web.page import page

from .. import actions
from ..asking import asked
from ..declaring import LEDGERS
from ..models import SavedView
from .lists import ledger_of


@page("ledgers/<str:ledger>/views/", name="ledger:save_view", needs="ledger.save_view", methods=("POST",))
def save_view(request: HttpRequest, ledger: str) -> HttpResponse:
    """Save what the page shows, without what was searched for."""
    row = ledger_of(request, ledger)
    question = asked(row, request.post_held, request.GET)
    view = actions.save_view(
        by=request.post_held, ledger=row.name, name=request.POST.get("name", ""), query=question.query(find=None),
        first=request.POST.get("first") == "yes", op=request.op,
    )  # fmt: skip
    return HttpResponseRedirect(f"{reverse(row.route)}?view={view.pk}", status=303)


@page("ledgers/views/<uuid:view>/", name="ledger:change_view", needs="ledger.change_view", methods=("POST",))
def change_view(request: HttpRequest, view: UUID) -> HttpResponse:
    """Show a view first, or no more; delete it; take that back."""
    row = SavedView.objects.filter(pk=view).first()
    if row is None or row.ledger not in LEDGERS:
        raise Http404
    change = request.POST.get("change", "")
    actions.change_view(by=request.post_held, view=row, change=change, op=request.op)
    where = "deleted" if change == "delete" else "view"
    return HttpResponseRedirect(f"{reverse(LEDGERS[row.ledger].route)}?{where}={row.pk}", status=303)
