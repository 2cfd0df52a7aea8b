"""The demonstration as a visitor meets it: choose a role, see the night, advance the clock, change the role.

With MUSTER_SCREENSHOTS set it is made as large as `make demo` makes it, and the pictures of the README are taken.
"""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Page, expect

from muster.domains.tracing.models import Contact
from muster.kernel.areas import installation
from muster.kernel.duties.models import Duty
from muster.kernel.posts.logins import acting
from muster.site.demo import making
from muster.site.demo.posts import CAST
from tests.journeys.visiting import WIDE, barriers, overflow, picture, settle, small_targets

pytestmark = pytest.mark.journey
PEOPLE = 30_000 if os.environ.get("MUSTER_SCREENSHOTS") else 2_000


@pytest.fixture
def demo(db):
    making.make(PEOPLE, lambda said: None)
    installation.forget()


def test_a_visitor_plays_the_night(demo, live_server, open_page):
    desk, phone = open_page(), open_page(phone=True)
    desk.set_viewport_size(WIDE)
    the_district_has_begun(desk, live_server)
    a_grid_worker_has_one_list(phone, live_server)
    the_clock_is_advanced(desk)
    for page in (desk, phone):
        expect(page.locator(".demo-mark")).to_contain_text("演示数据")
        assert not barriers(page)


def the_district_has_begun(desk: Page, address: str) -> None:
    """One click from the first page to headquarters; the map shows the ten streets."""
    desk.goto(f"{address}/demo/")
    desk.locator("main").get_by_role("link", name="指挥部 · 渭城区").click()
    expect(desk.locator("#situation-rows h2")).to_contain_text("610404-20211130-01")
    settle(desk)
    expect(desk.locator("[data-map]")).to_have_attribute("data-drawn", "10")
    expect(desk.locator(".steps li")).to_have_count(8)
    group = desk.locator(".menu summary", has_text="流调溯源")
    group.press("Enter")
    cases = desk.locator(".menu").get_by_role("link", name="病例", exact=True)
    expect(cases).to_be_visible()
    desk.keyboard.press("Escape")
    expect(cases).to_be_hidden()
    expect(group).to_be_focused()


def a_grid_worker_has_one_list(phone: Page, address: str) -> None:
    """The role menu leads there from any page, on a phone too."""
    phone.goto(f"{address}/demo/enter/grid-contact/")
    expect(phone.locator(".duty.next")).to_be_visible()
    assert not overflow(phone)
    assert not small_targets(phone)
    picture(phone, "phone")
    phone.locator(".demo summary").tap()
    roles = phone.locator(".demo .switcher-list a")
    expect(roles).to_have_count(len(CAST))
    roles.filter(has_text="社区工作人员").tap()
    expect(phone.locator("#duty-rows")).to_be_visible()


def the_clock_is_advanced(desk: Page) -> None:
    """Six hours on the others have done most of what was due, and what they missed shows as late, without reload."""
    desk.locator("button[name=minutes][value='360']").click()
    expect(desk.locator("#demo-until")).to_be_visible()
    desk.evaluate("window.neverReloaded = true")
    expect(desk.locator("[data-clock]")).to_contain_text(re.compile(r"\b0[12]:\d\d"), timeout=120_000)
    expect(desk.locator(".figure-late").first).to_be_visible()
    with acting():
        assert Contact.objects.exclude(notified_at=None).exists()
        assert Duty.objects.open().filter(late=True).exists()
    expect(desk.locator("#demo-until")).to_have_count(0, timeout=120_000)
    assert desk.evaluate("window.neverReloaded === true")
    desk.reload()
    settle(desk)
    picture(desk, "situation")
