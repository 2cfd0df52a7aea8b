"""Held results: both values side by side, and the buttons for whoever may decide."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muster.domains.screening import actions
from muster.domains.screening.models import Correction, Result
from muster.kernel import ids
from muster.kernel.posts.logins import acting
from tests.town import build_town, sign_in

LIST = "/screening/corrections/"


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def held(town, clock):
    def send(ref, result, **more):
        return actions.record_result(
            by=town.lab, person=town.wang, laboratory=town.laboratory, ref=ref, disease="covid19", result=result,
            sampled_at=clock.now - timedelta(hours=4), **more,
        )  # fmt: skip

    send("R1", "negative")
    return send("R2", "positive", corrects="R1", reason="other", remark="离心机故障")


def seen(client, town, name, address):
    sign_in(client, getattr(town, name))
    return client.get(address)


def test_the_list_and_the_result_say_that_something_waits(client, town, held):
    for name in ("headquarters", "investigator", "lab"):
        page = seen(client, town, name, LIST)
        assert f"{LIST}{held.id}/" in page.content.decode()
        assert f"{LIST}{held.id}/" in client.get("/screening/results/").content.decode()
    assert str(held.id) not in seen(client, town, "far_headquarters", LIST).content.decode()
    assert seen(client, town, "far_headquarters", f"{LIST}{held.id}/").status_code == 404
    assert seen(client, town, "worker", LIST).status_code == 403


def test_both_values_stand_side_by_side_and_only_a_second_person_has_buttons(client, town, held):
    address = f"{LIST}{held.id}/"
    for name, buttons in (("headquarters", True), ("investigator", False), ("lab", False)):
        text = seen(client, town, name, address).content.decode()
        assert "阴性" in text and "阳性" in text and "lab" in text and "其他原因 (离心机故障)" in text
        assert ('name="agree"' in text) is buttons
    assert town.wang.label not in seen(client, town, "lab", address).content.decode()
    assert town.wang.label in seen(client, town, "headquarters", address).content.decode()


def test_a_second_person_decides_on_the_page_once(client, town, held):
    sign_in(client, town.headquarters)
    assert client.post(f"{LIST}{held.id}/decide/", {"agree": "yes", "op": str(ids.uuid7())}).status_code == 302
    with acting():
        assert Correction.objects.get().outcome == "confirmed"
        assert [row.result for row in Result.objects.live()] == ["positive"]
    assert client.post(f"{LIST}{held.id}/decide/", {"agree": "no", "op": str(ids.uuid7())}).status_code == 422
    text = client.get(f"{LIST}{held.id}/").content.decode()
    assert 'name="agree"' not in text and "headquarters" in text
