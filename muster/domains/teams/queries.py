"""Which teams a call may have, the best first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from muster.kernel.posts.permissions import visible_to

from . import rules, words
from .models import Call, Mission, Shift, Team

LOOKED_AT, SHOWN = 500, 20


@dataclass(frozen=True)
class Proposal:
    """A team for a call, and how it stands."""

    team: Team
    standing: rules.Standing


def proposals(call: Call, post: Any, now: datetime) -> list[Proposal]:
    """The teams of the kind within the post's range: free before busy, on shift before off, near before far.

    Three queries, whatever the number of teams. Who refused this call, or is sent to it, is left out.
    """
    mine = visible_to(Team.objects.standing().filter(kind=call.kind, strength__gt=0), post)
    gone = set(call.missions.exclude(state=words.CANCELLED).values_list("team_id", flat=True))
    teams = [team for team in mine.order_by("area", "id")[:LOOKED_AT] if team.pk not in gone]
    since = max(now, call.starts_at)
    ids = [team.pk for team in teams]
    shifts: dict[Any, list[tuple[datetime, datetime]]] = {}
    rows = Shift.objects.filter(team__in=ids, dropped_at=None, starts_at__lt=call.ends_at, ends_at__gt=since)
    for team_id, starts, ends in rows.values_list("team_id", "starts_at", "ends_at"):
        shifts.setdefault(team_id, []).append((starts, ends))
    busy = set(busy_with(ids, since, call.ends_at, now))
    found = [
        Proposal(
            team,
            rules.Standing(
                rules.away(team.area, call.area),
                rules.covers(shifts.get(team.pk, ()), since, call.ends_at),
                team.pk not in busy,
                team.strength,
            ),  # fmt: skip
        )
        for team in teams
    ]
    return sorted(found, key=lambda each: rules.order(each.standing, call.wanted))[:SHOWN]


def busy_with(teams: list[Any], since: datetime, until: datetime, now: datetime) -> list[Any]:
    """Which of the teams are sent somewhere in this time, or are still on site though their time is over."""
    held = Mission.objects.holding().filter(team__in=teams, starts_at__lt=until)
    rows = held.filter(ends_at__gt=since) | held.filter(state=words.ARRIVED, ends_at__lte=now)
    return list(rows.values_list("team_id", flat=True))
