"""What a member of the crew does for each kind of duty: the real action, with the answer that person would give.

Each takes the duty, the post that does it and the moment, and answers False where it cannot be done yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count

from muster.domains.isolation import actions as isolation
from muster.domains.isolation import words
from muster.domains.isolation.models import HealthCheck, Room, Sample, Site, Stay, Transfer
from muster.domains.premises import actions as premises
from muster.domains.premises.models import Routine
from muster.domains.premises.routines import kinds
from muster.domains.tracing import actions as tracing
from muster.domains.tracing.models import Contact, Letter, PendingRing
from muster.kernel.controls.models import Control
from muster.kernel.duties.models import Duty

SEED = 20211130
RIDE = timedelta(minutes=25)
_FEVERS = 0.012
_RESERVE_ROOMS = 100  # opened at a time in a site that has been kept in reserve
_ELSEWHERE = ("西安市雁塔区疫情防控指挥部", "宝鸡市渭滨区疫情防控指挥部", "渭南市临渭区疫情防控指挥部")

Hand = Callable[[Duty, Any, datetime], Any]


def luck(*parts: Any) -> float:
    """A number from 0 up to 1 that depends on nothing but the parts and the seed."""
    text = "|".join(map(str, (SEED, *parts)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def tell(duty: Duty, by: Any, at: datetime) -> None:
    """A grid worker rings at the door."""
    tracing.notify_contact(by=by, contact=Contact.objects.get(pk=duty.subject), now=at)


def write(duty: Duty, by: Any, at: datetime) -> None:
    """An investigator writes to where the contact is."""
    contact = Contact.objects.select_related("case").get(pk=duty.subject)
    to = _ELSEWHERE[int(luck(contact.person_id) * len(_ELSEWHERE))]
    tracing.send_letter(by=by, case=contact.case, contacts=[contact.pk], to_name=to, now=at)


def read_reply(duty: Duty, by: Any, at: datetime) -> None:
    """The other place has answered: they have everybody under control."""
    letter = Letter.objects.get(pk=duty.subject)
    replies = {str(row.contact_id): "controlled" for row in letter.persons.all()}
    tracing.record_reply(by=by, letter=letter, replies=replies, now=at)


def follow_ring(duty: Duty, by: Any, at: datetime) -> None:
    """An investigator decides to follow the second ring."""
    tracing.decide_ring(
        by=by, ring=PendingRing.objects.select_related("case").get(pk=duty.subject), confirmed=True, now=at
    )


def hand_over(duty: Duty, by: Any, at: datetime) -> bool | None:
    """The driver is there: the person is handed over."""
    transfer = Transfer.objects.get(pk=duty.subject)
    if transfer.site_id is None:
        return False
    isolation.confirm_handover(by=by, transfer=transfer, side=words.SENDER, now=at)
    return None


def receive(duty: Duty, by: Any, at: datetime) -> bool | None:
    """The site receives the person some time after they left."""
    transfer = Transfer.objects.get(pk=duty.subject)
    if transfer.sender_at is None or transfer.sender_at + RIDE > at:
        return False
    isolation.confirm_handover(by=by, transfer=transfer, side=words.RECEIVER, now=at)
    return None


def find_site(duty: Duty, by: Any, at: datetime) -> bool | None:
    """Headquarters finds a room, and opens more rooms of the reserve when there is none."""
    sites = Site.objects.filter(kind=words.SITE, closed_at=None)
    site = sites.filter(rooms__state=words.READY).order_by("pk").first()
    if site is None:
        mine = sites.filter(area__startswith=by.area).annotate(size=Count("rooms"))
        site = mine.order_by("size", "pk").first()
        if site is None:
            return False
        first = site.rooms.count()
        labels = [f"{2 + n // 20}{n % 20 + 1:02}" for n in range(first, first + _RESERVE_ROOMS)]
        isolation.add_rooms(by=by, site=site, labels=labels, now=at)
    isolation.place_transfer(by=by, transfer=Transfer.objects.get(pk=duty.subject), site=site, now=at)
    return None


def check(duty: Duty, by: Any, at: datetime) -> None:
    """Temperature and symptoms; a few have a fever."""
    stay, on, slot = (
        Stay.objects.get(pk=UUID(duty.data["stay"])),
        date.fromisoformat(duty.data["on"]),
        duty.data["slot"],
    )
    drawn = luck("check", duty.person_id, on, slot)
    ill = drawn < _FEVERS
    temperature = 37.6 + drawn * 50 if ill else 36.1 + drawn * 0.8
    isolation.record_check(
        by=by, stay=stay, temperature=round(temperature, 1), symptoms=["cough"] if ill else [], on=on, slot=slot, now=at
    )


def answer(duty: Duty, by: Any, at: datetime) -> None:
    """Somebody looks at who has a fever."""
    outcome = "tested" if luck(duty.kind, duty.person_id) < 0.6 else "observed"
    isolation.answer_anomaly(by=by, check=HealthCheck.objects.get(pk=duty.subject), outcome=outcome, now=at)


def sample(duty: Duty, by: Any, at: datetime) -> None:
    """A swab is taken."""
    isolation.record_sample(by=by, sample=Sample.objects.get(pk=duty.subject), now=at)


def clean(duty: Duty, by: Any, at: datetime) -> None:
    """The room is ready again."""
    isolation.set_room(by=by, room=Room.objects.get(pk=duty.subject), state=words.READY, now=at)


def assess(duty: Duty, by: Any, at: datetime) -> None:
    """The home is looked at; most serve."""
    fit = luck(duty.kind, duty.person_id) < 0.7
    answers = dict.fromkeys(words.HOME_QUESTIONS, True) | {"lives_alone": False, "shared_air": False}
    answers |= {"carer_ill_or_elderly": False, "own_bathroom": fit}
    isolation.assess_home(by=by, control=Control.objects.get(pk=duty.subject), answers=answers, now=at)


def papers(duty: Duty, by: Any, at: datetime) -> None:
    """The letters and the video of home observation."""
    isolation.give_papers(by=by, stay=Stay.objects.get(pk=duty.subject), given=list(words.PAPERS), now=at)


def send_home(duty: Duty, by: Any, at: datetime) -> None:
    """The days at the site are over."""
    isolation.move_home(by=by, stay=Stay.objects.get(pk=duty.subject), now=at)


def release(duty: Duty, by: Any, at: datetime) -> None:
    """The days are served."""
    isolation.release(by=by, stay=Stay.objects.get(pk=duty.subject), now=at)


def look_after_venue(duty: Duty, by: Any, at: datetime) -> None:
    """A grid worker goes to the venue, and records what was done there."""
    row = Routine.objects.get(pk=duty.subject)
    figure = int(luck(row.pk) * 20) if kinds()[row.code].figures else None
    premises.record_routine(by=by, routine=row, figure=figure, now=at)
