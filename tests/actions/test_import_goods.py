"""Lists of imported goods as their owners send them: every row's verdict, what is declared, the way back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile

from muster.domains.goods import actions
from muster.domains.goods.checks import CHECKS
from muster.domains.goods.models import Batch
from muster.kernel import ids
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import acting
from muster.ledger.imports.models import Import
from muster.ledger.imports.plain import plain_workbook
from muster.site.check import ask
from muster.site.cli import main
from tests import goods_cast as cast
from tests.sheets import xls
from tests.town import build_town
from tests.town import sign_in as signed_in

WHOSE = ["海味批发行", "区集中监管冷库"]
HEADER = ["货主", "存放冷库", "品名", "原产国", "数量", "单位", "检验检疫证明编号", "生产批号", "入境口岸", "入库日期"]
SHRIMP = [
    "海味批发行",
    "区集中监管冷库",
    "冻南美白虾",
    "厄瓜多尔",
    "1,200",
    "箱",
    "Q2021-11",
    "A01",
    "青岛",
    "2021-12-05",
]


@pytest.fixture
def town(db, clock):
    made = build_town()
    cast.enterprises(made)
    return made


@pytest.fixture
def tried(town, tmp_path):
    """`muster import goods` of rows or bytes; what it prints as JSON."""

    def run(*rows, content=b"", name="清单.xlsx", options=("--dry-run",)):
        path = tmp_path / name
        path.write_bytes(content or plain_workbook(rows, "清单"))
        done = CliRunner().invoke(main, ["import", "goods", str(path), "--json", *options], env={"LANG": "C"})
        assert done.exit_code == 0, done.output
        return json.loads(done.output.splitlines()[-1])

    return run


def verdicts(told):
    return [(row["verdict"], row["column"]) for row in told["rows"]]


def row(**said):
    names = dict(zip(HEADER, SHRIMP, strict=True)) | said
    return [names[name] for name in HEADER]


def stored():
    with acting():
        return list(Batch.objects.order_by("number"))


def test_a_sheet_with_titles_and_a_header_of_two_rows_is_declared_and_known_again(tried):
    sheet = [
        ["进口冷链食品入库登记表（2021年11月）"], ["填报单位：海味批发行"], [],
        ["货主", "存放冷库", "品名", "原产国", "数量", "", "生产批号", "报关单号", "检测", "", "消毒日期", "入库日期"],
        ["", "", "", "", "件数", "计量单位", "", "", "日期", "结果", "", ""],
        [*WHOSE, "带鱼", "印度", "１２００", "箱", "B7", "5301 2021", "2021.11.28", "阴性", "已消杀", "2021年12月5日"],
        [*WHOSE, "三文鱼", "挪威", "24.5吨", "", "", "5302", "", "", "", 44535], ["注：以上由企业填写"],
    ]  # fmt: skip
    told = tried(*sheet)
    assert verdicts(told) == [("new", "certificate"), ("new", "certificate")], told
    assert "2021.11.28, 阴性, 已消杀" in told["rows"][0]["reason"] and "Not taken over" not in told["rows"][1]["reason"]
    assert not stored()
    assert tried(*sheet, options=())["new"] == 2
    fish, salmon = stored()
    assert (fish.declared, fish.unit, fish.maker_number, fish.certificate) == (1200, "box", "B7", "53012021")
    assert (salmon.declared, salmon.unit, salmon.state) == (24_500, "kg", "declared")
    assert fish.disinfected_at is None and not fish.disinfection and fish.number[-3:] == "001"
    assert f"{fish.expected_at.astimezone():%Y-%m-%d}" == "2021-12-05"
    again = tried(*sheet, options=())
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 2)
    with acting():
        assert Fact.objects.filter(kind="goods.declared").count() == 2


QUOTED = "\n".join(",".join(f'"{cell}"' for cell in cells) for cells in (HEADER, SHRIMP)).encode("gb18030")
PASTED = "\n".join("\t".join(cells) for cells in (HEADER, SHRIMP)).encode()
OLD = xls({"说明": [["填表说明"]], "清单": [["进口物品"], HEADER, SHRIMP]})


@pytest.mark.parametrize("name,content", [("清单.csv", QUOTED), ("清单.xls", OLD), ("粘贴.txt", PASTED)])
def test_files_of_every_make(tried, name, content):
    told = tried(content=content, name=name, options=())
    assert verdicts(told) == [("new", "")], told
    made = stored()[0]
    assert (made.declared, made.port, made.maker_number) == (1200, "青岛", "A01")


@pytest.mark.parametrize(
    "header,quantity,unit,result",
    [
        ("数量（箱）", "1,200", "", (1200, "box")), ("箱数", 1200.0, "", (1200, "box")),
        ("数量", "1200件", "", (1200, "piece")), ("净重(吨)", "24.5", "", (24_500, "kg")),
        ("重量KG", "25,190.5", "", (25_190, "kg")), ("数量", "300 CTNS", "", (300, "box")),
        ("数量", "24,5", "吨", "quantity"), ("数量", "12.5", "箱", "quantity"), ("数量", "1200", "", "unit"),
        ("数量", "1200箱", "kg", "unit"), ("数量", "0", "箱", "quantity"), ("数量", "一千", "箱", "quantity"),
        ("数量", "12", "托盘", "unit"), ("数量", "", "箱", "quantity"),
    ],
)  # fmt: skip
def test_quantities_as_people_write_them(tried, header, quantity, unit, result):
    names = [header if name == "数量" else name for name in HEADER]
    told = tried(names, row(数量=quantity, 单位=unit), options=())
    if isinstance(result, str):
        assert verdicts(told) == [("error", result)] and told["rows"][0]["reason"], told
    else:
        made = stored()[0]
        assert (made.declared, made.unit) == result


def test_the_rules_of_the_page_hold_and_every_error_names_its_column(tried):
    told = tried(
        HEADER, row(货主="无名公司"), row(存放冷库="街角超市"), row(品名=""), row(检验检疫证明编号=""),
        row(入库日期=""), row(入库日期="03/04/2021"), row(入库日期="12月5日"), row(), row(), row(数量="1300"),
    )  # fmt: skip
    assert verdicts(told) == [
        ("error", "owner"), ("error", "first"), ("error", "product"), ("error", "certificate"),
        ("error", "expected_at"), ("review", "expected_at"), ("review", "expected_at"), ("new", ""), ("unchanged", ""),
        ("error", "product"),
    ], told  # fmt: skip


def test_a_mended_list_corrects_until_the_goods_have_arrived(town, tried):
    tried(HEADER, row(), options=())
    more = row(数量="1,250", 入库日期="2021-12-06 14:00", 入境口岸="")
    told = tried(HEADER, more, row(检验检疫证明编号="Q2021-12"))
    assert verdicts(told) == [
        ("changed", "quantity"),
        ("duplicate", ""),
    ][:1] + [("new", "")], told
    assert told["rows"][0]["changes"]["quantity"] == ["1200", "1250"]
    assert verdicts(tried(HEADER, row(检验检疫证明编号="Q2021-12")))[0][0] == "duplicate"
    assert tried(HEADER, more, options=())["changed"] == 1
    made = stored()[0]
    assert (made.declared, made.port) == (1250, "青岛")
    assert tried(HEADER, row(数量="1,250", 入库日期="2021-12-06"))["unchanged"] == 1
    cast.arrived(town, made, 1249)
    assert verdicts(tried(HEADER, more)) == [("unchanged", "")]
    assert verdicts(tried(HEADER, row())) == [("error", "quantity")]
    with acting():
        assert not [row for check in CHECKS.values() for row in ask(check)]


def test_what_is_exported_comes_back_unchanged(town, tried, tmp_path):
    tried(HEADER, row(), row(生产批号="A02", 数量="24.5吨", 单位=""), options=())
    cast.released(town)
    path = tmp_path / "out.csv"
    done = CliRunner().invoke(main, ["export", "goods", "--to", str(path), "--purpose", "移交"])
    assert done.exit_code == 0, done.output
    assert verdicts(tried(content=path.read_bytes(), name="out.csv")) == [("unchanged", "")] * 3


def sent_by(town, client, run_jobs, post, *rows):
    signed_in(client, post)
    file = SimpleUploadedFile("清单.xlsx", plain_workbook(rows, "清单"))
    answer = client.post("/imports/new/goods/", {"op": ids.uuid7(), "file": file})
    assert answer.status_code == 303, answer.content.decode()
    run_jobs()
    return answer["Location"]


def test_an_enterprise_sends_its_own_list_and_takes_it_back(town, client, run_jobs):
    others = row(货主="街角超市", 检验检疫证明编号="Q9")
    place = sent_by(town, client, run_jobs, town.trader, HEADER, row(), row(货主="", 生产批号="A02"), others)
    page = client.get(place).content.decode()
    assert "冻南美白虾 · Q2021-11 · A01" in page
    assert client.post(place + "commit/", {"op": ids.uuid7()}).status_code == 303
    run_jobs()
    with acting():
        assert Import.objects.get().taken == {"new": 2, "changed": 0, "refused": 0}
    assert [each.maker_number for each in stored()] == ["A01", "A02"]
    later = cast.declared(town)
    assert later.number[-3:] == "003"
    for post, status in ((town.corner, 404), (town.community, 403), (town.headquarters, 403), (town.market, 200)):
        signed_in(client, post)  # another enterprise; two without this duty; who supervises it
        assert client.get(place).status_code == status, post.role
    signed_in(client, town.trader)
    assert client.post(place + "undo/", {"op": ids.uuid7()}).status_code == 303
    assert [each.number for each in stored()] == [later.number]
    assert cast.declared(town, certificate="Q2021-77").number[-3:] == "004"


def test_what_has_arrived_is_not_undone_and_a_correction_is_put_back(town, client, run_jobs):
    first = sent_by(town, client, run_jobs, town.market, HEADER, row(), row(生产批号="A02"))
    client.post(first + "commit/", {"op": ids.uuid7()})
    run_jobs()
    second = sent_by(town, client, run_jobs, town.market, HEADER, row(数量="900"))
    client.post(second + "commit/", {"op": ids.uuid7()})
    run_jobs()
    assert stored()[0].declared == 900
    assert client.post(second + "undo/", {"op": ids.uuid7()}).status_code == 303
    assert stored()[0].declared == 1200
    cast.arrived(town, stored()[1])
    refused = client.post(first + "undo/", {"op": ids.uuid7()})
    assert refused.status_code == 422 and len(stored()) == 2


def test_a_declaration_is_corrected_at_its_page_too(town):
    made = cast.declared(town)
    given = {
        "first": cast.holder("store"),
        "product": made.product,
        "origin": made.origin,
        "quantity": 90,
        "unit": "box",
    }
    given |= {"certificate": "Q2021-9", "expected_at": made.expected_at + timedelta(days=1)}
    actions.correct_declaration(by=town.trader, batch=made, **given)
    assert (cast.fresh(made).declared, cast.fresh(made).certificate) == (90, "Q2021-9")
    cast.arrived(town, made, 90)
    with pytest.raises(Invalid):
        actions.correct_declaration(by=town.trader, batch=made, **given | {"quantity": 1})
    assert cast.fresh(made).declared == 90
