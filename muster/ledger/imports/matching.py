"""Whom the lines of a list mean: a few statements for the whole list, and what would change of those we know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from muster.kernel import ids
from muster.kernel.people import identifiers, names
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import reaches

from .people import Line

_OWNERS = """
    SELECT i.blind_index, p.canonical_id::text
    FROM people_identifier i JOIN people_person p ON p.id = i.person_id WHERE i.blind_index = ANY(%s::bytea[])
"""
_NAMESAKES = """
    SELECT r.name, coalesce(r.born_on, ''), r.address, p.canonical_id::text
    FROM json_to_recordset(%s) AS r(name text, born_on text, address text)
    JOIN people_persondetails d ON d.name = r.name JOIN people_person p ON p.id = d.person_id
    WHERE p.born_on = nullif(r.born_on, '')::date OR (r.born_on = '' AND r.address <> '' AND d.address = r.address)
"""
# The numbers of a person in one value: the driver makes bytes of it at once, and of an array a list, slowly.
_KNOWN = """
    SELECT p.ref, p.id::text, p.id, p.label,
        (SELECT string_agg(i.blind_index, '') FROM people_identifier i WHERE i.person_id = p.id),
        p.sex, coalesce(p.born_on::text, ''), p.home, coalesce(h.ref, ''), coalesce(d.name, ''), coalesce(d.address, '')
    FROM people_person p LEFT JOIN people_persondetails d ON d.person_id = p.id
    LEFT JOIN people_household h ON h.id = p.household_id WHERE p.{column} = ANY(%s)
"""
COMPARED = ("sex", "born_on", "area", "household", "name", "address")
_AREA, _NAME = COMPARED.index("area"), COMPARED.index("name")
_told = itemgetter(*COMPARED)


@dataclass(slots=True)
class Known:
    """A person as stored: the columns that a list may change, and the blind indexes of the numbers, end to end."""

    id: UUID
    said: tuple[str, ...]  # in the order of COMPARED
    label: str
    numbers: bytes


@dataclass(slots=True)
class Match:
    """What is found for a line: the person (new or known), what changes, a possible duplicate, or why it fails.

    Somebody new has an id once it is asked for: a preview does not. `beside` shows a
    possible duplicate side by side: column -> (the record, the line), masked.
    """

    person: UUID | None
    new: bool
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    doubt: Known | None = None
    beside: dict[str, tuple[str, str]] = field(default_factory=dict)
    why: str = ""
    error: tuple[str, str] | None = None

    @property
    def id(self) -> UUID:
        """Whose record it is, or will be."""
        self.person = self.person or ids.uuid7()
        return self.person


class Unclear(Exception):
    """A line may mean several people."""


class People:
    """The persons that a list may mean, read once; ids are texts here, which are hashed and sent much faster."""

    def __init__(self, lines: Sequence[Line]) -> None:
        named = _known("ref", [line["ref"] for line in lines if line["ref"]])
        self.by_ref = {ref: person for ref, person, _known in named if ref}
        strangers = [line for line in lines if line["ref"] not in self.by_ref]
        indexes = {index for line in strangers for _number, index in line["numbers"]}
        self.owners: dict[bytes, set[str]] = {}
        held = _rows(_OWNERS, _array(["\\\\x" + index.hex() for index in indexes]) if indexes else "")
        for index, person in held:
            self.owners.setdefault(index, set()).add(person)
        self.namesakes = _namesakes(lines)
        self.known = {person: known for _ref, person, known in named}
        others = {person for found in (*self.owners.values(), *self.namesakes.values()) for person in found}
        self.known |= {person: known for _ref, person, known in _known("id", _array(others - self.known.keys()))}

    def match(self, line: Line, by: Any) -> Match:
        """The person of one line."""
        try:
            found, doubt, why = self._whom(line)
        except Unclear as error:
            return Match(None, True, error=("id_number", str(error)))
        if found is None:
            other = self.known.get(doubt) if doubt else None
            beside = _beside(other, line) if other else {}
            return Match(None, True, doubt=other, beside=beside, why=_(why) if other else "")
        known = self.known[found]
        if not reaches(by, known.said[_AREA]) and known.said[_AREA]:
            return Match(known.id, False, error=("area", _("This person is in the care of another area")))
        return Match(known.id, False, changes(line, known))

    def _whom(self, line: Line) -> tuple[str | None, str | None, str]:
        """(id, a possible duplicate, why it may be one). Raises Unclear."""
        if line["ref"] and (person := self.by_ref.get(line["ref"])):
            return person, None, ""
        cards = {p for n, index in line["numbers"] if n.kind != "phone" for p in self.owners.get(index, ())}
        if line["ref"]:
            return (
                None,
                min(cards, default=None),
                gettext_noop("The same identity number stands with another reference"),
            )
        if len(cards) > 1:
            raise Unclear(_("Several people are recorded with this number; give the reference"))
        if cards:
            return next(iter(cards)), None, ""
        has_card = any(n.kind != "phone" for n, _index in line["numbers"])
        callers = {p for n, index in line["numbers"] if n.kind == "phone" for p in self.owners.get(index, ())}
        callers = {p for p in callers if self.known[p].said[_NAME] == line["name"]}
        alike = self.namesakes.get(_namesake(line), set())
        if not has_card and (callers or not any(n.kind == "phone" for n, _index in line["numbers"])):
            same = callers or alike
            if len(same) > 1:
                raise Unclear(_("Several people are recorded like this; give a reference or an identity number"))
            if same:
                return next(iter(same)), None, ""
        doubt = min(callers, default=None) or min(alike, default=None)
        why = (
            gettext_noop("Same name and phone")
            if callers
            else gettext_noop("Same name, and same day of birth or address")
        )
        return None, doubt, why


def changes(line: Line, known: Known) -> dict[str, tuple[str, str]]:
    """Column -> (from, to), as everybody may see them. A blank cell says nothing; a card says sex and birth itself."""
    told = _told(line)
    for number, _index in line["numbers"]:
        if number.kind == "id_card":
            card = number.value
            told = (identifiers.sex(card), f"{card[6:10]}-{card[10:12]}-{card[12:14]}", *told[2:])
            break
    found = {}
    if told != known.said:  # which is the rule for a list that comes again
        for name, old, said in zip(COMPARED, known.said, told, strict=True):
            if said and said != old:
                found[name] = (_shown(name, old), _shown(name, said))
    for number, index in line["numbers"]:
        if index not in known.numbers:
            column = "phone" if number.kind == "phone" else "id_number"
            found[column] = ("", identifiers.masked(number.kind, number.value))
    return found


def _beside(other: Known, line: Line) -> dict[str, tuple[str, str]]:
    return {
        name: (_shown(name, old), _shown(name, said))
        for name, old, said in zip(COMPARED, other.said, _told(line), strict=True)
    }


def _shown(name: str, text: str) -> str:
    """Names and addresses are masked: who imports a list need not see what we know already."""
    if name == "name":
        return names.mask(text)
    return "…" if name == "address" and text else text


def _namesake(line: Line) -> tuple[str, str, str]:
    return line["name"], line["born_on"], "" if line["born_on"] else line["address"]


def _namesakes(lines: Sequence[Line]) -> dict[tuple[str, str, str], set[str]]:
    keys = {
        _namesake(line) for line in lines if not line["ref"] and line["name"] and (line["born_on"] or line["address"])
    }
    found: dict[tuple[str, str, str], set[str]] = {}
    wanted = [{"name": name, "born_on": born, "address": address} for name, born, address in sorted(keys)]
    if wanted:
        with connection().cursor() as cursor:
            cursor.execute(_NAMESAKES, [json.dumps(wanted)])
            for name, born, address, person in cursor.fetchall():
                found.setdefault((name, born, address), set()).add(person)
    return found


def _known(column: str, wanted: Any) -> list[tuple[str | None, str, Known]]:
    """(reference, id, the person) of those whose reference or id is wanted."""
    rows = _rows(_KNOWN.format(column=column), wanted)
    return [
        (ref, text, Known(id_, tuple(said), label, numbers or b"")) for ref, text, id_, label, numbers, *said in rows
    ]


def _array(items: Iterable[str]) -> str:
    """An array as PostgreSQL reads it, of items that need no quotes; the driver takes ten times as long."""
    return "{" + ",".join(items) + "}"


def _rows(sql: str, wanted: Any) -> list[tuple[Any, ...]]:
    if not wanted or wanted == "{}":
        return []
    with connection().cursor() as cursor:
        cursor.execute(sql, [wanted])
        return cursor.fetchall()
