"""Two phones in one round, one of them without a network and killed once: nothing is lost, nothing counts twice, and
whoever copies the phone's storage finds nobody in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import sync_playwright

from muster.domains.screening import progress
from muster.domains.screening.models import Reason, Registration, Tube
from muster.kernel.posts.logins import acting
from tests import screening_cast as cast
from tests.journeys.phones import Phone, found_in

pytestmark = pytest.mark.journey

# People whom nobody knew, as they are typed at the desk: names, identity numbers with a right check, phones.
STRANGERS = [
    ("司徒云岫", "610404199001011230"),
    ("尉迟青禾", "610404198505120049"),
    ("欧阳照夜", "13912340001"),
    ("上官听澜", "13912340002"),
    ("夏侯拾光", "18612340003"),
]
SECRETS = [text for pair in STRANGERS for text in pair]
NO_ENCRYPTION = """
for (const name of ["encrypt", "decrypt"]) {
  const value = async (how, key, data) => new Uint8Array(data).slice().buffer;
  Object.defineProperty(SubtleCrypto.prototype, name, { value });
}
"""


@pytest.fixture
def town(db, clock):
    return cast.build(people=12)


@pytest.fixture
def row(town, clock):
    opened = cast.opened(town)
    clock.advance(minutes=10)  # who is recorded from now on was not expected
    return opened


@pytest.fixture
def playwright(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as running:
        yield running


def held(row) -> tuple[int, int, list[str], dict[str, tuple[int, bool]]]:
    """What the server holds: live samples, people sampled, what is to be reviewed, tubes."""
    with acting():
        live = Registration.objects.filter(round_id=row.id, voided_at=None)
        tubes = {tube.code: (tube.members, tube.sealed_at is not None) for tube in Tube.objects.filter(round=row)}
        reviews = sorted(live.exclude(review="").values_list("review", flat=True))
        return live.count(), progress.total(row).sampled, reviews, tubes


def person(town, number: int) -> str:
    return str(town.people[f"r{number}"].id)


def test_two_phones_one_offline_and_killed(town, row, clock, live_server, playwright, tmp_path):
    post = town.posts["community"]
    away = Phone(playwright, tmp_path / "away", live_server, clock.now + timedelta(hours=30))
    away.set_up(post)
    near = Phone(playwright, tmp_path / "near", live_server, clock.now - timedelta(hours=2))
    near.set_up(post, how="door")

    a_shift_without_a_network(town, away)
    from_door_to_door(town, near)
    assert held(row) == (1, 1, [], {"KB1": (1, True)})

    away.offline(False)
    away.page.click("#unsent")
    away.says("signed_out")  # the session ended with the browser; everything is still here
    away.unsent(11)
    away.sign_in(post)
    away.page.click("#send-now")
    away.unsent(0)
    live, sampled, reviews, tubes = held(row)
    assert (live, sampled, reviews) == (9, 3, ["again"])
    assert tubes == {"KA1": (6, True), "KA2": (2, False), "KB1": (1, True)}
    assert cast.broken_rules() == []
    with acting():
        assert Registration.objects.filter(round_id=row.id).count() == 10  # one of them taken back
        assert Reason.objects.get().reason == "away"
    away.context.close()
    near.kill()
    near_holds = found_in(near.profile, ["1单元101", person(town, 2)])
    assert near_holds == {}  # neither the list nor who was sampled


def a_shift_without_a_network(town, away):
    """Two tubes; the phone dies after the first, and its storage names nobody."""
    away.offline()
    away.page.reload()  # the page comes from the phone
    away.unlock()
    away.tube("KA1")
    for name, number in STRANGERS:
        away.sample(number, name)
    away.sample(person(town, 0))
    away.sample(person(town, 0), tone="warn")  # scanned twice by mistake: it asks, and does nothing
    away.page.click("#undo")
    away.said("warn")
    away.sample(person(town, 1))
    away.unsent(8)
    away.page.wait_for_selector("#name-help:visible")
    away.seal(6)
    away.unsent(9)

    away.kill()
    assert found_in(away.profile, [*SECRETS, person(town, 0), person(town, 1)]) == {}

    away.start()
    away.offline()
    away.open()
    away.unlock("000000")
    away.page.wait_for_selector("#unlock [role=alert]:visible")
    away.unlock()
    away.unsent(9)
    away.tube("KA2")
    away.sample(person(town, 2))
    away.sample(person(town, 3))
    away.unsent(11)


def from_door_to_door(town, near):
    """One sample and one reason by the building's list."""
    near.tube("KB1")
    near.page.click("#building-form button")
    near.page.wait_for_selector("#door li")
    near.sample(person(town, 2))  # the other phone has this one too, and sends it later
    near.page.locator("#door li select").last.select_option("away")
    near.said("ok")
    second = near.context.new_page()
    second.goto(f"{near.address}/screening/kit/")
    second.wait_for_selector('[data-screen="twice"]:visible')
    second.close()
    near.seal(1)
    near.unsent(0)


def test_without_encryption_the_same_search_finds_them(town, row, clock, live_server, playwright, tmp_path):
    phone = Phone(playwright, tmp_path / "open", live_server, clock.now, NO_ENCRYPTION)
    phone.set_up(town.posts["community"])
    phone.offline()
    phone.tube("KC1")
    for name, number in STRANGERS:
        phone.sample(number, name)
    phone.unsent(5)
    phone.kill()
    assert set(found_in(phone.profile, SECRETS)) == set(SECRETS)
