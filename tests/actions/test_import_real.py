"""Real lists, as they were published: every one is previewed without a crash, and the good rows are taken."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, datetime

import pytest

from muster.domains.tracing.models import Case, Contact
from muster.kernel.people.models import Identifier, Person
from muster.kernel.posts.logins import acting
from tests.actions.test_import import DATA, muster, put  # noqa: F401

TEMPLATES = DATA / "7_templates"
pytestmark = pytest.mark.skipif(not TEMPLATES.exists(), reason="the shared data is not here")


@pytest.fixture
def say(muster, tmp_path):  # noqa: F811
    """Runs an import of a copy (rejected rows are written beside a file), and answers what it printed as JSON."""

    def run(ledger, path, *options, code=0):
        copy = tmp_path / path.name
        if copy != path:
            shutil.copyfile(path, copy)
        arguments = (ledger, copy, *options)
        return json.loads(muster("import", *arguments, "--json", code=code).splitlines()[0])

    return run


def rows_of(path, delimiter=","):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


@pytest.mark.parametrize("ledger", ["people", "cases", "contacts"])
def test_every_template_is_previewed(muster, ledger):  # noqa: F811
    for path in sorted(TEMPLATES.glob("*/*.*")):
        from click.testing import CliRunner

        from muster.site.cli import main

        done = CliRunner().invoke(main, ["import", ledger, str(path), "--dry-run", "--json"], env={"LANG": "C"})
        assert done.exit_code in (0, 2), (path, done.output)
        said = json.loads(done.output.splitlines()[0])
        assert ("error" in said) == (done.exit_code == 2), path
        assert sum(said["totals"].values()) == len(said["rows"])
    with acting():
        assert not Person.objects.exists() and not Case.objects.exists()


def test_the_wuhan_template_takes_passports_and_refuses_wrong_cards(say):
    path = next(TEMPLATES.glob("wuhan_api/excelTemplate_v1*"))
    said = say("people", path, "--dry-run")
    verdicts = {row["row"]: (row["verdict"], row["column"]) for row in said["rows"]}
    assert len(verdicts) == 12 and min(verdicts) == 4
    passports = {5, 10, 12, 14}
    taken = {row for row, (verdict, _column) in verdicts.items() if verdict == "new"}
    assert passports <= taken
    for row in verdicts.keys() - taken:
        assert verdicts[row] == ("error", "id_number")
        reason = next(each["reason"] for each in said["rows"] if each["row"] == row)
        assert "check character" in reason
    done = say("people", path)
    assert (done["new"], len(done["rejected"])) == (len(taken), 12 - len(taken))
    again = say("people", path)
    assert (again["new"], again["unchanged"], len(again["rejected"])) == (0, len(taken), 12 - len(taken))
    with acting():
        assert Identifier.objects.filter(kind="phone").count() == len(taken)
        assert Identifier.objects.filter(kind="passport").count() == len(passports)


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_an_empty_template_has_no_rows_and_says_which_columns_it_knows(say, version):
    said = say("people", next(TEMPLATES.glob(f"wuhan_api/excelTemplate_{version}*")), "--dry-run")
    assert said["rows"] == []
    assert {"name", "phone", "id_number"} <= {each["column"] for each in said["mapping"]}


def test_epi_x_and_secure_data_exchange(say):
    for name, people in (("Epi-X-Format.csv", 15), ("SDX-Format.csv", 11)):
        path = TEMPLATES / "saraalert" / name
        assert len(rows_of(path)) == people + 1
        done = say("people", path)
        bad = {row["row"]: (row["column"], row["reason"]) for row in done["rows"] if row["verdict"] == "error"}
        assert done["new"] + len(bad) == people, bad
        assert done["new"] >= people - 4, bad
        assert all(reason for _column, reason in bad.values())
        again = say("people", path)
        assert (again["new"], again["unchanged"]) == (0, done["new"])
    with acting():
        assert Person.objects.filter(born_on="1961-07-31", sex="male").count() == 1


def test_sormas_cases_bring_their_persons(say):
    path = TEMPLATES / "sormas" / "sormas_import_test_success.csv"
    first = say("cases", path)
    assert first["new"] == 0 and {row["column"] for row in first["rows"]} == {"disease"}  # there is no plan for Ebola
    assert all("plan" in row["reason"] for row in first["rows"])
    done = say("cases", path, "--set", "disease=covid19", "--plan", "covid19-cn-8")
    assert done["new"] == len(rows_of(path)) - 2
    with acting():
        case = Case.objects.select_related("person").get(ref="ABC-DEF-GHI-19-4")
        assert (case.person.label, case.person.sex) == ("I*** T*** F***", "female")
    again = say("cases", path, "--set", "disease=covid19", "--plan", "covid19-cn-8")
    assert (again["new"], again["unchanged"]) == (0, done["new"])


def test_sormas_contacts_name_their_case(say, put):  # noqa: F811
    case = put(
        "cases", ["ref", "person", "disease", "onset_on"], ["ABCDEF-GHIJKL-MNOPQR", "p1", "covid19", "2021-11-20"]
    )
    say("cases", case, "--create-missing")
    path = TEMPLATES / "sormas" / "sormas_contact_import_test.csv"
    done = say("contacts", path)
    assert [(row["row"], row["verdict"], row["column"]) for row in done["rows"]] == [
        (3, "new", ""), (4, "new", ""), (5, "error", "case"),
    ]  # fmt: skip
    again = say("contacts", path)
    assert (again["new"], again["unchanged"]) == (0, 2)
    with acting():
        assert set(Contact.objects.values_list("person__label", flat=True)) == {"N*** O***", "N*** T***"}


def test_sormas_case_with_its_contacts(say, put):  # noqa: F811
    case = put("cases", ["ref", "person", "disease", "onset_on"], ["C1", "p1", "covid19", "2021-11-20"])
    say("cases", case, "--create-missing")
    path = TEMPLATES / "sormas" / "sormas_case_contact_import_test_success.csv"
    done = say("contacts", path, "--set", "case=C1")
    assert done["new"] == len(rows_of(path)) - 2
    assert say("contacts", path, "--set", "case=C1")["new"] == 0
    missing = say("contacts", path, "--dry-run", code=2)
    assert "case" in missing["error"]


def test_a_csv_that_was_opened_as_a_workbook(say):
    for name in ("ImportContactPrio.csv", "ImportContactPrio.xlsx"):
        said = say("people", TEMPLATES / "sormas" / name)
        assert len(said["rows"]) == 1
        assert (said["new"], said["unchanged"]) == ((1, 0) if name.endswith("csv") else (0, 1))


def test_what_is_no_list_says_so(say):
    said = say("cases", TEMPLATES / "godata" / "influenza.json", code=2)
    assert "outbreak template" in said["error"] and "Left aside" in said["error"]


def test_hong_kong(say, clock):
    clock.set(datetime(2022, 3, 1, tzinfo=UTC))
    path = DATA / "2_linelists" / "hongkong" / "enhanced_sur_covid_19_chi.csv"
    rows = rows_of(path)[1:]
    deleted = [row for row in rows if row[9] == "删除"]
    said = say("cases", path, "--dry-run")
    assert said["totals"]["error"] == len(deleted)
    assert {row["column"] for row in said["rows"] if row["verdict"] == "error"} == {"classification"}
    explained = [row for row in said["rows"] if row["column"] == "onset_on"]
    odd = [row for row in rows if row[2] and "/" not in row[2]]
    assert len(explained) == len([row for row in odd if row[9] != "删除"])
    assert any("without symptoms" in row["reason"] for row in explained)
    done = say("cases", path)
    assert done["new"] == len(rows) - len(deleted) == 13_146
    with acting():
        assert Case.objects.filter(onset_on=None).count() == len(explained)
        assert Person.objects.filter(sex="female").count() == sum(row[3] == "女" for row in rows)
        assert Case.objects.get(ref="13002").person.label == "case 13002"
    again = say("cases", path)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 13_146)
