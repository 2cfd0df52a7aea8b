"""Files of rows sent from a page: read here, because only the site knows how files are read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muster.domains.screening.actions import load_results
from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.ledger.imports.drafts import sound
from muster.ledger.imports.reading.errors import Unreadable
from muster.ledger.imports.reading.shapes import shapes
from muster.ledger.imports.reading.sheets import open_source
from muster.ledger.imports.reading.table import Wishes, lines, open_table
from muster.web.page import page

MOST_BYTES, MOST_ROWS = 10_000_000, 10_000


@page("screening/results/upload/", name="screening:upload", needs="screening.load_results", methods=("POST",))
def upload_results(request: HttpRequest) -> HttpResponse:
    """A laboratory's file of results: a verdict for every row. The same form sent twice counts once."""
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        raise Invalid("file", _("Choose a file of at most 10 MB."))
    try:
        source = open_source(file.name or "", file.read())
        table = open_table(source, shapes()["results"], Wishes(), clock.local_day(clock.now()))
    except Unreadable as no:
        raise Invalid("file", str(no)) from None
    rows = lines(table, sound(table))
    if len(rows) > MOST_ROWS:
        raise Invalid("file", _("At most %(most)s rows at a time.") % {"most": MOST_ROWS})
    report = load_results(by=request.post_held, rows=rows, op=request.op)
    found = [(table.numbers[index], no) for index, wrong in table.findings.items() for no in wrong if no.kind]
    unread = [{"row": number, "field": no.column, "reason": no.reason} for number, no in found]
    rejected = sorted([*unread, *report["rejected"]], key=lambda no: no["row"])
    context = {"report": report, "rejected": rejected, "unknown": table.unknown, "name": file.name}
    return render(request, "screening/sent.html", context, status=200 if report["taken"] else 422)
