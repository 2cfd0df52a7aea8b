"""The persons of a list of cases or contacts: named by a reference, or by what the row itself says of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from muster.domains.tracing.loading import cells
from muster.kernel.people.models import Person
from muster.ledger.imports.drafts import Effect, Options, sound
from muster.ledger.imports.matching import Match
from muster.ledger.imports.people import Line, about_people, key_of, read_lines
from muster.ledger.imports.reading.table import Table
from muster.ledger.imports.residents import match_all, store


class Persons:
    """Finds the person of each row; those that are not known are made when the rows are taken.

    A bare reference makes somebody only where that is wished. `fallback` gives the reference of a person of whom the
    row says nothing that would let them be known again ('' where there is none).
    """

    def __init__(self, table: Table, options: Options, fallback: Callable[[Table, int], str]) -> None:
        self.options = options
        self.lines = read_lines(table, options.by, "person")
        said = about_people(table)
        self.stands_for: dict[int, int] = {}
        first: dict[Hashable, int] = {}
        named = set()
        for index in sound(table):
            line = self.lines[index]
            key = key_of(line)
            if key is None and (ref := fallback(table, index)):
                line["ref"] = ref
                key = ("ref", ref)
            elif line["ref"] and not said:
                named.add(index)
            if key is not None:
                self.stands_for[index] = first.setdefault(key, index)
        self._unmake(named)
        self.matches = match_all(self.lines, set(self.stands_for.values()), options)
        for index in named:
            match = self.matches.get(self.stands_for.get(index, -1))
            if match and match.new and not options.create_missing:
                self.stands_for.pop(index)
        self._canonical: dict[UUID, UUID] | None = None
        self._refs: dict[UUID, str] = {}

    def _unmake(self, named: set[int]) -> None:
        """A reference may also be our own id, where a person has none of a sender."""
        own = cells.persons((self.lines[index]["ref"] for index in named), False, None, None)  # type: ignore[arg-type]
        self.own = {ref: person for ref, person in own.items() if person.ref is None}

    def match(self, index: int) -> Match | None:
        """The person of a row; None where its reference means nobody."""
        if (person := self.own.get(self.lines[index]["ref"])) is not None:
            return Match(person.pk, False)
        at = self.stands_for.get(index)
        return self.matches.get(at) if at is not None else None

    def canonical(self, person: UUID) -> UUID:
        """The record that stands for a known person."""
        if self._canonical is None:
            known = [match.id for match in self.matches.values() if not match.new] + [p.pk for p in self.own.values()]
            self._canonical = dict(Person.objects.filter(pk__in=known).values_list("pk", "canonical_id"))
        return self._canonical[person]

    def store(self, indexes: Sequence[int], now: datetime) -> Effect:
        """Write the persons of these rows, each once."""
        wanted = {self.stands_for[index] for index in indexes if self.lines[index]["ref"] not in self.own}
        fresh: list[Line] = []
        for at in sorted(wanted):
            match = self.matches[at]
            self.lines[at]["id"] = match.id
            if match.new or match.changes:
                fresh.append(self.lines[at])
        effect = store(fresh, now) if fresh else Effect()
        for at in wanted:  # a later batch may name them again
            self.matches[at].new, self.matches[at].changes = False, {}
            self.lines[at]["new"] = False
        return effect

    def name(self, index: int) -> str:
        """What the loader calls the person of a row: the reference, or our id."""
        match: Any = self.match(index)
        if not self._refs or match.id not in self._refs:
            found = {self.matches[at].id for at in self.stands_for.values()}
            found |= {person.pk for person in self.own.values()}
            known = Person.objects.filter(pk__in=found).values_list("pk", "ref")
            self._refs = {pk: ref or str(pk) for pk, ref in known}
        return self._refs[match.id]
