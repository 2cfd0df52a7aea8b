"""Lists as nobody would wish them: each is read as a person would read it, or refused with row, column and reason."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime, time

import pytest
from openpyxl import Workbook

from muster.kernel.areas.models import Area
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.ledger.imports import people
from muster.ledger.imports.drafts import TARGETS, Options, draft
from muster.ledger.imports.plain import plain_workbook
from muster.ledger.imports.reading.errors import Unreadable
from muster.ledger.imports.reading.table import Wishes
from tests.premises_cast import card
from tests.sheets import ods, xls
from tests.town import FAR_GRID, GRID, build_town

NOW = datetime(2021, 11, 30, 11, 15, tzinfo=UTC)
CARD = "110101199003070038"
HEAD = ["编号", "姓名", "身份证号", "联系电话", "出生日期"]
ROW = ["p1", "王建国", CARD, "13800138000", "1990-03-07"]
TEXT = f"编号,姓名,身份证号,联系电话\np1,王建国,{CARD},13800138000\np2,李秀英,,13800138001\n"


@pytest.fixture(autouse=True)
def _ready(db, clock):
    """A database, and the night of the house."""


def judged(content, name="x.xlsx", ledger="people", **wishes):
    with acting():
        return draft(TARGETS[ledger], name, content, Wishes(**wishes), Options(), NOW)


def book(*rows, then=None):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    if then:
        then(made)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def verdicts(found):
    return [(each.row, each.verdict, each.column) for each in found.verdicts]


def unreadable(content, name="x.xlsx", ledger="people", **wishes):
    with pytest.raises(Unreadable) as no:
        judged(content, name, ledger, **wishes)
    return str(no.value)


def test_titles_two_header_rows_and_what_people_sign_with():
    def merge(made):
        for cells in ("A1:F1", "A3:A4", "B3:D3", "E3:F3"):
            made.active.merge_cells(cells)

    found = judged(book(
        ["渭城区返乡人员登记表"], ["填表单位：中山街道", "", "", "", "填表日期：2021年11月30日"],
        ["序号", "基本信息", None, None, "联系方式", None], [None, "姓名", "性别", "身份证号", "手机", "现住址"],
        [1, "王建国", "男", CARD, "13800138000", "人民路1号"], [2, "李秀英", "女", "", 13800138001, "人民路2号"],
        ["合计", 2], [], ["填表人：张三", "", "", "审核人：李四"], ["说明：1.本表每日报送；2.电话必填"], then=merge,
    ))  # fmt: skip
    assert verdicts(found) == [(5, "new", ""), (6, "new", "")]
    assert found.table.values["address"] == ["人民路1号", "人民路2号"]
    assert {number for number, _text in found.table.layout.notes} == {7, 9, 10}


def test_headings_and_sums_between_the_rows_are_nobody():
    found = judged(
        book(
            HEAD, ["中山街道"], ROW, ["小计", 1], ["人民路街道"], ["p2", "李秀英", "", "13800138001", ""], ["总计：", 2]
        )
    )
    assert verdicts(found) == [(2, "review", "ref"), (3, "new", ""), (5, "review", "ref"), (6, "new", "")]


def test_a_table_that_begins_in_the_middle_of_a_sheet():
    def fill(made):
        for at, (head, said) in enumerate(zip(HEAD, ROW, strict=True)):
            made.active.cell(7, 4 + at, head)
            made.active.cell(8, 4 + at, said)

    assert verdicts(judged(book(["目录"], then=fill))) == [(8, "new", "")]


def test_numbers_that_were_stored_as_numbers_or_as_text():
    found = judged(book(
        HEAD, ["a", "王", 110101199003070038, 13800138000, 33000], ["b", "李", 110101199003070, "1.38E+10", "19900307"],
        ["c", "赵", 110101900307003, "138 0013 8002", "1990.3.7"], ["d", "孙", "'" + CARD, "'13800138000", "90-3-7"],
        ["e", "周", CARD[:17] + "x", "029-33212345", "7-Mar-1990"],
        ["f", "吴", "审核人", "13800138003\n13800138004", ""],
    ))  # fmt: skip
    assert verdicts(found) == [
        (2, "error", "id_number"), (3, "error", "id_number"), (4, "new", ""), (5, "review", "born_on"),
        (6, "error", "id_number"), (7, "error", "id_number"),
    ]  # fmt: skip
    assert all(each.reason for each in found.verdicts if each.verdict != "new")


DAYS = {
    date(2021, 11, 5): "2021-11-05", "2021/11/5": "2021-11-05", "2021.11.5": "2021-11-05",
    "2021年11月5日": "2021-11-05",
    "11月5日": "2021-11-05", 44505: "2021-11-05", "44505": "2021-11-05", "20211105": "2021-11-05",
    20211105.0: "2021-11-05", "5-Nov-2021": "2021-11-05", "Nov 5 2021 7:24AM": "2021-11-05T07:24:00",
    "13/11/2021": "2021-11-13", "05/11/2021": "2021-11-05", "2021年11月5日（星期五）": "2021-11-05",
    "二〇二一年十一月五日": "2021-11-05", "2021 11 05": "2021-11-05", "2021-11-5上午9点": "2021-11-05T09:00:00",
    "２０２１年１１月５日": "2021-11-05", 44505.378: "2021-11-05T09:04:19", "12月31日": "2020-12-31",
    datetime(2021, 11, 5, 9, 5): "2021-11-05T09:05:00", "2021-11-05T09:05:00+08:00": "2021-11-05T09:05:00+08:00",
}  # fmt: skip
NO_DAYS = ["2021-13-05", "2021-02-30", "星期五", 0, time(9, 5), True, "11/5", "二〇二一年一一月五日", "五日"]


def test_days_in_every_form():
    head = ["病例编号", "姓名", "病种", "发病日期"]
    rows = [[f"C{at}", f"王{chr(0x4E00 + at)}", "新冠", day] for at, day in enumerate([*DAYS, *NO_DAYS, "21.11.5"])]
    found = judged(book(head, *rows), ledger="cases")
    assert dict(zip(DAYS, found.table.values["onset_on"], strict=False)) == DAYS
    said = [(each.verdict, each.column) for each in found.verdicts[len(DAYS) :]]
    assert said == [("error", "onset_on")] * len(NO_DAYS) + [("review", "onset_on")]
    alone = judged(book(head, ["C1", "王", "新冠", "05/11/2021"]), ledger="cases")
    assert verdicts(alone) == [(2, "review", "onset_on")]
    vague = judged(book(head, ["C1", "王", "新冠", "2021年11月上旬"]), ledger="cases").verdicts[0]
    assert vague.verdict == "error" and "2021年11月上旬" in vague.reason


OLD = "編號,姓名,身份證號,聯絡電話\np1,陳國華,,13800138000\np2,黃秀英,,13800138001\n"


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        *((TEXT, each, "utf-8") for each in ("utf-8", "utf-8-sig")),
        *((TEXT, each, "utf-16") for each in ("utf-16", "utf-16-le", "utf-16-be")),
        (TEXT, "utf-32", "utf-32"),
        *((TEXT, each, "gb18030") for each in ("gb2312", "gbk", "gb18030")),
        (OLD, "gb18030", "gb18030"),
        *((OLD, each, "big5hkscs") for each in ("big5", "cp950", "big5hkscs")),
    ],
)  # fmt: skip
def test_texts_in_every_encoding(text, encoding, told):
    found = judged(text.encode(encoding), "x.csv")
    assert found.table.encoding.removesuffix("-sig") == told
    assert verdicts(found) == [(2, "new", ""), (3, "new", "")]
    assert found.table.values["phone"] == ["13800138000", "13800138001"]
    assert (told in "".join(found.table.notes)) == (told != "utf-8")


def test_names_with_accents_are_no_big5():
    rows = ["1;Müller;Jürgen;13/03/1980", "2;Gérard;Zoë;01/04/1980", "3;Peña;Íñigo;02/04/1980"]
    text = "\n".join(["RecordId;last name;first name;DOB", *rows])
    for encoding in ("iso-8859-1", "cp1252", "utf-8"):
        found = judged(text.encode(encoding), "x.csv")
        assert found.table.values["last_name"] == ["Müller", "Gérard", "Peña"], encoding
        assert found.table.values["born_on"][1] == "1980-04-01"


@pytest.mark.parametrize("name", ["x.csv", "x.xls", "x.xlsx", "x.txt", "x", "名单.CSV"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_texts_under_any_name_and_with_any_delimiter(name, mark):
    head = f"sep={mark}\n" if mark == ";" else ""
    found = judged((head + TEXT.replace(",", mark)).encode("gb18030"), name)
    assert [each.verdict for each in found.verdicts] == ["new", "new"]


@pytest.mark.parametrize("name", ["x.xlsx", "x.xls", "x.ods", "x.xlsm", "x.csv", "x"])
def test_workbooks_of_any_make_under_any_name(name):
    sheets = {
        "说明": [["请按要求填写"]],
        "表": [["登记表"], HEAD, ROW, ["p2", "李", 1.1010519491231e17, 13800138001.0]],
    }
    for content in (xls(sheets), ods(sheets), plain_workbook(sheets["表"], "表")):
        found = judged(content, name)
        assert verdicts(found) == [(3, "new", ""), (4, "error", "id_number")]
        assert found.table.sheet == "表"


def encrypted():
    """A compound file with an EncryptedPackage, as Office writes a workbook with a password."""
    old, new = ("Workbook", "EncryptedPackage")
    found = [name.encode("utf-16-le").ljust(40, b"\0") for name in (old, new)]
    return xls({"s": [["x"]]}).replace(*found)


def bomb():
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _number in range(1100):
            part.write(b"0" * 1_000_000)
    return file.getvalue()


def zipped(name):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr(name, book(HEAD, ROW))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"", "x.xlsx", "空"), (b" \n", "x.csv", "空"), (book(), "x.xlsx", "表头"), (book(ROW), "x.xlsx", "表头"),
        (encrypted(), "x.xlsx", "密码"), (zipped("list.xlsx"), "x.zip", ""),
        (zipped("word/document.xml"), "x.docx", ""),
        (b"<html><table><tr><td>\xe5\xa7\x93\xe5\x90\x8d</td></tr></table></html>", "x.xls", "网页"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "x.xls", "网页"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 4, "x.pdf", "PDF"), (b"\x89PNG\r\n\x1a\n" + bytes(99), "x.xlsx", ""),
        (b"[1, 2]", "x.json", "记录"), (b"{", "x.json", "JSON"), (b"5", "x.json", "记录"), (b"null", "x.json", "记录"),
        (b"PK\x03\x04" + bytes(40), "x.xlsx", "损坏"), (b"\xd0\xcf\x11\xe0" + bytes(600), "x.xls", ""),
    ],
)  # fmt: skip
def test_what_is_no_list_says_what_it_is(content, name, word):
    said = unreadable(content, name)
    assert said and word in said and "Traceback" not in said


def test_a_package_that_unpacks_to_a_gigabyte_is_refused():
    assert "MB" in unreadable(bomb())


def test_errors_and_formulas_that_nobody_worked_out_are_not_taken_for_blanks():
    def spoil(made):
        for place in ("C2", "D2"):
            made.active[place].data_type = "e"

    found = judged(
        book(HEAD, ["p1", "王建国", "#REF!", "#N/A", ""], ["p2", "=A1", "", "13800138001", ""], ROW, then=spoil)
    )
    assert verdicts(found) == [(2, "error", "id_number"), (3, "error", "name"), (4, "new", "")]
    assert "#REF!" in found.verdicts[0].reason and "#N/A" in found.verdicts[0].reason
    worked_out = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>电话</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"王"</f><v>王</v></c><c r="B2" t="str"><f>""</f><v></v></c>'
        '<c r="C2"><f>1</f><v>1</v></c></row></sheetData></worksheet>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain_workbook([["x"]], "s"))) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            new.writestr(part, worked_out if part.endswith("sheet1.xml") else old.read(part))
    assert judged(file.getvalue()).table.findings.get(0, [])[0].reason  # more cells than the header, and nothing else
    assert len(judged(file.getvalue()).table.findings[0]) == 1


def test_hidden_rows_count_and_other_sheets_with_rows_are_named():
    def hide(made):
        made.active.title = "第一网格"
        made.active.row_dimensions[3].hidden = True
        made.active.column_dimensions["D"].hidden = True
        for name in ("第二网格", "图例"):
            sheet = made.create_sheet(name)
            for row in [HEAD, ["p9", *ROW[1:]]] if name == "第二网格" else [["绿", "正常"]]:
                sheet.append(row)
        made.create_chartsheet("图")

    content = book(HEAD, ROW, ["p2", "李秀英", "", "13800138001", ""], then=hide)
    found = judged(content)
    assert verdicts(found) == [(2, "new", ""), (3, "new", "")]
    assert "第二网格" in found.table.notes[1] and "图例" not in found.table.notes[1]
    assert found.table.sheets[:3] == ["第一网格", "第二网格", "图例"]
    assert [row["ref"] for row in [judged(content, sheet="第二网格").table.row(0)]] == ["p9"]
    assert "第二网格" in unreadable(content, sheet="第三网格")


def test_equal_headers_and_very_many_of_them():
    found = judged(book(["编号", "姓名", "电话", "电话", "备注", "备注"], ["p1", "王", "13800138000", "1", "a", "b"]))
    assert [each["column"] for each in found.table.mapping()] == ["ref", "name", "phone", None, None, None]
    wide = [["姓名", *(f"c{n}" for n in range(16_382)), "电话"], ["王", *"x" * 16_382, "13800138000"]]
    for content, name in ((book(*wide), "x.xlsx"), ("\n".join(map(",".join, wide)).encode(), "x.csv")):
        found = judged(content, name)
        assert verdicts(found) == [(2, "new", "")]
        assert len(found.table.mapping()) == 501 and found.table.mapping()[-1]["column"] == "phone"


def test_headers_with_what_nobody_sees():
    found = judged(
        '\ufeff"\u3000姓\u00a0名\u200b","联系\n电话"\n"\u3000王建国 ","\u00a013800138000 "\n'.encode(), "x.csv"
    )
    assert found.table.row(0) == {"name": "王建国", "phone": "13800138000"}


PERSON = {
    "id": "c1",
    "visualId": "CASE-1",
    "firstName": "Ana",
    "lastName": "Díaz",
    "dateOfOnset": "2021-11-05T00:00:00.000Z",
}
DEEP = {
    "addresses": [{"city": "X", "geoLocation": {"lat": 1}}],
    "documents": [],
    "age": {"years": 31},
    "vaccines": None,
}


@pytest.mark.parametrize(
    "document",
    [
        [PERSON | DEEP], {"cases": [PERSON | DEEP], "count": 1}, {"data": {"cases": {"rows": [PERSON]}}},
        [["id", "firstName", "lastName", "dateOfOnset"], ["c1", "Ana", "Díaz", "2021-11-05"]], PERSON,
        [PERSON | {"relationships": [{"persons": [{"id": "x"}, {"id": "y"}]}], "a": {"b": {"c": {"d": {"e": {}}}}}}],
    ],
)  # fmt: skip
def test_go_data_records_however_they_are_wrapped(document):
    found = judged(json.dumps(document).encode(), "x.json", "cases", fixed={"disease": "covid19"})
    assert [each.verdict for each in found.verdicts] == ["new"]
    row = found.table.row(0)
    assert (row["ref"], row["last_name"], row["onset_on"][:10]) == ("c1", "Díaz", "2021-11-05")


def test_a_record_on_each_line():
    lines = "\n".join(json.dumps(PERSON | {"id": f"c{n}", "lastName": f"D{n}"}) for n in range(3))
    found = judged(lines.encode(), "x.jsonl", "cases", fixed={"disease": "covid19"})
    assert found.table.values["ref"] == ["c0", "c1", "c2"]


def test_a_list_of_contacts_that_names_no_case_says_how_to_say_it():
    said = unreadable(book(["姓名", "电话", "末次接触时间"], ["王", "13800138000", "2021-11-20"]), ledger="contacts")
    assert "--set case=" in said


def test_areas_that_are_spelt_out_column_by_column():
    town = build_town()
    with acting():
        street, community, grid = (Area.objects.get(code=GRID[:width]).name for width in (9, 12, 15))
        far = Area.objects.get(code=FAR_GRID[:9]).name
    head = ["编号", "姓名", "省", "街道", "社区", "网格", "所属区域"]
    rows = [
        ["1", "王", "陕西省", street, community, grid, ""], ["2", "李", "", street, "天边社区", "", ""],
        ["3", "赵", "", "", "", "", GRID], ["4", "钱", "", "天边街道", "", "", ""], ["5", "孙", "", far, "", "", ""],
        ["6", "周", "", far, community, "", ""],
    ]  # fmt: skip
    found = judged(book(head, *rows))
    lines = found.work[0]
    assert [line["area"] for line in lines] == [GRID, GRID[:9], GRID, "", FAR_GRID[:9], FAR_GRID[:9]]
    assert "天边社区" in found.table.notes[-1] and "天边街道" in found.table.notes[-1]
    with acting():
        narrow = draft(TARGETS["people"], "x.xlsx", book(head, *rows), Wishes(), Options(by=town.community), NOW)
    assert verdicts(narrow)[4] == (6, "error", "in_street") and verdicts(narrow)[0][1] == "new"


def test_a_column_of_passports_and_the_kind_of_paper_choose_what_a_number_is():
    def kinds(*rows):
        table = judged(book(*rows)).table
        lines = people.read_lines(table, SYSTEM)
        return [[(n.kind, n.value) for n, _key in line["numbers"] if n.kind != "phone"] for line in lines], table

    first, second, third = (card(number) for number in (1, 2, 3))
    found, table = kinds(
        ["序号", "姓名", "身份证号", "护照号", "联系方式"],
        [1, "王建国", first, "", "13800138000"], [2, "李远", "", "E12345678", "13800138001"],
        [3, "赵双", second, "G1234567", "13800138002"], [4, "钱错", "", third, "13800138003"],
    )  # fmt: skip
    assert not table.findings
    assert found[:2] == [[("id_card", first)], [("passport", "E12345678")]]
    assert found[2:] == [[("id_card", second), ("passport", "G1234567")], [("id_card", third)]]
    found, _table = kinds(
        ["姓名", "证件类型", "证件号码", "联系电话"],
        ["王建国", "中国居民身份证", first, "13800138000"], ["李远", "护照", "123456789", "13800138001"],
        ["赵双", "台胞证", "0123456789", "13800138002"],
    )  # fmt: skip
    assert [each[0][0] for each in found] == ["id_card", "passport", "other"]
