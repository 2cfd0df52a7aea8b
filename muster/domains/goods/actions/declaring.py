"""The enterprise declares batches before they enter, one or a whole list, and corrects what it declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids, plans
from muster.kernel.facts.actions import record, record_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import connection

from .. import rules, words
from ..models import Batch, Holder
from .checking import batch_locked, quantity_of, require_here, text_of
from .entry import plan_on

Declared = dict[str, Any]
# What the enterprise says of a batch, as the fields of the row.
SAID = (
    "product", "origin", "declared", "unit", "certificate", "maker_number", "port", "disinfection", "report",
    "expected_at", "first_id",
)  # fmt: skip


def declaration(
    plan: plans.Plan, *, first: Holder | None, product: str, origin: str, quantity: int | None, unit: str,
    certificate: str, expected_at: datetime | None, maker_number: str = "", port: str = "", disinfection: str = "",
    report: str = "",
) -> Declared:  # fmt: skip
    """What is declared, as it is stored. Raises Invalid.

    `certificate` is the number of customs' inspection and quarantine certificate; `disinfection` and `report` are those
    of the disinfection and the test that were made at the border, if any: the enterprise's word, no proof.
    """
    said: Declared = {
        "product": text_of(product, "product"), "origin": text_of(origin, "origin"),
        "certificate": text_of(certificate, "certificate"),
    }  # fmt: skip
    free = {"maker_number": maker_number, "port": port, "disinfection": disinfection, "report": report}
    said |= {name: text_of(text, name, needed=False) for name, text in free.items()}
    if unit not in words.UNITS:
        raise Invalid("unit", _("Choose a unit."))
    if expected_at is None:
        raise Invalid("expected_at", _("Say when it will arrive."))
    if first is None:
        raise Invalid("first", _("Choose an enterprise."))
    if plan.goods and plan.goods.central_warehouse and first.kind != "central":
        raise Invalid("first", _("The plan sends imported goods to the supervised central warehouse first."))
    return said | {
        "declared": quantity_of(quantity), "unit": unit, "expected_at": expected_at, "first_id": first.id,
        "first_place": first.place_id, "plan": plan.edition,
    }  # fmt: skip


def _same(owner: Holder, said: Declared) -> Any:
    names = ("certificate", "product", "maker_number")
    return Batch.objects.filter(owner=owner, **{name: said[name] for name in names})


@action("goods.declare")
def declare(*, by: Any, owner: Holder, now, op=None, **given: Any) -> Batch:
    """The enterprise declares a batch before it enters the district: see `declaration`. Raises Invalid."""
    require_here(by, "goods.declare", owner)
    said = declaration(plan_on(now), **given)
    if _same(owner, said).exists():
        raise Invalid("certificate", _("These goods are declared already."))
    return _store([(owner, said)], by, now, op)[0]


@action("goods.declare_list")
def declare_list(*, by: Any, rows: Sequence[tuple[Holder, dict[str, Any]]], now, op=None) -> list[Batch]:
    """The same of a whole list, of (owner, what it declares). Raises Invalid, and IntegrityError for a known batch."""
    for owner in {owner.pk: owner for owner, _given in rows}.values():
        require_here(by, "goods.declare_list", owner)
    plan = plan_on(now)
    return _store([(owner, declaration(plan, **given)) for owner, given in rows], by, now, op)


def _store(rows: Sequence[tuple[Holder, Declared]], by: Any, now: datetime, op: Any) -> list[Batch]:
    numbers = _numbers(Counter(owner.area for owner, _said in rows), now)
    made = Batch.objects.bulk_create(
        Batch(
            id=ids.uuid7(), number=next(numbers[owner.area[:6]]), owner=owner, area=owner.area,
            owner_place=owner.place_id, declared_at=now, **said,
        )
        for owner, said in rows
    )  # fmt: skip
    before = {edition: plans.edition(edition).value("goods.declare_minutes") for edition in {row.plan for row in made}}
    facts = [
        {"subject": row.id, "area": row.area,
         "data": {"late": row.expected_at < now + timedelta(minutes=before[row.plan])}}
        for row in made
    ]  # fmt: skip
    record_many("goods.declared", facts, by=by, now=now, op=op)
    return made


def _numbers(areas: Counter[str], now: datetime) -> dict[str, Any]:
    """The next numbers of each district, today."""
    with connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('goods.number'))")
    today, found = clock.local_day(now), dict[str, Any]()
    for district in {area[:6] for area in areas}:
        start = rules.number_of(district, today, 0)[:-3]
        taken = Batch.objects.filter(number__startswith=start).order_by(Length("number").desc(), "-number")
        last = taken.values_list("number", flat=True).first()
        first = int(last.removeprefix(start)) + 1 if last else 1
        many = sum(count for area, count in areas.items() if area[:6] == district)
        found[district] = iter([rules.number_of(district, today, at) for at in range(first, first + many)])
    return found


@action("goods.correct_declaration")
def correct_declaration(*, by: Any, batch: Batch, now, op=None, **given: Any) -> Batch:
    """Say otherwise what was declared (`declaration`), as long as nothing has arrived. Raises Invalid."""
    row = batch_locked(batch.pk)
    owner = Holder.objects.get(pk=row.owner_id)
    require_here(by, "goods.correct_declaration", owner)
    if row.arrived_at is not None:
        raise Invalid("state", _("It has arrived: what was declared is not changed any more."))
    said = declaration(plan_on(now), **given)
    if _same(owner, said).exclude(pk=row.pk).exists():
        raise Invalid("certificate", _("These goods are declared already."))
    changed = [name for name in SAID if getattr(row, name) != said[name]]
    if changed:
        for name in (*SAID, "first_place"):
            setattr(row, name, said[name])
        row.save(update_fields=[*SAID, "first_place"])
        data = {"changed": [name.removesuffix("_id") for name in changed]}
        record("goods.declaration_corrected", subject=row.id, area=row.area, by=by, now=now, op=op, data=data)
    return row
