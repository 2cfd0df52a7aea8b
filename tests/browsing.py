"""Chromium from the system's packages, driven by playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that reaches only this host. Raises LookupError when there is none: `make browser` installs one."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise LookupError("No Chromium: run `make browser`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


class Visits:
    """Pages opened by one test, each with its own cookies; at the end they must have behaved."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.trouble: list[str] = []

    def open(self, *, phone: bool = False, locale: str = "zh-CN", **options: Any) -> Page:
        """A new page at a desk or on a phone."""
        size = PHONE if phone else DESK
        context = self.browser.new_context(**size, locale=locale, timezone_id="Asia/Shanghai", **options)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(f"script failed: {error}"))
        page.on("request", self._watch)
        return page

    def close(self) -> None:
        """Closes them all. Raises AssertionError when a script failed or a request was meant for another host."""
        for context in self.browser.contexts:
            context.close()
        assert not self.trouble, "\n".join(self.trouble)

    def _watch(self, request: Any) -> None:
        host = urlsplit(request.url).hostname
        if host not in (None, "127.0.0.1"):
            self.trouble.append(f"request left this host: {request.url}")
