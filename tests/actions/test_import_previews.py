"""Areas, places, presence and results have the preview that people, cases and contacts have, from the same reader."""

from __future__ import annotations

import json

import pytest

from muster.domains.screening.models import Result
from muster.domains.tracing.models import Case
from muster.kernel.areas.models import Area
from muster.kernel.people.models import Person, Place
from muster.kernel.posts.logins import acting, connection
from muster.ledger.imports.plain import plain_workbook
from muster.site.commands.import_ import LEDGERS
from muster.site.exchange import loading
from tests.actions.test_import import AREAS, PRESENCE, RESULTS, muster, put  # noqa: F401


def said(output):
    return json.loads(output.splitlines()[0])


def verdicts(told):
    return [(row["row"], row["verdict"], row["column"]) for row in told["rows"]]


def mapped(told):
    return {each["header"]: each["column"] for each in told["mapping"]}


def test_areas_in_a_workbook_with_a_title_and_notes(muster, put, tmp_path):  # noqa: F811
    muster("import", "areas", put("areas", *AREAS))
    rows = [
        ["渭城区区划表"], [], ["", "代码", "名称", "级别", "上级", "人口"],
        ["", 610404.0, "渭城区", "区县", "", 1], ["", "610404001", "中山路街道", "街道", "610404", 2],
        ["", "610404001002", "西门社区", "", "", 3], ["", "610404001002", "又一个", "", "", 3],
        ["", "7", "短", "", "", ""], ["", "620402001", "别处", "", "610404", ""], ["注：2021年11月"],
    ]  # fmt: skip
    path = tmp_path / "areas.xlsx"
    path.write_bytes(plain_workbook(rows, "区划"))
    told = said(muster("import", "areas", path, "--dry-run", "--json"))
    assert mapped(told) == {"代码": "code", "名称": "name", "级别": "level", "上级": "parent", "人口": None}
    assert verdicts(told) == [
        (4, "unchanged", ""), (5, "changed", "name"), (6, "new", ""), (7, "error", "code"), (8, "error", "code"),
        (9, "error", "parent"),
    ]  # fmt: skip
    assert told["rows"][1]["changes"] == {"name": ["中山街道", "中山路街道"]}
    assert all(row["reason"] for row in told["rows"] if row["verdict"] == "error")
    assert told["totals"]["new"] == told["totals"]["changed"] == told["totals"]["unchanged"] == 1
    with acting():
        assert Area.objects.count() == 3
    muster("import", "areas", path)
    with acting():
        assert Area.objects.get(code="610404001").name == "中山路街道" and Area.objects.count() == 4
    assert said(muster("import", "areas", path, "--json"))["unchanged"] == 3


def test_places_by_the_names_of_their_areas(muster, put):  # noqa: F811
    muster("import", "areas", put("areas", *AREAS))
    header = ["编号", "名称", "类型", "所属网格", "纬度", "经度"]
    first = put(
        "first", header, ["p1", "老王饭馆", "餐馆", "中山社区", "34.3", "108.7"], ["p2", "中学", "", "", "", ""]
    )
    assert said(muster("import", "places", first, "--json"))["new"] == 2
    again = put(
        "again", header, ["p1", "老王饭馆", "餐馆", "中山街道", "34.3", "108.7"], ["p2", "中学", "学校", "", "", ""],
        ["p2", "中学", "学校", "", "", ""], ["p3", "铺子", "火箭", "", "", ""], ["p4", "", "", "天边", "", ""],
        ["p5", "", "", "", "95", "1"],
    )  # fmt: skip
    told = said(muster("import", "places", again, "--dry-run", "--json"))
    assert verdicts(told) == [
        (2, "changed", "area"), (3, "changed", "kind"), (4, "unchanged", ""), (5, "error", "kind"),
        (6, "error", "area"), (7, "error", "lat"),
    ]  # fmt: skip
    assert "3" in told["rows"][2]["reason"] and told["repeated"] == 1
    with acting():
        assert Place.objects.get(ref="p1").area == "610404001001"


def test_presence_says_of_every_row_what_it_is(muster, put):  # noqa: F811
    stay = ["a", "x", "2021/11/29 8:05", "2021年11月29日 9:00", "场所码"]
    path = put(
        "stays", PRESENCE, stay, stay, ["a", "x", "2021-11-29 10:00", "2021-11-29 09:00", "told"],
        ["a", "x", "3/4/2021 8:00", "", ""], ["b", "x", "2021-11-29", "", ""], ["a", "x", "2021-11-29", "", "radar"],
    )  # fmt: skip
    muster("import", "people", put("people", ["ref"], ["a"]))
    muster("import", "places", put("places", ["ref"], ["x"]))
    told = said(muster("import", "presence", path, "--dry-run", "--json"))
    expected = [
        (2, "new", ""), (3, "unchanged", ""), (4, "error", "left_at"), (5, "review", "entered_at"),
        (6, "error", "person"), (7, "error", "source"),
    ]  # fmt: skip
    assert verdicts(told) == expected and told["repeated"] == 1
    with acting(), connection().cursor() as cursor:
        cursor.execute("SELECT count(*) FROM presence")
        assert cursor.fetchone() == (0,)
    assert said(muster("import", "presence", path, "--json"))["new"] == 1
    assert verdicts(said(muster("import", "presence", path, "--json")))[:2] == [
        (2, "unchanged", ""),
        (3, "unchanged", ""),
    ]
    assert said(muster("import", "presence", path, "--dates", "dmy", "--json"))["new"] == 1


def test_results_are_tried_without_a_trace(muster, put):  # noqa: F811
    muster("import", "areas", put("areas", *AREAS))
    muster("import", "people", put("people", ["ref", "area"], ["a", "610404"], ["b", "610404"]))
    path = put(
        "results", RESULTS, ["R1", "a", "新冠", "2021.11.30 09:00", "阳性", "21", "22", "lab", ""],
        ["R1", "a", "新冠", "2021.11.30 09:00", "阴性", "", "", "lab", "R1"],
        ["R2", "b", "covid19", "2021-11-30 09:00", "阴性", "12", "13", "lab", ""],
        ["R3", "c", "covid19", "2021-11-30 09:00", "阴性", "", "", "lab", ""],
        ["R4", "b", "covid19", "2021-02-31", "阴性", "", "", "lab", ""],
    )  # fmt: skip
    told = said(muster("import", "results", path, "--dry-run", "--json"))
    assert verdicts(told)[0] == (2, "new", "")
    # What would change the result before it waits for a second person: docs/results.md.
    assert [(row, column) for row, verdict, column in verdicts(told)[1:]] == [
        (3, "result"), (4, "result"), (5, "person"), (6, "sampled_at"),
    ]  # fmt: skip
    with acting():
        assert not Result.objects.exists() and not Case.objects.exists()
    done = said(muster("import", "results", path, "--json"))
    assert verdicts(done) == verdicts(told) and done["new"] == 1
    again = verdicts(said(muster("import", "results", path, "--json")))
    assert again == [(2, "unchanged", ""), *verdicts(told)[1:]]


@pytest.mark.parametrize("ledger", LEDGERS)
def test_every_ledger_names_what_it_lacks_and_which_sheets_there_are(muster, tmp_path, ledger):  # noqa: F811
    path = tmp_path / "list.xlsx"
    path.write_bytes(plain_workbook([["a", "b"], ["1", "2"]], "表"))
    told = json.loads(muster("import", ledger, path, "--json", "--dry-run", code=2).splitlines()[0])
    assert told["error"] and told["rows"] == []
    assert "表" in muster("import", ledger, path, "--sheet", "none", code=2)


def test_a_large_text_is_taken_in_parts_each_under_the_same_header(muster, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(loading, "LARGE", 2_000)
    monkeypatch.setattr(loading, "PART", 40)
    rows = [f"人{n % 7};x;2021-11-29 {n // 60:02}:{n % 60:02};;扫码" for n in range(240)]
    rows[100] = "人1;x;soon;;"
    for encoding in ("gb18030", "utf-16", "utf-8-sig"):
        path = tmp_path / f"{encoding}.csv"
        path.write_text("\n".join(["扫码登记", "人员编号;场所编号;进入时间;离开时间;来源", *rows]), encoding=encoding)
        told = said(muster("import", "presence", path, "--create-missing", "--json"))
        assert [no["row"] for no in told["rejected"]] == [103]
        assert [row["row"] for row in told["rows"]] == list(range(3, 243))
        assert told["new"] == (239 if encoding == "gb18030" else 0), encoding
        assert mapped(told)["进入时间"] == "entered_at"
    with acting():
        assert Person.objects.filter(ref="人1").exists()
    beside = (tmp_path / "gb18030.rejected.csv").read_text(encoding="utf-8")
    assert len(beside.splitlines()) == 2 and "103" in beside


def test_a_text_that_turns_out_not_to_be_what_it_says(tmp_path):
    from muster.ledger.imports.reading import texts
    from muster.ledger.imports.reading.errors import Unreadable

    path = tmp_path / "x.csv"
    path.write_bytes(b"\xef\xbb\xbfref\n" + b"a\n" * 400 + b"\xff\xff\n")
    with pytest.raises(Unreadable):
        list(texts.stream(path, 100))
    path.write_bytes(("编号\n" + "人\n" * 10).encode("gb18030"))
    assert [len(rows) for rows, _encoding in texts.stream(path, 4)] == [4, 4, 3]
