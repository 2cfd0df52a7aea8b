"""The page of a ledger, its search, and its rows as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from muster.kernel.posts.permissions import may
from muster.web.page import admit, page

from .. import counting, searching
from ..asking import MANY, Asked, asked
from ..columns import Column
from ..declaring import LEDGERS, Ledger
from ..limits import limit
from ..models import SavedView
from ..paging import paged

SIZE = 50
# What others add to the head of a ledger's page: functions of ledger and post that make {url, title, icon}, or None.
BUTTONS: list[Callable[[Ledger, Any], dict[str, Any] | None]] = []


def list_page(ledger: Ledger) -> Any:
    """The view of a ledger's page."""

    def show(request: HttpRequest) -> HttpResponse:
        return show_list(request, ledger)

    show.__doc__ = f"{ledger.name}: its rows, filtered, sorted and paged by key."
    return show


def show_list(request: HttpRequest, ledger: Ledger, errors: dict[str, Any] | None = None) -> HttpResponse:
    """The page of a ledger; with the refused values of a form that stands on it."""
    views = list(SavedView.objects.filter(post_id=request.post_held.id, ledger=ledger.name).order_by("name"))
    view, nothing_asked = _view(request, views), set(request.GET) <= {"after", "before", "deleted", "map"}
    usual = view.query if view else ledger.first if nothing_asked else None
    question = asked(ledger, request.post_held, request.GET if usual is None else QueryDict(usual))
    context = shown(request, question) | {
        "views": [each for each in views if each.deleted_at is None],
        "view": view,
        "deleted": next((each for each in views if str(each.pk) == request.GET.get("deleted")), None),
        "buttons": [button for make in BUTTONS if (button := make(ledger, request.post_held))],
        "errors": errors,
        "map": request.GET.get("map") == "yes",
    }
    context |= ledger.beside(request) if ledger.beside else {}
    return render(request, ledger.template, context, status=422 if errors else 200)


def _view(request: HttpRequest, views: list[SavedView]) -> SavedView | None:
    """The saved view that the address names, or where it asks nothing the one that is shown first."""
    live = [each for each in views if each.deleted_at is None]
    if "view" in request.GET:
        return next((each for each in live if str(each.pk) == request.GET["view"]), None)
    if set(request.GET) <= {"after", "before", "deleted", "map"}:
        return next((each for each in live if each.first), None)
    return None


def shown(request: HttpRequest, question: Asked) -> dict[str, Any]:
    """What the page shows of a question: the rows of one page, and what else can be asked."""
    ledger, post = question.ledger, question.post
    listed = paged(request, question.rows(), *question.keys, size=SIZE)
    exact = counting.total(question)
    counted = question.count() if exact is None else exact
    return table(ledger, post, listed.rows, question.columns) | {
        "ledger": ledger,
        "asked": question,
        "page": listed,
        "heads": [_head(question, column) for column in question.columns],
        "count": counted if exact is not None else min(counted, MANY),
        "capped": exact is None and counted > MANY,
        "filters": [
            (each, question.values.get(each.name, ""), each.options(post)) for each in ledger.filters if each.options
        ],
        "hidden": [
            (each, question.values[each.name], question.query(**{each.name: None}))
            for each in ledger.filters
            if not each.options and each.name in question.values
        ],
        "sorts": [(sign + name, column, sign) for name, column in ledger.sorts.items() for sign in ("", "-")],
        "offered": ledger.columns_for(post),
        "searchable": ledger.person and not post.organisation_id,
        "chosen": {column.name for column in question.columns},
        "filtered": bool(question.values or question.find),
        "deeds": ledger.deeds_of(post),
        "most": limit("bulk.rows"),
        "may_export": may(post, "ledger.export_rows"),
        "unsearched": question.query(find=None),
    }


def table(ledger: Ledger, post: Any, rows: Iterable[Any], columns: Iterable[Column]) -> dict[str, Any]:
    """What `ledger/table.html` shows: rows in some columns of a ledger. Other pages may show its rows so too."""
    link, columns = ledger.link(post), list(columns)
    lines = [
        (link(row), ledger.late(row), row.pk, [(column, column.cell(row)) for column in columns])
        for row in ledger.batch(rows)
    ]
    return {"heads": [(column, "", None) for column in columns], "rows": lines}


def _head(question: Asked, column: Column) -> tuple[Column, str, str | None]:
    """A column, the address that sorts by it (the other way round where it does already), and how it is sorted now."""
    if not column.sort:
        return column, "", None
    now = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(question.sort, "")
    turned = f"-{column.sort}" if now == "ascending" else column.sort
    return column, question.query(sort=None if turned == question.ledger.order else turned), now


def ledger_of(request: HttpRequest, name: str) -> Ledger:
    """The ledger of an address, for who may see it. Raises Http404, Refused."""
    ledger = LEDGERS.get(name)
    if ledger is None:
        raise Http404
    admit(request.post_held, ledger.needs)
    return ledger


@page("ledgers/<str:ledger>/search/", name="ledger:search", needs="ledger.use_ledgers", methods=("POST",))
def search(request: HttpRequest, ledger: str) -> HttpResponse:
    """Search by name or number: sent by POST, and sealed before it stands in an address."""
    row, text = ledger_of(request, ledger), request.POST.get("q", "").strip()
    question = asked(row, request.post_held, request.GET)
    find = None
    if text and row.person:
        searching.log_search(row, request.post_held)
        find = searching.sealed(text, request.post_held)
    return HttpResponseRedirect(f"{reverse(row.route)}?{question.query(find=find)}", status=303)


@page("ledgers/<str:ledger>/rows.json", name="ledger:rows", needs="ledger.use_ledgers")
def rows(request: HttpRequest, ledger: str) -> HttpResponse:
    """The same rows for machines: codes and moments, paged by key."""
    row = ledger_of(request, ledger)
    question = asked(row, request.post_held, request.GET)
    listed, link = paged(request, question.rows(), *question.keys, size=SIZE), row.link(request.post_held)
    found = [
        {"id": each.pk, "url": link(each)} | {column.name: column.value(each) for column in question.columns}
        for each in row.batch(listed.rows)
    ]
    answer = {
        "columns": [{"name": column.name, "title": column.title} for column in question.columns],
        "rows": found,
        "previous": listed.previous_url,
        "next": listed.next_url,
    }
    return JsonResponse(answer, encoder=_Encoder)


class _Encoder(DjangoJSONEncoder):
    """Also says texts that are translated late."""

    def default(self, value: Any) -> Any:
        """Whatever else a column holds, as its text."""
        try:
            return super().default(value)
        except TypeError:
            return str(value)
