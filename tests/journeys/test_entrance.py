"""An elder without a phone at a venue; a visitor's first scan; a status that is checked without a connection."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from muster.domains.premises.models import PersonalCode
from muster.kernel.posts.logins import acting
from muster.kernel.posts.roles import REGULATORS
from tests.isolation_cast import build, control_of
from tests.journeys.visiting import WIDE, barriers, enter, look, overflow, small_targets
from tests.premises_cast import PHONE, card, desk, log_of, screen, sheet, venue_of
from tests.town import GRID, make_post

pytestmark = pytest.mark.journey
expect.set_options(timeout=15_000)


@pytest.fixture
def town(db, clock):
    cache.clear()
    return build()


def sound(page: Page, name: str) -> None:
    """What every page must keep to, and a picture of it."""
    look(page, name)
    assert overflow(page) == ""
    if page.viewport_size["width"] < 500:  # a thumb
        assert small_targets(page) == []
    assert barriers(page) == []


def issue(open_page, live_server, town) -> PersonalCode:
    """The grid worker has seen the card and issues a paper code on their phone."""
    worker = open_page(phone=True)
    enter(worker, live_server, town.worker)
    worker.goto(f"{live_server}/premises/codes/")
    worker.fill("[name=name]", "周桂兰")
    worker.fill("[name=id_number]", card(1))
    worker.click("main form button.btn-primary")
    expect(worker.locator(".slip")).to_be_visible()
    sound(worker, "premises-paper")
    with acting():
        row = PersonalCode.objects.select_related("person").get(revoked_at=None)
    assert worker.locator(".sheet-big").first.inner_text().replace(" ", "") == row.number
    row.pin = worker.locator(".slip .digits").inner_text()
    return row


def test_an_elder_without_a_phone_at_a_venue(town, live_server, open_page):
    venue, code = venue_of(town), issue(open_page, live_server, town)
    staff = open_page(phone=True)
    staff.goto(f"{live_server}/d/{desk(venue)}/")
    sound(staff, "premises-desk")
    typed = f"{code.number[:4]} {code.number[4:8]} {code.number[8:]}"
    staff.fill("[name=code]", typed)
    staff.press("[name=code]", "Enter")
    expect(staff.locator(".status-enter")).to_contain_text("可以进入")
    assert "周" not in staff.content()
    sound(staff, "premises-desk-entered")
    with acting():
        assert [row[0] for row in log_of(venue)] == [code.person.key]
    control_of(code.person, measure="home", days=7, tests=())
    staff.goto(f"{live_server}/d/{desk(venue)}/")
    staff.fill("[name=code]", code.number)
    staff.press("[name=code]", "Enter")
    expect(staff.locator(".status-stay")).to_contain_text("须留在管控地点")
    look(staff, "premises-desk-stay")


def test_a_visitor_scans_without_a_script_and_the_phone_remembers(town, live_server, open_page):
    venue = venue_of(town)
    plain = open_page(phone=True, java_script_enabled=False)
    plain.goto(f"{live_server}/v/{sheet(venue)}/")
    plain.fill("[name=name]", "钱多")
    plain.fill("[name=phone]", PHONE)
    plain.click("main form button.btn")
    expect(plain.locator(".done")).to_contain_text("中山菜市场")
    plain.goto(f"{live_server}/v/{sheet(venue)}/")
    expect(plain.locator(".who")).to_have_text("钱*")
    visitor = open_page(phone=True)
    visitor.goto(f"{live_server}/v/{sheet(venue)}/")
    visitor.locator("summary").click()
    sound(visitor, "premises-scan")
    shown = venue_of(town, name="电影院", kind="entertainment", screen=True)
    wall = open_page()
    wall.set_viewport_size(WIDE)
    wall.goto(f"{live_server}/d/{desk(shown)}/screen/")
    sound(wall, "premises-screen")
    before = wall.locator(".qr path").get_attribute("d")
    wall.clock.install()
    wall.goto(wall.url)
    wall.clock.run_for(31_000)
    expect(wall.locator(".qr path")).not_to_have_attribute("d", before)
    expect(wall.locator("#lost")).to_be_hidden()
    visitor.goto(f"{live_server}/v/{screen(shown)}/")
    expect(visitor.locator("h1")).to_have_text("电影院")


def test_a_status_is_shown_contested_and_checked_without_a_connection(town, clock, live_server, open_page, tmp_path):
    code = issue(open_page, live_server, town)
    control_of(code.person, measure="home", days=7, tests=(1,))
    phone = open_page(phone=True)
    phone.goto(f"{live_server}/my/")
    sound(phone, "premises-my-closed")
    phone.fill("[name=code]", code.number)
    phone.fill("[name=pin]", code.pin)
    phone.get_by_role("button", name="打开本人页面").click()
    expect(phone.locator(".status-stay")).to_be_visible()
    sound(phone, "premises-my")
    link = phone.locator(".qr-box").get_attribute("data-link")
    phone.locator("summary").click()
    phone.select_option("[name=reason]", "not_there")
    phone.fill("[name=note]", "当天在外地")
    phone.locator("details form button").click()
    expect(phone.locator("main")).to_contain_text("流调人员须在此时间前答复您")

    door = open_page(phone=True)
    door.goto(f"{live_server}/check/")
    sound(door, "premises-check")
    with door.expect_download() as saved:
        door.locator("a[download]").click()
    kept = tmp_path / "check.html"
    saved.value.save_as(kept)
    alone = open_page(phone=True)
    alone.context.set_offline(True)
    alone.clock.set_fixed_time(clock.now)
    alone.goto(kept.as_uri())
    assert verdict(alone, link) == "须留在管控地点"
    look(alone, "premises-check-stay")
    token = link.rstrip("/").rsplit("/", 1)[-1]
    assert verdict(alone, token) == "须留在管控地点"
    for place in range(0, len(token), 12):
        other = "A" if token[place] != "A" else "B"
        assert verdict(alone, token[:place] + other + token[place + 1 :]) == "无效", place
    for wrong in (token[:-1], token + "A", "x", f"{live_server}/s/"):
        assert verdict(alone, wrong) == "无效"
    alone.clock.set_fixed_time(clock.advance(hours=5))
    assert verdict(alone, token) == "无效"


def verdict(page: Page, text: str) -> str:
    """What the page says of a signed status, without its sign."""
    page.fill("[name=proof]", text)
    page.click("#check button")
    return page.locator("[data-word]").inner_text()[2:]


def test_pages_of_officers_are_sound(town, live_server, open_page):
    venue = venue_of(town)
    assert venue.area == GRID
    page = open_page(phone=True)
    enter(page, live_server, town.community)
    for path, name in (
        ("/premises/venues/", "venues"),
        (f"/premises/venues/{venue.id}/", "venue"),
        (f"/premises/venues/{venue.id}/sheet/", "sheet"),
        (f"/premises/venues/{venue.id}/desk/", "desk-sheet"),
        ("/premises/codes/", "codes"),
    ):
        page.goto(live_server + path)
        for summary in page.locator("main summary:visible").all():
            summary.click()
        sound(page, f"premises-{name}")


def test_a_gathering_of_120_is_refused_by_the_county_threshold_and_approved_by_the_city(town, live_server, open_page):
    asks = open_page(phone=True)
    enter(asks, live_server, town.community)
    asks.goto(f"{live_server}/premises/events/")
    asks.locator("main details.panel summary").first.click()
    for field, text in {
        "name": "农产品展销会", "place_name": "会展中心", "expected": "120", "tables": "0",
        "starts_at": "2021-12-03T09:00", "ends_at": "2021-12-03T17:00", "organiser": "孙立", "phone": "13900000071",
    }.items():  # fmt: skip
        asks.fill(f"details.panel [name={field}]", text)
    asks.select_option("details.panel [name=kind]", "expo")
    asks.select_option("details.panel [name=area]", GRID)
    sound(asks, "premises-events-ask")
    asks.locator("main details.panel form button.btn-primary").first.click()
    expect(asks.locator(".facts")).to_contain_text("会展中心")
    path = asks.url

    county = open_page()
    county.set_viewport_size(WIDE)
    enter(county, live_server, town.headquarters)
    county.goto(path)
    expect(county.locator(".notice-warn")).to_contain_text("120人的活动由市审批")
    assert county.locator("[name=approve]").count() == 0
    sound(county, "premises-event-county")

    with acting():
        regulator = make_post("commerce", REGULATORS["commerce"], "610404")
    sector = open_page(phone=True)
    enter(sector, live_server, regulator)
    sector.goto(f"{live_server}/duties/")
    sector.locator(f"a[href='{path.removeprefix(live_server)}']").first.click()
    sound(sector, "premises-event-sector")
    sector.locator("[name=agrees][value=yes]").click()
    expect(sector.locator(".gates li").nth(1)).to_contain_text("同意")

    city = open_page(phone=True)
    enter(city, live_server, town.city)
    city.goto(f"{live_server}/duties/")
    city.locator(f"a[href='{path.removeprefix(live_server)}']").first.click()
    city.locator("[name=approve][value=yes]").click()
    expect(city.locator(".state").first).to_contain_text("待现场审核")
    sound(city, "premises-event-city")

    asks.goto(path)
    asks.locator("form[action$='check/'] button").click()
    expect(asks.locator(".state").first).to_contain_text("现场审核通过")
    asks.goto(f"{live_server}/premises/events/")
    sound(asks, "premises-events")
