"""The desk of a sampling site and the registration API, as their people use them."""

import json

import pytest

from muster.domains.screening import actions, missing
from muster.domains.screening.jobs import ask_all
from muster.domains.screening.models import Registration
from muster.kernel import ids
from muster.kernel.duties.models import Duty
from muster.kernel.people.models import Organisation, Person
from muster.kernel.posts.logins import acting
from tests import screening_cast as cast
from tests.town import NEXT_GRID, sign_in

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def town(db, clock):
    return cast.build(people=4)


@pytest.fixture
def row(town):
    return cast.opened(town)


def post_json(client, row, records, key=None):
    return client.post(
        f"/screening/rounds/{row.id}/records/", json.dumps(records), "application/json",
        headers={"Idempotency-Key": str(key or ids.uuid7())},
    )  # fmt: skip


def test_a_device_sends_json_and_gets_a_verdict_for_each(client, town, row):
    sign_in(client, town.worker)
    good, bad, key = cast.swab(town, "r0", "T1"), cast.swab(town, "r1", ""), ids.uuid7()
    answer = post_json(client, row, [good, bad], key)
    assert answer.status_code == 207
    assert [each["verdict"] for each in answer.json()["verdicts"]] == ["new", "rejected"]
    assert answer.json()["tubes"] == {"T1": {"members": 1, "sealed": False}}
    assert post_json(client, row, [good, bad], key).json() == answer.json()
    assert post_json(client, row, [good], key).status_code == 409
    assert post_json(client, row, [good]).json()["verdicts"][0]["verdict"] == "known"
    assert post_json(client, row, [bad]).status_code == 422
    assert post_json(client, row, {"not": "a list"}).status_code == 422


def test_the_desk_registers_by_scan_and_keeps_its_setting(client, town, row):
    sign_in(client, town.worker)
    site = cast.sites()[0]
    form = {
        "site": str(site.id),
        "desk": "3",
        "size": "5",
        "tube": "T1",
        "number": str(town.r1.id),
        "op": str(ids.uuid7()),
    }
    answer = client.post(f"/screening/rounds/{row.id}/desk/sample/", form | {"op": str(ids.uuid7())})
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).content.decode()
    assert town.r1.label in page
    assert "T1" in page
    with acting():
        assert Registration.objects.get().how == "code"
    wrong = client.post(f"/screening/rounds/{row.id}/desk/sample/", form | {"number": "1", "op": str(ids.uuid7())})
    assert wrong.status_code == 422
    assert town.r1.label in wrong.content.decode()


def test_who_may_not_register_sees_no_desk(client, town, row):
    sign_in(client, town.auditor)
    assert client.get(f"/screening/rounds/{row.id}/desk/").status_code == 403


def test_headquarters_starts_a_rule_and_a_grid_sees_who_is_due(client, town):
    with acting():
        works = Organisation.objects.create(ref="cold", name="第一冷库", kind="cold_chain", area=NEXT_GRID)
        Person.objects.filter(ref__in=["r0", "r1"]).update(organisation=works)
    sign_in(client, town.headquarters)
    form = {"who": "covid19/cold_chain", "area": "610404", "op": str(ids.uuid7())}
    made = client.post("/screening/regimes/start/", form)
    assert made.status_code == 302
    page = client.get("/screening/regimes/").content.decode()
    assert ">2<" in page.split("</thead>")[1]
    wrong = client.post("/screening/regimes/start/", {**form, "op": str(ids.uuid7())})
    assert wrong.status_code == 422
    ask_all()
    with acting():
        subject = Duty.objects.get(kind="screening.test_unit").subject
    sign_in(client, town.neighbour)
    page = client.get(f"/screening/due/{subject}/").content.decode()
    assert "第一冷库" in page
    assert town.r1.label in page
    sign_in(client, town.worker)
    assert client.get(f"/screening/due/{subject}/").status_code == 404


def test_a_list_that_names_nobody_says_which_lines(client, town):
    regime = actions.start_regime(by=town.headquarters, area="610404", who="visitors", disease="covid19")
    sign_in(client, town.worker)
    form = {"lines": f"{town.r1.id}\n13911112222", "op": str(ids.uuid7())}
    page = client.post(f"/screening/regimes/{regime.id}/people/", form)
    assert page.status_code == 200
    assert "2" in page.content.decode().split('role="status"')[1][:400]
    assert town.r1.label in client.get(f"/screening/regimes/{regime.id}/?show=all").content.decode()
    nothing = client.post(f"/screening/regimes/{regime.id}/people/", {"lines": "", "op": str(ids.uuid7())})
    assert nothing.status_code == 422


def test_headquarters_watches_a_round_and_decides_what_follows(client, town, row):
    sign_in(client, town.street)
    site = cast.sites()[0]
    form = {"site": str(site.id), "people": "60", "op": str(ids.uuid7())}
    assert client.post(f"/screening/rounds/{row.id}/queue/", form).status_code == 302
    assert client.post(f"/screening/rounds/{row.id}/queue/", {"op": str(ids.uuid7())}).status_code == 404
    assert (
        client.post(f"/screening/rounds/{row.id}/queue/", {**form, "people": "7", "op": str(ids.uuid7())}).status_code
        == 422
    )
    cast.send(town, row, cast.swab(town, "r0", "T1"))
    page = client.get(f"/screening/rounds/{row.id}/now/").content.decode()
    assert site.name in page
    assert ">60 " in page
    with acting():
        people = list(missing.people(row, "").values_list("pk", flat=True))
    actions.excuse(by=town.street, round=row, people=people, reason="away")
    actions.close_round(by=town.headquarters, round=row)
    sign_in(client, town.headquarters)
    page = client.get(f"/screening/rounds/{row.id}/").content.decode()
    assert 'name="after"' in page
    stop = f"/screening/rounds/{row.id}/stop/"
    assert client.post(stop, {"why": "", "op": str(ids.uuid7())}).status_code == 422
    assert client.post(stop, {"why": "全部转运", "op": str(ids.uuid7())}).status_code == 302
    assert "全部转运" in client.get(f"/screening/rounds/{row.id}/").content.decode()


def test_a_worker_puts_somebody_on_the_home_list_from_the_gaps(client, town, row):
    sign_in(client, town.worker)
    form = {"person": str(town.r1.id), "why": "elder", "op": str(ids.uuid7())}
    made = client.post(f"/screening/rounds/{row.id}/homes/add/", form)
    assert made.status_code == 302
    assert town.r1.label in client.get(made.headers["Location"]).content.decode()
    nobody = client.post(f"/screening/rounds/{row.id}/homes/add/", {"why": "elder", "op": str(ids.uuid7())})
    assert nobody.status_code == 422
