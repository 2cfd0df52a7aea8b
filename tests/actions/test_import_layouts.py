"""Where the table stands, what its headers mean, and how a file is read."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.utils.translation import override
from rustpy_xlsxwriter import FastExcel

from muster.domains.screening.ledgers import FILE_COLUMNS
from muster.ledger.imports.reading import guards, layout, texts
from muster.ledger.imports.reading.errors import Unreadable
from muster.ledger.imports.reading.shapes import plain, shapes
from muster.ledger.imports.reading.sheets import Sheet, open_source
from muster.ledger.imports.reading.table import Wishes, open_table

TODAY = date(2021, 11, 30)
pytestmark = pytest.mark.usefixtures("worker_database")
PEOPLE = shapes()["people"]


def test_the_headers_that_the_page_of_results_names_are_known():
    read = shapes()["results"].headers
    with override("en"):
        english = str(FILE_COLUMNS).split(", ")
    with override("zh-hans"):
        assert [read[plain(name)] for name in str(FILE_COLUMNS).split("、")] == english
    assert {read[name] for name in map(plain, english)} == set(english)


def table_of(rows, ledger="people", **wishes):
    text = "\n".join("\t".join(map(str, row)) for row in rows)
    return open_table(open_source("x.csv", text.encode()), shapes()[ledger], Wishes(**wishes), TODAY)


@pytest.mark.parametrize(
    ("ledger", "header", "column"),
    [
        ("people", "姓名", "name"),
        ("people", " 姓 名 * ", "name"),
        ("people", "3、联系电话：", "phone"),
        ("people", "出生日期（年/月/日）", "born_on"),
        ("people", "聯絡電話", "phone"),
        ("people", "聯系電話", "phone"),
        ("people", "DOB", "born_on"),
        ("people", "Perm_Cell_Pager", "phone_2"),
        ("people", "person.birthdateYYYY", "birth_year"),
        ("people", "序号", None),
        ("people", "备注", None),
        ("people", "户籍地址", None),  # where somebody is registered is not where they are
        ("people", "护照", "passport"),
        ("people", "护照号", "passport"),
        ("people", "Passport No.", "passport"),
        ("people", "person.passportNumber", "passport"),
        ("people", "证件类型", "id_kind"),
        ("people", "证件号码", "id_number"),
        ("people", "有效身份证件号码", "id_number"),
        ("people", "身份证号/护照号", "id_number"),
        ("people", "公民身份号码", "id_number"),
        ("people", "联系方式", "phone"),
        ("people", "本人手机号（必填）", "phone"),
        ("people", "联系电话2", "phone_2"),
        ("people", "现住址", "address"),
        ("people", "现居住详细地址（精确到门牌号）", "address"),
        ("people", "目前居住地址", "address"),
        ("people", "出生年月", "born_on"),
        ("people", "县（市、区）", "in_district"),
        ("people", "镇（街道）", "in_street"),
        ("people", "乡镇（街道办）", "in_street"),
        ("people", "村（社区）", "in_community"),
        ("people", "行政村", "in_community"),
        ("people", "所属网格", "area"),
        ("people", "现住网格", "in_grid"),
        ("people", "房号", "address_2"),
        ("people", "Given Names", "first_name"),
        ("people", "Mobile number", "phone"),
        ("people", "Address line 1", "address"),
        ("cases", "护照号码", "passport"),
        ("contacts", "人员类别", "ring"),
        ("contacts", "护照号", "passport"),
        ("cases", "個案編號", "ref"),
        ("cases", "發病日期", "onset_on"),
        ("cases", "caseClassification", "classification"),
        ("contacts", "caseIdExternalSystem", "case"),
        ("contacts", "lastContactDate", "last_at"),
    ],
)
def test_headers(ledger, header, column):
    assert shapes()[ledger].column(header) == column


@pytest.mark.parametrize(
    ("ledger", "column", "word", "code"),
    [
        ("people", "sex", "男", "male"),
        ("people", "sex", "FEMALE", "female"),
        ("people", "id_kind", "护照", "passport"),
        ("people", "id_kind", "中国居民身份证", "id_card"),
        ("people", "id_kind", "外国护照", "passport"),
        ("people", "id_kind", "港澳台居民居住证", "other"),
        ("cases", "classification", "無症狀感染", "asymptomatic"),
        ("cases", "classification", "PROBABLE", "clinical"),
        ("cases", "disease", "新冠肺炎", "covid19"),
        ("cases", "disease", "EVD", "EVD"),
        ("contacts", "ring", "次密接", "2"),
    ],
)
def test_words(ledger, column, word, code):
    assert shapes()[ledger].word(column, word) == code


def test_a_title_an_offset_and_notes_below():
    rows = [
        ["", "已离汉人员信息清单", ""], ["", "", ""],
        ["", "姓名", "电话", "身份证号"], ["", "王", "13800138000", ""], [""],
        ["", "李", "13800138001", ""], [""], ["", "注：本表由社区填写，每日16时前上报，电话必填"], ["", "填表人："],
    ]  # fmt: skip
    table = table_of(rows)
    assert table.numbers == [4, 6]
    assert table.values["name"] == ["王", "李"]
    assert [number for number, _text in table.layout.notes] == [8, 9]


def test_a_header_of_two_rows_with_merged_cells():
    rows = [
        ["序号", "姓名", "联系方式", "", "备注"],
        ["", "", "手机", "现住址", ""],
        ["1", "王", "13800138000", "中山街1号", ""],
    ]
    table = table_of(rows)
    assert [each["column"] for each in table.mapping()] == [None, "name", "phone", "address", None]
    assert table.numbers == [3]


def test_entities_above_and_paths_below():
    rows = [
        ["Person", "Person", "Location"],
        ["person.firstName", "person.lastName", "person.address.city"],
        ["a", "b", "c"],
    ]
    table = table_of(rows)
    assert table.columns == ["first_name", "last_name", "city"]
    assert table.layout.header_rows == [rows[1]]


def test_a_row_of_data_is_no_header():
    assert layout.find(Sheet("", [["a", "b"], ["1", "2"]]), PEOPLE).score == 0
    with pytest.raises(Unreadable):
        table_of([["a", "b"], ["1", "2"]])


def test_of_two_columns_of_one_name_the_one_whose_words_fit():
    rows = [["编号", "分类", "个案状况", "病种"], ["1", "輸入個案", "確診", "新冠"], ["2", "本地個案", "確診", "新冠"]]
    table = table_of(rows, "cases")
    assert table.columns == ["ref", None, "classification", "disease"]
    assert table.values["classification"] == ["confirmed", "confirmed"]


def test_the_best_of_several_sheets_is_chosen_and_named():
    file = io.BytesIO()
    book = FastExcel(file).sheet("说明", [{"a": "请按要求填写"}])
    book.sheet("人员", [{"姓名": "王", "电话": 13800138000.0, "出生日期": 33000.0}]).save()
    table = open_table(open_source("x.xlsx", file.getvalue()), PEOPLE, Wishes(), TODAY)
    assert table.sheet == "人员" and "人员" in table.notes[0]
    assert table.row(0) == {"name": "王", "phone": "13800138000", "born_on": "1990-05-07"}


def test_a_number_that_lost_its_last_digits_is_refused_and_a_whole_phone_is_not():
    file = io.BytesIO()
    FastExcel(file).sheet("s", [{"姓名": "王", "身份证号": 1.1010519491231e17, "电话": 13785861200.0}]).save()
    table = open_table(open_source("x.xlsx", file.getvalue()), PEOPLE, Wishes(), TODAY)
    (finding,) = table.findings[0]
    assert (finding.kind, finding.column) == ("error", "id_number") and "丢失" in finding.reason
    assert table.values["phone"] == ["13785861200"]


def test_days_are_read_in_the_order_of_their_column_and_else_go_to_review():
    rows = [["编号", "出生日期"], ["1", "03/04/2020"], ["2", "23/04/2020"]]
    assert table_of(rows).values["born_on"] == ["2020-04-03", "2020-04-23"]
    doubtful = table_of(rows[:2])
    assert doubtful.findings[0][0].kind == "review" and doubtful.values["born_on"] == [""]
    assert table_of(rows[:2], order="mdy").values["born_on"] == ["2020-03-04"]


def test_what_was_said_of_headers_and_fixed_values_wins():
    rows = [["工号", "姓名", "电话"], ["7", "王", "13800138000"]]
    table = table_of(rows, headers={"工号": "ref", "电话": ""}, fixed={"area": "610404"})
    assert table.row(0) == {"ref": "7", "name": "王", "area": "610404"}
    assert [(each["column"], each["how"]) for each in table.mapping()] == [("ref", "you"), ("name", "name"), (None, "")]


TEXT = "姓名,电话\n王建国,13800138000\n欧阳锋,13800138001\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16"),
        ("last name;first name\nHeinze;Günther\nMüller;Jürgen\n".encode("iso-8859-1"), "iso-8859-1"),
    ],
)
def test_encodings(content, encoding):
    rows, found = texts.read(content)
    assert found == encoding
    assert rows[1] in (["王建国", "13800138000"], ["Heinze", "Günther"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter):
    rows = [["a", "b, c; d", "e"], ["1", "2", "3"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    assert texts.split(text) == rows


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name.replace("__", "/") + ".xml", text)
    return file.getvalue()


def test_one_cell_in_the_last_corner_is_refused_before_it_is_read():
    cell = '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'
    text = "<sheetData>" + cell.format(1, "A") + cell.format(1048576, "XFD") + "</sheetData>"
    with pytest.raises(Unreadable):
        guards.check(zipped(xl__worksheets__sheet1=text), 1_000_000)
    painted = "<sheetData>" + cell.format(1, "A") + '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    guards.check(zipped(xl__worksheets__sheet1=painted), 1_000_000)


@pytest.mark.parametrize(
    "content", [b"", b"  ", b"PK\x03\x04rubbish", b"\xd0\xcf\x11\xe0rubbish", b"{", b"[1]", b"\xff\xff\xff"]
)
def test_what_cannot_be_read_says_so(content):
    with pytest.raises(Unreadable):
        open_source("x.xlsx" if content[:2] == b"PK" else "x", content)
