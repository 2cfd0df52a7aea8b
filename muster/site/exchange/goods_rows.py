"""The rows of a list of imported goods: what each declares, in our own words and units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from muster.domains.goods import rules
from muster.domains.goods.actions.declaring import declaration
from muster.domains.goods.actions.entry import plan_on
from muster.domains.goods.models import Batch, Holder
from muster.kernel import clock
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import reaches
from muster.ledger.imports.drafts import ERROR, Options, sound
from muster.ledger.imports.reading.shapes import plain
from muster.ledger.imports.reading.table import REMARK, REVIEW, Table

CLAIMS = ("tested", "test_result", "disinfected")
TEXTS = ("product", "origin", "certificate", "maker_number", "port", "disinfection", "report")
HALF_A_YEAR = timedelta(days=182)


@dataclass
class Row:
    """A sound row: what it declares, as the action wants it and as it would be stored; and the batch it is known as."""

    owner: Holder
    given: dict[str, Any]
    said: dict[str, Any]
    known: Batch | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """By what goods are known again."""
        return self.owner.pk, self.said["certificate"], self.said["product"], self.said["maker_number"]


def _stand_in(table: Table, wanted: str, other: str, note: str) -> None:
    """Where a list leaves a column empty, what stands for it."""
    if other not in table.values:
        return
    blank = [""] * len(table.numbers)
    said = table.values.get(wanted, blank)
    for index, (text, instead) in enumerate(zip(said, table.values[other], strict=True)):
        if not text and instead:
            table.find(index, REMARK, wanted, note)
    table.values[wanted] = [text or instead for text, instead in zip(said, table.values[other], strict=True)]


def _claims(table: Table) -> None:
    for index in range(len(table.numbers)):
        said = [text for name in CLAIMS if name in table.values and (text := table.values[name][index])]
        if said:
            text = _("Not taken over: %(said)s. It needs the result of a laboratory, or the warehouse's own record")
            table.find(index, REMARK, "", text % {"said": ", ".join(said)})


def rows_of(table: Table, options: Options, now: datetime) -> dict[int, Row]:
    """The rows that can be declared, by index; what is wrong with the others is noted."""
    _stand_in(table, "certificate", "customs", _("No certificate is named: the customs declaration stands for it"))
    _stand_in(table, "expected_at", "imported_at", _("No day of arrival is named: that of the entry stands for it"))
    _claims(table)
    try:
        plan = plan_on(now)
    except Invalid as no:
        for index in range(len(table.numbers)):
            table.find(index, ERROR, "", no.message)
        return {}
    holders: dict[str, list[Holder]] = {}
    for holder in Holder.objects.all():
        holders.setdefault(plain(holder.name), []).append(holder)
    columns = {name: header for name, header in zip(table.columns, table.header, strict=True) if name}
    found = {}
    for index in sound(table):
        said = table.row(index)
        try:
            owner = _owner(said.get("owner", ""), holders, options.by)
            given: dict[str, Any] = {name: said.get(name, "") for name in TEXTS}
            given["certificate"] = "".join(given["certificate"].split())
            given["first"] = _holder("first", said.get("first", ""), holders)
            given["quantity"], given["unit"], rounded = _quantity(said, columns)
            given["expected_at"] = _moment(said.get("expected_at", ""))
            found[index] = Row(owner, given, declaration(plan, **given))
        except Invalid as no:
            table.find(index, ERROR, no.field, no.message)
            continue
        if rounded:
            weight = {"said": said.get("quantity") or said.get("weight"), "kg": given["quantity"]}
            table.find(index, REMARK, "quantity", _("%(said)s is declared as %(kg)s whole kg") % weight)
        _year(table, index, given["expected_at"], now)
    return {index: found[index] for index in sound(table) if index in found}


def _year(table: Table, index: int, expected: datetime, now: datetime) -> None:
    """A day without a year was taken for the latest such day; goods may be yet to come."""
    guessed = any(each.column in ("expected_at", "imported_at") and each.kind == REMARK and each.reason.startswith("“")
                  for each in table.findings.get(index, ()))  # fmt: skip
    if guessed and expected < now - HALF_A_YEAR:
        table.find(index, REVIEW, "expected_at", _("Which year? Write the day with its year"))


def _holder(column: str, name: str, holders: dict[str, list[Holder]]) -> Holder:
    if not name:
        raise Invalid(column, _("No enterprise is named; where it is the same in every row, say it once."))
    found = holders.get(plain(name), [])
    if not found:
        raise Invalid(column, _("No enterprise of this name is registered: %(name)s") % {"name": name})
    if len(found) > 1:
        raise Invalid(column, _("Several enterprises have this name: %(name)s") % {"name": name})
    return found[0]


def _owner(name: str, holders: dict[str, list[Holder]], by: Any) -> Holder:
    """Who declares: the named enterprise, where the post may; without a name the post's own."""
    if not name and by.id is not None and by.place_id:
        for found in holders.values():
            if own := [holder for holder in found if holder.place_id == by.place_id]:
                return own[0]
    owner = _holder("owner", name, holders)
    if not reaches(by, owner.area, owner.place_id):
        raise Invalid(
            "owner", _("Goods are declared by their owner or its market supervision: %(name)s") % {"name": name}
        )
    return owner


def _quantity(said: dict[str, str], columns: dict[str, str]) -> tuple[int, str, bool]:
    """How much of what; the weight where no quantity is given."""
    column = "quantity" if said.get("quantity") else "weight"
    text = said.get(column, "")
    if not text:
        raise Invalid("quantity", _("A quantity is needed, or a weight."))
    try:
        amount, own = rules.amount_of(text)
    except ValueError:
        raise Invalid(
            column, _("Not a quantity such as 1200, 1,200 boxes or 24.5 t: %(text)s") % {"text": text}
        ) from None
    beside = said.get("unit", "").casefold() if column == "quantity" else ""
    if own and beside and rules.MEASURES.get(own) != rules.MEASURES.get(beside):
        raise Invalid("unit", _("Two units: %(one)s and %(other)s") % {"one": own, "other": beside})
    measure = own or beside or rules.measure_of(columns.get(column, ""))
    if measure not in rules.MEASURES:
        raise Invalid(
            "unit", _("Say what is counted: boxes, kg, t or pieces; not: %(text)s") % {"text": measure or "–"}
        )
    try:
        return rules.whole_units(amount, measure)
    except ValueError:
        raise Invalid(column, _("Boxes and pieces are whole: %(text)s") % {"text": text}) from None


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.zone())
