"""What domains need of one another without importing one another: handed over here, once, at start-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from muster.domains.arrivals import words as arrivals
from muster.domains.arrivals.models import Arrival
from muster.domains.isolation import queries as isolation
from muster.domains.isolation import rules
from muster.domains.isolation.actions import endings
from muster.domains.premises import standing
from muster.domains.premises.actions.personal import holders
from muster.domains.premises.rules import Finding
from muster.domains.screening import queries as screening
from muster.domains.screening.doubting import waiting
from muster.domains.screening.models import Result
from muster.domains.screening.regimes import members
from muster.domains.tracing import sources
from muster.kernel import clock
from muster.kernel.areas.codes import span


def provide() -> None:
    """Tell tracing who was isolated and who shared a room, isolation of a case's samples, premises of findings,
    screening of arrivals that are followed and of whose a code on paper is."""
    if holders not in screening.CODES:
        screening.CODES.append(holders)
    members.PROVIDERS["arrivals"] = _arrivals
    sources.add_isolations(_isolated_at)
    sources.add_exposures("same_room", _roommates)
    if _case_samples not in endings.CASE_SAMPLES:
        endings.CASE_SAMPLES.append(_case_samples)
    if _findings not in standing.FINDINGS:
        standing.FINDINGS.append(_findings)


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
    """The results of a case that stand, oldest first; nobody is let out by a negative one that is doubted."""
    rows = Result.objects.filter(person__canonical__records=person, disease=disease, superseded_at=None)
    rows = rows.exclude(result="negative", pk__in=waiting().values("result"))
    return [rules.Sample(row.sampled_at, row.result, row.ct_orf, row.ct_n) for row in rows.order_by("sampled_at")]


FOUND_DAYS = 3  # a positive pool is cleared up, and a positive result has become a control, within so many days


def _findings(persons: Sequence[UUID], today: date) -> Iterator[tuple[UUID, Finding]]:
    """Each person's last result of a disease, where it is a positive one or a positive pool, and is not history."""
    since = clock.midnight(today - timedelta(days=FOUND_DAYS))
    rows = Result.objects.live().filter(person_id__in=persons, sampled_at__gte=since, history=False)
    last = {(row.person_id, row.disease): row for row in rows.order_by("sampled_at", "id")}
    for (person, _disease), row in last.items():
        if row.result in ("positive", "pool_suspect"):
            yield person, Finding(row.result, row.fact_id, clock.local_day(row.sampled_at) + timedelta(days=FOUND_DAYS))


def _arrivals(area: str, today: date) -> Iterator[members.Followed]:
    """Who arrived in an area and is followed: tested by rule until the follow-up ends."""
    lo, hi = span(area)
    for row in Arrival.objects.filter(state=arrivals.HERE, area__gte=lo, area__lt=hi):
        since = clock.local_day(row.arrived_at) if row.arrived_at else row.arrives_on
        yield members.Followed(row.person_id, row.area, since, row.ends_on)
