"""The night in a real browser: from a laboratory's result to the last door, and what is left when a step fails."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.request import Request, urlopen

import pytest
from django.utils import translation
from playwright.sync_api import Page, expect

from muster.domains.isolation.jobs import ask_all
from muster.domains.isolation.models import HealthCheck, Stay, Transfer
from muster.domains.tracing.models import Case, Contact, Incident
from muster.kernel import clock as program_clock
from muster.kernel import ids
from muster.kernel.controls.models import Control, DueTest
from muster.kernel.declare import DUTIES
from muster.kernel.duties.models import Duty
from muster.kernel.facts.models import Fact
from muster.kernel.messages.models import Message
from muster.kernel.posts.actions import issue_key, secret_of
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.procedures import positive_result
from muster.site.periodic import sweep_all
from tests.journeys.visiting import WIDE, enter, overflow
from tests.night import build_night, together
from tests.town import GRID, NEXT_GRID, make_person, make_place

pytestmark = pytest.mark.journey
expect.set_options(timeout=15_000)


@pytest.fixture
def town(db, clock):
    """The night's town; Sun ate with Zhang after Wang had, and Zhou, ill as well, was in the park with Zhang."""
    town = build_night(rooms=12)
    with acting():
        town.people["sun"] = make_person("sun", "孙立", GRID + "001")
        town.people["zhou"] = make_person("zhou", "周强", NEXT_GRID)
        town.places["park"] = make_place("park", "公园", "park", NEXT_GRID)
    evening = program_clock.midnight(program_clock.today()) - timedelta(hours=6)
    together(town, "canteen", ["zhang", "sun"], evening, minutes=40)
    together(town, "park", ["zhou", "zhang"], clock.now - timedelta(hours=2), minutes=20)
    return town


@pytest.fixture
def laboratory(town, live_server):
    """`laboratory(ref=…, person=…, result=…)`: the laboratory's machine sends a result, sampled four hours ago."""
    key = secret_of(issue_key(by=SYSTEM, post=town.lab, name="analyser"))

    def send(became: str = "new", **row) -> None:
        sampled = (program_clock.now() - timedelta(hours=4)).isoformat()
        body = json.dumps({"disease": "covid19", "sampled_at": sampled, **row}).encode()
        headers = {
            "Authorization": f"Bearer {key}", "Idempotency-Key": str(ids.uuid7()), "Content-Type": "application/json",
        }  # fmt: skip
        with urlopen(Request(f"{live_server}/api/v1/results", body, headers)) as answer:
            assert json.load(answer)[became] == 1

    return send


@pytest.fixture
def desk(open_page, live_server):
    """`desk(post, path)`: a page in English at a desk, its live stream open."""

    def open_as(post, path: str) -> Page:
        page = open_page(locale="en-US")
        page.set_viewport_size(WIDE)
        return arrive(page, live_server, post, path)

    return open_as


@pytest.fixture
def phone(open_page, live_server):
    """`phone(post, path)`: the same in Chinese, on a phone of 360 px."""
    return lambda post, path: arrive(open_page(phone=True), live_server, post, path)


def arrive(page: Page, address: str, post, path: str) -> Page:
    """Sign in, open a page and wait for its stream; a mark tells later whether it was ever loaded anew."""
    enter(page, address, post)
    with page.expect_response("**/live/"):
        page.goto(address + path)
    page.evaluate("window.neverReloaded = true")
    return page


def unloaded(page: Page) -> bool:
    """Whether the page is still the one that was opened."""
    return page.evaluate("window.neverReloaded === true")


def figure(page: Page, label: str):
    """The number of the incident's panel that stands under a label."""
    return page.locator(".panel .figure-link").filter(has_text=label).locator(".figure-number").first


def duty_of(page: Page, kind: str, name: str):
    """The card of a duty about somebody, in the language of the page."""
    with translation.override(page.locator("html").get_attribute("lang")):
        title = str(DUTIES[kind].title)
    return page.locator(".duty").filter(has_text=title).filter(has_text=name)


def controls() -> dict[str, Control]:
    with acting():
        return {row.person.ref: row for row in Control.objects.open().select_related("person")}


def stay_of(person) -> Stay:
    with acting():
        return Stay.objects.select_related("room", "control").get(person=person)


def owed(kind: str, person) -> list[Duty]:
    with acting():
        return list(Duty.objects.open().filter(kind=kind, person=person))


def test_a_night_from_the_result_to_the_last_door(town, clock, live_server, laboratory, desk, phone):
    situation, worker, far = (
        desk(town.headquarters, "/situation/"),
        phone(town.worker, "/duties/"),
        phone(town.far_worker, "/duties/"),
    )
    expect(worker.locator(".empty")).to_be_visible()
    laboratory(ref="R1", person="wang", result="positive", ct_orf=28.5, ct_n=29)
    incident = the_incident_appears(town, situation)
    somebody_lives_in_another_district(town, situation, live_server, incident, far)
    two_taps_on_the_phone(town, worker)
    expect(figure(situation, "told")).to_have_text("1")
    assert unloaded(situation)
    laboratory(ref="R2", person="zhou", result="positive", ct_orf=30, ct_n=31)
    expect(figure(situation, "Cases")).to_have_text("2")
    clock.advance(minutes=30)
    site = the_transfer_is_confirmed_by_both_sides(town, worker, desk, live_server)
    health_is_checked_morning_and_evening(town, site, clock, live_server)
    samples_are_answered(town, site, clock, laboratory, live_server)
    released_with_a_notice(town, site, clock, live_server)
    the_clock_shows_each_step(town, situation, live_server, incident)
    the_correction_lifts_what_lost_its_last_evidence(town, worker, laboratory, desk, live_server)


def the_incident_appears(town, situation: Page) -> Incident:
    """Without reload: the incident, its case, and four contacts of the case and one of a contact."""
    expect(situation.locator("#situation-rows h2")).to_contain_text("610404-20211130-01")
    expect(figure(situation, "Cases")).to_have_text("1")
    expect(figure(situation, "Contacts found")).to_have_text("5")
    assert unloaded(situation)
    with acting():
        case = Case.objects.select_related("incident").get(person=town.wang)
        rings = dict(Contact.objects.filter(case=case).values_list("person__ref", "ring"))
        assert Fact.objects.filter(kind="screening.result_positive").count() == 1
    assert rings == {"li": 1, "zhang": 1, "zhao": 1, "chen": 1, "sun": 2}
    return case.incident


def somebody_lives_in_another_district(town, situation: Page, address: str, incident, far: Page) -> None:
    """Headquarters sees where, not who; the other district's grid worker sees who, and has the duty."""
    expect(duty_of(far, "tracing.notify_contact", town.zhao.label)).to_be_visible()
    assert unloaded(far)
    [duty] = owed("tracing.notify_contact", town.zhao)
    assert duty.area.startswith("610402")
    other = situation.context.new_page()
    other.goto(f"{address}/contacts/?incident={incident.pk}")
    row = other.locator("tbody tr").filter(has_text="人民社区第一网格")
    expect(row).to_contain_text("somebody elsewhere")
    expect(other.locator("tbody")).not_to_contain_text(town.zhao.label)
    other.close()


def two_taps_on_the_phone(town, worker: Page) -> None:
    """The duty came by itself; one tap opens it, one says done, and the next thing stands first."""
    card = duty_of(worker, "tracing.notify_contact", town.li.label)
    expect(card).to_be_visible()
    expect(duty_of(worker, "isolation.hand_over", town.sun.label)).to_be_visible()
    assert set(controls()) == {"wang", "li", "zhang", "zhao", "sun"}
    assert unloaded(worker)
    assert not overflow(worker)
    card.locator(".duty-act a").tap()
    worker.locator("[data-next]").tap()
    expect(worker.locator("#duty-rows")).to_be_visible()
    expect(card).to_have_count(0)
    expect(worker.locator(".duty.next")).to_have_count(1)
    assert not owed("tracing.notify_contact", town.li)
    with acting():
        assert Contact.objects.get(person=town.li).notified_at == program_clock.now()


def the_transfer_is_confirmed_by_both_sides(town, worker: Page, desk, address: str) -> Page:
    """The code stands on the grid worker's phone; the site types it in; the person has a room."""
    duty_of(worker, "isolation.hand_over", town.sun.label).locator(".duty-act a").tap()
    worker.locator("main summary").tap()
    worker.locator("form[action$='/code/'] button").tap()
    code = worker.locator(".code-digits").inner_text().strip()
    site = desk(town.site, "/duties/")
    duty_of(site, "isolation.receive", town.sun.label).locator(".duty-act a").click()
    site.locator("input[name=code]").fill(code)
    site.get_by_role("button", name="Confirm both sides").click()
    stay = site.locator("dl a[href*='/isolation/stays/']")
    expect(stay).to_contain_text("Room")
    with acting():
        transfer = Transfer.objects.get(person=town.sun)
    assert (transfer.sender_post, transfer.receiver_post) == (town.worker.id, town.site.id)
    assert transfer.state == "arrived"
    room = stay_of(town.sun).room
    assert (room.state, stay.inner_text()) == ("occupied", f"Room {room.label}")
    worker.goto(f"{address}/duties/")
    expect(duty_of(worker, "isolation.hand_over", town.sun.label)).to_have_count(0)
    return site


def health_is_checked_morning_and_evening(town, site: Page, clock, address: str) -> None:
    """Two checks a day, each a duty: the evening of the arrival, and the next morning with a cough nobody overlooks."""
    check_health(town, site, address, "36.6")
    clock.set(_local(1, 8))
    check_health(town, site, address, "36.4")
    with acting():
        made = HealthCheck.objects.filter(stay=stay_of(town.sun)).order_by("at").values_list("slot", "temperature")
        assert [(slot, float(degrees)) for slot, degrees in made] == [("pm", 36.6), ("am", 36.4)]


def check_health(town, site: Page, address: str, degrees: str) -> None:
    """What the site does twice a day: open the duty, one tap on the temperature, save."""
    ask_all()
    site.goto(f"{address}/duties/")
    duty_of(site, "isolation.health_check", town.sun.label).locator(".duty-act a").last.click()
    site.locator("label", has_text=degrees).click()
    site.get_by_role("button", name="Save").click()
    room = site.locator(".room").filter(has_text=town.sun.label)
    expect(room.locator(".state").filter(has_text="made").first).to_be_visible()


def samples_are_answered(town, site: Page, clock, laboratory, address: str) -> None:
    """Each test of the plan is a duty on its day; the site takes the swab, the laboratory's result answers it."""
    with acting():
        days = list(DueTest.objects.filter(control=stay_of(town.sun).control).values_list("due_on", flat=True))
    assert len(days) == 3
    for number, day in enumerate(sorted(days)):
        clock.set(max(clock.now, program_clock.midnight(day) + timedelta(hours=9)))
        ask_all()
        site.goto(f"{address}/duties/")
        duty_of(site, "isolation.sample", town.sun.label).locator(".duty-act a").first.click()
        site.get_by_role("button", name="The test was taken").click()
        expect(site.locator("tbody tr").nth(number)).to_contain_text("taken")
        clock.advance(hours=5)
        laboratory(ref=f"S{number}", person="sun", result="negative")
        site.reload()
        expect(site.locator("tbody tr").nth(number)).to_contain_text("negative")


def released_with_a_notice(town, site: Page, clock, address: str) -> None:
    """When the days are served the release is a duty; what was missing is said, then done, then the notice printed."""
    stay = stay_of(town.sun)
    clock.set(program_clock.midnight(stay.control.ends_on) + timedelta(hours=10, minutes=30))
    ask_all()
    site.goto(f"{address}/isolation/stays/{stay.id}/")
    expect(site.locator(".missing li")).to_have_count(1)  # this morning's health check
    check_health(town, site, address, "36.5")
    site.goto(f"{address}/duties/")
    duty_of(site, "isolation.release", town.sun.label).locator(".duty-act a").click()
    site.get_by_role("button", name="Release and make the notice").click()
    stay = stay_of(town.sun)
    assert stay.ended_how == "released" and stay.control.ended_how == "released"
    expect(site.locator(".letter")).to_contain_text(stay.notice)
    expect(site.locator(".letter tbody tr")).to_have_count(3)
    site.emulate_media(media="print")
    expect(site.locator("header.bar")).to_be_hidden()
    expect(site.locator(".letter")).to_be_visible()
    site.emulate_media(media="screen")
    with acting():
        assert Message.objects.filter(person=town.sun, kind="isolation.released").count() == 1
        assert Contact.objects.get(person=town.sun, case__person=town.wang).status == "released"


def the_clock_shows_each_step(town, situation: Page, address: str, incident) -> None:
    """Step by step against the plan: what was done in time, what is late, and what followed how often."""
    situation.goto(f"{address}/clock/{incident.pk}/")
    steps = situation.locator(".steps li")
    expect(steps).to_have_count(8)
    for title, state, limit in (
        ("Report the case", "done", "2 h"),
        ("Contacts found", "done", "4 h"),
        ("Contacts under control", "late", "8 h"),
        ("Second contacts under control", "done", "12 h"),
    ):
        step = steps.filter(has=situation.locator(f"progress[aria-label='{title}']"))
        expect(step.locator(".state")).to_contain_text(state)
        expect(step).to_contain_text(f"of {limit}")
    followed = situation.locator("table.ledger tbody tr")
    expect(followed.filter(has_text="A stay began").locator("td").first).to_have_text("1")
    expect(followed.filter(has_text="A person was released from isolation").locator("td").first).to_have_text("1")


def the_correction_lifts_what_lost_its_last_evidence(town, worker: Page, laboratory, desk, address: str) -> None:
    """Li and Zhao were held only because of Wang; Zhang also met Zhou, who is ill, and stays."""
    assert set(controls()) == {"wang", "li", "zhang", "zhao", "zhou"}
    arrive(worker, address, town.worker, "/duties/")
    hand_over = duty_of(worker, "isolation.hand_over", town.li.label)
    expect(hand_over).to_be_visible()
    sampled = _local(0, 15, 15).isoformat()  # headquarters confirm what the machine wants corrected
    laboratory("held", ref="R3", person="wang", result="negative", corrects="R1", sampled_at=sampled)
    assert set(controls()) == {"wang", "li", "zhang", "zhao", "zhou"}
    second = desk(town.headquarters, "/screening/corrections/")
    second.locator("#rows .row-link").first.click()
    second.get_by_role("button", name="Confirm: Negative").click()
    expect(second.locator("h1 ~ *, .state").filter(has_text="Confirmed").first).to_be_visible()
    expect(hand_over).to_have_count(0)
    assert unloaded(worker)
    expect(duty_of(worker, "isolation.hand_over", town.zhang.label)).to_be_visible()
    assert set(controls()) == {"zhang", "zhou"}
    with acting():
        assert {control.ended_how for control in Control.objects.filter(person__ref__in=["li", "zhao"])} == {"lifted"}
        assert Case.objects.get(person=town.wang).classification == "excluded"
        told = Message.objects.filter(kind="isolation.lifted").values_list("person__ref", flat=True)
        assert {"li", "zhao"} <= set(told) and "zhang" not in told


def _local(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the night, so many days after the result."""
    return datetime(2021, 11, 30, hour, minute, tzinfo=program_clock.zone()) + timedelta(days=day)


def test_a_failing_fan_out_leaves_the_fact_the_case_and_an_overdue_duty(
    town, clock, live_server, laboratory, desk, monkeypatch
):
    investigator = desk(town.investigator, "/duties/")
    with monkeypatch.context() as patch:
        patch.setattr(positive_result, "confirm_contacts", _broken)
        laboratory(ref="R1", person="wang", result="positive", ct_orf=28.5, ct_n=29)
        duty = duty_of(investigator, "tracing.trace_case", town.wang.label)
        expect(duty).to_be_visible()
        clock.advance(hours=5)
        sweep_all()
        investigator.reload()
        expect(duty.locator(".due-late")).to_be_visible()
        with acting():
            assert Fact.objects.filter(kind="screening.result_positive").count() == 1
            assert Case.objects.get(person=town.wang).classification == "confirmed"
            assert not Contact.objects.exists()
        [row] = owed("tracing.trace_case", town.wang)
        assert row.due_at < clock.now and row.holder_role == "headquarters"
    # The job is tried again by itself: the duty goes away on the open page, and the contacts are there.
    expect(duty).to_have_count(0, timeout=30_000)
    with acting():
        assert Contact.objects.count() == 5


def _broken(**_arguments):
    raise RuntimeError("the fan-out fails")
