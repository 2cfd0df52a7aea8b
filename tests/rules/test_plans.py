"""Editions: every value has a source, the right one is in force, and a bad file says what is wrong with it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from muster.kernel import plans
from muster.kernel.plans import loader
from muster.site import plans_page as docs

CODES = ["covid19-cn-8", "covid19-cn-9", "covid19-cn-20", "covid19-cn-10", "measles", "mers"]
LOOK = "lookback_days = 2\n"
NAMED = '"tracing.lookback_days"'
TESTS = "site_tests = [1, 2, 3, 5, 7]"


@pytest.fixture(autouse=True)
def _packaged_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MUSTER_HOME", str(tmp_path / "none"))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A site's own edition: a packaged file with replacements, written into MUSTER_HOME/plans."""
    monkeypatch.setenv("MUSTER_HOME", str(tmp_path))
    (tmp_path / "plans").mkdir()

    def write(*changes: tuple[str, str], name: str = "own-1", of: str = "covid19-cn-9") -> Path:
        text = (loader.PACKAGED / f"{of}.toml").read_text("utf-8").replace(f'edition = "{of}"', 'edition = "own-1"')
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / "plans" / f"{name}.toml"
        path.write_text(text, "utf-8")
        loader._load.cache_clear()
        return path

    return write


def faults() -> list[tuple[str, str]]:
    with pytest.raises(plans.PlanError) as caught:
        plans.editions()
    return [(problem.key, problem.reason) for problem in caught.value.problems]


def test_packaged_editions():
    assert {plan.edition for plan in plans.editions()} == set(CODES)
    assert plans.diseases() == ("covid19", "measles", "mers")


@pytest.mark.parametrize("code", CODES)
def test_every_value_has_a_source(code):
    plan = plans.edition(code)
    assert plan.title.zh and plan.title.en
    for row in plan.dump_table():
        assert row.source.source and row.source.status in ("read", "local", "unverified"), row.key
        assert plan.value(row.key) is not None


@pytest.mark.parametrize("code", CODES)
def test_what_the_engine_always_asks_for_is_there(code):
    plan = plans.edition(code)
    assert plan.tracing.rings == 1 or plan.tracing.ring2.kinds
    assert plan.measures.contact.kind in ("site", "home", "monitoring")
    assert plan.access.after_days == 14 and plan.ops.keep_days > 0 and plan.isolation.health_checks_per_day == 2
    assert plan.retention.presence_days > plan.tracing.lookback_days + plan.incubation.max_days


@pytest.mark.parametrize(
    ("key", "code", "value"),
    [
        ("tracing.lookback_days", "covid19-cn-8", 2),
        ("tracing.copresence_minutes", "covid19-cn-9", 10),
        ("tracing.default_stay_minutes", "covid19-cn-8", 60),
        ("tracing.rings", "covid19-cn-8", 2),
        ("tracing.rings", "covid19-cn-9", 2),
        ("tracing.rings", "covid19-cn-20", 1),
        ("tracing.ring2.kinds", "covid19-cn-8", ("residence", "workplace", "dining", "entertainment")),
        ("tracing.copresence_kinds", "covid19-cn-8", None),
        ("tracing.seat_rows", "covid19-cn-8", 3),
        ("measures.contact.site_tests", "covid19-cn-8", (1, 4, 7, 14)),
        ("measures.contact.home_tests", "covid19-cn-8", (2, 7)),
        ("measures.second_contact.site_days", "covid19-cn-8", 7),
        ("measures.contact.site_tests", "covid19-cn-9", (1, 2, 3, 5, 7)),
        ("measures.second_contact.home_tests", "covid19-cn-9", (1, 4, 7)),
        ("measures.second_contact", "covid19-cn-20", None),
        ("measures.leaver.home_tests", "covid19-cn-20", (1, 3, 5, 7)),
        ("measures.contact.home_days", "covid19-cn-10", 5),
        ("release.case_ct_min", "covid19-cn-8", 35),
        ("deadlines.report_minutes", "covid19-cn-8", 120),
        ("deadlines.core_information_minutes", "covid19-cn-8", 240),
        ("deadlines.first_report_minutes", "covid19-cn-8", 1440),
        ("deadlines.contacts_transferred_minutes", "covid19-cn-8", 480),
        ("deadlines.second_contacts_minutes", "covid19-cn-8", 720),
        ("deadlines.trace_isolate_test_minutes", "covid19-cn-8", 1440),
        ("tracing.lookback_days", "measles", 4),
        ("tracing.forward_days", "measles", 4),
        ("tracing.air_minutes_after", "measles", 120),
        ("incubation.susceptible_from_day", "measles", 5),
        ("incubation.susceptible_until_day", "measles", 21),
        ("follow_up_days", "mers", 14),
        ("release.case_hours_apart", "mers", 24),
    ],
)
def test_figures(key, code, value):
    assert plans.edition(code).value(key) == value


def test_general_knowledge_is_marked():
    status = {row.key: row.source.status for row in plans.edition("covid19-cn-8").dump_table()}
    assert status["isolation.temperature_c"] == status["effective_from"] == "unverified"
    assert status["measures.contact.site_days"] == "read"
    assert status["tracing.copresence_minutes"] == "local"


def test_what_is_not_about_one_disease_takes_the_quickest_plan():
    found = plans.edition(plans.quickest("team_arrive_minutes", date(2022, 6, 1)))
    known = [plan for plan in plans.editions() if plan.in_force(date(2022, 6, 1))]
    assert found.deadlines.team_arrive_minutes == min(plan.deadlines.team_arrive_minutes for plan in known)


def test_unknown_keys_and_codes():
    plan = plans.edition("mers")
    with pytest.raises(KeyError):
        plan.value("tracing.lookback")
    with pytest.raises(plans.NoPlan, match="covid19-cn-7.*known: covid19-cn-10"):
        plans.edition("covid19-cn-7")


def test_frozen():
    plan = plans.edition("mers")
    with pytest.raises(ValidationError):
        plan.tracing.lookback_days = 3


@pytest.mark.parametrize(
    ("disease", "on", "code"),
    [
        ("covid19", "2021-05-14", "covid19-cn-8"),
        ("covid19", "2021-11-30", "covid19-cn-8"),
        ("covid19", "2022-06-27", "covid19-cn-8"),
        ("covid19", "2022-06-28", "covid19-cn-9"),
        ("covid19", "2022-11-11", "covid19-cn-20"),
        ("covid19", "2022-12-07", "covid19-cn-10"),
        ("measles", "1861-11-01", "measles"),
        ("mers", "2015-05-20", "mers"),
        ("mers", "9999-12-30", "mers"),
    ],
)
def test_in_force(disease, on, code):
    assert plans.in_force(disease, date.fromisoformat(on)).edition == code


@pytest.mark.parametrize(
    ("disease", "on"), [("covid19", "2021-05-13"), ("covid19", "2023-01-08"), ("plague", "2021-12-01")]
)
def test_none_in_force(disease, on):
    with pytest.raises(plans.NoPlan, match=f"'{disease}' is in force on {on}"):
        plans.in_force(disease, date.fromisoformat(on))


def test_covid_editions_leave_no_day_out():
    day = date(2021, 5, 14)
    while day < date(2023, 1, 8):
        assert sum(plan.disease == "covid19" and plan.in_force(day) for plan in plans.editions()) == 1
        day += timedelta(days=1)


def test_an_own_edition_applies(own):
    own(("effective_from = 2022-06-28", "effective_from = 2022-08-01"), ("lookback_days = 2", "lookback_days = 4"))
    assert plans.in_force("covid19", date(2022, 7, 31)).edition == "covid19-cn-9"
    assert plans.in_force("covid19", date(2022, 8, 1)).edition == "own-1"
    assert plans.edition("own-1").tracing.lookback_days == 4


def test_of_two_that_began_together_the_own_applies(own):
    own()
    assert plans.in_force("covid19", date(2022, 7, 1)).edition == "own-1"


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ((LOOK, ""), "tracing.lookback_days", "the value is missing"),
        ((LOOK, LOOK + "look_back = 2\n"), "tracing.look_back", "unknown key"),
        ((LOOK, "lookback_days = -2\n"), "tracing.lookback_days", "or equal to 0 (stands: -2)"),
        ((LOOK, 'lookback_days = "2"\n'), "tracing.lookback_days", "valid integer (stands: '2')"),
        ((LOOK, LOOK + "forward_days = 3\n"), "tracing.forward_days", "the value has no source"),
        (('"tracing.lookback_days", ', ""), "tracing.lookback_days", "the value has no source"),
        ((NAMED, NAMED + ', "tracing.forward_days"'), "tracing.forward_days", "no such value"),
        ((NAMED, NAMED + ', "tracing.rings"'), "tracing.rings", "two sources name it"),
        (('status = "local"', 'status = "rumour"'), "sources.5.status", "'read', 'local' or 'unverified'"),
        ((TESTS, "site_tests = [1, 2, 3, 5, 9]"), "measures.contact", "site_tests names day 9 of 7"),
        ((TESTS, "site_tests = [1, 3, 2]"), "measures.contact.site_tests", "days must rise"),
        (("effective_from = 2022-06-28", "effective_from = 2023-06-28"), "", "effective_until is not after"),
        (('edition = "own-1"', 'edition = "own-2"'), "edition", "'own-2' is not the name of the file"),
        (('"dining"', '"pub"'), "tracing.ring2.kinds.2", "'residence'"),
        (("health_checks_per_day = 2", "health_checks_per_day = 3"), "isolation", "as many as health_checks_per_day"),
    ],
)  # fmt: skip
def test_a_bad_file_says_what_is_wrong(own, change, key, reason):
    path = own(change)
    found = faults()
    assert any(k == key and reason in r for k, r in found), found
    with pytest.raises(plans.PlanError) as caught:
        plans.in_force("mers", date(2022, 1, 1))
    assert all(problem.file == str(path) for problem in caught.value.problems)
    assert str(path) in str(caught.value)


def test_all_faults_at_once(own):
    own(("lookback_days = 2\n", ""), ("temperature_c = 37.3", "temperature_c = 20"), ("[ops]", "[options]"))
    assert {key for key, _ in faults()} >= {"tracing.lookback_days", "isolation.temperature_c", "options", "ops"}


def test_a_file_that_is_not_toml_or_not_utf8(own):
    path = own()
    path.write_text("edition = ", "utf-8")
    loader._load.cache_clear()
    assert faults()[0][0] == "" and "Invalid value" in faults()[0][1]
    path.write_bytes("title = '麻疹'".encode("gb18030"))
    loader._load.cache_clear()
    assert "utf-8" in faults()[0][1]


def test_a_packaged_code_cannot_be_taken(own):
    own(('edition = "own-1"', 'edition = "mers"'), name="mers")
    assert ("edition", "'mers' exists already; choose another code") in faults()


def test_two_rings_need_what_the_second_needs(own):
    own(('[measures.second_contact]\nkind = "home"\nhome_days = 7\nhome_tests = [1, 4, 7]\n', ""))
    assert ("", "tracing.rings = 2 needs the table measures.second_contact") in faults()


def test_the_page_is_fresh():
    assert docs.PAGE.read_text("utf-8") == docs.page(docs.packaged()), "run: python -m muster.site.plans_page"


def test_every_key_has_a_meaning():
    assert all(meaning for _, meaning in docs.meanings())
    stated = {row.key for plan in plans.editions() for row in plan.dump_table()}
    assert stated <= {key for key, _ in docs.meanings()}
