"""Lists of imported goods: each row declares a batch, as its enterprise would at the page, or corrects it.

What a list says of tests and disinfection is the sender's word, not a result: it is shown, and not taken over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.domains.goods import actions
from muster.domains.goods.actions.declaring import SAID
from muster.domains.goods.models import Batch
from muster.kernel import clock
from muster.ledger.imports import undoing
from muster.ledger.imports.drafts import (
    CHANGED,
    DUPLICATE,
    ERROR,
    NEW,
    Effect,
    Judged,
    Options,
    Verdict,
    settle,
)
from muster.ledger.imports.reading.table import REMARK, Table

from .goods_rows import Row, rows_of

FIXED = ("origin", "declared", "unit")  # what stays of a declaration once the goods have arrived
SHOWN = {"declared": "quantity", "first_id": "first"}
NEAR = timedelta(days=3)  # goods alike that are expected so close may be the same under another number


def judge(table: Table, options: Options, now: datetime) -> Judged:
    """A verdict for every row of a list of goods."""
    rows = rows_of(table, options, now)
    _match(rows)
    verdicts = [Verdict(number) for number in table.numbers]
    first: dict[Any, tuple[int, Row]] = {}
    again = 0
    alike = _alike(rows.values())
    for index, row in rows.items():
        number, before = first.setdefault(row.key, (table.numbers[index], row))
        if before is not row:
            if before.owner == row.owner and before.said == row.said:
                again += 1
                table.find(index, REMARK, "", _("Row %(row)s says the same") % {"row": number})
            else:
                table.find(
                    index, ERROR, "product", _("The same goods stand otherwise in row %(row)s") % {"row": number}
                )
            continue
        _say(table, index, verdicts[index], row, alike)
    settle(table, verdicts)
    return Judged(table, verdicts, rows, again)


def take(judged: Judged, indexes: Sequence[int], options: Options, now: datetime, op: UUID | None) -> Effect:
    """Declare new batches and correct known ones, in the caller's transaction."""
    rows = [judged.work[index] for index in indexes]
    fresh = [(row.owner, row.given) for row in rows if row.known is None]
    made = actions.declare_list(by=options.by, rows=fresh, now=now) if fresh else []
    effect = Effect({"goods_batch": [str(batch.pk) for batch in made]})
    for row in rows:
        if row.known is not None:
            was = _plain(row.known)
            after = actions.correct_declaration(by=options.by, batch=row.known, now=now, **row.given)
            effect.before.append({"batch": str(row.known.pk), **was, "after": _plain(after)})
    return effect


def undo(effect: dict[str, Any], now: datetime) -> None:
    """Take back what a list declared, unless it has arrived or was corrected since. Raises Invalid."""
    made = Batch.objects.select_for_update().filter(pk__in=effect["made"].get("goods_batch", ()))
    if made.exclude(arrived_at=None).exists():
        raise undoing.depends("goods_lot")
    undoing.delete(made)
    before = {each["batch"]: each for each in effect["before"]}
    rows = list(Batch.objects.select_for_update().filter(pk__in=before))
    for row in rows:
        was = before[str(row.pk)]
        if _plain(row) != was["after"]:
            raise undoing.changed_since()
        for name in _PUT_BACK:
            setattr(row, name, Batch._meta.get_field(name.removesuffix("_id")).to_python(was[name]))
    if rows:
        Batch.objects.bulk_update(rows, [name.removesuffix("_id") for name in _PUT_BACK], batch_size=1000)


_PUT_BACK = (*SAID, "first_place")


def _plain(row: Batch) -> dict[str, Any]:
    """What is declared of a batch, and whether it has arrived, as JSON keeps it."""
    found = {name: getattr(row, name) for name in (*_PUT_BACK, "arrived_at")}
    return {
        name: value.astimezone(UTC).isoformat()
        if isinstance(value, datetime)
        else str(value)
        if isinstance(value, UUID)
        else value
        for name, value in found.items()
    }


def _match(rows: dict[int, Row]) -> None:
    """Find the batches that are declared already."""
    known = Batch.objects.filter(
        owner__in={row.owner.pk for row in rows.values()},
        certificate__in={row.said["certificate"] for row in rows.values()},
    )
    by_key = {(each.owner_id, each.certificate, each.product, each.maker_number): each for each in known}
    for row in rows.values():
        row.known = by_key.get(row.key)


def _alike(rows: Any) -> dict[Any, list[Batch]]:
    """Batches by owner, goods and quantity that the list does not name."""
    owners, products = {row.owner.pk for row in rows}, {row.said["product"] for row in rows}
    named = {row.known.pk for row in rows if row.known is not None}
    found: dict[Any, list[Batch]] = {}
    for each in Batch.objects.filter(owner__in=owners, product__in=products).exclude(pk__in=named):
        found.setdefault((each.owner_id, each.product, each.declared, each.unit), []).append(each)
    return found


def _say(table: Table, index: int, verdict: Verdict, row: Row, alike: dict[Any, list[Batch]]) -> None:
    """New, changed and how, unchanged, or alike to a batch under another number."""
    if row.known is not None:
        _compare(table, index, verdict, row, row.known)
        return
    verdict.verdict = NEW
    key = (row.owner.pk, row.said["product"], row.said["declared"], row.said["unit"])
    for other in alike.get(key, ()):
        if abs(other.expected_at - row.said["expected_at"]) <= NEAR:
            verdict.verdict, verdict.other = DUPLICATE, other.pk
            verdict.reason = _("Batch %(number)s is alike under another number") % {"number": other.number}
            verdict.changes = {
                name: (str(getattr(other, name)), str(row.said[name])) for name in ("certificate", "maker_number")
            }
            return


def _compare(table: Table, index: int, verdict: Verdict, row: Row, known: Batch) -> None:
    """What the row says otherwise than was declared; an empty cell says nothing."""
    here = known.arrived_at is not None
    said, was = (each.astimezone(clock.zone()) for each in (row.said["expected_at"], known.expected_at))
    if said == said.replace(hour=0, minute=0) and said.date() == was.date():  # a day alone says no hour
        row.said["expected_at"] = row.given["expected_at"] = known.expected_at
    names = [
        name for name in (FIXED if here else SAID) if row.said[name] not in ("", getattr(known, name))
    ]  # fmt: skip
    for name in SAID:
        if row.said[name] == "":
            row.given[name] = getattr(known, name)
    if not names:
        return
    if here:
        reason = _("It has arrived: what was declared is not changed any more.")
        table.find(index, ERROR, SHOWN.get(names[0], names[0]), reason)
        return
    verdict.verdict = CHANGED
    verdict.change({SHOWN.get(name, name): (_text(known, name), _new(row, name)) for name in names})


def _text(batch: Batch, name: str) -> str:
    value = batch.first.name if name == "first_id" else getattr(batch, name)
    return _shown(value)


def _new(row: Row, name: str) -> str:
    return _shown(row.given["first"].name if name == "first_id" else row.said[name])


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(clock.zone()):%Y-%m-%d %H:%M}"
    return str(value)
