"""A round of testing on the day before that night: nearly over, its morning's results in, some people still missing.

All of it is made up. It is recorded through the real actions.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from muster.domains.screening import actions
from muster.domains.screening.models import Box, Laboratory, Round, SamplingSite, Tube
from muster.kernel import ids
from muster.kernel.areas.models import Area
from muster.kernel.people.models import Organisation, Person, Place
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, Post

from .geography import WEICHENG
from .posts import post_of

POOL, RECORDS = 10, 500
MISSING = 250  # one of so many has not come
DISEASE = "covid19"
_CARRIERS = ((roles.COMMUNITY, 12), (roles.STREET, 9))


def take_round(away_from: str, night: datetime) -> tuple[int, int]:
    """A round over a street other than that of the index; returns how many gave a sample, and how many did not."""
    street = _street(away_from)
    if not street:
        return 0, 0
    sites = _sites(street)
    starts_at = night.replace(hour=7, minute=0)
    row = actions.plan_round(
        by=post_of("headquarters"), areas=[street], disease=DISEASE, starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=14), pool_size=POOL, now=starts_at - timedelta(hours=12),
    )  # fmt: skip
    row = actions.open_round(by=post_of("headquarters"), round=row, now=starts_at)
    lab = post_of("laboratory")
    with acting():
        of_lab = Organisation.objects.get(pk=lab.organisation_id)
        people = Person.objects.filter(home__startswith=street, merged_into=None).order_by("home", "key")
        homes = list(people.values_list("pk", "home"))
    laboratory = actions.set_laboratory(by=SYSTEM, organisation=of_lab, tubes_a_day=5000, now=starts_at)
    come = [each for number, each in enumerate(homes) if number % MISSING != MISSING - 1]
    noon, evening = starts_at + timedelta(hours=5), starts_at + timedelta(hours=11)
    half = len(come) // 2
    _swab(row, sites, come[:half], starts_at, noon)
    boxes = _boxes(row, sites, laboratory, "M", noon)
    _swab(row, sites, come[half:], noon, evening)
    _boxes(row, sites, laboratory, "P", evening)
    for box in boxes:
        _negative(box, lab, noon + timedelta(hours=6))
    return len(come), len(homes) - len(come)


def _street(away_from: str) -> str:
    """The most peopled street of Weicheng of which the index is not."""
    with acting():
        codes = (
            Area.objects.filter(level="street", parent=WEICHENG).exclude(code=away_from).values_list("code", flat=True)
        )
        counts = {code: Person.objects.filter(home__startswith=code).count() for code in codes}
    most = max(counts, key=counts.__getitem__, default="")
    return most if counts.get(most) else ""


def _sites(street: str) -> dict[str, SamplingSite]:
    """A sampling site in each community where somebody lives, by the community's code."""
    with acting():
        homes = Place.objects.filter(kind="residence", area__startswith=street).exclude(lat=None).order_by("area")
        first = {place.area[:12]: place for place in reversed(homes)}
        names = dict(Area.objects.filter(code__in=first).values_list("code", "name"))
    return {
        code: actions.add_site(
            by=SYSTEM, area=code, name=f"{names[code]}采样点", lat=place.lat, lon=place.lon, desks=4,
        )
        for code, place in sorted(first.items())
    }  # fmt: skip


def _swab(row: Round, sites: dict[str, SamplingSite], people: list[Any], begins: datetime, ends: datetime) -> None:
    """These people give a sample at their community's site, ten to a tube, evenly from one moment to the other."""
    records, done = [], 0
    for community, here in groupby(people, key=lambda each: each[1][:12]):
        site, members = sites[community], [person for person, _home in here]
        for start in range(0, len(members), POOL):
            code = f"W{site.pk.hex[-4:]}{begins:%H}{start // POOL:04}".upper()
            common = {"tube": code, "site": str(site.pk), "capacity": POOL}
            inside = members[start : start + POOL]
            for person in inside:
                done += 1
                at = begins + (ends - begins) * done / len(people)
                records.append(_record("register", at, person=str(person), **common))
            records.append(_record("seal", at, tube=code, count=len(inside)))
    with acting():
        by = Post.objects.get(role=roles.STREET, area=row.area)
    for start in range(0, len(records), RECORDS):
        actions.register(by=by, round=row, records=records[start : start + RECORDS], now=ends)


def _record(do: str, at: datetime, **given: Any) -> dict[str, Any]:
    return {"op": str(ids.uuid7()), "do": do, "at": at.isoformat(), **given}


def _boxes(row: Round, sites: dict[str, SamplingSite], laboratory: Laboratory, wave: str, at: datetime) -> list[Box]:
    """What every site has sealed goes to the laboratory in a box, signed for twice on the way."""
    boxes = []
    for number, (code, site) in enumerate(sites.items(), start=1):
        with acting():
            ready = Tube.objects.filter(round=row, site=site, box=None).exclude(sealed_at=None).count()
            posts = {role: Post.objects.filter(role=role, area=code[:width]).first() for role, width in _CARRIERS}
        if not ready:
            continue
        box = actions.pack_box(
            by=SYSTEM, code=f"{wave}-{number:02}", round=row, site=site, laboratory=laboratory, count=ready, now=at
        )
        hands = (roles.COMMUNITY, "giver"), (roles.STREET, "taker"), (roles.STREET, "giver"), ("", "taker")
        for step, (role, side) in enumerate(hands):
            by = posts[role] if role else post_of("laboratory")
            actions.hand_over_box(by=by, box=box, side=side, count=ready, now=at + timedelta(minutes=10 * step))
        boxes.append(box)
    return boxes


def _negative(box: Box, lab: Post, at: datetime) -> None:
    with acting():
        tubes = list(Tube.objects.filter(box=box).order_by("code").values_list("code", flat=True))
    actions.load_tubes(by=lab, rows=[{"tube": code, "result": "negative"} for code in tubes], now=at)
