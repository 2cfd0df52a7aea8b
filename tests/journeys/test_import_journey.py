"""A list in a real browser: upload, preview, commit, the rows that were not taken; on a desk and on a phone."""

from __future__ import annotations

import pytest
from python_calamine import CalamineWorkbook

from muster.kernel.people.models import Person
from muster.kernel.posts.logins import acting
from muster.ledger.imports.plain import plain_workbook
from tests.journeys.visiting import enter, overflow
from tests.town import GRID, build_town

pytestmark = pytest.mark.journey


@pytest.fixture
def town(db, clock):
    return build_town()


def test_from_the_spreadsheet_to_the_rows_that_come_back(town, live_server, browser_page, phone_page, tmp_path):
    path = tmp_path / "返乡名单.xlsx"
    rows = [
        ["中山社区返乡人员登记表"], ["序号", "姓名", "联系方式", "", "所属网格"], ["", "", "电话", "现住址", ""],
        [1, "王建国", 13800138000.0, "1号楼", GRID], [2, "李秀英", "138", "2号楼", GRID],
        ["注：每日16时前上报，电话必填"],
    ]  # fmt: skip
    path.write_bytes(plain_workbook(rows, "登记表"))
    page = browser_page
    enter(page, live_server, town.community)
    page.goto(f"{live_server}/imports/new/people/")
    page.set_input_files("input[type=file]", path)
    page.fill("input[name=sender]", "中山社区")
    page.click("form.panel button.btn-primary")
    page.wait_for_selector("table.ledger tbody tr")  # the page fetched itself anew when the list was read
    assert page.locator("table.ledger").first.locator("tbody tr").count() == 2
    page.click("form[action$='/commit/'] button")
    page.wait_for_selector("form[action$='/undo/']")
    with acting():
        assert Person.objects.filter(details__name="王建国", home=GRID).exists()
    with page.expect_download() as waited:
        page.click("a[href$='/rejected/']")
    cells = CalamineWorkbook.from_path(waited.value.path()).get_sheet_by_index(0).to_python()
    assert cells[0][0] == "中山社区返乡人员登记表" and cells[2][2] == "电话"
    assert len(cells) == 4 and cells[3][1] == "李秀英" and cells[3][-2] == 5.0 and "phone" in cells[3][-1]
    enter(phone_page, live_server, town.community)
    phone_page.goto(page.url)
    assert overflow(phone_page) == ""
    phone_page.click("form[action$='/undo/'] button")
    phone_page.wait_for_selector("form[action$='/undo/']", state="detached")
    with acting():
        assert not Person.objects.filter(details__name="王建国", home=GRID).exists()
