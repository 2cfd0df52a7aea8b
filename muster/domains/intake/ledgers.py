"""The list of reports."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.posts.permissions import may
from muster.ledger import columns, filters
from muster.ledger.declaring import Ledger, register

from . import words
from .kinds import KINDS
from .models import Report
from .pages.said import SAID
from .queries import named

OPEN = Q(closed_at=None)
TITLES = {code: kind.title for code, kind in KINDS.items()}


def beside(request: HttpRequest) -> dict[str, Any]:
    """What the page has besides its rows: a new report, finding one by its reference, what was just done."""
    return {
        "may_add": may(request.post_held, "intake.receive_report"),
        "number": request.GET.get("number", ""),
        "notice": SAID.get(request.GET.get("said", "")),
    }


REPORTS = Ledger(
    name="intake.reports", title=_("Reports"), model=Report, route="intake:reports", path="reports/",
    needs="intake.see_reports", person="caller", opens="intake:report", order="-received_at",
    source=lambda: Report.objects.prefetch_related("place"), ready=named,
    late=lambda row: row.disposed_at is None and row.closed_at is None and row.due_at < clock.now(),
    empty=_("No report. A new one appears here, and on the desk."), template="intake/reports.html", beside=beside,
    columns=(
        columns.text("number", _("Report")),
        columns.words("kind", _("Kind"), TITLES),
        columns.area("area", _("Where")),
        columns.text("place", _("Venue"), "place.name"),
        columns.whom(_("Caller")),
        columns.text("about", _("About"), "about.label"),
        columns.moment("received_at", _("Received"), sort=True),
        columns.words("state", _("State"), words.STATES, words.STATE_TONES),
        columns.due("due_at", _("Due"), lambda row: row.due_at if row.disposed_at is row.closed_at is None else None),
        columns.words("result", _("Result"), words.RESULTS, shown=False),
        columns.words("channel", _("How it came in"), words.CHANNELS, shown=False),
        columns.words("source", _("From whom"), words.SOURCES, shown=False),
        columns.moment("disposed_at", _("Disposal"), shown=False),
        columns.moment("closed_at", _("Closed"), shown=False),
    ),
    filters=(
        filters.which("show", _("State"), {
            "open": (_("Still open"), OPEN), "new": (_("new"), OPEN & Q(taken_at=None)),
            "undone": (_("Not disposed of"), OPEN & Q(disposed_at=None)),
            "closed": (_("closed"), Q(closed_at__isnull=False)),
        }),
        filters.choice("kind", _("Kind"), TITLES),
        filters.choice("channel", _("How it came in"), words.CHANNELS),
        filters.within(),
        filters.Filter("number", _("Number"), lambda value: Q(number__startswith=value.strip().upper()),
                       parts=({"number"},)),
    ),
)  # fmt: skip

register(REPORTS)
