"""A phone with a profile on the disk: it can be killed, opened again, and woken in the background."""

from __future__ import annotations

import os
import shutil
import signal
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from muster.kernel.posts.models import Post
from tests.browsing import PHONE, QUIET
from tests.journeys.visiting import enter

PIN = "wei-cheng-77"
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]  # Chromium's moving test picture


class Phone:
    """One person's phone at a sampling desk."""

    def __init__(
        self,
        playwright: Playwright,
        profile: Path,
        address: str,
        at: datetime,
        script: str = "",
        film: Path | None = None,
    ) -> None:
        self.playwright, self.profile, self.address, self.at, self.script = playwright, profile, address, at, script
        self.film = [f"--use-file-for-fake-video-capture={film}"] if film else []  # read anew each time it is opened
        self.spare = ""
        self.context: BrowserContext
        self.page: Page
        self.start()

    def start(self) -> None:
        """Switch it on: a browser with this profile, its clock where it was set."""
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=program,
            args=[*QUIET, *CAMERA, *self.film],
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **PHONE,
        )
        self.context.set_default_timeout(20_000)
        if self.script:
            self.context.add_init_script(self.script)
        self.context.clock.install(time=self.at)
        self.page = self.context.pages[0]

    def kill(self) -> None:
        """The power goes: every process of this browser ends at once, nothing is written any more."""
        for process in _processes(str(self.profile)):
            os.kill(process, signal.SIGKILL)
        while _processes(str(self.profile)):
            time.sleep(0.05)  # the kernel takes them away
        try:
            self.context.close()
        except Exception as gone:  # the browser is dead: that is what we wanted
            assert "closed" in str(gone).lower() or "disconnected" in str(gone).lower(), gone

    def offline(self, off: bool = True) -> None:
        """Out of reach of any mast, or back."""
        self.context.set_offline(off)

    def wake(self) -> None:
        """The browser's background sync: it comes to the service workers, whether or not a page is open."""
        line = self.context.new_cdp_session(self.page)
        known: dict[str, str] = {}
        line.on("ServiceWorker.workerRegistrationUpdated", lambda said: known.update(_registered(said)))
        line.send("ServiceWorker.enable")
        while not known:
            self.page.wait_for_timeout(20)  # the browser tells us of its workers one after the other
        for number in known:
            line.send(
                "ServiceWorker.dispatchSyncEvent",
                {"origin": self.address, "registrationId": number, "tag": "muster-outbox", "lastChance": False},
            )
        line.detach()

    def sign_in(self, post: Post) -> None:
        """As if the user had signed in."""
        enter(self.page, self.address, post)

    def open(self) -> None:
        """The desk's page."""
        self.page.goto(f"{self.address}/screening/kit/?in=zh-hans")

    def set_up(self, post: Post, **place: str) -> None:
        """Sign in, set a PIN, keep the page for later, choose a place."""
        self.sign_in(post)
        self.open()
        self.page.fill("#begin-pin", PIN)
        self.page.fill("#begin-again", PIN)
        self.page.press("#begin-again", "Enter")
        self.page.wait_for_selector("#spare-done:visible")
        self.spare = self.page.inner_text("#spare-code")
        self.page.click("#spare-done")
        self.page.wait_for_selector("#place:visible")
        for name, value in place.items():
            self.page.select_option(f"#place-{name}", value)
        self.page.click("#place button")
        self.page.wait_for_selector("#tube-code:visible")
        self.page.wait_for_function("async () => Boolean((await navigator.serviceWorker.ready).active)")

    def unlock(self, pin: str = PIN) -> None:
        """Type the PIN."""
        self.page.wait_for_selector("#unlock-pin:visible")
        self.page.fill("#unlock-pin", pin)
        self.page.press("#unlock-pin", "Enter")

    def tube(self, code: str) -> None:
        """Scan a tube."""
        self.page.fill("#tube-code", code)
        self.page.press("#tube-code", "Enter")
        self.page.wait_for_selector("#number:visible")

    def sample(self, number: str, name: str = "", tone: str = "ok") -> None:
        """Scan a person; the desk answers in this tone."""
        self.page.fill("#name", name)
        self.page.fill("#number", number)
        self.page.evaluate("() => document.getElementById('said').dataset.tone = ''")
        self.page.press("#number", "Enter")
        self.said(tone)

    def said(self, tone: str) -> str:
        """Wait for what the desk says; its words."""
        self.page.wait_for_selector(f'#said[data-tone="{tone}"]')
        return self.page.inner_text("#said")

    def seal(self, count: int) -> None:
        """Count the swabs and close the tube."""
        self.page.fill("#count", str(count))
        self.page.press("#count", "Enter")
        self.page.wait_for_selector("#tube-code:visible")

    def unsent(self, waiting: int, refused: int = 0) -> None:
        """Wait until so many records are unsent."""
        self.page.wait_for_selector(f'#unsent[data-waiting="{waiting}"][data-refused="{refused}"]')

    def says(self, state: str) -> None:
        """Wait until the screen of unsent records is in this state."""
        self.page.wait_for_selector(f'#unsent-says[data-state="{state}"]', state="attached")


def _registered(said: dict[str, Any]) -> dict[str, str]:
    """Number and scope of the service workers in a message of the browser."""
    return {each["registrationId"]: each["scopeURL"] for each in said["registrations"] if not each["isDeleted"]}


def _processes(profile: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and profile.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def options(page: Page, selector: str) -> list[Any]:
    """The values that a select offers."""
    return page.eval_on_selector_all(f"{selector} option", "options => options.map((one) => one.value)")
