"""Whether an index serves what a ledger offers: an order or a filter without one is refused when it is registered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, UniqueConstraint

if TYPE_CHECKING:
    from .declaring import Ledger


def unserved(ledger: Ledger) -> list[str]:
    """The orders and filters that no index serves. A filter may say that it leaves many (`broad`), a ledger `few`."""
    known = indexed(ledger.model)
    missing = [f"the order by {field}" for field in ledger.sorts if field not in known]
    if ledger.few:
        return missing
    for each in ledger.filters:
        parts = each.parts or ({"no field is named"},)
        unmet = [" or ".join(sorted(part)) for part in parts if not {name.partition("__")[0] for name in part} & known]
        if unmet and not each.broad:
            missing.append(f"the filter {each.name} ({', '.join(unmet)})")
    return missing


def indexed(model: type[Model]) -> set[str]:
    """The fields that an index of the table begins with, or that the condition of a partial one names."""
    meta = model._meta
    found = {field.name for field in meta.fields if field.unique or field.db_index}
    found |= {fields[0] for fields in meta.unique_together}
    for made in (*meta.indexes, *(each for each in meta.constraints if isinstance(each, UniqueConstraint))):
        found |= {made.fields[0].lstrip("-")} if made.fields else set()
        found |= fields_of(made.condition) if made.condition else set()
    return found


def fields_of(where: Q) -> set[str]:
    """The fields of the table that a condition asks."""
    return set(_fields(where))


def _fields(where: Any) -> Iterator[str]:
    for child in where.children:
        if isinstance(child, Q):
            yield from _fields(child)
        elif isinstance(child, tuple):
            yield child[0].partition("__")[0].removesuffix("_id")
