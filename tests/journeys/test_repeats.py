"""Possible repeats in a real browser, by keyboard: from the queue side by side to a merge, and back again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from muster.domains.residents.jobs import match_all
from muster.domains.residents.models import Candidate
from muster.kernel.people.actions import load_people
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from tests.journeys.visiting import WIDE, enter, overflow, small_targets
from tests.town import GRID, NEXT_GRID, build_town

pytestmark = pytest.mark.journey
expect.set_options(timeout=15_000)

ROWS = [
    {"ref": "r1", "name": "王芳", "id_number": "11010519491231002X", "area": GRID},
    {"ref": "r2", "name": "王芳", "id_number": "11010519491231002X", "area": NEXT_GRID},
    {"ref": "q1", "name": "李强", "phone": "13900139000", "born_on": "1980-03-05", "area": GRID},
    {"ref": "q2", "name": "李强", "phone": "13900139000", "born_on": "1980-05-03", "area": GRID},
]


@pytest.fixture
def town(db, clock):
    town = build_town()
    load_people(by=SYSTEM, rows=list(enumerate(ROWS, 2)))
    match_all()
    return town


def state(ref):
    with acting():
        return Candidate.objects.get(one__ref=ref).state


def test_from_the_queue_to_a_merge_and_back_by_keyboard(town, live_server, open_page):
    page = open_page(locale="en-US")
    page.set_viewport_size(WIDE)
    enter(page, live_server, town.community)
    page.goto(live_server + "/residents/repeats/")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="One person or two?")).to_be_visible()
    expect(page.get_by_text("one number")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=keep]").nth(1)).to_be_checked()
    first = page.url
    page.keyboard.press("m")
    expect(page.get_by_text("day and month of birth exchanged")).to_be_visible()
    with acting():
        gone, kept = Person.objects.get(ref="r1"), Person.objects.get(ref="r2")
    assert gone.merged_into_id == kept.pk and state("r1") == "merged"
    page.keyboard.press("u")
    page.wait_for_url(first)
    expect(page.get_by_text("one number")).to_be_visible()
    assert state("r1") == "open"
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("day and month of birth exchanged")).to_be_visible()
    page.keyboard.press("n")
    page.wait_for_url(first)
    assert state("q1") == "different"


def test_side_by_side_on_a_phone(town, live_server, phone_page):
    enter(phone_page, live_server, town.community)
    phone_page.goto(live_server + "/residents/repeats/")
    phone_page.locator("a.row-link").first.click()
    phone_page.wait_for_url("**/residents/repeats/*-*/")
    assert overflow(phone_page) == "" and small_targets(phone_page) == []
    phone_page.locator("[data-merge]").tap()
    expect(phone_page.locator("[data-undo]")).to_be_visible()
    assert state("r1") == "merged"
