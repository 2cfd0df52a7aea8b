"""The co-presence rule again, in plain Python and by brute force: no SQL, and no code shared with the program.

Every pair of stays is looked at. Persons and places are any hashable names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple


class Row(NamedTuple):
    """One row of the log."""

    person: object
    place: object
    entered: datetime
    left: datetime | None = None
    source: str = "venue_code"


class Contact(NamedTuple):
    """What the rule says of a contact."""

    minutes: int
    first_at: datetime
    last_at: datetime
    places: tuple


Intervals = list[tuple[datetime, datetime]]


class Log:
    """The rows by place and person, as known at a moment."""

    def __init__(
        self, rows: Iterable[Row], as_of: datetime, default_minutes: int, canonical: Mapping | None = None
    ) -> None:
        self.as_of = as_of
        self.there: dict[object, dict[object, Intervals]] = defaultdict(lambda: defaultdict(list))
        self.places: dict[object, set] = defaultdict(set)
        for row in rows:
            if row.entered >= as_of:
                continue
            if row.left is not None:
                end = row.left
            elif row.source == "lodging":
                end = as_of
            else:
                end = row.entered + timedelta(minutes=default_minutes)
            if end > row.entered:
                person = (canonical or {}).get(row.person, row.person)
                self.there[row.place][person].append((row.entered, end))
                self.places[person].add(row.place)

    def met(self, person, since: datetime, until: datetime, minutes: int, places=None) -> dict[object, dict]:
        """Whoever was with the person long enough: by person and place the stretches of time together."""
        until = min(until, self.as_of)
        found: dict[object, dict] = defaultdict(dict)
        for place in self.places.get(person, ()):
            if places is not None and place not in places:
                continue
            own = merged(self.there[place][person])
            for other, theirs in self.there[place].items():
                if other == person:
                    continue
                pairs = [(max(a, c, since), min(b, d, until)) for a, b in own for c, d in merged(theirs)]
                least = timedelta(minutes=minutes)
                stretches = [(start, end) for start, end in pairs if start < end and end - start >= least]
                if stretches:
                    found[other][place] = stretches
        return found


def merged(intervals: Intervals) -> Intervals:
    """Overlapping and touching intervals as one."""
    result: Intervals = []
    for start, end in sorted(intervals):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def contact(stretches: Mapping[object, Intervals]) -> Contact:
    """The answer for one person, from the stretches at each place."""
    total = sum((end - start for ones in stretches.values() for start, end in ones), timedelta())
    every = [stretch for ones in stretches.values() for stretch in ones]
    return Contact(
        total // timedelta(minutes=1), min(a for a, _b in every), max(b for _a, b in every), tuple(sorted(stretches))
    )


def first_ring(log: Log, case, since: datetime, until: datetime, minutes: int, places=None) -> dict[object, Contact]:
    """Ring 1 of a case; `places` are those of the kinds that count (None: all)."""
    return {other: contact(stretches) for other, stretches in log.met(case, since, until, minutes, places).items()}


def second_ring(
    log: Log, case, first: Mapping[object, Contact], isolated: Mapping, minutes: int, places=None
) -> dict[object, Contact]:
    """Ring 2 around ring 1; `isolated` says when somebody was."""
    together: dict[object, dict[object, Intervals]] = defaultdict(lambda: defaultdict(list))
    for person, known in first.items():
        until = isolated.get(person, log.as_of)
        for other, stretches in log.met(person, known.first_at, until, minutes, places).items():
            if other != case and other not in first:
                for place, ones in stretches.items():
                    together[other][place] += ones
    return {
        other: contact({place: merged(ones) for place, ones in stretches.items()})
        for other, stretches in together.items()
    }
