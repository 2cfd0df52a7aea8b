"""The evening of 30 November 2021: at 19:15 the laboratory's positive result comes in."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from muster.domains.isolation import actions as isolation
from muster.domains.screening.actions import record_result
from muster.domains.screening.models import Result
from muster.kernel.areas.codes import span
from muster.kernel.people.models import Organisation, Person, Place
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM, Post

from .geography import WEICHENG
from .index import Picture
from .loading import Keys
from .places import Town
from .posts import PREFIX

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_DAY = datetime(2021, 11, 16, tzinfo=SHANGHAI)
SAMPLED_AT = datetime(2021, 11, 30, 8, 40, tzinfo=SHANGHAI)
WALKED_IN_AT = datetime(2021, 11, 29, 15, 20, tzinfo=SHANGHAI)
NIGHT = datetime(2021, 11, 30, 19, 15, tzinfo=SHANGHAI)
DISEASE = "covid19"


def open_sites(town: Town, keys: Keys, since: datetime) -> int:
    """The isolation sites and the hospital with their rooms, numbered by floor; returns how many rooms."""
    rooms = 0
    for site in town.sites:
        with acting():
            place = Place.objects.get(pk=keys.places[site.place])
        made = isolation.add_site(
            by=SYSTEM,
            area=place.area,
            name=place.name,
            place=place,
            kind=site.kind,
            staffing=site.rooms // 4,
            now=since,
        )
        labels = [f"{2 + number // 20}{number % 20 + 1:02}" for number in range(site.rooms)]
        rooms += isolation.add_rooms(by=SYSTEM, site=made, labels=labels, now=since) if labels else 0
    return rooms


def receive_result(picture: Picture, keys: Keys, town: Town) -> Result:
    """The laboratory records the result of the morning's routine test; procedures do what follows.

    Twenty minutes before, it wanted another person's result corrected: that waits for a second person.
    """
    with acting():
        by = Post.objects.get(user__username=f"{PREFIX}laboratory")
        person = Person.objects.get(pk=keys.people[picture.person])
        laboratory = Organisation.objects.get(pk=keys.organisations[town.laboratory])
    hold_correction(by, laboratory, person)
    return record_result(
        by=by, person=person, laboratory=laboratory, ref="20211130-0417", disease=DISEASE, sampled_at=SAMPLED_AT,
        result="positive", ct_orf=24.6, ct_n=23.1, now=NIGHT,
    )  # fmt: skip


def hold_correction(by: Post, laboratory: Organisation, case: Person) -> None:
    """Yesterday's negative result of somebody far from the case is said to be another's: two persons decide."""
    with acting():
        lo, hi = span(WEICHENG)
        person = Person.objects.filter(home__gte=lo, home__lt=hi).exclude(pk=case.pk).order_by("-key")[0]
    given = {"by": by, "person": person, "laboratory": laboratory, "disease": DISEASE, "sampled_at": WALKED_IN_AT}
    record_result(ref="20211129-0391", result="negative", now=WALKED_IN_AT + timedelta(hours=5), **given)
    record_result(
        ref="20211129-0391A", result="positive", ct_orf=31.2, ct_n=30.4, corrects="20211129-0391", reason="mixed",
        now=NIGHT - timedelta(minutes=20), **given,
    )  # fmt: skip
