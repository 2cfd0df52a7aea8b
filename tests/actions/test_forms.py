"""Forms from above: a real superior's templates, filled with people of the town and read back cell by cell."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.http import QueryDict
from django.utils import translation
from openpyxl import Workbook, load_workbook

from muster.domains.tracing.models import Contact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.models import Person, PersonDetails
from muster.kernel.posts.logins import acting, viewing
from muster.kernel.posts.models import AccessLog
from muster.ledger.asking import asked
from muster.ledger.declaring import LEDGERS
from muster.ledger.forms import actions, guards, jobs, words
from muster.ledger.forms.changes import compare
from muster.ledger.forms.filled import content_of
from muster.ledger.forms.filling import open_book, saved, write
from muster.ledger.forms.layout import Layout
from muster.ledger.forms.models import FilledFile, Filling, Template, TemplateFile
from tests.night import build_night, result
from tests.town import _give_number

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "7_templates" / "wuhan_api"
VERSIONS = ("v1_2020-03-31_9c62616", "v2_2020-04-01_9e2526f", "v3_2020-04-03_36031aa")
real = pytest.mark.skipif(not DATA.exists(), reason=f"the real templates are not here: {DATA}")
LEDGER = "tracing.contacts"
CARD = "11010519491231002X"


def wuhan(at: int) -> bytes:
    return (DATA / f"excelTemplate_{VERSIONS[at]}.xlsx").read_bytes()


@pytest.fixture
def town(db, clock, run_jobs):
    town = build_night()
    result(town, "wang", ref="R1")
    run_jobs()
    town.run_jobs = run_jobs
    with acting():
        _give_number(town.li, "phone", "13800000001")
        _give_number(town.li, "id_card", CARD)
    return town


def keep(town, content: bytes, by: str = "headquarters", name: str = "离汉人员清单") -> Template:
    return actions.keep_template(
        by=town.posts[by], kind=guards.SHEET, subject=LEDGER, name=name, file_name="form.xlsx", content=content
    )


def use(town, row: Template, by: str = "headquarters", dates: str = "", **changed: str) -> Template:
    """Map a form as suggested, but for the columns named."""
    parts = []
    for part in row.mapping:
        wanted, _colon, text = changed.get(part["header"], part["by"]).partition("=")
        parts.append({"by": wanted, "text": text or part["text"]})
    return actions.map_template(by=town.posts[by], template=row, parts=parts, dates=dates)


def fill(
    town, row: Template, by: str = "headquarters", asked: str = "", identified: bool = True
) -> tuple[Filling, bytes]:
    made = actions.start_filling(
        by=town.posts[by], template=row, asked=asked, identified=identified, purpose="report", language="zh-hans"
    )
    town.run_jobs()
    with acting():
        made = Filling.objects.get(pk=made.pk)
        return made, content_of(made) if made.state == words.DONE else b""


def sheet_of(content: bytes):
    return load_workbook(io.BytesIO(content)).active


def seen(post) -> list[Contact]:
    """The contacts of a post in the ledger's own order."""
    with viewing(post.id):
        return list(asked(LEDGERS[LEDGER], post, QueryDict("")).ordered())


@real
def test_the_real_form_is_understood_without_a_hand(town):
    row = keep(town, wuhan(2))
    assert (row.state, row.version) == (words.DRAFT, 1)
    said = {part["header"]: part["by"] for part in row.mapping}
    assert said == {
        "序号": "number", "姓名": "person:name", "电话": "person:phone", "证件类型": "person:id_kind",
        "身份证号": "person:id_number", "离汉时间": "hand", "户籍地": "hand", "滞汉居住方式": "hand",
        "滞汉居住地址": "hand", "返回省份": "home:province", "返回市": "home:city", "返程方式": "hand",
        "区": "home:district", "创建时间": "hand",
    }  # fmt: skip


@real
@pytest.mark.parametrize("version", [0, 1, 2])
def test_the_real_form_is_filled_cell_by_cell(town, version):
    row = use(town, keep(town, wuhan(version)), 创建时间="column:found_at", 返程方式="fixed=未知")
    made, content = fill(town, row)
    page, contacts = sheet_of(content), seen(town.headquarters)
    assert made.rows == len(contacts) > 2
    columns = {part["header"]: part["at"] for part in row.mapping}
    with acting():
        names = dict(PersonDetails.objects.values_list("pk", "name"))
    with viewing(town.headquarters.id):
        homes = dict(Person.objects.values_list("pk", "home"))
    for at, contact in enumerate(contacts):
        read = {header: page.cell(4 + at, column).value for header, column in columns.items()}
        assert read["序号"] == at + 1
        assert read["姓名"] == (names[contact.person_id] if contact.person_id in homes else None)
        assert read["返程方式"] == "未知"
        found = contact.found_at.astimezone(made.made_at.tzinfo).replace(tzinfo=None, microsecond=0)
        assert abs((read["创建时间"] - found).total_seconds()) in (0, 8 * 3600)
        assert read["区"] == ("渭城区" if homes.get(contact.person_id, "")[:6] == "610404" else None)
        if contact.person_id == town.li.pk:
            assert (read["电话"], read["身份证号"], read["证件类型"]) == ("13800000001", CARD, "身份证")
    assert page.cell(4 + len(contacts), columns["姓名"]).value is None  # the sender's samples are gone
    assert page["B2"].value == "已离汉人员信息清单"
    original = sheet_of(wuhan(version))
    assert {k: d.width for k, d in page.column_dimensions.items()} == {
        k: d.width for k, d in original.column_dimensions.items()
    }
    assert page["C4"].border.left.style == original["C4"].border.left.style
    assert page["G4"].number_format == original["G4"].number_format


@real
def test_the_notes_of_the_real_form_stay_below_more_rows_than_it_has(town):
    layout = Layout.read(use(town, keep(town, wuhan(2))).layout)
    book = open_book(wuhan(2))
    inserted, blocked = write(book[layout.sheet], layout, [2, 3], ([at, f"人{at}"] for at in range(60)), 60)
    assert (inserted, blocked) == (32, set())
    page, original = sheet_of(saved(book)), sheet_of(wuhan(2))
    assert page["B65"].value == original["B33"].value
    assert {str(each) for each in page.merged_cells.ranges} == {"B2:O2", "B64:I64", "B65:I73"}
    assert page["C63"].value == "人59"
    assert page["C63"].border.left.style == original["C31"].border.left.style
    assert page["B64"].value is None


@real
def test_what_cannot_be_filled_is_listed(town):
    row = use(town, keep(town, wuhan(2)))
    made, _content = fill(town, row)
    lacks = {(lack["header"], lack["why"]): lack for lack in made.missing}
    assert lacks["离汉时间", "hand"]["count"] == made.rows
    known = sum(contact.person_id == town.li.pk for contact in seen(town.headquarters))
    phones = [lack for (header, _why), lack in lacks.items() if header == "电话"]
    assert sum(lack["count"] for lack in phones) == made.rows - known
    assert {row for lack in phones for row in lack["rows"]} <= set(range(4, 4 + made.rows))
    assert not any(why == "masked" for _header, why in lacks)


@real
def test_without_the_permission_names_and_numbers_are_masked(town):
    row = use(town, keep(town, wuhan(2)))
    with pytest.raises(Refused):
        fill(town, row, by="community")
    made, content = fill(town, row, by="community", identified=False)
    page = sheet_of(content)
    read = {page.cell(4 + at, column).value for at in range(made.rows) for column in (3, 4, 6)}
    assert not {"李秀英", "13800000001", CARD} & read
    assert made.rows == len(seen(town.community))
    assert {lack["header"] for lack in made.missing if lack["why"] == "masked"} >= {"姓名"}


@real
def test_who_filled_what_and_why_is_logged_before_anything_is_read(town, monkeypatch):
    row = use(town, keep(town, wuhan(2)))

    def broken(**_given):
        raise ConnectionError("the log cannot be written")

    monkeypatch.setattr(actions, "log_access", broken)
    with pytest.raises(ConnectionError):
        fill(town, row)
    monkeypatch.undo()
    with acting():
        assert not Filling.objects.filter(purpose="report").exists()
    made, _content = fill(town, row)
    with acting():
        log = AccessLog.objects.get(subject=made.pk)
    assert (log.event, log.field, log.purpose) == ("exported", f"{LEDGER} form +identifiers", "report")


@real
def test_the_kept_file_is_not_readable_in_the_database(town):
    made, content = fill(town, use(town, keep(town, wuhan(2))))
    with acting():
        stored = bytes(FilledFile.objects.get(pk=made.pk).content_enc)
    assert content[:4] == b"PK\x03\x04"
    assert b"PK\x03\x04" not in stored


@real
def test_dates_follow_the_form_or_the_wish(town):
    as_drawn = use(town, keep(town, wuhan(0)), 创建时间="column:found_at")
    assert fill(town, as_drawn)[1]
    made, content = fill(town, use(town, keep(town, wuhan(0)), dates="cn", 创建时间="column:found_at"))
    assert sheet_of(content)["K4"].value == "2021年11月30日"


@real
def test_three_dated_versions_differ_as_their_headers_say(town):
    rows = [use(town, keep(town, wuhan(at))) for at in range(3)]
    assert [row.version for row in rows] == [1, 2, 3]
    assert [row.previous_id for row in rows] == [None, rows[0].pk, rows[1].pk]

    def said(row):
        return [each["header"] for each in row.layout["columns"]], row.layout["notes"]

    one, two, three = map(said, rows)
    first = compare(one[0], two[0], one[1], two[1])
    assert first.added == ["户籍地", "滞汉居住方式", "滞汉居住地址", "返回省份"]
    assert first.renamed == [("返回省市", "返回市")]
    assert first.removed == first.notes_added == []
    second = compare(two[0], three[0], two[1], three[1])
    assert not second.added and not second.removed and not second.renamed
    assert len(second.notes_added) == 1 and "证件类型取值" in second.notes_added[0]


@real
def test_a_newer_file_takes_over_what_was_mapped(town):
    use(town, keep(town, wuhan(1)), 返程方式="fixed=自驾", dates="dot")
    row = keep(town, wuhan(2))
    part = next(part for part in row.mapping if part["header"] == "返程方式")
    assert (part["by"], part["text"], row.dates) == ("fixed", "自驾", "dot")
    with acting():
        assert Template.objects.ready().filter(kind="sheet").count() == 1  # the old one serves until this is mapped
    use(town, row)
    with acting():
        assert Template.objects.ready().get(kind="sheet").pk == row.pk


@real
def test_the_samples_that_the_sender_left_are_not_kept(town):
    row = use(town, keep(town, wuhan(0)))
    with acting():
        page = sheet_of(bytes(TemplateFile.objects.get(pk=row.pk).content))
    assert row.layout["samples"] == 12
    assert not [cell.value for line in page.iter_rows(4) for cell in line if cell.value is not None]


def book(*rows: list, merged: tuple[str, ...] = ()) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    for each in merged:
        made.active.merge_cells(each)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


BAD = {
    "a text": (b"hello", "not a workbook"),
    "no header": (book(["only one cell"], [1, 2, 3]), "No header was found"),
    "twice": (book(["姓名", "电话", "电话"]), "Two columns have the same name"),
    "empty": (book([]), "No header was found"),
}


@pytest.mark.parametrize("what", BAD)
def test_files_that_are_no_forms_are_refused_with_what_to_do(town, what):
    content, said = BAD[what]
    with translation.override("en"):
        with pytest.raises(Invalid) as refused:
            keep(town, content)
        assert said in str(refused.value.message)


def test_a_header_in_two_rows_is_read_and_may_be_corrected(town):
    content = book(
        ["密接者排查表"],
        ["序号", "基本信息", None, "备注情况", None],
        [None, "姓名", "电话", "姓名2", "说明文字"],
        merged=("A1:E1", "A2:A3", "B2:C2", "D2:E2"),
    )
    row = keep(town, content)
    assert [part["header"] for part in row.mapping] == [
        "序号", "基本信息 / 姓名", "基本信息 / 电话", "备注情况 / 姓名2", "备注情况 / 说明文字",
    ]  # fmt: skip
    assert row.mapping[1]["by"] == "person:name"
    moved = actions.find_header(by=town.headquarters, template=row, sheet="", row=3, height=1)
    assert [part["header"] for part in moved.mapping] == ["姓名", "电话", "姓名2", "说明文字"]
    with pytest.raises(Invalid):
        actions.find_header(by=town.headquarters, template=row, sheet="", row=90, height=1)


def test_a_sum_below_the_rows_sums_what_came_in(town):
    content = book(["序号", "姓名", "多长"], [None, None, None], [None, None, None], ["合计", None, "=SUM(C2:C3)"])
    row = use(town, keep(town, content), 多长="column:minutes")
    made, filled = fill(town, row)
    page = sheet_of(filled)
    assert made.rows > 2 and made.inserted == made.rows - 2
    assert page.cell(2 + made.rows, 1).value == "合计"
    assert page.cell(2 + made.rows, 3).value == f"=SUM(C2:C{1 + made.rows})"


def test_more_rows_than_may_leave_are_refused(town, monkeypatch):
    row = use(town, keep(town, book(["序号", "姓名"])))
    monkeypatch.setattr(jobs, "limit", lambda key: 1)
    made, _content = fill(town, row)
    assert made.state == words.FAILED and made.error


def test_only_the_ledgers_readers_fill_and_only_of_their_district(town):
    row = use(town, keep(town, book(["序号", "姓名"])))
    with pytest.raises(Refused):
        fill(town, row, by="far_headquarters")
    with pytest.raises(Refused):
        fill(town, row, by="lab")
    with pytest.raises(Refused):
        use(town, row, by="far_headquarters")


def test_filled_forms_are_forgotten_after_a_day(town, clock):
    made, _content = fill(town, use(town, keep(town, book(["序号", "姓名"]))))
    keep(town, book(["序号", "姓名"]), name="never mapped")
    clock.advance(days=8)
    jobs.forget()
    with acting():
        assert not Filling.objects.filter(pk=made.pk).exists()
        assert not FilledFile.objects.filter(pk=made.pk).exists()
        assert not Template.objects.filter(name="never mapped").exists()
