"""The filters of a ledger: what can be asked in an address, and which rows remain.

A filter is answered by an index within the post's range; where a choice leaves few of many it needs one of its own. A
value that nobody offered leaves no row: an address with a slip in it must not show everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.codes import span
from muster.kernel.areas.queries import children
from muster.web.area_names import area_path

from .serving import fields_of

Text = Any
Options = list[tuple[str, Text]]


@dataclass(frozen=True)
class Filter:
    """`narrow` makes a condition of the value, None where the value is none; `options` are what the post may choose.

    Without options it is not on the page: links from elsewhere bring it, and the page offers to take it away again.
    `parts` are the fields that its conditions ask, a set for each: an index must begin with one of them, unless `broad`
    says why each choice leaves so many rows that those of a page are soon met on the way.
    """

    name: str
    title: Text
    narrow: Callable[[str], Q | None]
    options: Callable[[Any], Options] | None = None
    empty: Text = _("all")
    parts: tuple[Any, ...] = ()
    broad: str = ""


def choice(
    name: str,
    title: Text,
    meaning: Mapping[Any, Text],
    *,
    field: str = "",
    also: Mapping[str, tuple[Text, Q]] = {},
    broad: str = "",
) -> Filter:
    """One of the words of a field; `also` adds choices with conditions of their own, which stand first."""
    codes = {str(code): code for code in meaning if str(code)}

    def narrow(value: str) -> Q | None:
        if value in also:
            return also[value][1]
        return Q(**{field or name: codes[value]}) if value in codes else None

    pairs = [(key, title) for key, (title, _where) in also.items()] + [(key, meaning[codes[key]]) for key in codes]
    parts = [{field or name}] if codes else []
    parts += [fields_of(where) for _title, where in also.values()]
    return Filter(name, title, narrow, lambda post: pairs, parts=tuple(parts), broad=broad)


def which(name: str, title: Text, conditions: Mapping[str, tuple[Text, Q]], *, broad: str = "") -> Filter:
    """Conditions with a name each."""
    return choice(name, title, {}, also=conditions, broad=broad)


def within(title: Text = _("Area"), *, name: str = "area", field: str = "area") -> Filter:
    """An area and all below it: one of those right below the post's own, or any code from a link."""

    def narrow(value: str) -> Q:
        lo, hi = span(value.strip())
        return Q(**{f"{field}__gte": lo, f"{field}__lt": hi})

    return Filter(name, title, narrow, areas_below, parts=({field},))


def areas_below(post: Any) -> Options:
    """The areas one level below the post's, by name; none for who works at a place."""
    return list(children(post.area).values_list("code", "name")) if post.lo is not None else []


def reference(name: str, title: Text, field: str = "") -> Filter:
    """The row that another page linked from, by its id."""

    def narrow(value: str) -> Q | None:
        try:
            return Q(**{field or name: UUID(value)})
        except ValueError:
            return None

    return Filter(name, title, narrow, parts=({field or name},))


def linked(name: str, title: Text, conditions: Mapping[str, Q], *, broad: str = "") -> Filter:
    """Conditions that only links from other pages use."""
    return Filter(name, title, conditions.get, parts=tuple(map(fields_of, conditions.values())), broad=broad)


def said(narrower: Filter, value: str, post: Any) -> str:
    """The value of a filter in words, for what stands above the rows and on paper."""
    for option, words in narrower.options(post) if narrower.options else []:
        if option == value:
            return str(words)
    return area_path(value.strip()) if narrower.options is areas_below else ""
