"""What goes wrong with a phone at the desk: a busy server, a lost answer, a refusal, a forgotten PIN, a new version, a
broken phone, an ended post. Nothing is lost, and nothing stays where it should not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Route, sync_playwright

from muster.domains.screening import sheets
from muster.domains.screening.models import Registration
from muster.kernel import clock as kernel_clock
from muster.kernel.people.models import PersonDetails
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import Post
from muster.offline import applications
from tests import screening_cast as cast
from tests.journeys.phones import Phone

pytestmark = pytest.mark.journey
RECORDS = "**/records/"


@pytest.fixture
def town(db, clock):
    return cast.build(people=12)


@pytest.fixture
def row(town, clock):
    opened = cast.opened(town)
    clock.advance(minutes=10)
    return opened


@pytest.fixture
def phones(monkeypatch, town, row, live_server, tmp_path, clock):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as running:
        made = []

        def make(name: str) -> Phone:
            made.append(Phone(running, tmp_path / name, live_server, clock.now))
            return made[-1]

        yield make
        for phone in made:
            phone.context.close()


def person(town, number: int) -> str:
    return str(town.people[f"r{number}"].id)


def samples() -> list[tuple[str, str]]:
    with acting():
        return sorted(Registration.objects.filter(voided_at=None).values_list("how", "review"))


def test_a_busy_server_a_lost_answer_a_refusal_and_paper(town, row, phones):
    phone = phones("one")
    phone.set_up(town.posts["community"])
    page = phone.page
    phone.offline()
    phone.tube("KD1")
    phone.sample("18911112222")  # nobody's number, and no name: the server will refuse it
    phone.sample(person(town, 0))
    phone.seal(2)
    phone.unsent(3)
    page.click("#unsent")
    page.click("#sign-out")
    page.wait_for_function("() => document.getElementById('unsent-note').textContent.includes('3')")

    line = {"is": "busy"}
    phone.context.route(RECORDS, lambda route: through(route, line["is"]))
    phone.offline(False)
    phone.says("busy")
    phone.unsent(3)
    line["is"] = "silent"
    page.click("#send-now")
    phone.says("offline")
    assert samples() == [("code", "shared")]  # the swab before it is not there: somebody looks
    line["is"] = "good"
    page.click("#send-now")
    phone.unsent(0, refused=1)

    page.click("#refused button.btn-primary")
    phone.sample("18911112222", "端木清越")
    phone.unsent(0)
    assert samples() == [("code", "shared"), ("phone", "after_seal")]
    with acting():
        assert PersonDetails.objects.filter(name="端木清越").count() == 1
    paper(town, phone)
    another_post(town, phone)
    assert cast.broken_rules() == []


def another_post(town, phone: Phone) -> None:
    """Somebody else signs in on this phone: nothing is sent in their name before they say so."""
    phone.offline()
    phone.page.fill("#line", "9")
    phone.sample(person(town, 5))
    phone.sign_in(town.posts["street"])
    phone.offline(False)
    phone.page.click("#unsent")
    phone.says("other")
    phone.unsent(1)
    assert phone.page.evaluate(KEPT) == 0
    phone.page.click("#send-as-other")
    phone.unsent(0)


def through(route: Route, line: str) -> None:
    """A line on which the server is busy, or its answers are lost, or all is well."""
    if line == "busy":
        route.fulfill(status=503, headers={"Retry-After": "1"})
    elif line == "silent":
        route.fetch()
        route.abort()
    else:
        route.continue_()


def paper(town, phone: Phone) -> None:
    """Two lines of a sheet; the second is typed wrongly, taken back, and typed again; then the first once more."""
    page, sheet = phone.page, sheets.fresh_number()
    page.click("#desk-change")
    page.wait_for_selector("#place:visible")
    page.select_option("#place-how", "paper")
    page.click("#place button")
    phone.tube("KP1")
    page.fill("#sheet-at", f"{kernel_clock.local_day(kernel_clock.now())}T16:20")
    page.fill("#sheet", sheet[:-1] + ("2" if sheet[-1] != "2" else "3"))
    phone.sample(person(town, 1), tone="no")
    page.fill("#sheet", sheet)
    phone.sample(person(town, 1))
    phone.sample(person(town, 2))
    page.click("#undo")
    phone.said("warn")
    assert page.input_value("#line") == "2"
    phone.sample(person(town, 3))
    phone.unsent(0)
    page.fill("#line", "1")
    phone.sample(person(town, 4))  # typed again, and read as somebody else: both are kept, one swab too many is counted
    phone.unsent(0)
    with acting():
        kept = {str(row.person_id) for row in Registration.objects.filter(how="paper", voided_at=None)}
    assert kept == {person(town, number) for number in (1, 3, 4)}


def test_a_forgotten_pin_a_new_version_a_broken_phone_and_an_ended_post(town, row, phones, monkeypatch):
    post = town.posts["community"]
    broken, whole = phones("broken"), phones("whole")
    broken.set_up(post)
    whole.set_up(town.posts["street"])
    page = broken.page
    broken.offline()
    broken.tube("KE1")
    for number in (0, 1, 2):
        broken.sample(person(town, number))
    broken.unsent(3)

    page.reload()
    for tries in range(4):
        broken.unlock(f"wrong-{tries}")
        page.wait_for_selector("#unlock [role=alert]:visible")
        page.wait_for_selector("#unlock button:enabled")
    broken.unlock()  # the right one, and yet: it has to wait
    page.wait_for_function("() => /\\d/.test(document.querySelector('#unlock [role=alert]').textContent)")
    broken.context.clock.fast_forward(timedelta(seconds=30).seconds * 1000)
    broken.unlock(broken.spare)
    broken.unsent(3)

    before = set(page.evaluate("() => caches.keys()"))
    monkeypatch.setattr(applications, "version", lambda app: "another")
    broken.context.route(RECORDS, lambda route: route.abort())
    broken.offline(False)
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
    page.evaluate(ONLY_THE_NEW_ONE)
    assert "kit screening:kit another" not in before
    page.reload()
    broken.unlock()
    broken.unsent(3)

    page.goto(f"{broken.address}/screening/rounds/")
    page.click("details.switcher summary")
    page.click("form[action='/sign-out/'] button")
    broken.unlock()
    page.wait_for_selector("#hand-over:visible")  # not signed out: this is shown instead
    ended(broken, whole, post)
    assert samples() == [("code", "")] * 3 and cast.broken_rules() == []


def ended(broken: Phone, whole: Phone, post: Post) -> None:
    """The post ends: lists go, records are handed over, then the key goes. Another phone sends them."""
    page = broken.page
    with acting():
        Post.objects.filter(pk=post.pk).update(until_at=kernel_clock.now() - timedelta(seconds=1))
    page.click("#send-now")
    broken.says("revoked")
    assert page.evaluate(KEPT) == 0
    broken.unsent(3)
    with page.expect_download() as download:
        page.click("#hand-over")
    code = page.inner_text("#hand-code").split("：")[-1].strip()
    file = broken.profile.parent / "handed.json"
    download.value.save_as(file)
    assert "tube" not in file.read_text("utf-8")
    page.click("#handed-over")
    page.wait_for_selector('[data-screen="erased"]:visible')
    assert page.evaluate(WRAPS) is False

    whole.page.click("#unsent")
    whole.page.set_input_files("#take-file", file)
    whole.page.fill("#take-code", "WRONG-CODE")
    whole.page.click("#take-over button")
    whole.page.wait_for_function("() => document.getElementById('unsent-note').textContent !== ''")
    assert whole.page.get_attribute("#unsent", "data-waiting") == "0"
    whole.page.set_input_files("#take-file", file)
    whole.page.fill("#take-code", code)
    whole.page.click("#take-over button")
    whole.page.wait_for_function("() => document.getElementById('unsent-note').textContent.includes('3')")
    whole.unsent(0)


ONLY_THE_NEW_ONE = """async () => {
  const shells = async () => (await caches.keys()).filter((name) => name.startsWith("kit screening:kit "));
  while ((await shells()).join() !== "kit screening:kit another") await new Promise((done) => setTimeout(done, 50));
}"""
ASK = """async () => {
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const held = await done(indexedDB.open("muster"));
  const found = await done(%s);
  held.close();
  return %s;
}"""
KEPT = ASK % ('held.transaction("kept").objectStore("kept").count()', "found")
WRAPS = ASK % ('held.transaction("plain").objectStore("plain").get("wraps")', "Boolean(found)")
