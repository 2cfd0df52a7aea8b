"""Visiting pages in Chromium as somebody: signing in, what every page must keep to, and pictures of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from muster.kernel import clock
from muster.kernel.posts.models import Post
from muster.site.sessions import SessionStore

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "docs" / "screenshots"
LOOKING = Path(__file__).with_name("looking.js").read_text(encoding="utf-8")
WIDE = {"width": 1366, "height": 768}
SMALLEST_TARGET = 44  # px, the side of what a thumb hits


def enter(page: Page, address: str, post: Post) -> None:
    """Sign a page's context in on a post, as if its user had shown password and second factor."""
    session = SessionStore()
    session.update({"user": str(post.user_id), "post": str(post.id), "at": clock.now().timestamp()})
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": address}
    page.context.add_cookies([cookie])


def settle(page: Page) -> None:
    """Wait until charts and maps are drawn."""
    page.wait_for_function(f"() => {LOOKING}.drawn()")


def overflow(page: Page) -> str:
    """What makes the page wider than the screen; '' if nothing does."""
    return page.evaluate(f"() => {LOOKING}.overflow()")


def small_targets(page: Page) -> list[str]:
    """What a thumb would miss."""
    return page.evaluate(f"(smallest) => {LOOKING}.targets(smallest)", SMALLEST_TARGET)


def barriers(page: Page) -> list[str]:
    """What axe-core calls serious or critical. Skips the test where the npm package is not there."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm ci` (make setup does)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(f"() => {LOOKING}.barriers()")


def picture(page: Page, name: str, **options: Any) -> None:
    """Save docs/screenshots/NAME.png when MUSTER_SCREENSHOTS is set: ordinary runs change no file."""
    if os.environ.get("MUSTER_SCREENSHOTS"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", **options)


def look(page: Page, name: str) -> None:
    """Save the whole page in test-results/pages, for somebody to look at, when MUSTER_SCREENSHOTS is set."""
    if os.environ.get("MUSTER_SCREENSHOTS"):
        page.screenshot(path=ROOT / "test-results" / "pages" / f"{name}.png", full_page=True)
