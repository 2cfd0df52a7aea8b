"""One thing done to many rows: first what each will get, or why not; then, with one press, for all of them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid
from muster.web.page import page

from .. import actions
from ..asking import Asked, asked
from ..declaring import Deed
from ..limits import limit
from .lists import ledger_of


@page("ledgers/<str:ledger>/do/", name="ledger:do", needs="ledger.do_bulk", methods=("POST",))
def do(request: HttpRequest, ledger: str) -> HttpResponse:
    """The preview; with `sure` the deed itself, for exactly the rows of the preview."""
    question = asked(ledger_of(request, ledger), request.post_held, request.GET)
    deed = _deed(question, request.POST.get("deed", ""))
    chosen = _chosen(question, request.POST)
    done: dict[str, str] | None = None
    if request.POST.get("sure") == "yes":
        keys = sorted(str(row.pk) for row in chosen)
        answer = actions.do_bulk(
            by=request.post_held, ledger=question.ledger.name, deed=deed.name, rows=keys, op=request.op
        )
        done = dict(answer)
        chosen = _chosen(question, request.POST)  # as they are now
    return render(request, "ledger/bulk.html", _shown(question, deed, chosen, done))


def _deed(question: Asked, name: str) -> Deed:
    deed = next((each for each in question.ledger.deeds_of(question.post) if each.name == name), None)
    if deed is None:
        raise Http404
    return deed


def _chosen(question: Asked, given: Any) -> list[Any]:
    """The rows that were marked, or all that the filters leave. Raises Invalid for none, and for too many."""
    most = limit("bulk.rows")
    if given.get("all") == "yes":
        rows = question.ordered()
    else:
        rows = question.ledger.rows(question.post).filter(pk__in=_keys(question, given)).order_by("pk")
    found = list(rows[: most + 1])
    if not found:
        raise Invalid("row", _("Mark rows first."))
    if len(found) > most:
        raise Invalid("row", _("At most %(most)s rows at one time: filter them further.") % {"most": most})
    return question.ledger.batch(found)


def _keys(question: Asked, given: Any) -> list[Any]:
    read = question.ledger.model._meta.pk.to_python
    try:
        return [read(text) for text in given.getlist("row")]
    except (ValidationError, OverflowError):
        raise Invalid("row", _("Mark rows first.")) from None


def _shown(question: Asked, deed: Deed, chosen: list[Any], done: dict[str, str] | None) -> dict[str, Any]:
    """Each row with a few of its columns, and what it will get or got."""
    link, post = question.ledger.link(question.post), question.post
    rows = []
    for row in chosen:
        why = (deed.why_not(row, post) if done is None else done.get(str(row.pk), _("Not there any more."))) or ""
        rows.append((row.pk, link(row), [column.cell(row) for column in question.columns[:4]], why))
    able = sum(not why for _pk, _url, _cells, why in rows)
    return {
        "ledger": question.ledger,
        "deed": deed,
        "heads": [column.title for column in question.columns[:4]],
        "rows": rows,
        "done": done is not None,
        "able": able,
        "unable": len(rows) - able,
        "query": question.query(),
        "back": f"{reverse(question.ledger.route)}?{question.query()}",
    }
