"""Finding the contacts of a case: one question asked of everything that knows, and nothing written.

Ring 1 are the people near the case in its window, and those it told of; ring 2 the people near them, from their first
contact until they were isolated. Runs as `muster_act`, after `require()`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, plans
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person, Place
from muster.kernel.people.queries import canonical

from . import rules, sources
from .copresence.queries import Met, Rule, Spreader, copresence
from .models import Case
from .queries import circle, records_of

# Where a second ring counts at a kind of place, those who share such a place by belonging to it count as well.
SHARED_LIVING = {"household": "residence", "workplace": "workplace"}


@dataclass
class Found:
    """A person found: why, when first and last, where, and for how long (None: not known from presence)."""

    person: UUID
    ring: int
    reasons: set[str] = field(default_factory=set)
    first_at: datetime | None = None
    last_at: datetime | None = None
    minutes: int | None = None
    places: list[UUID] = field(default_factory=list)
    ref: str = ""
    area: str = ""

    def add(self, reason: str, first_at: datetime, last_at: datetime | None, places: Iterable[UUID] = ()) -> None:
        """One more reason."""
        self.reasons.add(reason)
        self.meet(first_at, last_at, places)

    def meet(self, first_at: datetime, last_at: datetime | None, places: Iterable[UUID]) -> None:
        """The earliest first and the latest last moment count, and every place."""
        self.first_at = min(first_at, self.first_at or first_at)
        self.last_at = max(filter(None, (last_at, self.last_at)), default=None)
        self.places += [place for place in places if place not in self.places]


@dataclass(frozen=True)
class Preview:
    """What a trace found, in order of ring and person; nobody stands in it twice."""

    case: UUID
    as_of: datetime
    start: datetime
    end: datetime
    found: tuple[Found, ...]

    def ring(self, number: int) -> list[Found]:
        """The persons of one ring."""
        return [row for row in self.found if row.ring == number]

    def counts(self, number: int, width: int = 9) -> tuple[dict[str, int], dict[str, int]]:
        """How many of one ring by area (codes cut to `width` digits) and by reason."""
        rows = self.ring(number)
        by_area = Counter(row.area[:width] for row in rows)
        return dict(sorted(by_area.items())), dict(Counter(reason for row in rows for reason in sorted(row.reasons)))


def gather_contacts(case: Case, as_of: datetime, rings: int | None = None) -> Preview:
    """Everybody who was near the case, by its plan, as known at `as_of`. Raises Invalid for a case without any day."""
    plan = plans.edition(case.plan)
    start, end = window(case, plan, as_of)
    first = _ring_1(case, plan, start, end, as_of)
    second: dict[UUID, Found] = {}
    if (rings or plan.tracing.rings) >= 2 and plan.tracing.ring2 is not None and first:
        second = _ring_2(case, plan, first, as_of)
    found = [*first.values(), *second.values()]
    _describe(found)
    found.sort(key=lambda row: (row.ring, row.ref, str(row.person)))
    return Preview(case.pk, as_of, start, end, tuple(found))


def window(case: Case, plan: plans.Plan, as_of: datetime) -> tuple[datetime, datetime]:
    """The time in which the case could infect others; see `rules.window_of_case`."""
    confirmed_at = case.confirmed_at or (None if case.history else case.opened_at)
    days = (case.onset_on, case.first_sampled_on, clock.local_day(confirmed_at) if confirmed_at else None)
    lookback, forward = plan.tracing.lookback_days, plan.tracing.forward_days
    try:
        start, _end = rules.window_of_case(*days, lookback, clock.zone(), None, as_of)
    except ValueError:
        raise Invalid(
            "onset_on", _("The day of onset, of the first positive sampling or of confirmation is needed.")
        ) from None
    isolated = sources.isolated_at({case.person_id: start}).get(case.person_id)
    return rules.window_of_case(*days, lookback, clock.zone(), isolated, as_of, forward)


def _ring_1(case: Case, plan: plans.Plan, start: datetime, end: datetime, as_of: datetime) -> dict[UUID, Found]:
    found: dict[UUID, Found] = {}
    reasons = plan.tracing.reasons
    me, key = _index(case)
    for told in case.contacts.standing().filter(reasons__contains=["told"]).select_related("person"):
        places = [told.place_id] if told.place_id else []
        _at(found, told.person.canonical_id or told.person_id, 1).add("told", told.first_at, told.last_at, places)
    if end == start:
        return found
    records = records_of([me])[me]
    for reason in ("household", "workplace"):
        for other in circle(reason, records)[me] if reason in reasons else ():
            _at(found, other, 1).add(reason, start, end)
    given = sources.exposures(reasons, records, start, end)
    exposed = {row.person for rows in given.values() for row in rows}
    roots = canonical(exposed) if exposed else {}
    for reason, rows in given.items():
        for row in rows:
            _at(found, roots[row.person], 1).add(reason, row.first_at, row.last_at, [row.place] if row.place else ())
    rule = _rule(plan, plan.tracing.copresence_minutes, plan.tracing.copresence_kinds)
    _add_met(found, copresence([Spreader(1, key, start, end)], rule, as_of=as_of), 1, reasons)
    found.pop(me, None)
    return found


def _ring_2(case: Case, plan: plans.Plan, first: dict[UUID, Found], as_of: datetime) -> dict[UUID, Found]:
    found: dict[UUID, Found] = {}
    kinds = plan.tracing.ring2.kinds
    starts = {person: row.first_at for person, row in first.items()}
    isolated = sources.isolated_at(starts)
    windows = {person: rules.window_of_contact(start, isolated.get(person), as_of) for person, start in starts.items()}
    me, key = _index(case)
    records = [record for each in records_of(windows).values() for record in each]
    for reason, kind in SHARED_LIVING.items():
        if reason not in plan.tracing.reasons or kind not in kinds:
            continue
        for person, others in circle(reason, records).items():
            for other in others - first.keys() - {me} if windows[person][0] < windows[person][1] else ():
                _at(found, other, 2).add(reason, *windows[person])
    keys = dict(Person.objects.filter(pk__in=windows).values_list("pk", "key"))
    spreaders = [Spreader(1, keys[person], *windows[person]) for person in windows]
    rule = _rule(plan, plan.tracing.ring2.copresence_minutes, kinds)
    _add_met(found, copresence(spreaders, rule, as_of=as_of, without=[(1, key)]), 2, plan.tracing.reasons)
    return found


def _rule(plan: plans.Plan, minutes: int, kinds: Any) -> Rule:
    layouts = type(plan.tracing.seats).model_fields if plan.tracing.seats else ()
    reach = {layout: rules.seat_reach(plan, layout) for layout in layouts}
    return Rule(
        minutes=minutes, default_minutes=plan.tracing.default_stay_minutes, kinds=kinds,
        air_minutes=plan.tracing.air_minutes_after, reach={k: rows for k, rows in reach.items() if rows is not None},
    )  # fmt: skip


def _add_met(found: dict[UUID, Found], met: list[Met], ring: int, reasons: Iterable[str]) -> None:
    people = dict(Person.objects.filter(key__in=[row.person for row in met]).values_list("key", "pk"))
    places = dict(Place.objects.filter(key__in={key for row in met for key in row.places}).values_list("key", "pk"))
    for row in met:
        person = _at(found, people[row.person], ring)
        person.minutes = row.minutes
        seated = row.seated and "seat" in reasons
        if seated:
            person.reasons.add("seat")
        if not seated or row.sources != ("seat",):
            person.reasons.add("presence")
        person.meet(row.first_at, row.last_at, [places[key] for key in row.places])


def _at(found: dict[UUID, Found], person: UUID, ring: int) -> Found:
    return found.setdefault(person, Found(person, ring))


def _index(case: Case) -> tuple[UUID, int]:
    """The case's person: the record that stands for them, and its key."""
    return Person.objects.filter(records=case.person_id).values_list("pk", "key").get()


def _describe(found: list[Found]) -> None:
    """Whose they are: the area where a person is, else where they live."""
    rows = Person.objects.filter(pk__in=[row.person for row in found]).values_list("pk", "ref", "present", "home")
    known = {pk: (ref or "", present or home) for pk, ref, present, home in rows}
    for row in found:
        row.ref, row.area = known[row.person]


def as_rows(preview: Preview) -> list[dict[str, Any]]:
    """The preview as plain data, persons and places by the sender's reference (else by id), times local."""
    ids = {place for row in preview.found for place in row.places}
    refs = {pk: ref or str(pk) for pk, ref in Place.objects.filter(pk__in=ids).values_list("pk", "ref")}
    return [
        {
            "person": row.ref or str(row.person),
            "ring": row.ring,
            "minutes": row.minutes,
            "first_at": _local(row.first_at),
            "last_at": _local(row.last_at),
            "places": sorted(refs[place] for place in row.places),
            "reasons": sorted(row.reasons),
        }
        for row in preview.found
    ]


def _local(moment: datetime | None) -> str | None:
    return moment.astimezone(clock.zone()).isoformat() if moment else None
