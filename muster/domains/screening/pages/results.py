"""The list of results: a laboratory's own, or those of the area."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from muster.kernel.posts.permissions import may
from muster.kernel.posts.roles import LABORATORY
from muster.ledger.paging import paged
from muster.web.page import page

from .. import queries
from ..models import Result

TONES = {"negative": "ok", "positive": "late", "pool_suspect": "warn", "invalid": "off", "untested": "wait"}


@page("screening/results/", name="screening:results", needs="screening.see_results")
def results(request: HttpRequest) -> HttpResponse:
    """The last results first; a laboratory sees the state of its keys, and sends files from here."""
    own = request.post_held.role == LABORATORY
    rows = Result.objects.select_related("corrects")
    found = paged(request, rows if own else rows.select_related("person"), "-received_at", "-id", size=50)
    return render(
        request,
        "screening/results.html",
        {
            "page": found,
            "rows": [(row, TONES[row.result]) for row in found.rows],
            "own": own,
            "may_send": may(request.post_held, "screening.load_results"),
            "keys": queries.keys_of(request.post_held) if own else [],
            "columns": "ref, person, disease, sampled_at, result, ct_orf, ct_n, corrects",
            "file_label": _("File (csv or xlsx)"),
        },
    )
