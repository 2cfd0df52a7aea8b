"""What the rows of a list say of people: read column by column, matched with whom we know, compared, and stored.

A person is known again by the sender's reference, else by an identity number, else by name and phone, else by name and
day of birth or address. What is only similar makes a new record, and is shown as a possible duplicate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from muster.kernel.areas import queries as areas
from muster.kernel.areas.codes import normalise
from muster.kernel.areas.models import Area
from muster.kernel.areas.words import explain
from muster.kernel.loading import BadValue
from muster.kernel.people import crypto, identifiers, names
from muster.kernel.people.identifiers import Number
from muster.kernel.posts.permissions import reaches

from .reading.table import ERROR, Table
from .regions import spelt_out

Line = dict[str, Any]
NOBODY = gettext_lazy("To be known again somebody needs a reference, an identity number, or a name with phone or birth")
LONGEST = {"ref": 100, "name": 100, "address": 500, "household": 100}
_BETWEEN = re.compile("[;；、/,，\n]")  # several phones in one cell
UNKNOWN_COUNTRY = "ZZ"  # ISO 3166 keeps it for users
SAID = (
    "name",
    "last_name",
    "first_name",
    "id_number",
    "passport",
    "phone",
    "phone_2",
    "phone_3",
    "sex",
    "born_on",
    "address",
)


def about_people(table: Table) -> bool:
    """Whether the list itself says who the people are, and not only by a reference."""
    return any(any(table.values.get(name, ())) for name in SAID)


def read_lines(table: Table, by: Any, reference: str = "ref") -> list[Line]:
    """A line for each row, in the form in which persons are stored; what is wrong is noted in the table.

    `reference` is the column with the sender's reference of the person.
    """
    size = len(table.numbers)
    blank = [""] * size

    def said(name: str) -> list[str]:
        return table.values.get(name) or blank

    columns = {
        "ref": said(reference),
        "name": _names(table, said),
        "address": [
            " ".join(filter(None, parts))
            for parts in zip(said("city"), said("address"), said("address_2"), strict=True)
        ],
        "household": said("household"),
        "area": area_codes(table, "area", by),
        "sex": [sex if sex in ("male", "female") else "" for sex in said("sex")],
        "born_on": _births(said),
    }
    for name, longest in LONGEST.items():
        for index, text in enumerate(columns[name]):
            if len(text) > longest:
                table.find(index, ERROR, name, _("At most %(most)s characters") % {"most": longest})
    keys = (*columns, "numbers")
    return [dict(zip(keys, cells, strict=True)) for cells in zip(*columns.values(), _numbers(table, said), strict=True)]


def _joined(*columns: list[str]) -> list[str]:
    return [" ".join(filter(None, parts)) for parts in zip(*columns, strict=True)]


def _names(table: Table, said: Callable[[str], list[str]]) -> list[str]:
    tidy = {name: names.tidy(name) for name in set(said("name"))}
    found = [tidy[name] for name in said("name")]
    if "last_name" not in table.values and "first_name" not in table.values:
        return found
    return [
        whole or names.tidy(last + first if names.has_han(last + first) else f"{first} {last}")
        for whole, last, first in zip(found, said("last_name"), said("first_name"), strict=True)
    ]


def _births(said: Callable[[str], list[str]]) -> list[str]:
    found = [day[:10] for day in said("born_on")]
    parts = zip(found, said("birth_year"), said("birth_month"), said("birth_day"), strict=True)
    return [whole or _born(year, month, day) for whole, year, month, day in parts]


def _born(year: str, month: str, day: str) -> str:
    """A day from its parts; '' where one is missing or they make no day."""
    from datetime import date

    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _numbers(table: Table, said: Callable[[str], list[str]]) -> list[list[tuple[Number, bytes]]]:
    """Identity numbers and phones with their blind indexes; a list from abroad keeps phones as they are written."""
    cards = enumerate(zip(said("id_number"), said("id_kind"), strict=True))
    told = [(index, "id_number", identity, card) for index, card in cards if card[0]]
    told += [(index, "passport", of_passport, (text,)) for index, text in enumerate(said("passport")) if text]
    abroad = bool({"first_name", "last_name"} & table.values.keys()) and not any(map(names.has_han, table.header))
    country = UNKNOWN_COUNTRY if abroad else None
    for column in ("phone", "phone_2", "phone_3"):
        for index, text in enumerate(said(column)):
            parts = (text,) if text.isdecimal() else _BETWEEN.split(text)
            told += [(index, column, identifiers.read, ("phone", part, country)) for part in parts if part.strip()]
    read: list[tuple[int, Number]] = []
    for index, column, reader, cell in told:
        try:
            read.append((index, reader(*cell)))
        except BadValue as error:
            table.find(index, ERROR, column, explain(error))
    found: list[list[tuple[Number, bytes]]] = [[] for _row in table.numbers]
    blind = crypto.blind_indexes([number for _index, number in read])
    for (index, number), key in zip(read, blind, strict=True):
        if (number, key) not in found[index]:
            found[index].append((number, key))
    return found


def identity(text: str, kind: str) -> Number:
    """An identity number by the kind of paper that the row names; a passport is checked as one. Raises BadValue."""
    if kind == "passport":
        try:
            return identifiers.read("passport", text)
        except BadValue:
            number = identifiers.read("other", text)  # longer than passports are, but the sender says that it is one
            return Number("passport", "", number.value)
    if not any(map(str.isdigit, text)):
        raise BadValue(gettext_noop("This is no number of an identity paper"))
    return identifiers.read("other", text) if kind == "other" else identifiers.read_any(text)


def of_passport(text: str) -> Number:
    """A number from a column of passports; who has none may have written that of an identity card. Raises BadValue."""
    try:
        return identifiers.read("passport", text)
    except BadValue:
        number = identifiers.read_any(text)
        return number if number.kind == "id_card" else identity(text, "passport")


def area_codes(table: Table, column: str, by: Any) -> list[str]:
    """Codes of areas from codes or names; unknown ones, and those outside the post's bounds, are errors."""
    cells = spelt_out(table, by, table.values.get(column))
    if cells is None:
        return [""] * len(table.numbers)
    codes: dict[str, str] = {}
    faults: dict[str, str] = {}
    distinct = set(cells) - {""}
    by_name = _areas_named({text for text in distinct if names.has_han(text)}, by)
    for text in distinct:
        try:
            codes[text] = by_name.get(text) or normalise(text)
        except BadValue as error:
            faults[text] = _("No such area: %(code)s") % {"code": text} if names.has_han(text) else explain(error)
    missing = areas.unknown(codes.values())
    for text, code in codes.items():
        if code in missing:
            faults[text] = _("No such area: %(code)s") % {"code": code}
        elif not reaches(by, code):
            faults[text] = _("This area lies outside yours")
    if faults:
        for index, text in enumerate(cells):
            if text in faults:
                table.find(index, ERROR, column, faults[text])
    table.values[column] = [codes.get(text, "") for text in cells]
    return table.values[column]


def _areas_named(texts: Iterable[str], by: Any) -> dict[str, str]:
    """Areas within the post's bounds by name, where only one has that name."""
    found: dict[str, list[str]] = {}
    for name, code in Area.objects.filter(name__in=set(texts), closed_on=None).values_list("name", "code"):
        if reaches(by, code):
            found.setdefault(name, []).append(code)
    return {name: codes[0] for name, codes in found.items() if len(codes) == 1}


def key_of(line: Line) -> Hashable | None:
    """By what two rows are known to mean one person; None where nothing says so."""
    if line["ref"]:
        return "ref", line["ref"]
    cards = [index for number, index in line["numbers"] if number.kind != "phone"]
    if cards:
        return "card", cards[0]
    phones = [index for number, index in line["numbers"] if number.kind == "phone"]
    if phones:
        return "phone", line["name"], phones[0]
    if line["name"] and (line["born_on"] or line["address"]):
        return "name", line["name"], line["born_on"], line["address"] if not line["born_on"] else ""
    return None


def same_rows(table: Table, lines: Sequence[Line], indexes: Iterable[int], column: str) -> tuple[list[int], list[int]]:
    """(rows that stand for a person, rows that say the same once more); a row that says otherwise is an error."""
    first: dict[Hashable, int] = {}
    kept, repeated = [], []
    for index in indexes:
        key = key_of(lines[index])
        if key is None:
            table.find(index, ERROR, column, NOBODY)
        elif (before := first.setdefault(key, index)) == index:
            kept.append(index)
        elif lines[before] == lines[index]:
            repeated.append(index)
        else:
            table.find(
                index, ERROR, column, _("Row %(row)s says otherwise of the same") % {"row": table.numbers[before]}
            )
    return kept, repeated
