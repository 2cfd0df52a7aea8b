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

    All keys rise, or all fall (`-at`, `-id`). Where the first may be null, rows without it come last either way. A key
    that cannot be read shows the first page.
    """
    names, falling = [key.lstrip("-") for key in keys], keys[0].startswith("-")
    backwards = "before" in request.GET
    bound = _read(rows, names, request.GET.get("before" if backwards else "after", ""))
    backwards = backwards and bound is not None
    found = _fetch(rows, names, bound, falling, backwards, size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    before, after = (more, True) if backwards else (bound is not None, more)
    return Page(
        found,
        _address(request, "before", names, found[0]) if before and found else "",
        _address(request, "after", names, found[-1]) if after and found else "",
    )


def _fetch(rows: Any, names: list[str], bound: list[Any] | None, falling: bool, backwards: bool, most: int) -> list:
    """Rows from the bound on, in the direction of reading: those with a first key, then those without."""
    rising = falling == backwards
    order = [name if rising else f"-{name}" for name in names]
    parts = [rows.order_by(*order)]
    if rows.model._meta.get_field(names[0]).null:
        parts = [rows.exclude(**{names[0]: None}).order_by(*order), rows.filter(**{names[0]: None}).order_by(order[-1])]
    at = len(parts) - 1 if bound is not None and bound[0] is None else 0
    if bound is not None:
        keys = slice(1, None) if bound[0] is None else slice(None)
        parts[at] = parts[at].filter(_beyond(names[keys], bound[keys], "gt" if rising else "lt"))
        parts = parts[at::-1] if backwards else parts[at:]
    found: list[Any] = []
    for part in parts:
        if len(found) < most:
            found += part[: most - len(found)]
    return found


def _read(rows: QuerySet[Any], names: list[str], text: str) -> list[Any] | None:
    head, _sign, last = text.rpartition(SEPARATOR)
    parts = [head, last] if len(names) == 2 else [text]
    fields = [rows.model._meta.get_field(name) for name in names]
    try:
        values = [None if not part and f.null else f.to_python(part) for f, part in zip(fields, parts, strict=True)]
    except (ValidationError, ValueError, OverflowError):
        return None
    sound = values[-1] not in (None, "") and (values[0] is not None or fields[0].null)
    return values if sound else None


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
    query[side] = SEPARATOR.join(_word(value) for value in values)
    return f"?{query.urlencode()}"


def _word(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
