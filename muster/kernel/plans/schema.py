"""The schema of an edition: its tables, and the rule that every value names its source.

An edition is complete in itself. What a table does not state, the disease has no such rule for: there are no default
values to fall back on, only None and the empty list for what is not stated.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Self

from pydantic import Field, model_validator

from muster.kernel.plans import sections, supply
from muster.kernel.plans.words import Days, Status, Table, may_say, says

IDENTITY = ("edition", "disease", "title", "sources")  # what names the edition is not a rule and needs no source


class Title(Table):
    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Source(Table):
    """Where values come from. read: in a public source; local: a local or own rule; unverified: general knowledge."""

    source: str = Field(min_length=1)
    status: Status
    keys: tuple[str, ...] = Field(
        min_length=1, description="dotted keys, or `table.*` for all that no other entry names"
    )


class Row(NamedTuple):
    """One value of an edition as it is stated, for print."""

    key: str
    value: Any
    source: Source


def leaves(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The values of nested tables with their dotted keys, in the order of the file."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{name}.")
        elif prefix or name not in IDENTITY:
            yield prefix + name, value


class Plan(Table):
    """One disease's rules in one edition (防控方案). In force from `effective_from` until before `effective_until`."""

    edition: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    disease: str = Field(pattern=r"^[a-z0-9]+$")
    title: Title
    effective_from: date | None = may_say("first day in force; not stated: always was")
    effective_until: date | None = may_say("first day no longer in force; not stated: still is")
    follow_up_days: Days = says("days for which a contact is followed after the last exposure")
    incubation: sections.Incubation
    tracing: sections.Tracing
    measures: sections.Measures
    arrivals: sections.Arrivals | None = None
    isolation: sections.Isolation
    release: sections.Release
    screening: sections.Screening = sections.Screening()
    deadlines: sections.Deadlines
    escalation: sections.Escalation
    cluster: supply.Cluster | None = None
    zones: supply.Zones | None = None
    rounds: supply.Rounds | None = None
    sizing: supply.Sizing | None = None
    pooling: supply.Pooling | None = None
    regimes: supply.Regimes | None = None
    samples: supply.Samples | None = None
    goods: supply.Goods | None = None
    access: supply.Access
    retention: supply.Retention
    ops: supply.Ops
    sources: tuple[Source, ...]

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.effective_from and self.effective_until and self.effective_from >= self.effective_until:
            raise ValueError("effective_until is not after effective_from")
        if self.tracing.rings == 2 and self.measures.second_contact is None:
            raise ValueError("tracing.rings = 2 needs the table measures.second_contact")
        if self.tracing.rings == 2 and self.deadlines.second_contacts_minutes is None:
            raise ValueError("tracing.rings = 2 needs deadlines.second_contacts_minutes")
        return self

    def in_force(self, on: date) -> bool:
        """Whether the edition applies on that day."""
        return (self.effective_from or date.min) <= on < (self.effective_until or date.max)

    def value(self, key: str) -> Any:
        """The value of a dotted key, None where the edition does not state it. Raises KeyError for an unknown key."""
        found: Any = self
        for name in key.split("."):
            if found is None:
                return None
            if name not in getattr(type(found), "model_fields", ()):
                raise KeyError(key)
            found = getattr(found, name)
        return found

    def dump_table(self) -> list[Row]:
        """Every stated value with its source, in the order of the schema."""
        return [Row(key, value, self._sources[key]) for key, value in self._stated()]

    def _stated(self) -> Iterator[tuple[str, Any]]:
        return leaves(self.model_dump(exclude_defaults=True, exclude=set(IDENTITY)))

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return assign_sources([key for key, _ in self._stated()], self.sources)[0]


def assign_sources(keys: list[str], sources: tuple[Source, ...]) -> tuple[dict[str, Source], dict[str, str]]:
    """Give each key its source: the entry that names it, else the longest `table.*` over it.

    Returns the sources by key, and the faults by key: no source, named twice, or an entry that names no value.
    """
    named: dict[str, Source] = {}
    faults: dict[str, str] = {}
    for source in sources:
        for pattern in source.keys:
            table = pattern.removesuffix("*") if pattern.endswith(".*") else None
            if pattern in named:
                faults[pattern] = "two sources name it"
            if not any(key.startswith(table) if table else key == pattern for key in keys):
                faults[pattern] = "a source names it, but no such value is stated"
            named[pattern] = source
    given: dict[str, Source] = {}
    for key in keys:
        parts = key.split(".")
        patterns = [key, *(".".join([*parts[:n], "*"]) for n in range(len(parts) - 1, 0, -1))]
        found = next((named[pattern] for pattern in patterns if pattern in named), None)
        if found is None:
            faults[key] = "the value has no source"
        else:
            given[key] = found
    return given, faults
