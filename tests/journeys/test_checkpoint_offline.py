"""A checkpoint whose network is down for a shift: recorded on the phone, killed once, sent once, decided again."""

from __future__ import annotations

import pytest
from playwright.sync_api import sync_playwright

from muster.domains.arrivals import actions
from muster.domains.arrivals.models import Pass, Passage
from muster.kernel.posts.logins import acting
from tests.actions.test_arrivals import COMMUNITY, comes, edition
from tests.conftest import NIGHT
from tests.journeys.filming import film, laid_down, printed
from tests.journeys.phones import PIN, Phone
from tests.journeys.storage import found_in
from tests.town import build_town

pytestmark = pytest.mark.journey

LISTED = "黑龙江省黑河市爱辉区博文社区昌辉雅典城小区"


@pytest.fixture
def playwright(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as running:
        yield running


class Barrier(Phone):
    """The phone of a checkpoint."""

    def open(self) -> None:
        """The page of the checkpoint."""
        self.page.goto(f"{self.address}/checkpoints/kit/?in=zh-hans")

    def set_up(self, post) -> None:
        """Sign in, set the PIN, choose the checkpoint, keep the page."""
        self.sign_in(post)
        self.open()
        self.page.fill("#begin-pin", PIN)
        self.page.fill("#begin-again", PIN)
        self.page.press("#begin-again", "Enter")
        self.page.click("#spare-done")
        self.page.click("#place button")
        self.page.wait_for_selector("#passage:visible")
        self.page.wait_for_function("async () => Boolean((await navigator.serviceWorker.ready).active)")

    def person(self, **said: str) -> None:
        """What is typed about one person."""
        for name, value in said.items():
            self.page.fill(f"#{name}", value)

    def record(self, waiting: int) -> None:
        """Record, and wait until so many are unsent."""
        self.page.click("#passage .btn-primary")
        self.page.wait_for_selector("#said:visible")
        self.unsent(waiting)


def read_by_the_camera(page, film_file, ref):
    """The code of a declaration, without a network; another code is not one."""
    film(film_file, laid_down(printed("https://example.org/another/code")))
    page.click("#camera button")
    page.wait_for_selector("#wrong:visible")
    assert page.input_value("#booking") == ""
    film(film_file, laid_down(printed(ref), dots=12))
    page.click("#camera button")
    page.wait_for_function("() => document.getElementById('booking').value")
    assert page.input_value("#booking") == ref


def test_a_shift_without_a_network(db, clock, live_server, playwright, tmp_path):
    clock.set(NIGHT)
    town = build_town()
    edition(town)
    actions.add_checkpoint(by=town.street, name="南站出口", kind="station", area=COMMUNITY)
    booked = comes(town, "陕西省西安市雁塔区", name="马蓝", phone="13800007777")
    film_file = tmp_path / "film.y4m"
    phone = Barrier(playwright, tmp_path / "phone", live_server, NIGHT, film=film_file)
    phone.set_up(town.posts["community"])
    page = phone.page

    phone.offline()
    page.reload()  # the page comes from the phone
    phone.unlock()
    page.wait_for_selector("#passage:visible")
    page.select_option("#vehicle", "car")
    phone.person(plate="陕D12345", origin=LISTED, name="司徒云岫", phone="13912340001")
    page.fill("#to", "社区")
    page.click("#add")
    page.wait_for_selector("#wrong:visible")  # several are called so
    page.fill("#to", "中山社区")
    page.check("#negative")
    page.select_option("#code", "green")
    page.click("#add")
    phone.person(name="尉迟青禾", phone="13912340002")
    page.check("#complaints")
    page.select_option("#code", "green")
    assert page.input_value("#chosen") == "wait"  # complaints wait, whoever they are
    page.select_option("#chosen", "pass")
    assert page.input_value("#chosen") == "wait"  # and nothing milder can be chosen
    page.screenshot(path="test-results/checkpoint-offline.png", full_page=True)
    phone.record(1)
    read_by_the_camera(page, film_file, booked.ref)
    page.click("#passage .btn-primary")
    page.wait_for_selector("#wrong:visible")  # no colour is taken for granted
    page.select_option("#code", "green")
    page.check("#negative")
    phone.record(2)
    page.click("#passage .btn-primary")
    page.wait_for_selector("#wrong:visible")  # nobody is named
    phone.kill()
    assert found_in(phone.profile, ["司徒云岫", "13912340001", "陕D12345", "昌辉雅典城"]) == {}

    phone.start()
    phone.offline()
    phone.open()
    phone.unlock()
    phone.unsent(2)
    phone.offline(False)
    phone.sign_in(town.posts["community"])
    phone.open()
    phone.unlock()
    phone.unsent(0)
    with acting():
        rows = list(Passage.objects.order_by("at", "pk"))
        assert [(row.vehicle, row.plate, row.chosen, row.disposal, row.review, row.booked) for row in rows] == [
            ("car", "陕D***45", "wait", "site", "milder", False), ("", "", "pass", "pass", "", True),
        ]  # fmt: skip
        assert Pass.objects.count() == 3
    phone.context.close()
