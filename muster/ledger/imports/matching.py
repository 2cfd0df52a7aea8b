"""Whom the lines of a list mean: a few statements for the whole list, and what would change of those we know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from muster.kernel import ids
from muster.kernel.people import identifiers, names
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import reaches

from .people import Line

_OWNERS = """
    SELECT i.blind_index, p.canonical_id FROM people_identifier i JOIN people_person p ON p.id = i.person_id
    WHERE i.blind_index = ANY(%s)
"""
_NAMESAKES = """
    SELECT r.name, coalesce(r.born_on, ''), r.address, p.canonical_id
    FROM json_to_recordset(%s) AS r(name text, born_on text, address text)
    JOIN people_persondetails d ON d.name = r.name JOIN people_person p ON p.id = d.person_id
    WHERE p.born_on = nullif(r.born_on, '')::date OR (r.born_on = '' AND r.address <> '' AND d.address = r.address)
"""
_KNOWN = """
    SELECT p.id, p.sex, p.born_on, p.home, coalesce(h.ref, ''), coalesce(d.name, ''), coalesce(d.address, ''), p.label
    FROM people_person p LEFT JOIN people_persondetails d ON d.person_id = p.id
    LEFT JOIN people_household h ON h.id = p.household_id WHERE p.id = ANY(%s)
"""
_NUMBERS = "SELECT person_id, blind_index FROM people_identifier WHERE person_id = ANY(%s)"
COMPARED = ("sex", "born_on", "area", "household", "name", "address")


@dataclass
class Known:
    """A person as stored: the columns that a list may change, and the blind indexes of their numbers."""

    id: UUID
    said: dict[str, str]
    label: str
    numbers: set[bytes] = field(default_factory=set)


@dataclass
class Match:
    """What is found for a line: the person (new or known), what changes, a possible duplicate, or why it fails.

    `beside` shows a possible duplicate side by side: column -> (the record, the line), masked.
    """

    id: UUID
    new: bool
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    doubt: Known | None = None
    beside: dict[str, tuple[str, str]] = field(default_factory=dict)
    why: str = ""
    error: tuple[str, str] | None = None


class People:
    """The persons that a list may mean, read once."""

    def __init__(self, lines: Sequence[Line]) -> None:
        refs = [line["ref"] for line in lines if line["ref"]]
        indexes = [index for line in lines for _number, index in line["numbers"]]
        self.by_ref: dict[str, UUID] = dict(_rows("SELECT ref, id FROM people_person WHERE ref = ANY(%s)", refs))
        self.owners: dict[bytes, set[UUID]] = {}
        for index, person in _rows(_OWNERS, indexes):
            self.owners.setdefault(bytes(index), set()).add(person)
        self.namesakes = _namesakes(lines)
        everybody = {*self.by_ref.values(), *(p for found in self.owners.values() for p in found)}
        everybody |= {person for found in self.namesakes.values() for person in found}
        self.known = _known(everybody)

    def match(self, line: Line, by: Any) -> Match:
        """The person of one line."""
        found, doubt, why = self._whom(line)
        if isinstance(found, str):
            return Match(ids.uuid7(), True, error=("id_number", found))
        if found is None:
            other = self.known.get(doubt) if doubt else None
            beside = _beside(other, line) if other else {}
            return Match(ids.uuid7(), True, doubt=other, beside=beside, why=_(why) if other else "")
        known = self.known[found]
        if not reaches(by, known.said["area"]) and known.said["area"]:
            return Match(found, False, error=("area", _("This person is in the care of another area")))
        return Match(found, False, changes(line, known))

    def _whom(self, line: Line) -> tuple[UUID | str | None, UUID | None, str]:
        cards = {p for n, index in line["numbers"] if n.kind != "phone" for p in self.owners.get(index, ())}
        if line["ref"]:
            person = self.by_ref.get(line["ref"])
            doubt = None if person else next(iter(sorted(cards)), None)
            return person, doubt, noop("The same identity number stands with another reference")
        if len(cards) > 1:
            return _("Several people are recorded with this number; give the reference"), None, ""
        if cards:
            return next(iter(cards)), None, ""
        has_card = any(n.kind != "phone" for n, _index in line["numbers"])
        callers = {p for n, index in line["numbers"] if n.kind == "phone" for p in self.owners.get(index, ())}
        callers = {p for p in callers if self.known[p].said["name"] == line["name"]}
        alike = self.namesakes.get(_namesake(line), set())
        if not has_card and (callers or not any(n.kind == "phone" for n, _index in line["numbers"])):
            same = callers or alike
            if len(same) > 1:
                return _("Several people are recorded like this; give a reference or an identity number"), None, ""
            if same:
                return next(iter(same)), None, ""
        doubt = next(iter(sorted(callers)), None) or next(iter(sorted(alike)), None)
        why = noop("Same name and phone") if callers else noop("Same name, and same day of birth or address")
        return None, doubt, why


def changes(line: Line, known: Known) -> dict[str, tuple[str, str]]:
    """Column -> (from, to), as everybody may see them. A blank cell says nothing; a card says sex and birth itself."""
    said = dict(line)
    card = next((n.value for n, _index in line["numbers"] if n.kind == "id_card"), "")
    if card:
        said |= {"sex": identifiers.sex(card), "born_on": identifiers.born_on(card).isoformat()}
    found = {
        name: (_shown(name, known.said[name]), _shown(name, said[name]))
        for name in COMPARED
        if said[name] and said[name] != known.said[name]
    }
    for number, index in line["numbers"]:
        if index not in known.numbers:
            column = "phone" if number.kind == "phone" else "id_number"
            found[column] = ("", identifiers.masked(number.kind, number.value))
    return found


def _beside(other: Known, line: Line) -> dict[str, tuple[str, str]]:
    return {name: (_shown(name, other.said[name]), _shown(name, line[name])) for name in COMPARED}


def _shown(name: str, text: str) -> str:
    """Names and addresses are masked: who imports a list need not see what we know already."""
    if name == "name":
        return names.mask(text)
    return "…" if name == "address" and text else text


def _namesake(line: Line) -> tuple[str, str, str]:
    return line["name"], line["born_on"], "" if line["born_on"] else line["address"]


def _namesakes(lines: Sequence[Line]) -> dict[tuple[str, str, str], set[UUID]]:
    keys = {
        _namesake(line) for line in lines if not line["ref"] and line["name"] and (line["born_on"] or line["address"])
    }
    found: dict[tuple[str, str, str], set[UUID]] = {}
    wanted = [{"name": name, "born_on": born, "address": address} for name, born, address in sorted(keys)]
    if wanted:
        with connection().cursor() as cursor:
            cursor.execute(_NAMESAKES, [json.dumps(wanted)])
            for name, born, address, person in cursor.fetchall():
                found.setdefault((name, born, address), set()).add(person)
    return found


def _known(persons: Iterable[UUID]) -> dict[UUID, Known]:
    wanted = list(persons)
    found = {}
    for id_, sex, born, home, household, name, address, label in _rows(_KNOWN, wanted):
        said = (sex, born.isoformat() if born else "", home, household, name, address)
        found[id_] = Known(id_, dict(zip(COMPARED, said, strict=True)), label)
    for person, index in _rows(_NUMBERS, wanted):
        found[person].numbers.add(bytes(index))
    return found


def _rows(sql: str, wanted: list[Any]) -> list[tuple[Any, ...]]:
    if not wanted:
        return []
    with connection().cursor() as cursor:
        cursor.execute(sql, [wanted])
        return cursor.fetchall()
