"""Lists page by key, not by offset: the page after the last row shown costs the same however deep it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest

SEPARATOR = "~"


@dataclass(frozen=True)
class Page:
    """One page of rows, and the addresses of the pages before and after it ('' where there is none)."""

    rows: list[Any]
    previous_url: str
    next_url: str


def paged(request: HttpRequest, rows: QuerySet[Any], *keys: str, size: int = 30) -> Page:
    """The page that `?after=` or `?before=` asks for, ordered by one or two columns, the last of them unique.

    All keys rise, or all fall (`-at`, `-id`). A key that cannot be read shows the first page.
    """
    names, falling = [key.lstrip("-") for key in keys], keys[0].startswith("-")
    backwards = "before" in request.GET
    bound = _read(rows, names, request.GET.get("before" if backwards else "after", ""))
    backwards = backwards and bound is not None
    rising = falling == backwards
    if bound is not None:
        rows = rows.filter(_beyond(names, bound, "gt" if rising else "lt"))
    found = list(rows.order_by(*(name if rising else f"-{name}" for name in names))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    before, after = (more, True) if backwards else (bound is not None, more)
    return Page(
        found,
        _address(request, "before", names, found[0]) if before and found else "",
        _address(request, "after", names, found[-1]) if after and found else "",
    )


def _read(rows: QuerySet[Any], names: list[str], text: str) -> list[Any] | None:
    parts = text.split(SEPARATOR)
    try:
        values = [rows.model._meta.get_field(name).to_python(part) for name, part in zip(names, parts, strict=True)]
    except (ValidationError, ValueError):
        return None
    return values if all(values) else None


def _beyond(names: list[str], values: list[Any], side: str) -> Q:
    """Rows after the bound in the order of the keys; the first condition is what the index ranges over."""
    first, last = names[0], names[-1]
    if len(names) == 1:
        return Q(**{f"{first}__{side}": values[0]})
    tied = Q(**{f"{first}__{side}": values[0]}) | Q(**{f"{last}__{side}": values[1]})
    return Q(**{f"{first}__{side}e": values[0]}) & tied


def _address(request: HttpRequest, side: str, names: list[str], row: Any) -> str:
    query = request.GET.copy()
    for old in ("after", "before"):
        query.pop(old, None)
    values = [getattr(row, name) for name in names]
    query[side] = SEPARATOR.join(v.isoformat() if hasattr(v, "isoformat") else str(v) for v in values)
    return f"?{query.urlencode()}"
