"""What other domains know and tracing needs, handed in by procedures: domains do not import one another.

Without providers nobody was ever isolated and no room was shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Exposure:
    """A person who was exposed, from when until when, and where."""

    person: UUID
    first_at: datetime
    last_at: datetime
    place: UUID | None = None


# Given all records of one person and a half-open time: who shared a room with them in it.
ExposureSource = Callable[[list[UUID], datetime, datetime], Iterable[Exposure]]
# Given persons, each with the start of the time in question: when the isolation began that was first in force then.
IsolationSource = Callable[[Mapping[UUID, datetime]], Mapping[UUID, datetime]]

_exposures: dict[str, ExposureSource] = {}
_isolations: list[IsolationSource] = []


def add_exposures(reason: str, source: ExposureSource) -> None:
    """Add a source of ring-1 contacts under a reason that plans know (`same_room`)."""
    _exposures[reason] = source


def add_isolations(source: IsolationSource) -> None:
    """Add a source that knows when people were isolated: the first begun stay that had not ended by the given start."""
    if source not in _isolations:
        _isolations.append(source)


def exposures(reasons: Iterable[str], persons: list[UUID], start: datetime, end: datetime) -> dict[str, list[Exposure]]:
    """Exposures to a person by reason, from the sources for the given reasons."""
    return {reason: list(_exposures[reason](persons, start, end)) for reason in reasons if reason in _exposures}


def isolated_at(starts: Mapping[UUID, datetime]) -> dict[UUID, datetime]:
    """When each person was first isolated, for those who were; the earliest that any source knows."""
    first: dict[UUID, datetime] = {}
    for source in _isolations:
        for person, moment in source(starts).items():
            first[person] = min(moment, first.get(person, moment))
    return first
