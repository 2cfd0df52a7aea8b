"""Every page in a real browser, for its main role: on a desk and on a phone, in Chinese and in English.

The pages are the running house's routes, so a new page is visited without being asked. With MUSTER_SCREENSHOTS set, a
picture of each is left in test-results/pages.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from muster.kernel.declare import PERMISSIONS
from muster.kernel.posts.roles import ROLES
from muster.site import urls as urls  # makes every route
from muster.web.page import routes
from tests import full_night
from tests.browsing import Visits, chromium
from tests.journeys.visiting import WIDE, barriers, enter, look, overflow, settle, small_targets
from tests.serving import serving
from tests.things import things
from tests.town import sign_in

pytestmark = pytest.mark.journey

ROUTES = {route.name: route for route in routes() if "GET" in route.methods and not route.public}
# Who works with a page most: the first of these who may open it.
CAST = (
    "worker", "site", "lab", "community", "investigator", "headquarters", "street", "desk", "administrator", "auditor",
)  # fmt: skip
MAIN = {
    "screening:rounds": "headquarters",
    "screening:round": "headquarters",
    "screening:sites": "street",
    "tracing:contacts": "investigator",
    "isolation:home": "community",
    "isolation:transfers": "headquarters",
}
SIZES = {"1366": False, "360": True}
LOCALES = {"zh": "zh-CN", "en": "en-US"}
NARROW = {"width": 360, "height": 740}
ONLY_TO_LOOK_AT = ("1366-en", "360-zh")  # the one says nothing new, the other is the wide page made narrow
NOT_PAGES = ("web:live", "api:", "imports:rejected")


@pytest.fixture(scope="module")
def town(worker_database):
    with full_night.played(worker_database) as town:
        town.known = things(town)
        yield town


@pytest.fixture(scope="module")
def screens(town) -> Iterator[dict]:
    """A page of each size in each language, and the address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with serving() as address, chromium() as browser:
            visits = Visits(browser)
            pages = {}
            for size, phone in SIZES.items():
                for language, locale in LOCALES.items():
                    if f"{size}-{language}" in ONLY_TO_LOOK_AT and not os.environ.get("MUSTER_SCREENSHOTS"):
                        continue
                    page = pages[f"{size}-{language}"] = visits.open(phone=phone, locale=locale)
                    if not phone:
                        page.set_viewport_size(WIDE)
            yield {"address": address, "pages": pages, "trouble": visits.trouble}
            visits.close()


def address_of(route, known) -> str:
    """The route with one of the night's things in it."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", route.path)
    return reverse(route.name, kwargs={name: known.get(f"{route.name}:{name}", known.get(name)) for name in names})


def main_role(town, route, path: str) -> str | None:
    """Who of the cast opens the whole page; None where nothing of it is a page (data, a part of one, a file)."""
    for who in (MAIN.get(route.name), *CAST):
        if who is None or town.posts[who].role not in PERMISSIONS[route.needs].roles:
            continue
        client = Client()
        sign_in(client, town.posts[who])
        answer = client.get(path)
        if answer.status_code == 200:
            return who if not answer.streaming and b"<!doctype html>" in answer.content[:40] else None
        if answer.status_code == 302:
            return None
    raise AssertionError(f"nobody opens {path}")


def visit(screens, name: str, path: str, post=None) -> None:
    """Open a page on all screens and say all that is wrong with it at once."""
    faults = []
    for screen, page in screens["pages"].items():
        if post:
            enter(page, screens["address"], post)
        answer = page.goto(screens["address"] + path)
        settle(page)
        look(page, f"{name}-{screen}")
        found = [f"answered {answer.status}"] if answer.status >= 500 else []
        if screen in ("1366-zh", "360-en"):  # each size and each language once
            found += barriers(page)
        if screen == "1366-zh":
            page.set_viewport_size(NARROW)
            settle(page)
        if screen != "1366-en":
            found += filter(None, [overflow(page)])
            found += [f"small: {each}" for each in small_targets(page)]
        if screen == "1366-zh":
            page.set_viewport_size(WIDE)
        found += screens["trouble"]
        screens["trouble"].clear()
        faults += [f"{screen} {path} {each}" for each in found]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", sorted(name for name in ROUTES if not name.startswith(NOT_PAGES)))
def test_each_page_can_be_read_and_pressed_on_any_screen(town, screens, name):
    path = address_of(ROUTES[name], town.known)
    if who := main_role(town, ROUTES[name], path):
        visit(screens, name.replace(":", "-"), path, town.posts[who])


@pytest.mark.parametrize("who", CAST)
def test_the_first_page_of_each_role(town, screens, who):
    visit(screens, f"home-{who}", reverse(ROLES[town.posts[who].role].home), town.posts[who])


@pytest.mark.parametrize("path", ["/sign-in/", "/setup/spent/", "/nothing/here/", "/log/"])
def test_pages_for_visitors_and_ways_of_saying_no(town, screens, path):
    for page in screens["pages"].values():
        page.context.clear_cookies()
    visit(screens, f"public{path.replace('/', '-')}", path, town.worker if path == "/log/" else None)


def test_the_checks_find_what_they_look_for(screens):
    page = screens["pages"]["360-en"]
    wide = "<main><button>x</button><img src='data:,'><table width=900><tr><td>wide</table></main>"
    page.set_content(f"<meta name=viewport content='width=device-width'>{wide}")
    assert "px wide" in overflow(page)
    assert small_targets(page)
    assert any(fault.startswith("image-alt") for fault in barriers(page))
