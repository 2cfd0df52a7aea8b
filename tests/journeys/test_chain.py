"""Chains in a real browser: MERS in Korea, imported as history, and a synthetic one as large as a bad month."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from muster.domains.tracing.models import Case, Contact, Incident, Link
from muster.kernel import ids
from muster.kernel.controls.models import Control
from muster.kernel.duties.models import Duty
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.site.cli import main
from tests.journeys.visiting import WIDE, enter, look, settle
from tests.town import GRID, build_town

pytestmark = pytest.mark.journey
KOREA = Path(__file__).resolve().parents[3] / "shared" / "data" / "2_linelists" / "outbreaks_R"
CASES, CONTACTS, CHAINS = 5_000, 20_000, 50

# The middle of the first badge on the canvas, and how many contacts it stands for.
BADGE = """
() => {
  const chart = echarts.getInstanceByDom(document.querySelector(".chart"));
  const badges = chart.getOption().series.find((each) => each.id === "badges");
  const { value, count } = badges.data[0];
  const [x, y] = chart.convertToPixel({ seriesId: "badges" }, value);
  return { x: x + badges.symbolOffset[0], y, count };
}
"""
NODES = """
() => echarts.getInstanceByDom(document.querySelector(".chart")).getOption().series
  .filter((each) => each.type === "scatter" && each.id !== "badges").reduce((sum, each) => sum + each.data.length, 0)
"""


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def load(town, tmp_path):
    """`load(ledger, header, rows, *options)`: through the command line's import; returns what it counted."""

    def run(ledger: str, header: str, rows: Iterable[list], *options: str) -> dict:
        file = tmp_path / f"{ledger}.csv"
        with file.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows([header.split(), *rows])
        done = CliRunner().invoke(main, ["import", ledger, str(file), "--json", *options], env={"LANG": "C"})
        assert done.exit_code == 0, done.output
        counted = json.loads(done.output.splitlines()[-1])
        assert not counted["rejected"], counted["rejected"][:3]
        return counted

    return run


@pytest.fixture
def chain(town, open_page, live_server):
    """`chain(incident)`: its chain, drawn, as the investigator sees it."""

    def opened(incident: Incident) -> Page:
        page = open_page(locale="en-US")
        page.set_viewport_size(WIDE)
        enter(page, live_server, town.investigator)
        page.goto(f"{live_server}/incidents/{incident.pk}/")
        page.get_by_role("link", name="Chain", exact=True).click()
        settle(page)
        return page

    return opened


def korea(name: str) -> list[dict[str, str]]:
    with (KOREA / f"mers_korea_2015__{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.skipif(not KOREA.is_dir(), reason="the shared data (../shared/data) is not here")
def test_mers_in_korea_imports_as_history_and_its_chain_is_drawn(load, chain):
    patients = korea("linelist")
    sources: dict[str, list[str]] = {}
    for link in korea("contacts"):
        sources.setdefault(link["to"], []).append(link["from"])
    load("people", "ref area", [[row["id"], GRID] for row in patients])
    rows = (
        [who, who, "mers", row["dt_onset"], row["dt_diag"], "confirmed", ";".join(sources.get(who, ()))]
        for row in patients
        for who in [row["id"]]
    )
    counted = load("cases", "ref person disease onset_on confirmed_at classification source_case", rows)
    assert counted["new"] == 162
    with acting():
        assert (Case.objects.count(), Link.objects.count()) == (162, 98)
        assert not Duty.objects.exists() and not Control.objects.exists()
        incident = Incident.objects.get()
    page = chain(incident)
    figure = page.locator("figure[data-chain]")
    expect(figure).to_have_attribute("data-drawn", "162")
    expect(figure.locator("figcaption")).to_contain_text("Cases: 162 · links: 98")
    assert page.evaluate(NODES) == 162
    look(page, "chain-mers")
    with acting():
        infected = Case.objects.filter(sources__source__ref="SK_14").order_by("number")
        source, one = Case.objects.get(ref="SK_14").number, infected.first().number
        assert infected.count() > 30
    figure.get_by_label("Find in the table").fill(one)
    expect(figure.locator("tbody tr")).to_have_count(1)
    expect(figure.locator("tbody tr")).to_contain_text(f"← {source}")


def test_a_chain_of_5000_cases_keeps_its_contacts_folded_until_asked(load, chain, record_property):
    load("people", "ref area", ([f"P{n}", GRID] for n in range(CASES + CONTACTS)))
    first = date(2021, 11, 1)
    load(
        "cases", "ref person disease onset_on classification source_case",
        (
            [f"C{n}", f"P{n}", "covid19", first + timedelta(days=n * 29 // CASES), "confirmed", _source(n)]
            for n in range(CASES)
        ),
    )  # fmt: skip
    load("contacts", "case person ring", [["C0", f"P{CASES}", 1]])
    with acting():
        many_more_like_it(Contact.objects.get())
        assert (Case.objects.count(), Contact.objects.count()) == (CASES, CONTACTS)
        assert Link.objects.count() == CASES - CHAINS
        assert not Duty.objects.exists()
        incident = Incident.objects.get()
    page = chain(incident)
    figure = page.locator("figure[data-chain]")
    expect(figure).to_have_attribute("data-drawn", str(CASES))
    record_property("milliseconds until 5,000 cases are drawn", figure.get_attribute("data-ms"))
    assert page.evaluate(NODES) == CASES
    expect(figure.locator("figcaption")).to_contain_text("contacts: 20000")
    figure.get_by_role("button", name="Closer").click()
    page.wait_for_function(f"() => {{ try {{ return ({BADGE.strip()})().count > 0 }} catch {{ return false }} }}")
    badge = page.evaluate(BADGE)
    box = figure.locator(".chart").bounding_box()
    page.mouse.click(box["x"] + badge["x"], box["y"] + badge["y"])
    opened = figure.locator("[data-contacts]")
    expect(opened).to_be_visible()
    expect(opened.locator("li, tbody tr")).to_have_count(badge["count"])
    look(page, "chain-5000")


def many_more_like_it(first: Contact) -> None:
    """The other contacts, as importing them would make them, without the time that it takes: each case has four."""
    cases = dict(Case.objects.values_list("ref", "pk"))
    numbers = dict(Case.objects.values_list("pk", "number"))
    people = dict(Person.objects.values_list("ref", "pk"))
    same = {field.attname: getattr(first, field.attname) for field in Contact._meta.concrete_fields}
    rows = []
    for n in range(1, CONTACTS):
        case = cases[f"C{n % CASES}"]
        own = {"id": ids.uuid7(), "case_id": case, "case_number": numbers[case], "person_id": people[f"P{CASES + n}"]}
        rows.append(Contact(**(same | own)))
    Contact.objects.bulk_create(rows, batch_size=2000)


def _source(number: int) -> str:
    """Fifty chains; each case infected three."""
    before, chain = divmod(number, CHAINS)
    return f"C{before // 3 * CHAINS + chain}" if before else ""
