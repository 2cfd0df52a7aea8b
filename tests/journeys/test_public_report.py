"""The public page on a small phone: read without scripts, under 100 KB, in both languages, by keyboard and by thumb."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from muster.domains.intake.models import Report
from muster.kernel.posts.logins import acting
from tests.intake_cast import add_inn
from tests.journeys.visiting import barriers, look, overflow, small_targets
from tests.town import build_town

pytestmark = pytest.mark.journey
MOST_BYTES = 100_000


@pytest.fixture
def town(db, clock):
    cache.clear()
    town = build_town()
    add_inn(town)
    return town


def test_it_is_small_and_can_be_used_by_anybody(town, live_server, open_page):
    sizes = []
    phone = open_page(phone=True)
    phone.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    phone.goto(f"{live_server}/report/?at={town.inn.id}")
    phone.wait_for_load_state("networkidle")
    assert sum(sizes) < MOST_BYTES
    look(phone, "public-report")
    assert not overflow(phone) and not small_targets(phone) and not barriers(phone)
    phone.get_by_role("button", name="EN").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Report something")
    look(phone, "public-report-en")
    assert not overflow(phone) and not barriers(phone)


def test_it_works_without_scripts(town, live_server, open_page):
    phone = open_page(phone=True, java_script_enabled=False)
    phone.goto(f"{live_server}/report/?at={town.inn.id}")
    phone.select_option("#kind", "fever")
    phone.fill("#what", "发烧三天")
    phone.fill("#caller_phone", "13700001111")
    phone.get_by_role("button", name="提交报告").tap()
    expect(phone.locator(".reference")).to_be_visible()
    with acting():
        report = Report.objects.get()
    expect(phone.locator(".reference")).to_have_text(report.number)
    look(phone, "public-report-done")
    assert (report.place_id, report.channel, report.kind) == (town.inn.id, "code", "fever")
