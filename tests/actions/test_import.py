"""Ledgers as files: what can be read, the verdict of each row, and that an export comes back unchanged."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from rustpy_xlsxwriter import FastExcel

from muster.domains.screening.models import Correction, Result
from muster.domains.tracing.models import Case, Contact
from muster.kernel.areas.models import Area, Installation
from muster.kernel.duties.models import Duty
from muster.kernel.people.models import Person, PersonDetails, Place
from muster.kernel.posts.logins import acting, connection
from muster.kernel.posts.models import AccessLog
from muster.site.cli import main
from tests.town import LONG_AGO

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def muster(db, clock):
    """The command line, in this process, on an installation of nothing; returns what was printed."""
    with acting():
        Installation.objects.create(name="渭城区", created_at=LONG_AGO)

    def run(*arguments, code=0, env=None):
        done = CliRunner().invoke(main, list(map(str, arguments)), env={"LANG": "C", **(env or {})})
        assert done.exit_code == code, done.output
        return done.output

    return run


@pytest.fixture
def put(tmp_path):
    """Writes a csv file from rows of cells, the header first."""

    def write(name, *rows, encoding="utf-8"):
        path = tmp_path / f"{name}.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


def counts(output):
    said = json.loads(output.splitlines()[-1])
    return said["new"], said["changed"], said["unchanged"], len(said["rejected"])


AREAS = [
    ["code", "name", "level", "parent"],
    ["610404", "渭城区", "district", ""],
    ["610404001", "中山街道", "street", "610404"],
    ["610404001001", "中山社区", "community", "610404001"],
]


def test_areas_with_a_chinese_header_and_in_any_of_three_encodings(muster, put):
    chinese = {"district": "区县", "street": "街道", "community": "社区"}
    rows = [
        ["代码", "名称", "级别", "上级"],
        *([code, name, chinese[level], up] for code, name, level, up in AREAS[1:]),
    ]
    for encoding, expected in (("utf-8", (3, 0, 0, 0)), ("utf-8-sig", (0, 0, 3, 0)), ("gb18030", (0, 0, 3, 0))):
        assert counts(muster("import", "areas", put("areas", *rows, encoding=encoding), "--json")) == expected
    with acting():
        assert Area.objects.get(code="610404001").name == "中山街道"


def test_summary_speaks_the_language_of_the_terminal(muster, put):
    path = put("areas", *AREAS)
    assert muster("import", "areas", path) == "areas: 3 new, 0 changed, 0 unchanged, 0 rejected\n"
    assert "新增" in muster("import", "areas", path, env={"LANG": "zh_CN.UTF-8"})


def test_a_title_above_the_header_blank_rows_and_columns_nobody_knows(muster, put):
    path = put(
        "places",
        ["场所台账"],
        [],
        ["编号 *", "场所名称", "备注", "纬度", "经度"],
        [],
        ["p1", "食堂", "x", "34.3", "108.7"],
    )
    assert counts(muster("import", "places", path, "--json")) == (1, 0, 0, 0)
    with acting():
        assert (Place.objects.get().name, Place.objects.get().lat) == ("食堂", 34.3)


def test_a_workbook(muster, tmp_path):
    path = tmp_path / "people.xlsx"
    rows = [{"编号": 7, "姓名": "王建国", "手机": 13800138000}, {"编号": "b", "姓名": "李秀英", "手机": 1.5e20}]
    FastExcel(str(path)).sheet("s", rows).save()
    assert counts(muster("import", "people", path, "--json")) == (1, 0, 0, 1)
    with acting():
        assert Person.objects.get().ref == "7"
    assert (tmp_path / "people.rejected.xlsx").exists()


def test_rejected_rows_stand_beside_the_file_with_number_and_reason(muster, put, tmp_path):
    header = ["ref", "name", "id_number", "area"]
    path = put(
        "people",
        header,
        ["a", "王", "110101199003070012", ""],
        ["b", "=cmd()", "1", "999"],
        ["c", "李", "", "", "more"],
    )
    assert "people: 0 new, 0 changed, 0 unchanged, 3 rejected" in muster("import", "people", path)
    beside = tmp_path / "people.rejected.csv"
    with beside.open(encoding="utf-8") as file:
        rejected = list(csv.DictReader(file))
    assert [row["row"] for row in rejected] == ["2", "3", "4"]
    assert rejected[1]["name"] == "'=cmd()"
    reasons = [row["reason"].partition(":")[0] for row in rejected]
    assert reasons == ["id_number", "area", "The row has more cells than the header"]
    good = put("people", header, ["a", "王", "", ""])
    muster("import", "people", good)
    assert not beside.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.csv", None),
        ("bad.csv", b"a,b\n1,2\n"),
        ("bad.xlsx", b"no workbook"),
        ("odd.csv", b"ref\n\xff\xff\xff"),
    ],
)
def test_what_cannot_be_read_at_all_ends_with_two(muster, tmp_path, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    said = muster("import", "people", path, code=2)
    assert said.startswith("Error: ") and len(said.splitlines()) == 1


def test_a_dry_run_changes_nothing(muster, put):
    path = put("areas", *AREAS)
    assert "3 new" in muster("import", "areas", path, "--dry-run")
    with acting():
        assert not Area.objects.exists()


PRESENCE = ["person", "place", "entered_at", "left_at", "source"]


def test_presence_counts_identical_rows_once_and_says_so(muster, put):
    row = ["a", "x", "2021/11/29 8:05", "2021-11-29T09:00", "venue_code"]
    path = put(
        "presence", PRESENCE, row, row, ["b", "x", "2021-11-29T00:30:00Z", "", "lodging"], ["a", "x", "soon", "", ""]
    )
    assert "3 rejected" not in muster("import", "presence", path)  # a, b and x are unknown: all four are
    said = json.loads(muster("import", "presence", path, "--create-missing", "--json"))
    assert (said["new"], said["repeated"], [no["row"] for no in said["rejected"]]) == (2, 1, [5])
    again = json.loads(muster("import", "presence", path, "--json"))
    assert (again["new"], again["unchanged"], again["repeated"]) == (0, 2, 1)
    with acting(), connection().cursor() as cursor:
        cursor.execute("SELECT entered_at FROM presence ORDER BY 1")
        assert [moment.isoformat() for (moment,) in cursor.fetchall()] == [
            "2021-11-29T00:05:00+00:00",
            "2021-11-29T00:30:00+00:00",
        ]


RESULTS = ["ref", "person", "disease", "sampled_at", "result", "ct_orf", "ct_n", "laboratory", "corrects"]
WHY = [*RESULTS, "更正原因", "remark"]


def test_results_run_procedures_unless_they_are_history(muster, put):
    person = put("people", ["ref", "area"], ["a", "610404"], ["b", "610404"])
    muster("import", "areas", put("areas", *AREAS))
    muster("import", "people", person)
    row = ["R1", "a", "covid19", "2021-11-30 09:00", "positive", "21", "22", "lab", ""]
    muster("import", "results", put("past", RESULTS, row), "--history")
    with acting():
        assert Result.objects.get().history and not Case.objects.exists() and not Duty.objects.exists()
    muster("import", "results", put("now", RESULTS, ["R2", "b", *row[2:]]))
    with acting():
        assert Case.objects.get().person.ref == "b"
        assert Duty.objects.filter(kind="tracing.trace_case").count() == 1
    flip = ["R3", *["b", *row[2:4]], "阴性", "", "", "lab", "R2", "样本混淆", "两管贴错"]
    muster("import", "results", put("flip", WHY, flip))
    with acting():
        assert Correction.objects.values_list("reason", "remark").get() == ("mixed", "两管贴错")


def test_cases_and_contacts_are_history_and_their_plan_must_be_known(muster, put):
    case = ["ref", "person", "disease", "onset_on", "classification", "source_case"]
    path = put(
        "cases", case, ["C1", "a", "covid19", "2021-11-20", "确诊", ""], ["C2", "b", "covid19", "2010-01-01", "", "C1"]
    )
    assert counts(muster("import", "cases", path, "--create-missing", "--json")) == (1, 0, 0, 1)
    assert counts(muster("import", "cases", path, "--create-missing", "--plan", "covid19-cn-9", "--json"))[:1] == (1,)
    contact = put("contacts", ["case", "person", "ring", "reason"], ["C1", "c", "密接", "told"], ["C9", "c", "", ""])
    assert counts(muster("import", "contacts", contact, "--create-missing", "--json")) == (1, 0, 0, 1)
    with acting():
        assert Contact.objects.get().history and not Duty.objects.exists()
    assert "no plan edition" in muster("import", "cases", path, "--plan", "none", code=1)


def test_trace_prints_who_was_near_by_ring_and_person(muster, put):
    stay = ["2021-11-29T08:00", "2021-11-29T09:00", "venue_code"]
    rows = [["a", "x", *stay], ["b", "x", *stay], ["c", "x", "2021-11-29T08:55", "2021-11-29T09:30", "venue_code"]]
    muster("import", "presence", put("presence", PRESENCE, *rows), "--create-missing")
    case = put("cases", ["ref", "person", "disease", "onset_on"], ["C1", "a", "covid19", "2021-11-30"])
    muster("import", "cases", case)
    found = json.loads(muster("trace", "C1", "--as-of", "2021-11-30T12:00", "--json"))
    assert found == [
        {
            "person": "b",
            "ring": 1,
            "minutes": 60,
            "first_at": "2021-11-29T08:00:00+08:00",
            "last_at": "2021-11-29T09:00:00+08:00",
            "places": ["x"],
            "reasons": ["presence"],
        }
    ]
    assert json.loads(muster("trace", "C1", "--as-of", "2021-11-29T07:00+08:00", "--json")) == []
    with acting():
        assert not Contact.objects.exists()
    assert muster("trace", "C7", "--json", code=1) == "Error: There is no case C7.\n"
    muster("trace", "C1", "--as-of", "yesterday", code=2)


def test_every_ledger_comes_back_unchanged(muster, put, tmp_path):
    hostile = '=HYPERLINK("http://x")'
    files = {
        "areas": [*AREAS],
        "places": [["ref", "name", "kind", "area", "lat", "lon"], ["x", hostile, "dining", "610404", "34.3", "-108.7"]],
        "people": [
            ["ref", "name", "id_number", "phone", "area", "address", "household"],
            ["a", "-王建国", "110101199003070038", "+86 138-0013-8000", "610404001001", "@1号楼", "h1"],
            ["b", "李秀英", "", "", "", "", "h1"],
        ],
        "presence": [PRESENCE, ["a", "x", "2021-11-29T08:00", "2021-11-29T09:00", "told"], ["b", "x", "2021-11-29"]],
        "results": [
            RESULTS,
            ["R1", "a", "covid19", "2021-11-30T08:00", "positive", "21.5", "", "lab", ""],
            ["R1", "a", "covid19", "2021-11-30T08:00", "negative", "", "", "lab", "R1"],
            ["R2", "b", "covid19", "2021-11-30T08:00", "untested", "", "", "", ""],
        ],
        "cases": [
            ["ref", "person", "disease", "onset_on", "confirmed_at", "classification", "source_case"],
            ["C1", "a", "covid19", "2021-11-20", "", "suspected", ""],
            ["C2", "b", "covid19", "", "2021-11-25T10:00", "confirmed", "C1"],
        ],
        "contacts": [
            ["case", "person", "ring", "reason", "place", "first_at", "last_at", "minutes", "area"],
            ["C1", "b", "1", "told;presence", "x", "2021-11-19T08:00", "2021-11-19T09:00", "60", "610404"],
        ],
    }  # fmt: skip
    for ledger, rows in files.items():
        history = ["--history"] if ledger == "results" else []
        assert counts(muster("import", ledger, put(ledger, *rows), "--json", *history))[3] == 0, ledger
    for ledger, rows in files.items():
        for ending in (".csv", ".xlsx"):
            path = tmp_path / f"{ledger}-out{ending}"
            extra = ["--identifiers", "--purpose", "test"] if ledger == "people" else []
            assert muster("export", ledger, "--to", path, *extra).startswith(f"{ledger}: {len(rows) - 1} rows")
            history = ["--history"] if ledger == "results" else []
            back = counts(muster("import", ledger, path, "--json", *history))
            assert back == (0, 0, len(rows) - 1, 0), (ledger, ending)
    with acting():
        assert Place.objects.get().name == hostile
        assert PersonDetails.objects.get(person__ref="a").name == "-王建国"
        assert AccessLog.objects.filter(event="exported", field="people+identifiers", purpose="test").count() == 2


def test_an_export_holds_no_formula_and_no_identifier_unless_asked(muster, put, tmp_path):
    rows = [
        [f"p{n}", text, "13800138000"]
        for n, text in enumerate(["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "'=1", "plain"])
    ]
    muster("import", "people", put("people", ["ref", "name", "phone"], *rows))
    path = tmp_path / "out.csv"
    muster("export", "people", "--to", path)
    with path.open(encoding="utf-8") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r＝")]
    assert not [cell for cell in cells if "138" in cell]
    assert path.stat().st_mode & 0o077 == 0
    assert "--purpose" in muster("export", "people", "--to", path, "--identifiers", code=1)
    assert ".csv or .xlsx" in muster("export", "people", "--to", tmp_path / "out.pdf", code=1)


def test_an_empty_ledger_is_a_file_with_a_header(muster, tmp_path):
    for ending in ("csv", "xlsx"):
        path = tmp_path / f"cases.{ending}"
        assert muster("export", "cases", "--to", path).startswith("cases: 0 rows")
        assert counts(muster("import", "cases", path, "--json")) == (0, 0, 0, 0)


def _divisions():
    """Rows of areas from the eight counties' table, parents first, each once."""
    path = DATA / "1_divisions" / "target_counties" / "target8_villages.csv"
    if not path.exists():
        pytest.skip("the shared data is not here")
    seen = {}
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            chain = [
                (row["provinceCode"], row["province"], "province", ""),
                (row["cityCode"], row["city"], "city", row["provinceCode"]),
                (row["areaCode"], row["county"], "district", row["cityCode"]),
                (row["streetCode"], row["street"], "street", row["areaCode"]),
                (row["code"], row["village"], "community", row["streetCode"]),
            ]
            for area in chain:
                seen.setdefault(area[0], area)
    return list(seen.values())


# Streets and communities as the README of the data counts them, by the district's code.
COUNTIES = {
    "370213": (11, 127), "370212": (5, 167), "141102": (11, 190), "610404": (10, 145),
    "620102": (28, 181), "620103": (15, 141), "620111": (7, 56), "620123": (20, 281),
}  # fmt: skip


def test_the_eight_real_counties(muster, put):
    rows = _divisions()
    path = put("areas", AREAS[0], *rows)
    assert counts(muster("import", "areas", path, "--json")) == (len(rows), 0, 0, 0)
    assert counts(muster("import", "areas", path, "--json")) == (0, 0, len(rows), 0)
    with acting():
        areas = Area.objects
        held = {
            district: tuple(
                areas.filter(level=level, code__startswith=district).count() for level in ("street", "community")
            )
            for district in areas.filter(level="district").values_list("code", flat=True)
        }
    assert held == COUNTIES


@pytest.mark.slow
def test_gowalla_check_ins(muster, put):
    source = DATA / "3_checkins" / "gowalla_nyc" / "checkins.csv"
    if not source.exists():
        pytest.skip("the shared data is not here")
    with source.open(encoding="utf-8") as file:
        rows = [
            [f"u{r['user_id']}", f"v{r['venue_id']}", r["time_utc"], "", "venue_code"] for r in csv.DictReader(file)
        ]
    distinct = len({tuple(row) for row in rows})
    path = put("presence", PRESENCE, *rows)
    said = json.loads(muster("import", "presence", path, "--create-missing", "--json"))
    assert (said["new"], said["repeated"], said["rejected"]) == (distinct, len(rows) - distinct, [])
    assert len(rows) == 138_957
    again = put("presence", PRESENCE, *rows[:20_000])
    assert json.loads(muster("import", "presence", again, "--json"))["unchanged"] == len(set(map(tuple, rows[:20_000])))


def test_a_senders_headers_are_remembered_on_the_command_line(muster, put):
    path = put("people", ["工号", "称呼"], ["7", "王建国"])
    said = ["--map", "工号=ref", "--map", "称呼=name", "--sender", "中山街道"]
    assert counts(muster("import", "people", path, "--json", *said)) == (1, 0, 0, 0)
    assert counts(muster("import", "people", path, "--json", "--sender", "中山街道")) == (0, 0, 1, 0)
    assert "Error" in muster("import", "people", path, code=2)
