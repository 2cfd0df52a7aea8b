"""Venues of the demonstration: the town's own markets, inns and cinemas, with routines, guests and gatherings.

All of it is made up, as everything in a demonstration is. It is recorded through the real actions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from muster.domains.premises import actions, codes
from muster.domains.premises.actions.lodging import NIGHT_LIST
from muster.domains.premises.actions.routines import chase, open_periods
from muster.domains.premises.models import Routine, Venue
from muster.domains.premises.routines import kinds, sectors
from muster.kernel.areas.codes import span
from muster.kernel.people.models import Person, Place
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM, Post
from muster.kernel.posts.roles import COMMUNITY, GRID, REGULATORS

from . import identity, naming
from .geography import WEICHENG
from .loading import Keys
from .places import Town

SEED, DAYS = 20211201, 3
PER_STREET = {"market": 2, "dining": 2, "entertainment": 1}
# What a place's name says it is; else what its kind of place usually is.
_SAYS = {"农贸市场": "market", "超市": "shop", "KTV": "entertainment", "影院": "entertainment"}
CAPS = {
    "market": {"cap": 150, "per_slot": 60, "slot_minutes": 30, "opens": 420, "closes": 1200},
    "entertainment": {"cap": 80, "per_slot": 40, "slot_minutes": 120, "opens": 600, "closes": 1320},
}
_USUALLY = {"market": "shop", "dining": "restaurant", "entertainment": "entertainment", "lodging": "hotel"}
_ORIGINS = (
    "陕西省西安市雁塔区",
    "陕西省宝鸡市渭滨区",
    "河南省郑州市金水区",
    "甘肃省天水市秦州区",
    "陕西省咸阳市秦都区",
)
_GATHERINGS = (
    ("迎新春农产品展销会", "expo", "会展中心", 120, 0, 5, "任建军", "区农业农村局"),
    ("秦腔折子戏专场", "show", "渭城区文化馆", 260, 0, 3, "白雪梅", "区文化馆"),
    ("职工乒乓球赛", "sport", "区体育馆", 80, 0, 4, "高志远", "区总工会"),
    ("李家婚宴", "banquet", "福满酒楼", 96, 12, 6, "李长青", ""),
    ("社区党员学习会", "meeting", "社区会议室", 30, 0, 2, "杜秀兰", "社区党支部"),
)
_LATE, _CHECKED, _FAULTY = 0.04, 0.25, 0.2


def open_venues(town: Town, keys: Keys, first_day: datetime, night: datetime) -> int:
    """Register venues since the first day, play their last day up to the night; returns how many venues."""
    random = np.random.default_rng(SEED)
    with acting(), transaction.atomic(using=ACT):
        made = [_register(place, kind, first_day) for place, kind in _chosen(town, keys)]
        morning = night.replace(hour=8, minute=0)
        for back in range(DAYS - 1, -1, -1):
            open_periods(morning - timedelta(days=back))
        _guests(made, random, morning)
        _routines(random, night)
        _checks(night)
        chase(night)
        _gatherings(made, night)
    return len(made)


def _chosen(town: Town, keys: Keys) -> Iterator[tuple[Place, str]]:
    """A few places of each street of Weicheng, all its inns, and what kind of venue each is."""
    numbers = [
        number
        for kind, most in PER_STREET.items()
        for street, places in town.venues[kind].items()
        if street.startswith(WEICHENG)
        for number in places[:most]
    ]
    rows = Place.objects.in_bulk([keys.places[number] for number in [*numbers, *town.hotels]])
    for number in [*numbers, *town.hotels]:
        place = rows[keys.places[number]]
        said = next((kind for word, kind in _SAYS.items() if place.name.endswith(word)), _USUALLY[place.kind])
        yield place, "family_hotel" if said == "hotel" and number % 3 == 0 else said


def _register(place: Place, kind: str, at: datetime) -> Venue:
    """The venue, with somebody of its grid who answers for it."""
    screen = kind == "entertainment"
    row = actions.add_venue(by=SYSTEM, area=place.area, name=place.name, kind=kind, place=place, screen=screen, now=at)
    lo, hi = span(place.area[:15])
    grown = Person.objects.filter(home__gte=lo, home__lt=hi, born_on__lt=at.date() - timedelta(days=30 * 365))
    row.responsible = grown.order_by("key")[int(str(place.key)[-2:]) :].first()
    row.save(update_fields=["responsible"])
    if kind in CAPS:
        actions.set_capacity(by=SYSTEM, venue=row, now=at, **CAPS[kind])
    return row


def _guests(venues: list[Venue], random: np.random.Generator, at: datetime) -> None:
    """Two or three guests in every second house, registered in the evening before."""
    houses = [venue for venue in venues if venue.kind in ("hotel", "family_hotel")]
    for number, venue in enumerate(houses[::2]):
        names = naming.people(random.random(3) < 0.5, naming.surnames(3, random), random)
        for which, name in enumerate(names[: 2 + number % 2]):
            actions.register_guest(
                by=SYSTEM, desk=codes.make(codes.DESK, venue.pk, venue.desk_number), name=name, number="",
                phone=f"{identity.PHONE}{9_100_0000 + number * 10 + which:08}", room=f"{2 + which}0{1 + number % 8}",
                origin=_ORIGINS[int(random.integers(len(_ORIGINS)))], now=at - timedelta(hours=10, minutes=which),
            )  # fmt: skip


def _routines(random: np.random.Generator, night: datetime) -> None:
    """Most of what was due by the night was recorded by the venue, some by a grid worker; some was found wanting."""
    recorded = Routine.objects.filter(due_at__lt=night).exclude(doer="sector")
    for row in recorded.select_related("venue").order_by("pk"):
        if random.random() < _LATE:
            continue
        at = row.due_at - timedelta(minutes=int(random.integers(10, 220)))
        most = 4 if row.code == NIGHT_LIST else 30
        figure = int(random.integers(most)) if kinds()[row.code].figures else None
        if row.code == NIGHT_LIST and (night.date() - row.period_on).days == 1:
            figure = row.venue.guests.count()  # who moved in on that evening
        desk = codes.make(codes.DESK, row.venue_id, row.venue.desk_number)
        if row.doer == "venue":
            counts = dict.fromkeys(kinds()[row.code].counts, 0)
            actions.record_routine_at_desk(by=SYSTEM, desk=desk, routine=row.pk, figure=figure, counts=counts, now=at)
        else:
            found = "nobody" if random.random() < _LATE else "visited"
            by = _post(GRID, row.area[:15])
            actions.record_visit_there(by=by, routine=row, found=found, figure=figure, now=at)
        row.refresh_from_db()
        if row.outcome and random.random() < _CHECKED:
            wanting = ["no_record"] if random.random() < _FAULTY else []
            seen = min(at + timedelta(hours=14), night)
            actions.check_routine(by=_post(COMMUNITY, row.area[:12]), routine=row, wanting=wanting, now=seen)


def _checks(night: datetime) -> None:
    """The regulators checked most of last week's venues and one of this week's; every third had something wanting."""
    sector_of = {kind: name for name, of in sectors().items() for kind in of}
    rows = Routine.objects.filter(doer="sector").select_related("venue").order_by("due_at", "pk")
    for number, row in enumerate(rows):
        if number % 4 == (0 if row.due_at < night else 1) or (row.due_at > night and number % 3):
            continue
        by = _post(REGULATORS[sector_of[row.venue.kind]], WEICHENG)
        wanting, at = ["masks", "code"] if number % 3 == 0 else [], min(row.due_at, night) - timedelta(hours=4)
        actions.check_routine(by=by, routine=row, wanting=wanting, now=at)


def _post(role: str, area: str) -> Any:
    return Post.objects.get(role=role, area=area)


def _gatherings(venues: list[Venue], night: datetime) -> None:
    midnight = night.replace(hour=0, minute=0)
    for number, (name, kind, where, people, tables, days, organiser, unit) in enumerate(_GATHERINGS):
        starts = midnight + timedelta(days=days, hours=9)
        actions.ask_event(
            by=SYSTEM, area=venues[number % len(venues)].area, name=name, kind=kind, place_name=where, expected=people,
            tables=tables, starts_at=starts, ends_at=starts + timedelta(hours=6), organiser=organiser, unit=unit,
            phone=f"{identity.PHONE}{9_200_0000 + number:08}", now=night - timedelta(hours=4),
        )  # fmt: skip
