"""Tables that were pasted as text, with tabs or strokes between the cells: which column is what its head says.

A head with levels (`区县 | 高风险区 | 中风险区`) gives each cell below its level; a cell left empty under a division's
name (one cell over several rows) has the name above it.
"""

from __future__ import annotations

import re

_LEVEL = re.compile(r"(高|中|低)风险(?:区域|地区|县市区|区)?(?:名单|范围|点位)?")
_NAME = re.compile(
    r"序号|编号|(?:所[在属])?(?:省|省份|市|城市|地市|市州|区|县|区县|县区|县市区|区市县|街道|镇街|乡镇|街镇|乡镇街道|镇街道|街道乡镇)(?:（.{1,6}）)?"
)
_OTHER = re.compile(r"数量|个数|合计|备注|(?:划定|调整|开始|公布)?(?:时间|日期)|联系.{0,4}")
_WHERE = re.compile(
    r"社区|小区|村居|地[点址]|位置|区域|地区|(?:具体|详细|风险)?(?:区域|位置|地[点址]|范围|点位)|名称|等级|(?:风险)?等级"
)
_RULE = re.compile(r"[|:\s-]+")


def heads(cells: list[str]) -> bool:
    """Whether a row names the columns of a table: every cell is such a name, and there are two or more."""
    told = [cell.replace(" ", "") for cell in cells if cell.strip()]
    signs = (_NAME, _OTHER, _WHERE, _LEVEL)
    return len(told) > 1 and all(any(sign.fullmatch(cell) for sign in signs) for cell in told)


def spelled_out(lines: list[str]) -> list[str]:
    """The lines; below the head of a table the cells that were left empty are filled, and a column of one level becomes
    a line of its own with the sign of that level before it."""
    found: list[str] = []
    head: list[str] = []
    above: list[str] = []
    for line in lines:
        cells = _cells(line)
        if len(cells) > 1 and heads(cells):
            head, above = [cell.replace(" ", "") for cell in cells], []
            found.append(line)
        elif head and len(cells) == len(head):
            row = [cell or (above[n] if above and _NAME.fullmatch(head[n]) else "") for n, cell in enumerate(cells)]
            above = row
            found += _of_levels(head, row)
        elif _RULE.fullmatch(line):
            continue  # |---|---|
        else:
            head = [] if line.strip() else head
            found.append(line)
    return found


def _cells(line: str) -> list[str]:
    """Cells by tabs or strokes; a line with neither is no row."""
    line = line.strip(" ").removeprefix("|").removesuffix("|") if "|" in line else line
    return [cell.strip() for cell in re.split(r"[\t|]", line)] if re.search(r"[\t|]", line) else []


def _of_levels(head: list[str], row: list[str]) -> list[str]:
    columns = [(n, level[1]) for n, name in enumerate(head) if (level := _LEVEL.fullmatch(name))]
    shown = [n for n, name in enumerate(head) if not _OTHER.fullmatch(name)]
    if not columns:
        return ["\t".join(row[n] for n in shown)]
    where = "".join(row[n] for n in shown if _NAME.fullmatch(head[n]) and not row[n].isdigit())
    return [
        f"\x01{level}{where}{row[n]}"
        for n, level in columns
        if row[n] and row[n] not in ("无", "/", "-", "—", "——", "0")
    ]
