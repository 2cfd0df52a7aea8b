"""What the pages of premises share: running one action, finding a row, drawing a code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import segno
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from muster.kernel.operations.errors import Invalid

Again = Callable[[dict[str, Any]], HttpResponse]


def answer(do: Callable[[], Any], back: Callable[[Any], str], again: Again) -> HttpResponse:
    """Run one action; go `back` when it is done, else show the page `again` with what was wrong beside the field."""
    try:
        done = do()
    except Invalid as no:
        return again({no.field: no.message})
    return HttpResponseRedirect(back(done))


def found(rows: QuerySet[Any], pk: UUID) -> Any:
    """The row, if the post may see it."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def address(request: HttpRequest, route: str, code: str) -> str:
    """The whole address of a public page that a code opens."""
    return request.build_absolute_uri(reverse(route, args=[code]))


def drawn(text: str) -> SafeString:
    """A QR code (ISO/IEC 18004) as SVG that takes the size of what it stands in."""
    return mark_safe(segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=3, svgclass="qr"))
