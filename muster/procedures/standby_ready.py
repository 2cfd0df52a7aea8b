"""A standby site is ready, or stood down: it is a sampling site for the rounds that are planned meanwhile."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from muster.domains.screening.actions import close_site, open_site
from muster.domains.screening.models import SamplingSite
from muster.domains.teams.models import StandbySite
from muster.kernel.facts.models import Fact
from muster.kernel.posts.models import SYSTEM
from muster.kernel.procedures import procedure


def open_sites(facts: list[Fact]) -> None:
    """At once: whoever plans a round the next minute finds it."""
    for site in StandbySite.objects.filter(pk__in=[fact.subject for fact in facts]):
        given = {"lat": site.lat, "lon": site.lon, "desks": site.desks}
        open_site(by=SYSTEM, area=site.area, name=site.name, now=facts[0].recorded_at, **given)


def close_sites(facts: list[Fact]) -> None:
    """At once: no later round counts on it."""
    for site in StandbySite.objects.filter(pk__in=[fact.subject for fact in facts]):
        for place in SamplingSite.objects.filter(area=site.area, name=site.name):
            close_site(by=SYSTEM, site=place, now=facts[0].recorded_at)


procedure(
    "standby_ready",
    on="teams.standby_ready",
    meaning=_("Make the standby site a sampling site, for the next round that is planned"),
    at_once=open_sites,
)
procedure(
    "standby_down",
    on="teams.standby_down",
    meaning=_("No later round counts on the standby site"),
    at_once=close_sites,
)
