"""What a domain adds to the house, as data: kinds of fact, permissions, kinds of duty, menu entries.

Each app has at most one `declarations.py`, read at start-up by `read_all()`. Everything declared here is documented
(`docs/reference.md` is made from it) and checked by the house tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

Text = Any  # a str or a lazily translated one


@dataclass(frozen=True)
class FactKind:
    """A kind of thing that happens; `about` says what its subject is."""

    name: str
    meaning: Text
    about: str = ""


@dataclass(frozen=True)
class Permission:
    """The right to call an action or see a page, and the roles that hold it."""

    name: str
    roles: frozenset[str]


@dataclass(frozen=True)
class DutyKind:
    """What somebody owes: by which role, proven by which fact, within which time, escalating how fast.

    Where it is owed by now one role, now another (`roles`), its role is given with each duty. `minutes` is a number, or
    the dotted key of a number of minutes in the plan in force.
    """

    name: str
    title: Text
    roles: tuple[str, ...]
    proof: str
    minutes: int | str = 1440
    escalate_minutes: int | str = 60
    url: str = ""


@dataclass(frozen=True)
class MenuEntry:
    """A line of the menu, shown to who may open it; those of one group word stand together under it."""

    title: Text
    route: str
    needs: str
    order: int
    group: Text


@dataclass(frozen=True)
class PersonalColumn:
    """A column that holds personal data, its class, and the plan key of its time to live in days."""

    table: str
    column: str
    kind: str
    keep: str


FACTS: dict[str, FactKind] = {}
PERMISSIONS: dict[str, Permission] = {}
DUTIES: dict[str, DutyKind] = {}
MENU: list[MenuEntry] = []
PERSONAL: list[PersonalColumn] = []
NAMES: dict[str, tuple[str, str]] = {}


def fact(name: str, meaning: Text, about: str = "") -> None:
    """Declare a kind of fact."""
    FACTS[name] = FactKind(name, meaning, about)


def permission(name: str, *roles: str) -> None:
    """Declare who may call the action, or see the pages, of this name."""
    PERMISSIONS[name] = Permission(name, frozenset(roles))


def duty(name: str, *, role: str | tuple[str, ...], **fields: Any) -> None:
    """Declare a kind of duty; see `DutyKind`."""
    DUTIES[name] = DutyKind(name, roles=(role,) if isinstance(role, str) else role, **fields)


def names(route: str, model: str, field: str) -> None:
    """Declare which field names the rows behind a route: so lists say which venue or gathering a duty is about."""
    NAMES[route] = model, field


def menu(title: Text, route: str, *, needs: str, order: int = 50, group: Text = "") -> None:
    """Declare a menu entry."""
    MENU.append(MenuEntry(title, route, needs, order, group))
    MENU.sort(key=lambda entry: entry.order)


def personal(table: str, column: str, kind: str, keep: str) -> None:
    """Declare a column with personal data: class `identity`, `contact`, `health`, `place` or `note`."""
    PERSONAL.append(PersonalColumn(table, column, kind, keep))


def read_all(apps: list[str]) -> None:
    """Import the `declarations` module of every app that has one."""
    for app in apps:
        if find_spec(f"{app}.declarations"):
            import_module(f"{app}.declarations")
