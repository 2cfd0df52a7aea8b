"""The declaration of a ledger. A domain's `ledgers.py` makes one for each of its lists and registers it.

`docs/adding-a-ledger.md` shows one. From the declaration come the page, the rows as JSON, the map, files and paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.kernel.people.queries import labels_of
from muster.kernel.posts.logins import ACT
from muster.kernel.posts.permissions import may, visible_to
from muster.web.page import page, routes

from .columns import Column
from .filters import Filter
from .serving import unserved

Text = Any
Rows = QuerySet[Any]


@dataclass(frozen=True)
class Deed:
    """What can be done to many rows at once, after a preview that says what each will get, or why not.

    `why_not` asks a row and a post, without a query, and says a reason or None; `do(by=, row=, now=)` calls one action
    of the domain, which checks again. `needs` is that action's permission.
    """

    name: str
    title: Text
    needs: str
    why_not: Callable[[Any, Any], Text | None]
    do: Callable[..., Any]


@dataclass(frozen=True)
class Ledger:
    """A list that people work from.

    `order` names a sortable field, with `-` for falling. `scope` narrows rows to what a post may see and says so by
    ranges that an index answers; row-level security makes it certain. `person` is the field that leads to the person,
    by whom rows are found; `opens` the route that a row leads to; `place` the area by which it stands on the map.
    `ready` puts onto a batch of rows what their columns want, in as many queries for fifty rows as for one. `late` says
    of a row that it is. `live` names the topic on which the rows are fetched anew. `first` is asked where nobody asks
    anything, as `show=open`. `template` extends `ledger/list.html`, and `beside` gives it what it shows besides.

    `few` says why there are thousands of rows at most: then filters need no index. `closed` is for a table that no page
    can read: the rows come by the login of actions, and `scope` alone holds them. `counter` is the table whose rows are
    counted by grid (`counting.counted`), where these and no others are the rows within an area.
    """

    name: str
    title: Text
    model: type[Model]
    route: str
    path: str
    needs: str
    columns: tuple[Column, ...]
    order: str
    filters: tuple[Filter, ...] = ()
    deeds: tuple[Deed, ...] = ()
    source: Callable[[], Rows] | None = None
    scope: Callable[[Rows, Any], Rows] = visible_to
    person: str = ""
    opens: str = ""
    place: str = "area"
    ready: Callable[[list[Any]], Any] | None = None
    late: Callable[[Any], bool] = lambda row: False
    live: str = ""
    empty: Text = _("Nothing here.")
    first: str = ""
    template: str = "ledger/list.html"
    beside: Callable[[Any], dict[str, Any]] | None = None
    few: str = ""
    closed: bool = False
    counter: str = ""

    def rows(self, post: Any) -> Rows:
        """Every row that the post may see."""
        rows = self.source() if self.source else self.model._default_manager.all()
        return self.scope(rows.using(ACT) if self.closed else rows, post)

    def columns_for(self, post: Any) -> list[Column]:
        """The columns that say something to the post: who works for an organisation sees no person."""
        return [each for each in self.columns if each.name != "whom" or not post.organisation_id]

    def batch(self, rows: Iterable[Any]) -> list[Any]:
        """Rows made ready for their columns: masked names (where the post sees the person), and the ledger's own."""
        found = list(rows)
        if self.person:
            field = self.model._meta.get_field(self.person)
            read = [(row, getattr(row, self.person)) for row in found if field.is_cached(row)]
            apart = {getattr(row, f"{self.person}_id") for row in found if not field.is_cached(row)} - {None}
            labels = labels_of(apart) if apart else {}
            for row in found:
                row.label = labels.get(getattr(row, f"{self.person}_id"), "")
            for row, person in read:
                row.label = person.label if person else ""
        if self.ready:
            self.ready(found)
        return found

    @cached_property
    def sorts(self) -> dict[str, Column]:
        """The columns by whose order the rows can be had, by field."""
        return {column.sort: column for column in self.columns if column.sort}

    def deeds_of(self, post: Any) -> list[Deed]:
        """What the post may do to rows."""
        return [deed for deed in self.deeds if may(post, deed.needs)]

    def link(self, post: Any) -> Callable[[Any], str]:
        """A function that says where a row leads; '' where the post may not go there."""
        needs = {route.name: route.needs for route in routes()}
        open_ = bool(self.opens) and may(post, needs[self.opens])
        return lambda row: reverse(self.opens, args=[row.pk]) if open_ else ""


def in_ranges(*fields: str) -> Callable[[Rows, Any], Rows]:
    """A scope: one of these areas lies in the post's range."""

    def scope(rows: Rows, post: Any) -> Rows:
        if post.lo is None:
            return rows.none()
        where = Q()
        for each in fields:
            where |= Q(**{f"{each}__gte": post.lo, f"{each}__lt": post.hi})
        return rows.filter(where)

    return scope


LEDGERS: dict[str, Ledger] = {}


def register(*ledgers: Ledger) -> None:
    """Add ledgers to the house; each gets its page. Raises ValueError for what would be slow over many rows."""
    from .pages import list_page

    for made in ledgers:
        if missing := unserved(made):
            raise ValueError(f"{made.name}: no index serves {', '.join(missing)}")
        LEDGERS[made.name] = made
        page(made.path, name=made.route, needs=made.needs)(list_page(made))


def read_all(apps: list[str]) -> None:
    """Import the `ledgers` module of every app that has one."""
    for app in apps:
        if find_spec(f"{app}.ledgers"):
            import_module(f"{app}.ledgers")
