"""What the pages of screening share: running one action, and finding the row that a page is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect

from muster.kernel import clock
from muster.kernel.operations.errors import Invalid

Again = Callable[[dict[str, Any]], HttpResponse]


def answer(do: Callable[[], Any], back: str, again: Again) -> HttpResponse:
    """Run one action; go `back` when it is done, else show the page `again` with what was wrong beside the field."""
    try:
        do()
    except Invalid as no:
        return again({no.field: no.message})
    return HttpResponseRedirect(back)


def found(rows: QuerySet[Any], pk: UUID) -> Any:
    """The row, if the post may see it."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def chosen(rows: QuerySet[Any], value: str) -> Any:
    """The row that a select names, or None for none."""
    try:
        return rows.filter(pk=UUID(value)).first() if value else None
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """A moment from a form, local to the site; None for what is none, or lies in another age."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 2000 <= read.year <= 2200:
        return None
    return read if read.tzinfo else read.replace(tzinfo=clock.zone())


def number(text: str) -> int | None:
    """A whole number from a form; None for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def degrees(text: str) -> float | None:
    """Degrees from a form; None for what is none."""
    try:
        return float(text)
    except ValueError:
        return None
