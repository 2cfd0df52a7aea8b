"""Rows of people as a file has them, read and checked before the database is asked anything about persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel.areas import queries as areas
from muster.kernel.areas.codes import normalise
from muster.kernel.areas.words import explain
from muster.kernel.loading import BadValue, LoadReport, NumberedRow, cell, reject
from muster.kernel.people import crypto, identifiers, names
from muster.kernel.people.identifiers import Number

LONGEST = {"ref": 100, "name": 100, "address": 500, "household": 100}


@dataclass(slots=True)
class PersonRow:
    """A row as read; blank fields are ''. `known` is the person it is about, once found."""

    number: int
    ref: str
    name: str
    area: str
    address: str
    household: str
    numbers: list[tuple[Number, bytes]]
    known: Known | None = field(default=None, init=False)

    @property
    def card(self) -> str:
        """The Chinese identity number, if the row has one."""
        return next((n.value for n, _index in self.numbers if n.kind == "id_card"), "")


@dataclass(slots=True)
class Known:
    """A person as stored, as far as a row can change it."""

    id: UUID
    home: str
    household: str
    name: str
    address: str
    indexes: set[bytes] = field(default_factory=set)

    def differs(self, row: PersonRow) -> bool:
        """Whether the row says anything new."""
        pairs = (
            (row.name, self.name),
            (row.area, self.home),
            (row.address, self.address),
            (row.household, self.household),
        )
        return any(said and said != stored for said, stored in pairs) or any(
            index not in self.indexes for _number, index in row.numbers
        )


def read_people(rows: Iterable[NumberedRow], report: LoadReport) -> list[PersonRow]:
    """The acceptable rows, one for each person; the others are rejected or counted as unchanged."""
    read: dict[Any, PersonRow] = {}
    for number, row in rows:
        column = "area"
        try:
            area = _area(row.get("area"))
            numbers = []
            for column, reader in (("id_number", identifiers.read_any), ("phone", _phone)):
                if cell(row.get(column)):
                    value = reader(row[column])
                    numbers.append((value, crypto.blind_index(*value)))
        except BadValue as error:
            reject(report, number, column, explain(error))
            continue
        texts = {name: cell(row.get(name)) for name in LONGEST}
        long = next((name for name, most in LONGEST.items() if len(texts[name]) > most), None)
        key = texts["ref"] or next((index for value, index in numbers if value.kind != "phone"), None)
        if long:
            reject(report, number, long, _("At most %(most)s characters") % {"most": LONGEST[long]})
        elif key is None:
            reject(report, number, "ref", _("A reference or an identity number is needed, to know this person again"))
        else:
            texts["name"] = names.tidy(texts["name"])
            line = PersonRow(number=number, area=area, numbers=numbers, **texts)
            _once(read, key, line, report)
    return list(read.values())


def _once(read: dict[Any, PersonRow], key: Any, row: PersonRow, report: LoadReport) -> None:
    """A person stands once in a batch: an equal second row counts as unchanged, another one is rejected."""
    first = read.setdefault(key, row)
    if first is row:
        return
    said = (first.name, first.area, first.address, first.household, first.numbers)
    if said == (row.name, row.area, row.address, row.household, row.numbers):
        report["unchanged"] += 1
    else:
        reject(report, row.number, "ref", _("The same person stands otherwise in row %(row)s") % {"row": first.number})


_area = lru_cache(maxsize=10_000)(normalise)  # a file names few areas, many times


def _phone(value: Any) -> Number:
    return identifiers.read("phone", value)


def in_known_areas(read: list[Any], report: LoadReport) -> list[Any]:
    """The rows (with `number` and `area`) whose area is known; the others are rejected."""
    missing = areas.unknown({row.area for row in read})
    for row in read if missing else ():
        if row.area in missing:
            reject(report, row.number, "area", _("No such area: %(code)s") % {"code": row.area})
    return [row for row in read if row.area not in missing]
