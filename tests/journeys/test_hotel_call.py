"""A hotel manager calls at 12:40, the guest is in a room at 14:00: the desk by keyboard, the city told, two sign."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from muster.domains.intake.models import Receipt, Report, Task
from muster.domains.isolation.models import Stay, Transfer
from muster.kernel.posts.logins import acting
from tests.conftest import NIGHT
from tests.intake_cast import add_inn, guest
from tests.isolation_cast import build, control_of
from tests.journeys.visiting import WIDE, barriers, enter, look, overflow, small_targets

pytestmark = pytest.mark.journey
expect.set_options(timeout=15_000)


def at(hour: int, minute: int) -> datetime:
    """A moment of the day."""
    return NIGHT.replace(hour=hour, minute=minute)


@pytest.fixture
def town(db, clock):
    clock.set(at(12, 40))
    town = build()
    add_inn(town)
    town.guest = guest(town)
    return town


def test_from_the_call_to_the_room(town, clock, live_server, open_page):
    desk = open_page()
    desk.set_viewport_size(WIDE)
    enter(desk, live_server, town.desk)
    the_desk_writes_it_down(desk, live_server)
    with acting():
        report = Report.objects.get()
    assert (report.place_id, report.about_id, report.received_at) == (town.inn.id, town.guest.id, at(12, 40))

    clock.set(at(12, 44))
    the_desk_asks_and_calls(desk, report)
    levels_sign(town, clock, live_server, open_page)
    the_community_checks(town, clock, live_server, open_page)
    the_guest_is_taken_to_a_room(town, clock, live_server, open_page, report)

    with acting():
        report.refresh_from_db()
        assert Stay.objects.get(person=town.guest).room is not None
    assert (report.result, report.disposed_at) == ("isolated", at(14, 0))
    the_clock_says_how_long(desk, live_server, report)
    the_manager_is_told(desk, live_server, report)


def the_desk_writes_it_down(desk: Page, address: str) -> None:
    """No mouse: r, the fields by Tab, Enter; what has to be decided, Enter."""
    desk.goto(f"{address}/desk/")
    desk.keyboard.press("r")
    expect(desk.locator("input[name=caller_phone]")).to_be_focused()
    keys = desk.keyboard
    for text in ("13812345678", "苏经理", "1", "住客从风险地区来，未报备", "ruyilv", "maqiang", "13912345678"):
        keys.type(text)
        keys.press("Tab")
    keys.press("Tab")  # by phone, as it stands
    keys.press("ArrowRight")  # from a venue
    look(desk, "intake-typed")
    keys.press("Enter")
    expect(desk.locator("input[name=spot]:checked")).to_be_focused()
    look(desk, "intake-asked")
    keys.press("Tab")  # whom it is about: somebody not recorded, or
    keys.press("ArrowDown")  # Ma, who is
    keys.press("Enter")
    expect(desk.locator("main .notice-ok")).to_be_visible()
    assert not barriers(desk)


def the_desk_asks_and_calls(desk: Page, report: Report) -> None:
    """n offers the next step of the kind; the guest is called and asked to stay where they are."""
    desk.keyboard.press("n")
    expect(desk.get_by_text("尚未接收")).to_be_visible()
    look(desk, "intake-report")
    about = desk.get_by_role("button", name="显示号码：当事人")
    about.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".numbers a")).to_have_text("+8613912345678")
    desk.locator("input[name=whom][value=about]").focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")  # reached
    desk.keyboard.press("Enter")
    expect(desk.locator("main .notice-ok")).to_have_text("通话已记录。")


def levels_sign(town, clock, address: str, open_page) -> None:
    """Street, district and city, each from its own list, within its minutes."""
    for minute, who in ((46, "street"), (49, "headquarters"), (55, "city")):
        clock.set(at(12, minute))
        page = open_page(phone=who == "street")
        enter(page, address, town.posts[who])
        page.goto(f"{address}/duties/")
        page.locator(".duty", has_text="签收接报").first.locator("a.row-open").click()
        if who == "street":
            assert not overflow(page) and not small_targets(page)
        page.get_by_role("button", name="签收").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("未报备")
    with acting():
        signed = list(Receipt.objects.order_by("signed_at").values_list("level", "signed_at"))
    assert signed == [("street", at(12, 46)), ("district", at(12, 49)), ("city", at(12, 55))]


def the_community_checks(town, clock, address: str, open_page) -> None:
    """On a phone: accepted, and done with a result."""
    clock.set(at(13, 0))
    phone = open_page(phone=True)
    enter(phone, address, town.community)
    phone.goto(f"{address}/duties/")
    phone.locator(".duty", has_text="办理接报交办事项").locator("a.row-open").tap()
    phone.get_by_role("button", name="接收任务").tap()
    expect(phone.get_by_text("已接收")).to_be_visible()
    look(phone, "intake-task")
    assert not overflow(phone) and not small_targets(phone) and not barriers(phone)
    clock.set(at(13, 10))
    phone.locator("label", has_text="已办结").or_(phone.locator("label[for=field-result-1]")).first.tap()
    phone.get_by_role("button", name="办结").tap()
    expect(phone.locator("form[action$=finish\\/]")).to_have_count(0)
    with acting():
        assert Task.objects.get().done_at == at(13, 10)


def the_guest_is_taken_to_a_room(town, clock, address: str, open_page, report: Report) -> None:
    """The check found evidence; headquarters asks for the transfer; both sides sign."""
    control_of(town.guest)
    clock.set(at(13, 15))
    head = open_page()
    enter(head, address, town.headquarters)
    head.goto(f"{address}/reports/{report.id}/")
    head.get_by_role("button", name="转运").click()
    expect(head.get_by_role("heading", level=1)).to_contain_text("未报备")
    with acting():
        transfer = Transfer.objects.get(person=town.guest)
    for hour, minute, who in ((13, 30, "worker"), (14, 0, "site")):
        clock.set(at(hour, minute))
        phone = open_page(phone=True)
        enter(phone, address, town.posts[who])
        phone.goto(f"{address}/isolation/transfers/{transfer.id}/")
        phone.locator("[data-next]").tap()
        expect(phone.locator(".state-ok").first).to_be_visible()
    with acting():
        transfer.refresh_from_db()
    assert (transfer.sender_at, transfer.sender_post) == (at(13, 30), town.posts["worker"].id)
    assert (transfer.receiver_at, transfer.receiver_post) == (at(14, 0), town.posts["site"].id)


def the_clock_says_how_long(desk: Page, address: str, report: Report) -> None:
    """1 h 20 min, and every step of it."""
    desk.goto(f"{address}/clock/report/{report.id}/")
    expect(desk.locator("main")).to_contain_text("1小时20分")
    for kind in ("receipt_signed", "task_done", "transfer_wanted", "report_disposed"):
        expect(desk.locator(f"a[href*='intake.{kind}']")).to_be_visible()
    expect(desk.locator("a[href*='isolation.stay_began']")).to_be_visible()
    look(desk, "intake-clock")
    assert not barriers(desk)


def the_manager_is_told(desk: Page, address: str, report: Report) -> None:
    """The desk's next thing is the call back; with it the report is closed."""
    desk.goto(f"{address}/desk/")
    look(desk, "intake-desk")
    desk.keyboard.press("n")
    expect(desk.get_by_role("heading", level=1)).to_contain_text(report.number)
    desk.keyboard.press("n")
    expect(desk.locator(".numbers a")).to_have_text("+8613812345678")
    desk.locator("input[name=whom][value=caller]").focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")
    desk.keyboard.press("Enter")
    expect(desk.locator("main .notice-ok")).to_be_visible()
    with acting():
        report.refresh_from_db()
    assert report.closed_at == at(14, 0)
