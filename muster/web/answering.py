"""What pages do around an action: run it and go on, find the row a page is about, read an id that a form names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect

from muster.kernel.operations.errors import Invalid

Again = Callable[[dict[str, Any]], HttpResponse]


def answer(do: Callable[[], Any], back: str | Callable[[Any], str], again: Again) -> HttpResponse:
    """Run one action; go `back` when it is done, else show the page `again` with what was wrong beside the field.

    `back` is an address, or makes one of what the action answers.
    """
    try:
        done = do()
    except Invalid as no:
        return again({no.field: no.message})
    return HttpResponseRedirect(back if isinstance(back, str) else back(done))


def row_of(rows: Any, pk: UUID) -> Any:
    """The row, if the post may see it; else the page does not exist."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def id_of(text: str) -> UUID | None:
    """An id out of a query or a form; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def chosen(rows: QuerySet[Any], value: str) -> Any:
    """The row that a select names, or None for none."""
    pk = id_of(value)
    return rows.filter(pk=pk).first() if pk else None
