"""What domains need of one another without importing one another: handed over here, once, at start-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from muster.domains.isolation import queries as isolation
from muster.domains.isolation import rules
from muster.domains.isolation.actions import endings
from muster.domains.screening.models import Result
from muster.domains.tracing import sources


def provide() -> None:
    """Tell tracing who was isolated and who shared a room, and isolation which samples a case gave."""
    sources.add_isolations(_isolated_at)
    sources.add_exposures("same_room", _roommates)
    if _case_samples not in endings.CASE_SAMPLES:
        endings.CASE_SAMPLES.append(_case_samples)


def _isolated_at(starts: Mapping[UUID, datetime]) -> dict[UUID, datetime]:
    """Each person's first stay that had not ended by the start of their own window; one query per distinct start."""
    persons: dict[datetime, list[UUID]] = {}
    for person, start in starts.items():
        persons.setdefault(start, []).append(person)
    found: dict[UUID, datetime] = {}
    for start, group in persons.items():
        found |= isolation.isolated_at(group, start)
    return found


def _roommates(persons: list[UUID], start: datetime, end: datetime) -> Iterable[sources.Exposure]:
    """Who shared a room of an isolation site with any record of the person."""
    for mate in isolation.roommates(persons, start, end):
        yield sources.Exposure(mate.other, mate.since, mate.until, mate.place)


def _case_samples(person: UUID, disease: str) -> list[rules.Sample]:
    """The results of a case that stand, oldest first."""
    rows = Result.objects.filter(person__canonical__records=person, disease=disease, superseded_at=None)
    return [rules.Sample(row.sampled_at, row.result, row.ct_orf, row.ct_n) for row in rows.order_by("sampled_at")]
