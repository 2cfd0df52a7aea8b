"""A form as the house tests send it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.town import Town

Values = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """Who sends what. `changed` replaces fields of the form; None: nothing but the address says what is meant.

    `by` is a name in `town.posts`, '' for a visitor. A value that is a function is called for each copy (files).
    """

    by: str
    given: Callable[[Town], Values] = lambda town: {}
    changed: Callable[[Town], Values] | None = None
    prepare: Callable[[Town], Values | None] = lambda town: None
    status: tuple[int, ...] = (302, 303)


def says(**values: Any) -> Callable[[Town], Values]:
    """A form that is the same every night."""
    return lambda town: values
