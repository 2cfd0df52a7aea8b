"""Two teams of the town, and a call of the first grid for samplers."""

from __future__ import annotations

from datetime import timedelta

from muster.domains.teams import actions
from muster.domains.teams.models import Call, Member, Mission, Service, StandbySite, Team
from muster.kernel import clock
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests.town import GRID, Town

HOME = GRID[:12]


def team_of(town: Town, name: str = "第一采样队", people: int = 2, *, kind: str = "sampling", area: str = HOME) -> Team:
    """A team with a leader; its members are numbered."""
    by = town.headquarters
    team = actions.add_team(by=by, area=area, name=name, kind=kind)
    for number in range(people):
        phone = f"1380000{ord(name[1]) % 100:02}{number:02}"
        actions.add_member(
            by=by, team=team, name=name[1] + chr(0x5B50 + number), skill="swab", phone=phone, leads=not number
        )
    team.refresh_from_db(using="act")
    return team


def asked(town: Town, wanted: int = 2, **given) -> Call:
    """Samplers are wanted in the first grid from now on, for six hours."""
    now = clock.now()
    given = {"area": GRID, "place": "中山广场采样点", "kind": "sampling", **given}
    times = {"starts_at": now, "ends_at": now + timedelta(hours=6)}
    return actions.ask(by=town.worker, wanted=wanted, **times, **given)


def on_site(town: Town, call: Call, team: Team) -> Mission:
    """The team was sent, said yes, and came."""
    mission = actions.send(by=town.street, call=call, team=team)
    actions.answer(by=town.community, mission=mission, goes=True)
    return actions.confirm_arrival(by=town.worker, mission=mission, came=team.strength)


def served(mission: Mission, *, leads: bool) -> Service:
    """The leader, or the other one, said that they came to a mission."""
    with acting():
        member = Member.objects.get(team=mission.team_id, leads=leads)
    return actions.serve(by=SYSTEM, member=member, mission=mission, what="there")


THINGS = ["采样桌椅", "防护服", "隔离带"]


def standby_of(town: Town, name: str = "体育馆备用点", **given) -> StandbySite:
    """A standby site of the first grid, for four staff, drilled every thirty days."""
    row = {"lat": 34.33, "lon": 108.7, "desks": 2, "staff": 4, "equipment": THINGS, "drill_days": 30} | given
    return actions.add_standby(by=town.street, area=GRID, name=name, **row)


def build(town: Town) -> None:
    """A row in every table of teams: one team on site, another is asked; a standby site is called up."""
    first, second = team_of(town), team_of(town, "第二采样队")
    actions.add_shift(by=town.community, team=first, on=clock.today() + timedelta(days=1), shift="morning")
    call = asked(town, wanted=4)
    mission = on_site(town, call, first)
    served(mission, leads=False)
    actions.send(by=town.street, call=call, team=second)
    site = standby_of(town)
    actions.call_up(by=town.street, site=site)
    actions.check_standby(by=town.worker, site=site, staff=2, present=THINGS[:1])
