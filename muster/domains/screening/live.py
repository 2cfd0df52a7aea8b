"""A round as it goes: sites with queue and speed, when they end, how old results are, and where people are missing.

From counters kept with the write: a constant number of queries, whatever the size of the round.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Sum

from muster.kernel.people.models import Organisation

from . import rules
from .models import Queue, Round, RoundCount, RoundSite, SamplingSite, SiteCount

SLOT, WINDOW = 10, 60  # minutes of a slot of the counters; how far back speed is looked at
STALE = timedelta(minutes=30)  # after which what a site said of its queue is marked as old
AGES = (6, 12, 24)  # hours, the bounds of how long samples wait for their result
NIL = UUID(int=0)


@dataclass
class SiteNow:
    """One site: its share of the plan, samples so far, the last hour in slots, its queue, and when it is through."""

    station: RoundSite
    samples: int = 0
    slots: dict[datetime, int] = field(default_factory=dict)
    queue: Queue | None = None
    end: rules.Forecast | None = None
    speed: int = 0
    arriving: int | None = None
    wait: int | None = None
    queue_stale: bool = False

    @property
    def left(self) -> int:
        """People of its buildings who are still to come, if each comes to their own site."""
        return max(0, self.station.people - self.samples)

    @property
    def desk_speed(self) -> int:
        """People an hour and desk."""
        return round(self.speed / max(1, self.station.desks))


@dataclass
class Now:
    """The whole round at a moment."""

    at: datetime
    sites: list[SiteNow]
    end: rules.Forecast | None
    ages: list[tuple[int, int | None, int]]  # hours from, hours to, samples
    laboratories: list[tuple[str, int, datetime]]  # name ('' on the way), samples, oldest slot
    gaps: list[tuple[RoundCount, int]]


def look(row: Round, now: datetime, *, gaps: int = 20) -> Now:
    """The round as it is."""
    window = now - timedelta(minutes=WINDOW)
    counts = list(
        SiteCount.objects.filter(round=row)
        .values("site", "slot", "laboratory_id")
        .annotate(made=F("pending") + F("resulted") + F("voided"), waiting=F("pending"))
        .order_by("slot")
    )
    sites = {
        each.site_id: SiteNow(each)
        for each in RoundSite.objects.filter(round=row).select_related("site").order_by("site__area", "site__name")
    }
    unplanned = SamplingSite.objects.in_bulk({count["site"] for count in counts} - set(sites))
    for pk, place in unplanned.items():
        sites[pk] = SiteNow(RoundSite(round=row, site=place, people=0, desks=place.desks))
    for count in counts:
        if site := sites.get(count["site"]):
            site.samples += count["made"]
            if count["slot"] >= window:
                site.slots[count["slot"]] = site.slots.get(count["slot"], 0) + count["made"]
    for queue in Queue.objects.filter(round=row):
        if site := sites.get(queue.site_id):
            site.queue = queue
    begun = max(window, row.opened_at or now)
    for site in sites.values():
        _speed(site, begun, now)
    ends = [site.end for site in sites.values() if site.left]
    known = [end for end in ends if end]
    whole = (
        rules.Forecast(*(max(each) for each in zip(*known, strict=True))) if known and len(known) == len(ends) else None
    )
    return Now(now, list(sites.values()), whole, _ages(counts, now), _laboratories(counts), _gaps(row, gaps))


def _speed(site: SiteNow, begun: datetime, now: datetime) -> None:
    """Speed of the last hour (people an hour), from whole slots since the round began, and what follows of it."""
    number = max(1, int((now - begun).total_seconds() // 60 // SLOT))
    windows = [0] * number
    for slot, made in site.slots.items():
        at = min(number - 1, max(0, int((slot - begun).total_seconds() // 60 // SLOT)))
        windows[at] += made
    site.speed = round(sum(windows) * 60 / (number * SLOT))
    site.end = rules.forecast(site.left, windows, SLOT)
    queue = site.queue
    if queue is None:
        return
    site.queue_stale = now - queue.at > STALE
    if site.speed and not site.queue_stale:
        site.wait = round(queue.people / site.speed * 60)
    if queue.at_before and queue.at > queue.at_before and not site.queue_stale:
        hours = (queue.at - queue.at_before).total_seconds() / 3600
        if hours >= 1 / 12:
            site.arriving = max(0, round(site.speed + (queue.people - (queue.people_before or 0)) / hours))


def _ages(counts: list[dict[str, Any]], now: datetime) -> list[tuple[int, int | None, int]]:
    bounds: list[tuple[int, int | None]] = [*zip((0, *AGES), (*AGES, None), strict=True)]
    found = []
    for low, high in bounds:
        since, until = now - timedelta(hours=low), now - timedelta(hours=high) if high else None
        aged = [count for count in counts if count["slot"] <= since and (until is None or count["slot"] > until)]
        found.append((low, high, sum(count["waiting"] for count in aged)))
    return found


def _laboratories(counts: list[dict[str, Any]]) -> list[tuple[str, int, datetime]]:
    """Samples without a result, by laboratory; '' for those that none has received."""
    sums: dict[UUID, list[Any]] = {}
    for count in counts:
        if count["waiting"]:
            sums.setdefault(count["laboratory_id"], [0, count["slot"]])[0] += count["waiting"]
    names = dict(Organisation.objects.filter(pk__in=[each for each in sums if each != NIL]).values_list("pk", "name"))
    return [(names.get(key, "" if key == NIL else "–"), *each) for key, each in sums.items()]


def _gaps(row: Round, most: int) -> list[tuple[RoundCount, int]]:
    """Buildings with somebody missing, those nearest to done last."""
    rows = RoundCount.objects.filter(round=row).annotate(gap=F("expected") - F("sampled") - F("excused"))
    return [(each, each.gap) for each in rows.filter(gap__gt=0).order_by("-gap", "area")[:most]]


def custody(row: Round) -> dict[str, Any]:
    """Where the samples of a round are, of what the reader may see; and since when the oldest waits (to 10 minutes)."""
    counts = SiteCount.objects.filter(round=row)
    found: dict[str, Any] = counts.aggregate(
        resulted=Sum("resulted", default=0), pending=Sum("pending", default=0), voided=Sum("voided", default=0)
    )
    found["oldest"] = counts.filter(pending__gt=0).order_by("slot").values_list("slot", flat=True).first()
    return found | {"collected": found["resulted"] + found["pending"] + found["voided"]}
