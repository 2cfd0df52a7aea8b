"""A round of testing in Weicheng's demonstration, from its plan to its end, in Chromium.

Two phones sample, one of them offline for its whole shift and killed once; boxes go to the laboratory, signed on both
sides; one tube breaks there; its file makes one pool suspect; ten are held and sampled alone: one case, nine released;
duties bring the gaps to zero; the round is closed. After every step the samples that lie in the tables are resulted +
pending + voided, and the whole of `muster check` finds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from muster.domains.screening import live, missing, planning, progress
from muster.domains.screening.jobs import finish_all
from muster.domains.screening.models import Box, Registration, Resample, Round, SamplingSite
from muster.domains.tracing.models import Case
from muster.kernel.areas import installation
from muster.kernel.areas.codes import LEVELS
from muster.kernel.controls.models import Control, Evidence
from muster.kernel.duties.models import Duty
from muster.kernel.messages.models import Message
from muster.kernel.people.models import Person
from muster.kernel.posts import roles
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import Post
from muster.site.check import problems
from muster.site.demo import making
from tests.browsing import QUIET, Visits
from tests.journeys.phones import Phone
from tests.journeys.visiting import WIDE, barriers, enter, look, overflow, small_targets

pytestmark = pytest.mark.journey
expect.set_options(timeout=20_000)
POOL, OTHERS = 10, 3  # people in the pool; others who come: one at each phone, one at the end
SICK = 3  # the number of the one in the pool


@dataclass
class Night:
    """Where the round is, who works there, and who comes."""

    address: str
    building: str
    people: list[Any]
    posts: dict[str, Post]
    pages: dict[str, Page] = field(default_factory=dict)
    round: Any = None


@pytest.fixture
def night(db, clock, live_server, monkeypatch) -> Night:
    making.make(800, lambda said: None)
    installation.forget()
    with acting():
        known = [each for each in planning.buildings(["610404"]) if len(each.code) == LEVELS["building"]]
        building = min(known, key=lambda each: each.people).code  # not of those of whom only the community is known
        held = Control.objects.values("person")
        people = list(
            Person.objects.filter(home__startswith=building, merged_into=None).exclude(pk__in=held).order_by("id")
        )
        posts = {
            role: Post.objects.filter(role=role, area=building[:width]).order_by("id").first()
            for role, width in ((roles.HEADQUARTERS, 6), (roles.STREET, 9), (roles.COMMUNITY, 12), (roles.GRID, 15))
        }
        posts[roles.LABORATORY] = Post.objects.get(role=roles.LABORATORY)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    return Night(live_server, building, people, posts)


def test_a_round_in_which_nobody_is_missed(night, clock, tmp_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=QUIET, executable_path="/usr/bin/chromium")
        visits = Visits(browser)
        for role, post in night.posts.items():
            night.pages[role] = visits.open(phone=role == roles.GRID)
            night.pages[role].set_viewport_size(WIDE if role != roles.GRID else {"width": 360, "height": 740})
            enter(night.pages[role], night.address, post)

        headquarters_plans_and_opens(night)
        assert custody(night) == (0, 0, 0, 0)
        two_phones_sample(night, clock, playwright, tmp_path)
        assert custody(night) == (13, 0, 13, 0)
        clock.advance(minutes=30)
        a_box_travels(night, "B1", 4)
        assert custody(night) == (13, 0, 13, 0)
        a_tube_breaks_at_the_laboratory(night)
        assert custody(night) == (13, 0, 12, 1)
        the_laboratory_sends_its_file(night)
        assert custody(night) == (13, 12, 0, 1)
        each_is_sampled_alone(night, clock)
        assert custody(night) == (23, 12, 10, 1)
        a_box_travels(night, "B2", POOL)
        one_is_a_case_and_nine_are_free(night)
        assert custody(night) == (23, 22, 0, 1)
        gaps_go_to_zero(night)
        assert custody(night) == (24, 22, 1, 1)
        a_box_travels(night, "B3", 1)
        results(night, "B3", ["D1 negative"])
        assert custody(night) == (24, 23, 0, 1)
        headquarters_closes(night)
        assert custody(night) == (24, 23, 0, 1)
        visits.close()


def custody(night: Night) -> tuple[int, int, int, int]:
    """Collected (swabs counted anew), resulted, pending and voided; and `muster check` finds nothing at all."""
    assert list(problems()) == []
    with acting():
        found = live.custody(night.round)
        collected = Registration.objects.filter(round_id=night.round.id, voided_at=None).count()
    assert collected == found["resulted"] + found["pending"] + found["voided"]
    return collected, found["resulted"], found["pending"], found["voided"]


def send(page: Page, form: str, **values: str) -> None:
    """Fill the form with this action, press its first button that sends it, and wait for the next page."""
    for name, value in values.items():
        control = page.locator(f"{form} [name={name}]").first
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    with page.expect_navigation():
        page.locator(f"{form} button:not([type=button])").first.click()  # one beside a field opens the camera


def unfold(page: Page, form: str) -> None:
    """Open what hides a form."""
    page.locator("details", has=page.locator(form)).locator("> summary").click()


def headquarters_plans_and_opens(night: Night) -> None:
    """The street adds a site; headquarters names the laboratory, plans a round over the building and begins."""
    street, head = night.pages[roles.STREET], night.pages[roles.HEADQUARTERS]
    street.goto(f"{night.address}/screening/sites/")
    add = "form[action$='/sites/add/']"
    if not street.locator(f"{add} button").is_visible():
        unfold(street, add)
    where = {"lat": "34.33", "lon": "108.71"}
    send(street, add, name="一号采样点", area=night.building[:15], desks="2", **where)
    head.goto(f"{night.address}/screening/boxes/")
    unfold(head, "form[action$='/laboratories/']")
    head.locator("select[name=organisation]").select_option(index=1)
    send(head, "form[action$='/laboratories/']", tubes_a_day="5000")
    head.goto(f"{night.address}/screening/rounds/")
    plan = "form[action$='/rounds/plan/']"
    if not head.locator(f"{plan} button").is_visible():
        unfold(head, plan)
    send(head, plan, areas=night.building, disease="covid19")
    with acting():
        night.round = Round.objects.get()
    send(head, "form[action$='/open/']")
    with acting():
        night.round.refresh_from_db()
        assert progress.total(night.round).missing == night.round.people >= POOL + OTHERS
        assert night.round.unplaced == 0
    look(head, "round-open")


def two_phones_sample(night: Night, clock: Any, playwright: Any, folder: Any) -> None:
    """The pool on a phone without a network, killed before it could send; one person at the desk on the other.

    Opened again, still without a network, it has lost nothing and goes on: one is taken back, another sampled."""
    away = Phone(playwright, folder / "away", night.address, clock.now)
    away.set_up(night.posts[roles.COMMUNITY])
    away.offline()
    away.tube("P1")
    for person in night.people[:POOL]:
        away.sample(str(person.id))
    away.seal(POOL)
    away.unsent(POOL + 1)
    away.kill()
    at_the_desk(night, "P2", [night.people[POOL]])
    at_the_desk(night, "P4", [night.people[POOL + 2]])
    assert custody(night) == (2, 0, 2, 0)
    away.start()
    away.offline()
    away.open()
    away.unlock()
    away.unsent(POOL + 1)
    away.tube("P3")
    away.sample(str(night.people[POOL + 3].id))  # the next in the queue, scanned too early
    away.page.click("#undo")
    away.said("warn")
    away.sample(str(night.people[POOL + 1].id))
    away.seal(1)
    away.unsent(POOL + 5)
    away.offline(False)
    away.sign_in(night.posts[roles.COMMUNITY])
    away.page.click("#unsent")
    away.page.click("#send-now")
    away.unsent(0)
    away.context.close()


def at_the_desk(night: Night, tube: str, people: list[Any]) -> None:
    """A grid worker's phone with a network: the page of the desk; then the tube is sealed."""
    phone = night.pages[roles.GRID]
    with acting():
        site = SamplingSite.objects.get()
    phone.goto(f"{night.address}/screening/rounds/{night.round.id}/desk/?site={site.id}&desk=2&size=10&tube={tube}")
    for person in people:
        send(phone, "form[action$='/desk/sample/']", tube=tube, number=str(person.id))
    assert not overflow(phone) and not small_targets(phone)
    look(phone, f"round-desk-{tube}")
    send(phone, "form[action$='/desk/seal/']", count=str(len(people)))


def a_box_travels(night: Night, code: str, tubes: int) -> None:
    """Packed at the site, fetched, delivered: four signatures, each by somebody else than the one before."""
    community = night.pages[roles.COMMUNITY]
    community.goto(f"{night.address}/screening/boxes/")
    unfold(community, "form[action$='/boxes/pack/']")
    community.locator("form[action$='/boxes/pack/'] select[name=site]").select_option(index=1)
    send(community, "form[action$='/boxes/pack/']", code=code, count=str(tubes))
    with acting():
        box = Box.objects.get(code=code)
    for role, side in (
        (roles.COMMUNITY, "giver"), (roles.STREET, "taker"), (roles.STREET, "giver"), (roles.LABORATORY, "taker"),
    ):  # fmt: skip
        page = night.pages[role]
        page.goto(f"{night.address}/screening/boxes/{box.id}/")
        form = f"form[action$='/hand/']:has(input[name=side][value={side}])"
        send(page, form, count=str(tubes))
    with acting():
        box.refresh_from_db()
    assert box.received_at is not None


def a_tube_breaks_at_the_laboratory(night: Night) -> None:
    """Given up on the page of its box: whoever was in it is missing again, and stands in the list of gaps."""
    lab = night.pages[roles.LABORATORY]
    with acting():
        before = progress.total(night.round).missing
        box = Box.objects.get(code="B1")
    lab.goto(f"{night.address}/screening/boxes/{box.id}/")
    row = lab.locator("tr", has_text="P4")
    row.locator("summary").click()
    with lab.expect_navigation():
        row.locator("button[name=why]").first.click()
    with acting():
        assert progress.total(night.round).missing == before + 1
        assert missing.people(night.round, "").filter(pk=night.people[POOL + 2].pk).exists()


def the_laboratory_sends_its_file(night: Night) -> None:
    """Previewed, then taken: something was found in the pool, the two others are negative. All ten are held at once."""
    lab = night.pages[roles.LABORATORY]
    lab.goto(f"{night.address}/screening/batches/new/")
    content = "管号,结果\nP1,阳性\nP2,阴性\nP3,阴性\n".encode()
    lab.locator("input[type=file]").set_input_files({"name": "渭城.csv", "mimeType": "text/csv", "buffer": content})
    send(lab, "form:has(input[type=file])", tubes="3", found="1", invalid="0")
    look(lab, "round-file")
    send(lab, "form[action$='/batches/take/']")
    with acting():
        held = Control.objects.open().filter(person__in=night.people[:POOL])
        assert (held.count(), Resample.objects.count()) == (POOL, POOL)
        assert not Case.objects.filter(person__in=night.people[:POOL]).exists()


def each_is_sampled_alone(night: Night, clock: Any) -> None:
    """The grid's list has ten duties; the first is opened from it, the others follow."""
    clock.advance(minutes=20)
    phone = night.pages[roles.GRID]
    phone.goto(f"{night.address}/duties/")
    expect(phone.locator(".duty", has_text="混管可疑").first).to_be_visible()
    with acting():
        members = list(Resample.objects.order_by("person"))
    for number, member in enumerate(members):
        phone.goto(f"{night.address}/screening/resamples/{member.id}/")
        phone.locator("main form select[name=site]").select_option(index=1)
        send(phone, "main form", tube=f"S{number}")
    assert not overflow(phone) and not small_targets(phone) and not barriers(phone)


def results(night: Night, code: str, lines: list[str]) -> None:
    """The laboratory types what it found on the page of a box."""
    with acting():
        box = Box.objects.get(code=code)
    lab = night.pages[roles.LABORATORY]
    lab.goto(f"{night.address}/screening/boxes/{box.id}/")
    send(lab, "form[action$='/results/']", results="\n".join(lines))


def one_is_a_case_and_nine_are_free(night: Night) -> None:
    """Found alone: a case; the nine others are released as soon as their own result is in."""
    results(night, "B2", [f"S{n} {'positive' if n == SICK else 'negative'}" for n in range(POOL)])
    with acting():
        members = list(Resample.objects.order_by("person"))
    sick = members[SICK].person_id
    head = night.pages[roles.HEADQUARTERS]
    head.goto(f"{night.address}/screening/rounds/{night.round.id}/now/")
    look(head, "round-now")
    with acting():
        pool = night.people[:POOL]
        assert Case.objects.open().get(person__in=pool).person_id == sick
        settled = Resample.objects.exclude(settled_at=None).values_list("result", flat=True)
        assert sorted(settled) == ["negative"] * (POOL - 1) + ["positive"]
        nine = [person.id for person in pool if person.id != sick]
        told = Message.objects.filter(person__in=nine, kind="screening.pool_cleared")
        assert told.count() == POOL - 1
        # Nobody is held for the pool any more; who lives with the case may be held again, as a contact.
        standing = Evidence.objects.filter(control__person__in=nine, control__ended_at=None, withdrawn_at=None)
        assert set(standing.values_list("kind", flat=True)) <= {"exposure"}
        assert Control.objects.filter(person__in=nine, ended_how="lifted").exists()


def gaps_go_to_zero(night: Night) -> None:
    """Headquarters gives the gap to the grid as a duty; whose tube broke is sampled again, the others have a reason."""
    head, phone = night.pages[roles.HEADQUARTERS], night.pages[roles.GRID]
    head.goto(f"{night.address}/screening/rounds/{night.round.id}/")
    send(head, "form[action$='/close/']")
    expect(head.locator("#errors")).to_contain_text(str(night.round.people - POOL - 2))
    gaps = f"{night.address}/screening/rounds/{night.round.id}/missing/"
    head.goto(gaps)
    assert head.locator("table.ledger tbody tr").count() == min(50, night.round.people - POOL - 2)
    head.goto(f"{night.address}/screening/rounds/{night.round.id}/")
    send(head, "form[action$='/seek/']")
    with acting():
        duty = Duty.objects.open().get(kind="screening.find_missing")
    at_the_desk(night, "D1", [night.people[POOL + 2]])
    phone.goto(f"{night.address}/screening/buildings/{duty.subject}/")
    assert not overflow(phone) and not small_targets(phone)
    look(phone, "round-missing")
    while phone.locator("input[name=person]").count():
        phone.evaluate(
            "() => document.querySelectorAll('input[name=person]').forEach((box) => { box.checked = true; })"
        )
        with phone.expect_navigation():
            phone.locator("button[name=reason][value=away]").click()
        phone.goto(f"{night.address}/screening/buildings/{duty.subject}/")
    finish_all()
    with acting():
        assert missing.people(night.round, "").count() == progress.total(night.round).missing == 0
        assert not Duty.objects.open().filter(kind="screening.find_missing").exists()
    head.goto(gaps)
    assert head.locator("table.ledger tbody tr").count() == 0
    look(head, "round-nobody-missing")


def headquarters_closes(night: Night) -> None:
    """Nobody is missed: the round ends, and what follows is asked of headquarters."""
    head = night.pages[roles.HEADQUARTERS]
    head.goto(f"{night.address}/screening/rounds/{night.round.id}/")
    send(head, "form[action$='/close/']")
    expect(head.locator("form[action$='/stop/']")).to_be_visible()
    look(head, "round-closed")
    assert not overflow(head) and not barriers(head)
    with acting():
        night.round.refresh_from_db()
        assert Duty.objects.open().filter(kind="screening.decide_next", subject=night.round.id).exists()
    assert night.round.state == "closed"
