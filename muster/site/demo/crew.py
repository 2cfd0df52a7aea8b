"""The crew: while the clock jumps, it does part of the open duties as the posts that own them, and leaves a remainder.

Who does what, how fast and what is forgotten follows from the seed. Everything goes through the real actions, each at
its own moment; what is not done in time escalates and shows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from muster.domains.isolation.jobs import STEPS as ISOLATION_STEPS
from muster.domains.premises.jobs import STEPS as PREMISES_STEPS
from muster.domains.tracing import actions as tracing
from muster.domains.tracing.models import Incident
from muster.kernel.duties.actions import SWEEP_BATCH, sweep
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts import roles
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import Post

from . import hands, swabs
from .hands import Hand, luck
from .posts import PREFIX

SLICE, MOST_SLICES = timedelta(minutes=15), 48
NOT_YET, REFUSED = timedelta(minutes=30), timedelta(hours=6)  # before what could not be done is tried again
NEVER = datetime.max.replace(tzinfo=UTC)
FORGETTING = timedelta(hours=3)  # after its deadline, half of what was forgotten is remembered
# The cast that visitors play takes longer, so that there is something left to do.
_LEISURELY = {PREFIX + name for name in ("grid", "grid-contact", "grid-qindu", "community")}
_LEISURE = 2.5
log = logging.getLogger(__name__)


class Pace(NamedTuple):
    """How a kind of duty is done: by which hand, within which minutes, and how often it is forgotten."""

    hand: Hand
    least: int
    most: int
    forgotten: float = 0.05


PACES = {
    "tracing.notify_contact": Pace(hands.tell, 8, 230, 0.06),
    "tracing.write_letter": Pace(hands.write, 50, 100, 0),
    "tracing.answer_letter": Pace(hands.read_reply, 300, 900, 0),
    "tracing.confirm_ring": Pace(hands.follow_ring, 200, 230, 0),
    "isolation.hand_over": Pace(hands.hand_over, 45, 420),
    "isolation.send_off": Pace(hands.hand_over, 20, 90, 0),
    "isolation.receive": Pace(hands.receive, 60, 60, 0),
    "isolation.find_site": Pace(hands.find_site, 40, 120, 0),
    "isolation.health_check": Pace(hands.check, 15, 200, 0.03),
    "isolation.home_check": Pace(hands.check, 15, 230, 0.06),
    "isolation.answer_anomaly": Pace(hands.answer, 15, 90, 0.1),
    "isolation.sample": Pace(hands.sample, 30, 400, 0.03),
    "isolation.home_sample": Pace(hands.sample, 60, 600),
    "isolation.clean_room": Pace(hands.clean, 60, 300),
    "isolation.assess_home": Pace(hands.assess, 45, 420),
    "isolation.complete_papers": Pace(hands.papers, 120, 900, 0.1),
    "isolation.send_home": Pace(hands.send_home, 60, 300),
    "premises.do_routine": Pace(hands.look_after_venue, 60, 900, 0.05),
    "premises.chase_routine": Pace(hands.look_after_venue, 30, 300, 0.05),
    "isolation.release": Pace(hands.release, 60, 300),
    "isolation.release_home": Pace(hands.release, 60, 400),
}
# Steps of the response that headquarters states by hand, minutes after the incident began.
_STEPS = {"disposal": 72, "core_information": 205, "first_report": 1300}


def work_through(begins: datetime, ends: datetime, arrive: Callable[[datetime], None] = lambda now: None) -> int:
    """Live from one moment to another, slice by slice; returns how many duties the crew did.

    `arrive` is called with the moment that the clock reaches with each slice, before anything is done in it.
    """
    slice_ = max(SLICE, (ends - begins) / MOST_SLICES)
    with acting():
        crew, before = Crew(begins), begins
        while before < ends:
            now = min(before + slice_, ends)
            arrive(now)
            crew.work(before, now)
            crew.state_steps(before, now)
            swabs.report(crew.posts, now)
            _run_what_is_due(now)
            before = now
    return crew.done


class Crew:
    """Everybody who holds a post, and when each of the duties they know of will be done."""

    def __init__(self, now: datetime) -> None:
        self.posts = list(Post.objects.active(now).select_related("user"))
        self.planned: dict[UUID, datetime] = {}
        self.done = 0

    def work(self, before: datetime, now: datetime) -> None:
        """Do what falls into a slice of time; what cannot be done yet is tried again later."""
        self._plan(now)
        ready = [pk for pk, at in self.planned.items() if at <= now]
        for duty in Duty.objects.open().filter(pk__in=ready).order_by("opened_at", "due_at", "pk"):
            at = self.planned[duty.pk]
            wait = attempt(PACES[duty.kind].hand, duty, owner(self.posts, duty), at if at > before else now)
            self.done += wait is None
            self.planned[duty.pk] = now + wait if wait else NEVER

    def _plan(self, now: datetime) -> None:
        known = Duty.objects.open().filter(kind__in=PACES, opened_at__lt=now)
        fresh = set(known.values_list("pk", flat=True)) - self.planned.keys()
        for duty in Duty.objects.filter(pk__in=fresh):
            by = owner(self.posts, duty)
            self.planned[duty.pk] = moment_for(duty, by) if by else NEVER

    def state_steps(self, before: datetime, now: datetime) -> None:
        """Headquarters states the steps that nothing else shows."""
        for incident in Incident.objects.filter(closed_at=None, history=False):
            by = next((p for p in self.posts if p.role == roles.HEADQUARTERS and p.area == incident.area), None)
            for step, minutes in _STEPS.items():
                at = incident.started_at + timedelta(minutes=minutes)
                if by and before < at <= now and not _stated(incident, step):
                    tracing.record_step(by=by, incident=incident, step=step, now=at)


def _stated(incident: Incident, step: str) -> bool:
    return Fact.objects.filter(kind="tracing.step_done", subject=incident.pk, data__step=step).exists()


def attempt(hand: Hand, duty: Duty, by: Post | None, at: datetime) -> timedelta | None:
    """Do a duty in a transaction of its own; answers how long to wait where it cannot be done yet."""
    try:
        with transaction.atomic(using=ACT):
            return NOT_YET if hand(duty, by, at) is False else None
    except (Invalid, Refused) as no:
        log.debug("%s not done: %s", duty.kind, type(no).__name__)
        return REFUSED


def moment_for(duty: Duty, by: Post) -> datetime:
    """When this post does this duty; NEVER for one that is forgotten for good."""
    about = duty.kind, duty.person_id, *(duty.data.get(name) for name in ("on", "slot", "room"))
    pace = PACES[duty.kind]
    if luck("forgotten", *about) < pace.forgotten:
        return duty.due_at + FORGETTING if luck("remembered", *about) < 0.5 else NEVER
    minutes = pace.least + (pace.most - pace.least) * luck("pace", *about) ** 2
    leisure = _LEISURE if by.user and by.user.username in _LEISURELY else 1
    return duty.opened_at + timedelta(minutes=minutes * leisure)


def owner(posts: Iterable[Post], duty: Duty) -> Post | None:
    """The post of the duty's role that is nearest to it: at its place, else in the smallest area around it."""
    mine = [post for post in posts if post.role == duty.role]
    if at_place := [post for post in mine if post.place_id and post.place_id == duty.place_id]:
        return at_place[0]
    within = [post for post in mine if post.lo is not None and post.lo <= duty.area < post.hi]
    return max(within, key=lambda post: (len(post.area), -post.id.int), default=None)


def _run_what_is_due(now: datetime) -> None:
    """The periodic jobs, as they would have run at this moment."""
    steps: list[Any] = [*ISOLATION_STEPS, *PREMISES_STEPS, lambda at: sweep(at) == SWEEP_BATCH]
    for step in steps:
        more = True
        while more:
            with transaction.atomic(using=ACT):
                more = step(now)
