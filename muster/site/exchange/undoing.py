"""Taking back cases and contacts that a list brought, with the persons that came with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from muster.domains.tracing.loading import cases as case_rows
from muster.domains.tracing.loading import contacts as contact_rows
from muster.domains.tracing.models import Case, Chain, Classification, Contact, Link
from muster.ledger.imports import residents, undoing

from .cases import _plain
from .contacts import _flat


def undo_cases(effect: dict[str, Any], now: datetime) -> None:
    """Take a batch of cases back. Raises Invalid."""
    made = effect["made"].get("tracing_case", [])
    _put_back(Case, "case", case_rows.CONTENT, effect["before"], _plain)
    if made:
        if Link.objects.filter(source__in=made).exclude(target__in=made).exists():
            raise undoing.depends("tracing_link")
        chains = list(Case.objects.filter(pk__in=made).values_list("chain_id", flat=True))
        Link.objects.filter(target__in=made).delete()
        Classification.objects.filter(case__in=made).delete()
        undoing.delete(Case.objects.filter(pk__in=made))
        Chain.objects.filter(pk__in=chains, cases=None, owner_post=None).delete()
    residents.undo(effect, now)


def undo_contacts(effect: dict[str, Any], now: datetime) -> None:
    """Take a batch of contacts back. Raises Invalid."""
    made = effect["made"].get("tracing_contact", [])
    _put_back(Contact, "contact", contact_rows.CONTENT, effect["before"], _flat)
    undoing.delete(Contact.objects.filter(pk__in=made))
    residents.undo(effect, now)


def _put_back(model: Any, key: str, content: tuple[str, ...], before: list[dict[str, Any]], plain: Any) -> None:
    """Rows as they were, unless somebody changed them since."""
    kept = {each[key]: each for each in before if key in each}
    rows = list(model.objects.select_for_update().filter(pk__in=kept))
    for row in rows:
        was = kept[str(row.pk)]
        if any(plain(getattr(row, name)) != was["after"][name] for name in content):
            raise undoing.changed_since()
        for name in content:
            setattr(row, name, _value(model, name, was[name]))
    if rows:
        model.objects.bulk_update(rows, [name.removesuffix("_id") for name in content], batch_size=1000)


def _value(model: Any, name: str, said: Any) -> Any:
    return model._meta.get_field(name).to_python(said) if said and not name.endswith("_id") else said
