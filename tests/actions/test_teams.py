"""Teams: called, sent, answered for, counted on site, relieved; none is in two places."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from muster.domains.teams import actions, queries
from muster.domains.teams.actions import calls
from muster.domains.teams.models import Call, Member, Mission, Team
from muster.kernel.duties.actions import sweep
from muster.kernel.duties.models import Duty
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import ACT, acting, viewing
from tests.teams_cast import asked, on_site, team_of
from tests.town import GRID, build_town

AT_ONCE = 12


@pytest.fixture
def town(db, clock):
    return build_town()


def owed(kind: str) -> list[Duty]:
    with acting():
        return list(Duty.objects.open().filter(kind=kind))


def mission_now(mission: Mission) -> Mission:
    with acting():
        return Mission.objects.get(pk=mission.pk)


def test_a_call_is_owed_until_enough_said_yes(town, clock):
    first, second = team_of(town, people=2), team_of(town, "第二采样队", people=3)
    call = asked(town, wanted=4)
    [find] = owed("teams.find_team")
    assert find.due_at == clock.now + timedelta(minutes=15)
    for team in (first, second):
        mission = actions.send(by=town.street, call=call, team=team)
        [say] = owed("teams.answer")
        assert (say.subject, say.area, say.due_at) == (mission.pk, team.area, find.due_at)
        with acting():
            assert say.person_id == Member.objects.get(team=team, leads=True).person_id
        assert owed("teams.find_team")
        actions.answer(by=town.community, mission=mission, goes=True)
    assert not owed("teams.find_team") and not owed("teams.answer")
    assert len(owed("teams.arrive")) == 2
    with acting():
        assert Call.objects.get().filled_at == clock.now


def test_nobody_answers_so_it_rises_to_the_street_and_on(town, clock):
    call, team = asked(town), team_of(town)
    actions.send(by=town.street, call=call, team=team)
    clock.advance(minutes=16)
    with acting():
        sweep(clock.now)
    assert [(duty.holder_role, duty.late) for duty in owed("teams.answer")] == [("street", True)]
    assert [(duty.holder_role, duty.late) for duty in owed("teams.find_team")] == [("headquarters", True)]


def test_who_refuses_gives_a_reason_and_another_is_looked_for(town):
    call, team, other = asked(town), team_of(town), team_of(town, "第二采样队")
    mission = actions.send(by=town.street, call=call, team=team)
    with pytest.raises(Invalid):
        actions.answer(by=town.community, mission=mission, goes=False)
    actions.answer(by=town.community, mission=mission, goes=False, why="busy")
    assert owed("teams.find_team") and not owed("teams.answer")
    with viewing(town.street.id):
        assert [each.team for each in queries.proposals(call, town.street, call.starts_at)] == [other]


def test_arrival_is_proven_by_the_count_of_the_site(town, clock):
    call, team = asked(town), team_of(town)
    mission = actions.send(by=town.street, call=call, team=team)
    with pytest.raises(Invalid):
        actions.confirm_arrival(by=town.worker, mission=mission, came=2)
    actions.answer(by=town.community, mission=mission, goes=True)
    [arrive] = owed("teams.arrive")
    assert arrive.due_at == clock.now + timedelta(minutes=60)
    with pytest.raises(Refused):
        actions.confirm_arrival(by=town.neighbour, mission=mission, came=2)
    actions.confirm_arrival(by=town.worker, mission=mission, came=1)
    assert not owed("teams.arrive") and mission_now(mission).came == 1
    [relieve] = owed("teams.relieve")
    assert relieve.due_at == call.ends_at


def test_a_team_that_relieves_another_takes_over_when_it_is_there(town, clock):
    call, first, second = asked(town), team_of(town), team_of(town, "第二采样队")
    held = on_site(town, call, first)
    clock.advance(hours=5)
    relief = actions.send(by=town.street, call=call, team=second, relieves=held)
    actions.answer(by=town.community, mission=relief, goes=True)
    assert mission_now(held).state == "arrived"
    actions.confirm_arrival(by=town.worker, mission=relief, came=2)
    assert (mission_now(held).state, mission_now(held).ended_at) == ("released", clock.now)
    assert [duty.subject for duty in owed("teams.relieve")] == [relief.pk]


def test_a_team_called_off_on_the_way_opens_the_call_again(town):
    call, team = asked(town), team_of(town)
    mission = actions.send(by=town.street, call=call, team=team)
    actions.answer(by=town.community, mission=mission, goes=True)
    assert not owed("teams.find_team")
    actions.release(by=town.worker, mission=mission)
    assert owed("teams.find_team") and not owed("teams.arrive")
    actions.withdraw(by=town.worker, call=call)
    assert not owed("teams.find_team")
    with pytest.raises(Invalid):
        actions.send(by=town.street, call=call, team=team)


def test_proposals_put_who_is_free_on_shift_and_near_first(town, clock):
    call = asked(town, wanted=2)
    far = team_of(town, "第三采样队", area="610404002001")
    near, busy, off = (team_of(town, name) for name in ("第一采样队", "第二采样队", "第四采样队"))
    for team in (far, near, busy):
        actions.add_shift(by=town.headquarters, team=team, on=clock.now.date(), shift="evening")
        actions.add_shift(by=town.headquarters, team=team, on=clock.now.date() + timedelta(days=1), shift="night")
    other = asked(town, wanted=2, place="文化宫")
    actions.send(by=town.street, call=other, team=busy)
    team_of(town, "第五消毒队", kind="disinfection")
    with viewing(town.headquarters.id):
        found = queries.proposals(call, town.headquarters, clock.now)
    assert [each.team for each in found] == [near, far, off, busy]
    assert [(each.standing.free, each.standing.on_shift, each.standing.away) for each in found] == [
        (True, True, 0), (True, True, 2), (True, False, 0), (False, True, 0),
    ]  # fmt: skip


def test_nobody_is_in_two_teams_and_a_phone_alone_is_nobody(town):
    team, other = team_of(town, people=1), team_of(town, "第二采样队", people=0)
    with acting():
        known = Member.objects.get(team=team)
        phone, name = "13811112222", "钱小明"
        before = Person.objects.count()
    first = actions.add_member(by=town.community, team=other, name=name, skill="order", phone=phone)
    wife = actions.add_member(by=town.community, team=other, name="孙小红", skill="order", phone=phone)
    assert first.person_id != wife.person_id
    with pytest.raises(Invalid):
        actions.add_member(by=town.community, team=team, name=name, skill="order", phone=phone)
    with acting():
        assert Person.objects.count() == before + 2
        assert (Team.objects.get(pk=other.pk).strength, known.person.label) == (2, known.person.label)
    with pytest.raises(Invalid):
        actions.add_member(by=town.community, team=team, name="李三", skill="order", leads=True)
    actions.remove_member(by=town.community, member=first)
    actions.add_member(by=town.community, team=team, name=name, skill="order", phone=phone)


def test_refused_outside_ones_area(town):
    call, team = asked(town), team_of(town)
    with pytest.raises(Refused):
        actions.add_team(by=town.far_community, area=team.area, name="外来", kind="sampling")
    with pytest.raises(Refused):
        actions.send(by=town.far_headquarters, call=call, team=team)
    mission = actions.send(by=town.street, call=call, team=team)
    with pytest.raises(Refused):
        actions.answer(by=town.far_community, mission=mission, goes=True)


def race(town) -> int:
    """So many calls for one team at the same moment; how many missions hold it after that."""
    team = team_of(town)
    asks = [asked(town, place=f"{number}号点") for number in range(AT_ONCE)]

    def send(call) -> None:
        try:
            actions.send(by=town.street, call=call, team=team)
        except Invalid:
            pass
        finally:
            connections[ACT].close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(send, asks))
    with acting():
        return Mission.objects.holding().filter(team=team).count()


@pytest.fixture
def without_constraint(db):
    """Takes the database's own rule away, and puts it back on emptied tables."""
    name = "mission_team_once"
    (rule,) = db.owner.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
    ).fetchone()
    db.owner.execute(f"ALTER TABLE teams_mission DROP CONSTRAINT {name}")
    yield
    for connection in connections.all(initialized_only=True):
        connection.close()
    db.empty()
    db.owner.execute(f"ALTER TABLE teams_mission ADD CONSTRAINT {name} {rule}")


def test_a_team_is_never_sent_twice_at_a_time(town):
    assert race(town) == 1


def test_without_the_constraint_it_is(town, without_constraint):
    """The control: if this one held, the test above would prove nothing."""
    assert race(town) > 1


def test_a_team_may_be_sent_again_after_its_time(town):
    team, call = team_of(town), asked(town)
    actions.send(by=town.street, call=call, team=team)
    later = {"starts_at": call.ends_at, "ends_at": call.ends_at + timedelta(hours=4)}
    again = actions.ask(by=town.worker, area=GRID, place="文化宫", kind="sampling", wanted=2, **later)
    assert actions.send(by=town.street, call=again, team=team).starts_at == call.ends_at


def test_the_edition_that_leaves_least_time_holds(town, clock):
    assert calls.edition_for(clock.now) in {"covid19-cn-8", "measles", "mers"}
