"""Volunteers by their own link: they say that they come, are there, are gone; somebody else confirms the hours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muster.domains.teams import actions
from muster.domains.teams.ledgers import HOURS
from muster.domains.teams.models import Member, Mission, Service
from muster.domains.teams.volunteering import code_of, member_of
from muster.kernel import ids
from muster.kernel.messages.models import Message
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.posts.logins import acting, viewing
from muster.kernel.posts.models import SYSTEM
from tests.teams_cast import asked, team_of
from tests.town import build_town, sign_in


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def mission(town):
    team = team_of(town, "晨光志愿者", people=3, kind="volunteers")
    sent = actions.send(by=town.street, call=asked(town, wanted=3, kind="volunteers"), team=team)
    return actions.answer(by=town.community, mission=sent, goes=True)


@pytest.fixture
def members(mission):
    with acting():
        return list(Member.objects.filter(team=mission.team_id).select_related("person").order_by("-leads", "id"))


def say(member, mission, what):
    return actions.serve(by=SYSTEM, member=member, mission=mission, what=what)


def link(member):
    return f"/w/{code_of(member.pk)}/"


def press(client, member, **form):
    return client.post(link(member), {**form, "op": str(ids.uuid7())})


def test_comes_is_there_goes_and_the_leader_confirms(mission, members, client, clock):
    leader, one, _two = members
    page = client.get(link(one)).content.decode()
    assert mission.place in page and "中山社区" in page and 'value="coming"' in page
    assert press(client, one, mission=mission.pk, what="coming").status_code == 302
    assert press(client, one, mission=mission.pk, what="there").status_code == 302
    clock.advance(minutes=95)
    assert press(client, one, mission=mission.pk, what="there").status_code == 422
    assert press(client, one, mission=mission.pk, what="gone").status_code == 302
    with acting():
        row = Service.objects.select_related("mission").get()
    assert (row.answer, row.state, row.counted) == ("coming", "gone", 95)
    assert f'value="{row.pk}"' in client.get(link(leader)).content.decode()
    assert press(client, leader, service=row.pk, what="confirm", minutes="96").status_code == 422
    assert press(client, leader, service=row.pk, what="confirm", minutes="90").status_code == 302
    with acting():
        row.refresh_from_db()
    assert (row.minutes, row.confirmed_lead, row.state) == (90, leader.pk, "confirmed")
    assert "1小时30分" in client.get(link(one)).content.decode().replace(" ", "")


def test_a_link_reveals_nothing_about_others(mission, members, client):
    leader, one, two = members
    say(two, mission, "there")
    with acting():
        service = Service.objects.get()
        names = {each.person.label for each in members}
    page = client.get(link(one)).content.decode()
    assert one.person.label in page and not any(name in page for name in names - {one.person.label})
    assert str(service.pk) not in page
    assert press(client, one, service=service.pk, what="confirm", minutes="1").status_code == 422
    assert press(client, two, service=service.pk, what="confirm", minutes="1").status_code == 422
    other = code_of(ids.uuid7())
    for bad in (other, code_of(one.pk)[:-3] + "AAA", "x"):
        assert client.get(f"/w/{bad}/").status_code == 404
    assert member_of(code_of(one.pk)) == one.pk and member_of("x") is None
    answer = client.get(link(one))
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_the_link_ends_with_the_membership_and_takes_no_other_mission(town, mission, members, client):
    _leader, one, _two = members
    other = team_of(town, "第二采样队")
    elsewhere = actions.send(by=town.street, call=asked(town), team=other)
    assert press(client, one, mission=elsewhere.pk, what="coming").status_code == 422
    with pytest.raises(Invalid):
        say(one, elsewhere, "coming")
    actions.remove_member(by=town.community, member=one)
    assert client.get(link(one)).status_code == 404
    with pytest.raises(Invalid):
        say(one, mission, "coming")


def test_one_address_may_not_ask_without_end(members, client):
    found = [client.get(link(members[1])).status_code for _ in range(61)]
    assert found[:60] == [200] * 60 and found[60] == 429


@pytest.mark.parametrize("what", ["gone", "dance", ""])
def test_what_cannot_be_said(mission, members, what):
    with pytest.raises(Invalid):
        say(members[1], mission, what)


def test_too_early_too_late_and_called_off(town, mission, members, clock):
    leader, one, two = members
    with acting():
        Mission.objects.filter(pk=mission.pk).update(starts_at=clock.now + timedelta(hours=3))
    with pytest.raises(Invalid):
        say(one, mission, "there")
    clock.advance(hours=1)
    say(one, mission, "there")
    actions.release(by=town.worker, mission=mission)
    say(one, mission, "gone")  # who is there may say that they go
    for what in ("coming", "there"):
        with pytest.raises(Invalid):
            say(two, mission, what)
    assert leader.leads


def test_who_forgot_to_leave_is_counted_to_the_end_and_a_post_confirms_the_leader(town, mission, members, clock):
    leader = members[0]
    row = say(leader, mission, "there")
    with pytest.raises(Invalid):
        actions.confirm_hours(by=town.community, service=row)  # still there
    clock.advance(hours=7)
    with pytest.raises(Invalid):
        actions.confirm_hours(by=SYSTEM, service=row, lead=leader)  # nobody confirms their own
    with pytest.raises(Refused):
        actions.confirm_hours(by=town.worker, service=row)
    done = actions.confirm_hours(by=town.community, service=row)
    assert (done.minutes, done.confirmed_user) == (360, town.community.user_id)
    with pytest.raises(Invalid):
        actions.confirm_hours(by=town.community, service=row)


def test_hours_add_up_on_the_list_and_for_the_team(town, mission, members, client, clock):
    for member in members:
        say(member, mission, "there")
    clock.advance(minutes=60)
    for member in members:
        actions.confirm_hours(by=town.community, service=say(member, mission, "gone"))
    with viewing(town.community.id):
        rows = list(HOURS.rows(town.community))
    assert [row.minutes for row in rows] == [60, 60, 60]
    with viewing(town.far_headquarters.id):
        assert not HOURS.rows(town.far_headquarters).exists()
    sign_in(client, town.community)
    assert "3小时" in client.get(f"/teams/{mission.team_id}/").content.decode().replace(" ", "")
    assert client.get("/teams/hours/").content.decode().count("60") >= 3


def test_volunteers_are_told_their_link_and_the_community_has_it(town, mission, members, client):
    with acting():
        told = list(Message.objects.filter(kind="teams.you_serve"))
    assert {row.params["member"] for row in told} == {str(each.pk) for each in members}
    sign_in(client, town.community)
    assert code_of(members[0].pk) in client.get(f"/teams/members/{members[0].pk}/link/").content.decode()
    sign_in(client, town.worker)
    assert client.get(f"/teams/members/{members[0].pk}/link/").status_code == 403
