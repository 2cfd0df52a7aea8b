"""A round's sites and the people there: planned, on site, on the way; which sites are beyond their plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Sum

from muster.domains.screening import live
from muster.domains.screening.models import Round
from muster.domains.teams import words
from muster.domains.teams.models import Mission, Team
from muster.kernel.posts.permissions import visible_to

LONG_WAIT = 60  # minutes in a queue after which a site is beyond its plan: our own figure


@dataclass
class Staffed:
    """One site of a round: samplers by the plan, and what the teams that were sent bring."""

    site: live.SiteNow
    on_site: int = 0
    coming: int = 0
    asked: int = 0
    ends_at: datetime | None = None
    beyond: list[str] = field(default_factory=list)

    @property
    def planned(self) -> int:
        """Samplers that the plan asks for."""
        return self.site.station.samplers

    @property
    def missing(self) -> int:
        """Samplers who are neither there nor on the way."""
        return max(0, self.planned - self.on_site - self.coming)


def staffing(row: Round, now: datetime) -> list[Staffed]:
    """The sites of a round, those beyond their plan first, then those with most people missing; few queries for any."""
    sites = {each.station.site_id: Staffed(each) for each in live.look(row, now, gaps=0).sites}
    missions = Mission.objects.holding().filter(call__round=row.pk, call__kind=words.SAMPLING)
    for site, state, strength, came in missions.values_list("call__site", "state", "strength", "came"):
        if found := sites.get(site):
            found.on_site += came or 0
            found.coming += strength if state == words.ACCEPTED else 0
            found.asked += strength if state == words.OFFERED else 0
    for each in sites.values():
        _against_plan(each, row, now)
    return sorted(sites.values(), key=lambda each: (not each.beyond, -each.missing, each.site.station.site.area))


def _against_plan(each: Staffed, row: Round, now: datetime) -> None:
    """Beyond the plan: through only after the round's end, or a queue that waits too long."""
    if each.site.end and each.site.left:
        each.ends_at = now + timedelta(minutes=each.site.end.likely)
        if each.ends_at > row.ends_at:
            each.beyond.append("end")
    if (each.site.wait or 0) > LONG_WAIT:
        each.beyond.append("queue")


def free_teams(post: Any, now: datetime) -> list[dict[str, Any]]:
    """Teams of the post's range that are sent nowhere now: how many of each kind, and their people; one query."""
    busy = Mission.objects.holding().filter(team=OuterRef("pk"), starts_at__lte=now)
    teams = visible_to(Team.objects.standing().filter(strength__gt=0), post).filter(~Exists(busy))
    found = {row["kind"]: row for row in teams.values("kind").annotate(teams=Count("pk"), people=Sum("strength"))}
    return [{"title": title, **found.get(kind, {"teams": 0, "people": 0})} for kind, title in words.KINDS.items()]


def rounds_to_staff(now: datetime) -> list[Round]:
    """Rounds under way, and those that are planned, the latest first."""
    return list(Round.objects.filter(closed_at=None).order_by("-starts_at")[:20])


def chosen_round(rounds: list[Round], wanted: UUID | None) -> Round | None:
    """The round that is asked for, else one under way, else the next."""
    by_wish = [row for row in rounds if row.pk == wanted]
    under_way = [row for row in rounds if row.opened_at]
    return next(iter(by_wish or under_way or rounds), None)
