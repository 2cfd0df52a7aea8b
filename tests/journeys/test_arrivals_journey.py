"""Arrivals in a real browser: the list changes and last week's arrivals are found; a declaration on an old phone."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from muster.domains.arrivals import actions
from muster.domains.arrivals.models import Arrival
from muster.kernel.controls.models import Control
from muster.kernel.posts.logins import acting
from tests.actions.test_arrivals import COMMUNITY, LIST, comes, edition
from tests.conftest import NIGHT
from tests.journeys.visiting import WIDE, barriers, enter, look, overflow, small_targets
from tests.town import build_town

pytestmark = pytest.mark.journey
expect.set_options(timeout=15_000)


@pytest.fixture
def town(db, clock):
    cache.clear()
    clock.set(NIGHT)
    return build_town()


@pytest.fixture
def visit(open_page, live_server):
    """`visit(post, path, phone=…)`: a page in English; post None for a visitor."""

    def go(post, path, phone=False):
        page = open_page(phone=True, locale="en-US") if phone else open_page(locale="en-US")
        if not phone:
            page.set_viewport_size(WIDE)
        if post:
            enter(page, live_server, post)
        page.goto(live_server + path)
        return page

    return go


def well_made(page, name: str) -> None:
    """Nothing wider than the screen, nothing too small for a thumb, no barrier; a picture for somebody to look at."""
    look(page, name)
    assert not overflow(page)
    assert page.viewport_size["width"] > 400 or not small_targets(page)
    assert not barriers(page)


COUNT = """async () => {
  const text = await (await fetch("/isolation/transfers/")).text();
  return new DOMParser().parseFromString(text, "text/html").querySelectorAll("tbody tr").length;
}"""


def transfers_asked(page, count: int) -> None:
    """The server's own worker follows up the fact: ask the list of transfers until it has so many rows."""
    assert any(page.evaluate(COUNT) >= count for _turn in range(500))


def test_a_change_of_the_list_finds_last_weeks_arrivals(town, clock, visit):
    edition(town, "全国境内无中、高风险地区。")
    row = actions.receive(by=town.community, arrival=comes(town))
    actions.receive(by=town.community, arrival=comes(town, "陕西省西安市雁塔区", phone="13800002222"))
    clock.advance(days=7)

    head = visit(town.headquarters, "/risk-areas/")
    head.get_by_role("link", name="Read a bulletin").click()
    head.get_by_label("Text of the bulletin").fill(LIST)
    head.get_by_label("Published by").fill("国务院客户端")
    well_made(head, "read_list")
    head.get_by_role("button", name="Read it and show me").click()
    expect(head.get_by_role("rowheader", name="昌辉雅典城小区").first).to_be_visible()
    well_made(head, "edition")
    head.get_by_role("button", name="It is right: confirm").click()
    expect(head.get_by_text("in force").first).to_be_visible()
    transfers_asked(head, 1)

    with acting():
        control = Control.objects.get()
        assert control.person_id == row.person_id and control.measure == "site"
    desk = visit(town.community, "/duties/")
    expect(desk.locator(".duty").filter(has_text="Daily contact with who arrived").first).to_be_visible()
    desk.goto(desk.url.replace("/duties/", "/arrivals/"))
    expect(desk.locator("td").filter(has_text="From a middle-risk area")).to_have_count(1)
    well_made(desk, "arrivals")
    desk.goto(f"{desk.url}{row.pk}/")
    well_made(desk, "arrival")

    phone = visit(town.community, f"/arrivals/{row.pk}/", phone=True)
    phone.get_by_text("No complaints").click()
    phone.get_by_label("Temperature").fill("36.5")
    well_made(phone, "arrival_phone")
    phone.get_by_role("button", name="Save the contact").click()
    expect(phone.get_by_text("Contacts so far")).to_be_visible()


def test_a_visitor_declares_with_a_phone_and_gets_a_reference(town, visit):
    edition(town)
    page = visit(None, "/declare/", phone=True)
    page.get_by_label("Name of who comes").fill("孙小明")
    page.get_by_label("Phone").fill("13800001111")
    page.get_by_label("Where from").fill("黑龙江省黑河市爱辉区博文社区昌辉雅典城小区")
    page.get_by_label("Where to").select_option(label="中山社区")
    well_made(page, "declare")
    page.get_by_role("button", name="Declare", exact=True).click()
    expect(page.get_by_text("Please stay where you are")).to_be_visible()
    well_made(page, "declared")
    with acting():
        assert page.get_by_text(Arrival.objects.get().ref).is_visible()


def test_a_family_comes_from_an_area_that_became_risky_yesterday(town, clock, visit):
    """On the phone at the station: the father is decided on, the second of the family is two fields."""
    edition(town)
    clock.advance(days=1)
    actions.add_checkpoint(by=town.street, name="南站出口", kind="station", area=COMMUNITY)
    phone = visit(town.community, "/checkpoints/", phone=True)
    well_made(phone, "checkpoints")
    phone.get_by_role("link", name="南站出口").click()
    for name, number in (("孙大", "13800001111"), ("孙二", "13800002222")):
        phone.get_by_label("Full name", exact=True).fill(name)
        phone.get_by_label("Phone").fill(number)
        if name == "孙大":
            phone.get_by_label("Where they come from").fill("黑龙江省黑河市爱辉区博文社区昌辉雅典城小区3号楼")
            phone.get_by_label("Where they go").select_option(COMMUNITY)
            well_made(phone, "checkpoint")
            phone.locator("label[for^=field-code]", has_text="Green").click()
        phone.locator("label[for^=field-negative-]", has_text="Yes").click()
        phone.locator("label[for^=field-complaints-]", has_text="No").click()
        phone.get_by_role("button", name="Decide", exact=True).click()
        expect(phone.get_by_role("heading", name="Isolation site")).to_be_visible()
        expect(phone.get_by_text("From a middle-risk area")).to_be_visible()
        if name == "孙大":
            well_made(phone, "pass")
            phone.get_by_role("link", name="Another of the same family").click()
    transfers_asked(phone, 2)
    with acting():
        assert Control.objects.filter(measure="site").count() == 2
