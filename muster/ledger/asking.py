"""What somebody asks of a ledger: which rows, in which order, which columns. Read from an address or a saved view."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from . import searching
from .columns import Column, chosen
from .declaring import Ledger, Rows
from .filters import said

MANY = 1000  # a filtered count stops here
PLACE = ("after", "before", "view")  # of the reader, not of the question


@dataclass(frozen=True)
class Asked:
    """A question to a ledger, by one post. `find` is what is searched for, sealed: an address may hold it."""

    ledger: Ledger
    post: Any
    values: dict[str, str]
    sort: str
    columns: list[Column]
    find: str = ""

    @cached_property
    def found(self) -> searching.Found | None:
        """The rows that the search names; None without a search."""
        text = searching.unsealed(self.find, self.post)
        return None if text is None else searching.search(self.ledger, self.post, text)

    def rows(self) -> Rows:
        """The rows asked for, in no order."""
        rows = self.ledger.rows(self.post)
        for each in self.ledger.filters:
            if each.name in self.values:
                where = each.narrow(self.values[each.name])
                rows = rows.none() if where is None else rows.filter(where)
        if self.found is not None:
            rows = searching.among(rows, self.ledger, self.found)
        return rows

    def ordered(self) -> Rows:
        """All of them in order; rows without a value in that column come last."""
        falling, name = self.sort.startswith("-"), self.sort.lstrip("-")
        from django.db.models import F

        first = F(name).desc(nulls_last=True) if falling else F(name).asc(nulls_last=True)
        return self.rows().order_by(first, "-pk" if falling else "pk")

    def count(self, most: int = MANY) -> int:
        """How many rows there are; `most` + 1 stands for more."""
        return self.rows().order_by()[: most + 1].count()

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns to page by: that of the order, and the key where several rows may have the same in it."""
        meta, sign = self.ledger.model._meta, "-" if self.sort.startswith("-") else ""
        field = meta.get_field(self.sort.lstrip("-"))
        unique = field.unique or any(made.fields == (field.name,) for made in meta.total_unique_constraints)
        return (self.sort,) if unique and not field.null else (self.sort, sign + meta.pk.name)

    def query(self, **changed: Any) -> str:
        """The question as the query of an address; a change to None leaves that part out."""
        parts: dict[str, Any] = dict(self.values)
        if self.sort != self.ledger.order:
            parts["sort"] = self.sort
        if self.columns != [column for column in self.ledger.columns_for(self.post) if column.shown]:
            parts["columns"] = [column.name for column in self.columns]
        if self.find:
            parts["find"] = self.find
        parts = {name: value for name, value in (parts | changed).items() if value is not None}
        return urlencode(parts, doseq=True)

    def in_words(self) -> list[tuple[Any, str]]:
        """The filters and their values in words."""
        return [
            (each.title, said(each, self.values[each.name], self.post))
            for each in self.ledger.filters
            if each.name in self.values
        ]


def asked(ledger: Ledger, post: Any, query: QueryDict) -> Asked:
    """Read a question. An unknown sort or column counts as none said; the value of a filter is kept as it is."""
    values = {each.name: query[each.name].strip() for each in ledger.filters if query.get(each.name, "").strip()}
    sort = query.get("sort", "")
    if sort.lstrip("-") not in ledger.sorts:
        sort = ledger.order
    columns = chosen(ledger.columns_for(post), query.getlist("columns"))
    return Asked(ledger, post, values, sort, columns, query.get("find", ""))
