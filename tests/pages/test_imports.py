"""Pages of imports: from the ledger's list to the result; who may not, and what they say."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from muster.kernel import ids
from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import AccessLog
from muster.ledger.imports.models import Import
from muster.ledger.imports.plain import plain_workbook
from tests.sheets import xls
from tests.town import FAR_GRID, GRID, build_town
from tests.town import sign_in as signed_in

ROWS = f"编号,姓名,电话,所属网格\np1,王建国,13800138000,{GRID}\np2,李秀英,12,{GRID}\n"


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def sent(town, client, run_jobs):
    """A list that headquarters sent from the page and that was read; answers its address."""
    signed_in(client, town.headquarters)
    form = {"op": ids.uuid7(), "file": SimpleUploadedFile("名单.csv", ROWS.encode()), "sender": "中山街道"}
    answer = client.post("/imports/new/people/", form)
    assert answer.status_code == 303, answer.content.decode()
    assert "hx-trigger" in client.get(answer["Location"]).content.decode()
    run_jobs()
    return answer["Location"]


def text(answer):
    return answer.content.decode()


def test_from_the_file_to_the_result(town, client, sent, run_jobs):
    page = text(client.get(sent))
    assert "p1 · 王*" in page and "王建国" not in page and "13800138000" not in page
    only = text(client.get(sent + "?verdict=error"))
    assert "p2" in only and "p1" not in only
    assert client.post(sent + "commit/", {"op": ids.uuid7()}).status_code == 303
    run_jobs()
    assert "1" in text(client.get(sent))
    with acting():
        assert Person.objects.get(ref="p1").home == GRID
    back = client.get(sent + "rejected/")
    cells = CalamineWorkbook.from_filelike(io.BytesIO(back.content)).get_sheet_by_index(0).to_python()
    assert cells[0][:4] == ["编号", "姓名", "电话", "所属网格"] and cells[1][1] == "李秀英" and len(cells) == 2
    with acting():
        assert AccessLog.objects.filter(event="exported", field="import of people").count() == 1
    assert client.post(sent + "undo/", {"op": ids.uuid7()}).status_code == 303
    with acting():
        assert not Person.objects.filter(ref="p1").exists()


def test_rows_can_be_pasted_and_columns_corrected(town, client, run_jobs):
    signed_in(client, town.headquarters)
    pasted = "工号\t称呼\t电话\n7\t王建国\t13800138000\n" * 1
    answer = client.post("/imports/new/people/", {"op": ids.uuid7(), "rows": pasted + "8\t李\t13800138001\n" * 1000})
    run_jobs()
    page = text(client.get(answer["Location"]))
    assert 'name="column-1"' in page
    fixed = {
        "op": ids.uuid7(),
        "column-0": "ref",
        "column-1": "name",
        "column-2": "phone",
        "order": "",
        "fixed-area": GRID,
    }
    assert client.post(answer["Location"] + "correct/", fixed).status_code == 303
    run_jobs()
    with acting():
        row = Import.objects.get()
        assert row.totals["new"] == 2 and row.wishes["fixed"] == {"area": GRID}


def test_a_sheet_is_chosen_from_those_that_were_found(town, client, run_jobs):
    signed_in(client, town.headquarters)
    sheets = {"第一网格": [["编号", "姓名"], ["a1", "王"]], "第二网格": [["编号", "姓名"], ["b1", "李"], ["b2", "赵"]]}
    form = {"op": ids.uuid7(), "file": SimpleUploadedFile("名单.xls", xls(sheets))}
    place = client.post("/imports/new/people/", form)["Location"]
    run_jobs()
    page = text(client.get(place))
    assert '<option value="第二网格">' in page and "a1 · 王*" in page and "以下工作表中也有同样的数据" in page
    assert client.post(place + "correct/", {"op": ids.uuid7(), "sheet": "第二网格"}).status_code == 303
    run_jobs()
    page = text(client.get(place))
    assert '<option value="第二网格" selected>' in page and "b2 · 赵*" in page and "a1 · 王*" not in page


def test_wrong_files_say_so_and_empty_forms_too(town, client, run_jobs):
    signed_in(client, town.headquarters)
    empty = client.post("/imports/new/people/", {"op": ids.uuid7()})
    assert empty.status_code == 422
    form = {"op": ids.uuid7(), "file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04rubbish")}
    answer = client.post("/imports/new/people/", form)
    run_jobs()
    page = text(client.get(answer["Location"]))
    assert "notice-late" in page and "commit/" not in page


def read(client, run_jobs, name, content, ledger="people"):
    form = {"op": ids.uuid7(), "file": SimpleUploadedFile(name, content)}
    place = client.post(f"/imports/new/{ledger}/", form)["Location"]
    run_jobs()
    return text(client.get(place))


def test_what_cannot_be_read_says_what_to_do_on_the_page(town, client, run_jobs):
    signed_in(client, town.headquarters)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("word/document.xml", "<w:document/>")
    assert "这是 Word 文档" in read(client, run_jobs, "通知.docx", file.getvalue())
    bare = plain_workbook([["张三", "13800138000", "1号楼"], ["李四", "13800138001", "2号楼"]], "表")
    page = read(client, run_jobs, "无表头.xlsx", bare)
    assert "没有找到“人员”的表头" in page and "电话" in page and "张三" not in page  # a row of somebody is no header
    page = read(client, run_jobs, "病例.xlsx", plain_workbook([["病例号", "姓名"], ["1", "张三"]], "表"), "cases")
    assert "缺少列：病种。" in page and "--set" not in page and 'name="fixed-disease"' in page
    assert 'name="fixed-ref"' not in page  # what is understood is shown so, and not asked for


def test_what_is_left_aside_stands_on_the_page_and_so_does_a_ledger_that_fits_better(town, client, run_jobs):
    signed_in(client, town.headquarters)
    rows = [
        ["病例编号", "密接姓名", "手机", "圈层", "末次接触时间"],
        ["C1", "张三", "13800138000", "密接", "2021-11-29"],
    ]
    page = read(client, run_jobs, "密接.xlsx", plain_workbook(rows, "表"))
    assert "未采用的列： 病例编号 · 圈层 · 末次接触时间" in page and "该表的列更像“密接者”名单" in page
    assert "更像" not in read(
        client, run_jobs, "名单.xlsx", plain_workbook([["姓名", "手机"], ["张三", "13800138000"]], "表")
    )


def test_who_may_not(town, client, sent):
    for post, status in ((town.far_community, 404), (town.worker, 403), (town.lab, 403), (town.community, 404)):
        signed_in(client, post)
        assert client.get(sent).status_code == status, post.role
        assert client.post(sent + "commit/", {"op": ids.uuid7()}).status_code == status
    signed_in(client, town.community)
    assert client.get("/imports/new/people/").status_code == 200
    assert client.get("/imports/new/cases/").status_code == 403
    assert client.get("/imports/new/nothing/").status_code == 404
    form = {"op": ids.uuid7(), "rows": f"编号,姓名,区域\nx,王,{FAR_GRID}\n"}
    assert client.post("/imports/new/people/", form).status_code == 303


def test_the_ledgers_list_leads_there(town, client):
    signed_in(client, town.investigator)
    assert "/imports/new/contacts/" in text(client.get("/contacts/"))
