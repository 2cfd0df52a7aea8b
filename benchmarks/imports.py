"""Lists as people send them: the preview of 20,000 rows × 24 columns against the bare reader, the commit, the repeat.

    python -m benchmarks.imports [--rows 20000] [--repeat 5]

The rival of the preview is python-calamine's own `to_python` on the same workbook, in turn with ours; ours opens,
checks the size, finds the header, reads every cell, looks everybody up, and gives each row its verdict. People with
identity numbers, phones, days of birth and addresses; one row in a hundred is wrong. The rows are synthetic.
"""

from __future__ import annotations

import argparse
import io
import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from typing import Any

from benchmarks import district

HEADER = (
    "人员编号", "姓名", "性别", "出生日期", "身份证号", "联系电话", "现住址", "所属网格", "户号", "来源地", "返回日期",
    "交通方式", "车次", "座位", "体温", "症状", "核酸日期", "核酸结果", "接种剂次", "健康码", "单位", "登记人",
    "登记时间", "备注",
)  # fmt: skip
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华建国"


def main(rows: int = 20_000, repeat: int = 5) -> None:
    """Print one table."""
    with district.installation("imports"):
        from muster.kernel.posts.logins import acting

        grids = district.make_areas(40)
        content = workbook(rows, grids)
        print(f"imports: {rows:,} rows × {len(HEADER)} columns, {len(content) / 1e6:.1f} MB; {district.machine()}\n")
        with acting():
            lines = _measure(content, rows, repeat)
        district.table(["a list of people", "runs", "bare reader, s", "Muster, s", "ratio", "rows/s"], lines)


def workbook(rows: int, grids: list[str]) -> bytes:
    """The list as xlsx, with a title above its header."""
    from muster.kernel.people.identifiers import check_character
    from muster.ledger.imports.plain import plain_workbook

    chance = random.Random(20)
    lines: list[list[Any]] = [["返乡人员登记表"], list(HEADER)]
    for number in range(rows):
        born = date(1940, 1, 1) + timedelta(days=chance.randrange(25_000))
        first = f"610404{born:%Y%m%d}{chance.randrange(1000):03}"
        card = first + (check_character(first) if chance.random() > 0.01 else "Z")
        name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2))))
        born_on = (born - date(1899, 12, 30)).days
        day = date(2021, 11, 1) + timedelta(days=chance.randrange(29))
        lines.append([
            f"R{number}", name, chance.choice("男女"), born_on, card, 13_000_000_000.0 + number,
            f"中山街道{chance.randrange(90)}号楼{number % 97}室", chance.choice(grids), f"h{number // 3}", "西安市",
            f"{day:%Y.%-m.%-d}", chance.choice(("高铁", "自驾", "大巴")), f"G{chance.randrange(999)}", "07A", 36.5,
            "无",
            f"{day:%Y-%m-%d}", "阴性", 2, "绿", "中学", "网格员", f"{day:%Y/%-m/%-d} 9:05", "",
        ])  # fmt: skip
    return plain_workbook(lines, "登记表")


def _measure(content: bytes, rows: int, repeat: int) -> list[list[Any]]:
    from python_calamine import CalamineWorkbook

    from muster.kernel import clock
    from muster.ledger.imports.drafts import TARGETS, Options, draft
    from muster.ledger.imports.reading.table import Wishes
    from muster.site.exchange import loading

    people, options = TARGETS["people"], Options()

    def bare() -> Any:
        return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    def preview() -> Any:
        return draft(people, "list.xlsx", content, Wishes(), options, clock.now())

    first = _turns(bare, preview, repeat)
    judged = preview()
    taken = len(judged.to_take())
    start = time.perf_counter()
    loading.take(people, judged, options, clock.now())
    committed = time.perf_counter() - start
    district.settle("people_person", "people_persondetails", "people_identifier", "people_household")
    again = _turns(bare, preview, repeat)
    totals = preview().totals
    assert (totals["new"], totals["changed"], totals["unchanged"]) == (0, 0, taken), totals
    return [
        _line("preview, nobody known", repeat, *first, rows),
        ["commit", 1, "–", round(committed, 2), "–", round(taken / committed)],
        _line("preview again: 0 new", repeat, *again, rows),
    ]


def _turns(bare: Callable[[], Any], ours: Callable[[], Any], repeat: int) -> tuple[list[float], list[float]]:
    found: tuple[list[float], list[float]] = ([], [])
    for _number in range(repeat):
        for seconds, work in zip(found, (bare, ours), strict=True):
            start = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - start)
    return found


def _line(name: str, repeat: int, bare: list[float], ours: list[float], rows: int) -> list[Any]:
    ratio = median(own / other for own, other in zip(ours, bare, strict=True))
    return [name, repeat, round(median(bare), 2), round(median(ours), 2), round(ratio, 2), round(rows / median(ours))]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=5)
    main(**vars(parser.parse_args()))
