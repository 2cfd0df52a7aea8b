"""Pages of teams: a site of a round asks, the street sends, the team answers, the site counts; headquarters sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from muster.domains.screening import actions as screening
from muster.domains.teams import actions
from muster.domains.teams.models import Call, Member, Mission
from muster.kernel import ids
from muster.kernel.posts.logins import acting
from tests import screening_cast
from tests.pages.reading import queries_of, read_as
from tests.teams_cast import HOME, asked, on_site, team_of
from tests.town import GRID, sign_in


@pytest.fixture
def town(db, clock):
    return screening_cast.build(people=4)


@pytest.fixture
def read(client):
    return read_as(client)


def post(town, who: str, address: str, **form):
    client = Client()
    sign_in(client, town.posts[who])
    return client.post(address, {"op": str(ids.uuid7()), **form})


def test_from_a_sites_want_of_people_to_their_count_on_site(town, read, clock):
    row = screening_cast.opened(town)
    site = next(each for each in screening_cast.sites() if each.area == GRID)
    text = read(town.headquarters, f"/situation/staffing/?round={row.id}")
    assert "still wanting" in text and "people wanting" in text and f"site={site.id}" in text
    begins, ends = (moment.isoformat() for moment in (clock.now, clock.now + timedelta(hours=4)))
    form = {"area": GRID, "place": site.name, "kind": "sampling", "wanted": "1", "starts_at": begins, "ends_at": ends}
    done = post(town, "street", "/teams/calls/ask/", **form, site=str(site.id), round=str(row.id))
    assert done.status_code == 302
    with acting():
        call = Call.objects.get()
    assert (call.site, call.round) == (site.id, row.id)
    team = team_of(town, people=1)
    assert "第一采样队" in read(town.street, f"/teams/calls/{call.id}/")
    assert post(town, "street", f"/teams/calls/{call.id}/send/", team=str(team.id)).status_code == 302
    with acting():
        mission = Mission.objects.get()
    assert "Does your team go?" in read(town.community, f"/teams/missions/{mission.id}/")
    post(town, "community", f"/teams/missions/{mission.id}/answer/", goes="yes")
    assert "How many came" in read(town.worker, f"/teams/missions/{mission.id}/")
    post(town, "worker", f"/teams/missions/{mission.id}/arrived/", came="1")
    text = read(town.headquarters, f"/situation/staffing/?round={row.id}")
    assert "as planned" in text


def test_a_long_queue_puts_a_site_first(town, read, clock):
    row = screening_cast.opened(town)
    site = screening_cast.sites()[1]
    for number in range(4):
        screening_cast.send(town, row, screening_cast.swab(town, f"r{number}", f"T{number}", site=str(site.id)))
    clock.advance(minutes=20)
    assert "long queue" not in read(town.headquarters, "/situation/staffing/")
    screening.report_queue(by=town.street, round=row, site=site, people=100)
    text = read(town.headquarters, "/situation/staffing/")
    assert "long queue" in text
    assert text.index(site.name) < text.index(screening_cast.sites()[0].name)


def test_a_refusal_needs_its_reason_beside_the_field(town, client):
    mission = actions.send(by=town.street, call=asked(town), team=team_of(town))
    answer = post(town, "community", f"/teams/missions/{mission.id}/answer/", goes="no")
    assert answer.status_code == 422 and "请选择" in answer.content.decode()


def test_names_are_masked_and_no_number_is_on_a_page(town, read):
    team = team_of(town, people=0)
    actions.add_member(by=town.community, team=team, name="欧阳雪梅", phone="13812345678", skill="swab", leads=True)
    text = read(town.community, f"/teams/{team.id}/")
    with acting():
        label = Member.objects.get().person.label
    assert label in text and "欧阳雪梅" not in text and "13812345678" not in text


def test_a_page_asks_as_often_for_many_as_for_few(town, client):
    call = asked(town, wanted=30)
    team_of(town, people=1)
    few = queries_of(client, town.street, f"/teams/calls/{call.id}/")
    for number in range(4):
        team_of(town, f"第{'六七八九'[number]}采样队", people=1, area=HOME)
    assert queries_of(client, town.street, f"/teams/calls/{call.id}/") == few


def test_lists_say_where_teams_are(town, read):
    call, team = asked(town), team_of(town)
    on_site(town, call, team)
    for who in (town.worker, town.headquarters):
        assert "中山广场采样点" in read(who, "/teams/missions/")
        assert "on site" in read(who, "/teams/missions/")
    assert "on site" in read(town.community, "/teams/")
    assert "第一采样队" not in read(town.far_community, "/teams/missions/")
