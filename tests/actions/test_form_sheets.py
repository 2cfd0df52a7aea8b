"""Forms without a database: any text survives, nothing becomes a formula, and the sheet stays as it was drawn."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, Side
from openpyxl.worksheet.datavalidation import DataValidation

from muster.kernel.operations.errors import Invalid
from muster.ledger.files.cells import taken_back
from muster.ledger.forms import guards
from muster.ledger.forms.filling import clear, in_form, open_book, saved, write
from muster.ledger.forms.layout import Layout, find

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60)
NOTE = "注：1、请如实填写本表各列内容，不得遗漏，于当日二十时前报送至区指挥部。"
HOSTILE = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-2",
    "@SUM(A1)",
    "#N/A",
    "#REF!",
    "'x",
    "'=1",
    "＝1",
    "\t=1",
    "TRUE",
    "1e5",
]


def known(header: str) -> bool:
    return header in ("姓名", "电话")


def drawn() -> bytes:
    """A form with a title, a header of two rows, three prepared rows, rules, a sum and notes."""
    book = Workbook()
    page = book.active
    for row in (["疫情排查表"], ["序号", "人员", None, "数量"], [None, "姓名", "电话", None], [1], [2], [3],
                ["合计", None, None, "=SUM(D4:D6)"], [NOTE]):  # fmt: skip
        page.append(row)
    for area in ("A1:D1", "A2:A3", "B2:C2", "D2:D3", "A8:D8"):
        page.merge_cells(area)
    thin = Side(style="thin")
    for row in page.iter_rows(4, 6, 1, 4):
        for cell in row:
            cell.border, cell.font = Border(left=thin, right=thin), Font(name="仿宋", size=12)
    page.row_dimensions[4].height, page.row_dimensions[8].height = 22, 60
    page.column_dimensions["B"].width = 17
    rule = DataValidation(type="list", formula1='"甲,乙"')
    rule.add("C4:C6")
    page.add_data_validation(rule)
    page.conditional_formatting.add("D4:D6", CellIsRule(operator="greaterThan", formula=["5"]))
    page.print_area = "A1:D8"
    return saved(book)


def filled(content: bytes, rows: list[list], columns: tuple[int, ...] = (1, 2, 3, 4)):
    book = open_book(content)
    layout = find(book, known)
    clear(book[layout.sheet], layout)
    told = write(book[layout.sheet], layout, columns[: len(rows[0])], rows, len(rows))
    return told, load_workbook(io.BytesIO(saved(book))).active


def test_a_form_is_read_as_it_is_drawn():
    layout = find(open_book(drawn()), known)
    assert (layout.top, layout.first, layout.end, layout.notes_at) == (2, 4, 6, 7)
    assert [each.header for each in layout.columns] == ["序号", "人员 / 姓名", "人员 / 电话", "数量"]
    assert layout.title == "疫情排查表"
    assert layout.samples == 0
    assert Layout.read(layout.as_json()) == layout


def test_more_rows_than_prepared_push_the_rest_down():
    rows = [[at, f"人{at}", "甲", at] for at in range(1, 11)]
    (inserted, blocked), page = filled(drawn(), rows)
    assert (inserted, blocked) == (7, set())
    assert [[cell.value for cell in row] for row in page.iter_rows(4, 13)] == rows
    assert page["A14"].value == "合计" and page["D14"].value == "=SUM(D4:D13)"
    assert page["A15"].value.startswith("注：1、")
    assert {str(each) for each in page.merged_cells.ranges} == {"A1:D1", "A2:A3", "B2:C2", "D2:D3", "A15:D15"}
    assert page["B13"].font.name == "仿宋" and page["B13"].border.left.style == "thin"
    assert page.row_dimensions[13].height == 22 and page.row_dimensions[15].height == 60
    assert page.column_dimensions["B"].width == 17
    assert str(page.data_validations.dataValidation[0].sqref) == "C4:C13"
    assert [str(each.sqref) for each in page.conditional_formatting] == ["D4:D13"]
    assert page.print_area.replace("$", "").endswith("A1:D15")


def test_fewer_rows_leave_the_prepared_ones_empty():
    (inserted, _blocked), page = filled(drawn(), [[1, "人", "甲", 5]])
    assert inserted == 0
    assert [cell.value for cell in page[5]] == [None] * 4
    assert page["D7"].value == "=SUM(D4:D6)"


@given(st.lists(st.lists(TEXT | st.sampled_from(HOSTILE), min_size=4, max_size=4), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back_and_none_is_a_formula(rows):
    content = drawn()
    _told, page = filled(content, rows)
    for number, row in enumerate(rows, 4):
        for at, text in enumerate(row, 1):
            cell = page.cell(number, at)
            assert cell.data_type != "f"
            assert cell.data_type in ("s", "n", "inlineStr") and (cell.data_type != "n" or cell.value is None)
            assert taken_back(cell.value or "") == text


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800", "\x0b", "\ufffe"])
def test_what_no_cell_holds_is_left_out(bad):
    _told, page = filled(drawn(), [[bad + "x", "", "", ""]])
    assert page["A4"].value in ("x", "abx")


@pytest.mark.parametrize(
    "form, on, at",
    [
        ("iso", "2021-11-05", "2021-11-05"), ("slash", "2021/11/05", "2021/11/05"), ("dot", "2021.11.05", "2021.11.05"),
        ("cn", "2021年11月05日", "2021年11月05日"), ("", "2021-11-05", "2021-11-05 09:30"),
        ("iso_time", "2021-11-05", "2021-11-05 09:30"), ("cn_time", "2021年11月05日", "2021年11月05日 09:30"),
    ],
)  # fmt: skip
def test_days_in_every_form(form, on, at):
    assert in_form(date(2021, 11, 5), form) == on
    assert in_form(datetime(2021, 11, 5, 1, 30, tzinfo=UTC), form) == at


def test_days_as_dates_of_the_spreadsheet():
    moment = datetime(2021, 11, 5, 1, 30, tzinfo=UTC)
    _told, page = filled(drawn(), [[in_form(moment, "date"), in_form(date(2021, 11, 5), "date"), "", ""]])
    assert page["A4"].value == datetime(2021, 11, 5, 9, 30)
    assert page["B4"].value == datetime(2021, 11, 5) and page["B4"].is_date


def test_a_row_that_is_to_be_filled_in_is_no_header():
    book = Workbook()
    for row in (["摸排表"], ["填报单位：", None, "填报日期："], ["姓名", "电话", "备注"], [None, None, None]):
        book.active.append(row)
    assert find(book, known).top == 3


def test_the_table_may_begin_anywhere_and_on_another_sheet():
    book = Workbook()
    book.active.append(["填表说明"])
    other = book.create_sheet("名单")
    for at, name in enumerate(["姓名", "电话", "说明"], 5):
        other.cell(8, at, name)
    layout = find(book, known)
    assert (layout.sheet, layout.top, [each.at for each in layout.columns]) == ("名单", 8, [5, 6, 7])


def test_a_cell_that_the_form_merges_is_told():
    book = Workbook()
    for row in (["姓名", "电话"], [None, None], [None, None]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    (_inserted, blocked), page = filled(saved(book), [["甲", "1"], ["乙", "2"]], (1, 2))
    assert blocked == {2}
    assert page["B2"].value == "1"


def test_merged_cells_without_end_are_refused():
    book = Workbook()
    book.active.append(["姓名", "电话"])
    content = saved(book)
    old, made = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            if part.endswith("sheet1.xml"):
                bomb = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
                text = text.replace(b"</sheetData>", bomb)
            new.writestr(part, text)
    with pytest.raises(Invalid):
        guards.check(guards.SHEET, made.getvalue())
