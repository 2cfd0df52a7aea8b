"""Valid forms of teams, from the played night: one team is on site, another was asked to come."""

from __future__ import annotations

from datetime import timedelta

from muster.domains.teams import actions
from muster.domains.teams.models import Member, Mission, Shift, Team
from muster.kernel import clock
from muster.kernel.posts.logins import acting
from tests.form import Form, Values, says
from tests.teams_cast import HOME, THINGS, standby_of, team_of
from tests.town import GRID, Town


def _call(town: Town) -> Values:
    begins = clock.now().replace(second=0, microsecond=0)
    return {
        "area": GRID, "place": "文化宫", "kind": "volunteers", "wanted": "3",
        "starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=4)).isoformat(),
    }  # fmt: skip


def _tomorrow(town: Town) -> Values:
    return {"on": (clock.today() + timedelta(days=1)).isoformat(), "shift": "night"}


def _third_team(town: Town) -> Values:
    return {"team": str(team_of(town, "第三采样队").pk)}


def _of(model, **where):
    def given(town: Town) -> Values:
        with acting():
            row = model.objects.get(**where)
        return {model._meta.model_name: row.pk}

    return given


def _idle(town: Town) -> Values:
    return {"team": team_of(town, "第四采样队").pk}


def _on_the_way(town: Town) -> Values:
    with acting():
        mission = Mission.objects.get(state="offered")
    actions.answer(by=town.community, mission=mission, goes=True)
    return {"mission": mission.pk}


def _here(town: Town) -> Values:
    with acting():
        return {"what": "there", "mission": str(Mission.objects.get(state="arrived").pk)}


def _resting(town: Town) -> Values:
    return {"standby": standby_of(town, "文化宫备用点").pk}


SITE = {
    "area": GRID, "name": "小学备用点", "lat": "34.3", "lon": "108.7", "desks": "2", "staff": "4", "drill_days": "30",
    "equipment": "采样桌椅\n隔离带",
}  # fmt: skip
JOINS = {"name": "钱小明", "phone": "13811112222", "skill": "order"}
TEAMS = {
    "teams:add_team": Form("community", says(area=HOME, name="楼栋志愿者", kind="volunteers"), says(kind="cadres")),
    "teams:end_team": Form("community", prepare=_idle),
    "teams:add_member": Form("community", says(**JOINS), says(skill="knock")),
    "teams:remove_member": Form("community", prepare=_of(Member, team__name="第二采样队", leads=False)),
    "teams:add_shift": Form("community", _tomorrow, says(shift="evening")),
    "teams:remove_shift": Form("community", prepare=_of(Shift)),
    "teams:ask": Form("worker", _call, says(wanted="4")),
    "teams:send": Form("street", _third_team, lambda town: {"team": str(_second())}),
    "teams:withdraw": Form("worker"),
    "teams:answer": Form("community", says(goes="yes"), says(goes="no", why="busy"), _of(Mission, state="offered")),
    "teams:confirm_arrival": Form("worker", says(came="2"), says(came="1"), _on_the_way),
    "teams:release": Form("worker"),
    "teams:serve": Form("", _here, says(what="cannot")),
    "teams:add_standby": Form("street", says(**SITE), says(staff="5")),
    "teams:call_up": Form("street", prepare=_resting),
    "teams:check_standby": Form("worker", says(staff="4", present=THINGS), says(staff="3")),
    "teams:stand_down": Form("street"),
    "teams:remove_standby": Form("street", prepare=_resting),
}


def _second():
    with acting():
        return Team.objects.get(name="第二采样队").pk
