"""What a test said, told by the link that comes with the kits: nobody positive is lost, and nothing is revealed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muster.domains.antigen import actions
from muster.domains.antigen.models import KitIssue, KitResult
from muster.domains.antigen.pages.own import code_of
from muster.kernel import ids
from muster.kernel.duties.models import Duty
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from tests.antigen_cast import PHONE, stored, teller, wanted
from tests.town import GRID, build_town, sign_in


@pytest.fixture
def town(db, clock):
    town = build_town()
    teller(town)
    return town


@pytest.fixture
def link(town):
    issue = actions.issue(by=town.headquarters, want=wanted(town, "students", 5), batch=stored(town), kits=5)
    return f"/k/{code_of(issue.pk)}/"


@pytest.fixture
def tell(client, link, clock):
    def tell(**said):
        given = {"name": "田小雨", "phone": PHONE, "result": "positive", "tested_at": clock.now.isoformat()}
        return client.post(link, {**given, **said, "op": str(ids.uuid7())})

    return tell


def owed():
    with acting():
        return list(Duty.objects.open().filter(kind="antigen.take_pcr"))


def test_a_positive_one_opens_the_duty_of_the_grid(town, tell, client, clock):
    read = clock.now - timedelta(hours=2)
    answer = tell(tested_at=read.isoformat())
    assert answer.status_code == 302 and "居家" in client.get(answer["Location"]).content.decode()
    [duty] = owed()
    assert (duty.person_id, duty.area) == (town.teller.pk, GRID + "001")
    with acting():
        assert KitResult.objects.get().tested_at == read
    assert tell(result="negative").status_code == 302 and len(owed()) == 1


def test_who_is_not_known_is_sought_where_the_kits_went_and_answered_alike(town, tell, client):
    known, unknown = tell(), tell(name="钱多多", phone="13900001111")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    [found] = [duty for duty in owed() if duty.person_id != town.teller.pk]
    with acting():
        made = Person.objects.get(pk=found.person_id)
    assert (found.area, made.home, len(owed())) == (GRID, "", 2)
    assert "田" not in client.get(known["Location"]).content.decode()


@pytest.mark.parametrize(
    "bad", [{"result": "maybe"}, {"name": ""}, {"phone": "12"}, {"tested_at": "x"}, {"tested_at": "2021-11-01T10:00"},
            {"tested_at": "2021-12-24T10:00"}],
)  # fmt: skip
def test_what_cannot_be_told(tell, bad):
    assert tell(**bad).status_code == 422 and not owed()


def test_a_link_is_one_of_ours_lasts_and_is_not_without_end(town, tell, client, link, clock):
    assert client.get(link)["Cache-Control"] == "no-store"
    assert client.get("/k/x/").status_code == client.get(f"/k/{code_of(ids.uuid7())}/").status_code == 404
    assert {tell(result="").status_code for _ in range(16)} == {422}
    clock.advance(days=91)
    assert client.get(link).status_code in (404, 429)


def test_a_link_takes_no_more_than_its_kits_allow(town, link, client, tell, monkeypatch):
    monkeypatch.setattr("muster.domains.antigen.pages.own.MOST", 1000)
    answers = [tell(result="").status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]


def test_the_sheet_to_hand_out_bears_the_link(town, link, client):
    sign_in(client, town.worker)
    with acting():
        issue = KitIssue.objects.get()
    assert link in client.get(f"/antigen/issues/{issue.pk}/link/").content.decode()
    sign_in(client, town.neighbour)
    assert client.get(f"/antigen/issues/{issue.pk}/link/").status_code == 404
