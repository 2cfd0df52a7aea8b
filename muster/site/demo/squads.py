"""Teams of the demonstration, those of the first communities, with two calls; and standby sites.

All of it is made up. It is recorded through the real actions.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from muster.domains.teams import actions
from muster.domains.teams.models import Call, Team
from muster.kernel.areas.models import Area
from muster.kernel.posts.logins import ACT, acting
from muster.kernel.posts.models import SYSTEM

from . import identity, naming
from .geography import WEICHENG

SEED, MOST = 20211202, 12
# Kind, what its name ends in, how many people, what they do.
_KINDS = (
    ("sampling", "采样队", 4, ("swab", "swab", "register", "drive")),
    ("volunteers", "志愿服务队", 5, ("order", "order", "knock", "knock", "deliver")),
    ("disinfection", "消杀队", 3, ("disinfect", "disinfect", "drive")),
    ("cadres", "下沉干部组", 3, ("register", "order", "deliver")),
)

_THINGS = ("采样桌椅 4 套", "防护服 50 套", "采样管 2000 支", "扫码设备 8 台", "隔离带 200 米", "应急照明")


def make_teams(since: datetime, night: datetime) -> int:
    """A team for each of the first communities of Weicheng, in turn; one is on site, one is asked. Returns how many."""
    random = np.random.default_rng(SEED)
    with acting(), transaction.atomic(using=ACT):
        places = Area.objects.filter(level="community", code__startswith=WEICHENG).order_by("code")[:MOST]
        teams = [_team(area, number, random, since) for number, area in enumerate(places)]
        for team in teams:
            for days in (0, 1):
                actions.add_shift(
                    by=SYSTEM, team=team, on=night.date() + timedelta(days=days), shift="whole", now=since
                )
        for number, area in enumerate(places[:3]):
            _standby(area, number, since)
        volunteers = [team for team in teams if team.kind == "volunteers"]
        if volunteers:
            _on_site(volunteers[0], night)
        if len(volunteers) > 1:
            call = _call(volunteers[1], night - timedelta(minutes=8), "社区卫生服务中心预检分诊", 8)
            actions.send(by=SYSTEM, call=call, team=volunteers[1], now=night - timedelta(minutes=6))
    return len(teams)


def _standby(area: Area, number: int, since: datetime) -> None:
    """A sports hall each; the drill of the first is overdue by that night."""
    actions.add_standby(
        by=SYSTEM, area=area.code, name=f"{area.name}文体中心备用采样点", lat=34.33 + number / 100, lon=108.71,
        desks=4, staff=12, equipment=_THINGS, drill_days=(10, 30, 60)[number], now=since,
    )  # fmt: skip


def _team(area: Area, number: int, random: np.random.Generator, since: datetime) -> Team:
    kind, called, size, skills = _KINDS[number % len(_KINDS)]
    team = actions.add_team(by=SYSTEM, area=area.code, name=f"{area.name}{called}", kind=kind, now=since)
    names = naming.people(random.random(size) < 0.5, naming.surnames(size, random), random)
    for which, (name, skill) in enumerate(zip(names, skills, strict=False)):
        phone = f"{identity.PHONE}{9_200_0000 + number * 10 + which:08}"
        actions.add_member(by=SYSTEM, team=team, name=name, phone=phone, skill=skill, leads=not which, now=since)
    team.refresh_from_db()
    return team


def _call(team: Team, at: datetime, place: str, wanted: int) -> Call:
    return actions.ask(
        by=SYSTEM, area=team.area, place=place, kind=team.kind, wanted=wanted, starts_at=at,
        ends_at=at + timedelta(hours=4), now=at,
    )  # fmt: skip


def _on_site(team: Team, night: datetime) -> None:
    at = night - timedelta(minutes=75)
    call = _call(team, at, "疫苗接种点排队秩序", team.strength)
    mission = actions.send(by=SYSTEM, call=call, team=team, now=at + timedelta(minutes=4))
    actions.answer(by=SYSTEM, mission=mission, goes=True, now=at + timedelta(minutes=9))
    actions.confirm_arrival(by=SYSTEM, mission=mission, came=team.strength, now=at + timedelta(minutes=38))
