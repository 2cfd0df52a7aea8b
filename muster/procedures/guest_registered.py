"""A guest from elsewhere moved into a lodging house: they have arrived, and are screened as anybody who does."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.domains.arrivals import words
from muster.domains.arrivals.actions import declare, receive
from muster.domains.arrivals.models import Arrival
from muster.domains.arrivals.rules import arriving
from muster.domains.premises.models import Guest
from muster.kernel import clock
from muster.kernel.facts.models import Fact
from muster.kernel.people.queries import every_record
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure

DISTRICT = 6  # digits: who comes from the same district has not arrived from elsewhere


def screen_guests(facts: list[Fact]) -> None:
    """Later: each guest is declared by their house, unless they declared themselves; then that arrival is met."""
    now = clock.now()
    for guest in Guest.objects.filter(pk__in=[fact.subject for fact in facts]).select_related("person__canonical"):
        code, _key = arriving.origin(guest.origin) if guest.origin else ("", "")
        if not guest.origin or code[:DISTRICT] == guest.area[:DISTRICT]:
            continue
        own = Arrival.objects.filter(person__in=every_record([guest.person_id]))
        open_ = list(own.filter(state__in=(words.COMING, words.HERE)))
        for row in open_:
            if row.state == words.COMING:
                receive(by=SYSTEM, arrival=row, now=now)
        if not open_:
            declare(
                by=SYSTEM, person=guest.person, name="", phone="", origin=guest.origin, area=guest.area[:12],
                arrives_on=clock.local_day(guest.came_at), declared_by="hotel", channel="visit", here=True, now=now,
            )  # fmt: skip


procedure(
    "guest_registered",
    on="premises.guest_registered",
    meaning=_("Screen a guest from elsewhere against the risk areas, and open what the plan asks"),
    fan_out=screen_guests,
)
