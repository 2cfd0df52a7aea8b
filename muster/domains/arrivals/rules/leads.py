"""Sentences that introduce a list (`自11月10日起,将以下地区定为高风险区:`), written as the heading that they are."""

from __future__ import annotations

import re

from . import places, signs
from .signs import N

_CLAUSE = re.compile(r"(?<![^\n。;:])([^\n。;:]{4,160})(?:(:)|。?(?=\n))")
# A list follows without a colon: `以下`; a title of a day or month, `闵行区4月份高风险地区`.
_FOLLOWS = re.compile(
    r"以下|下列|如下|^[\u4e00-\u9fff]{2,12}[市州盟区县旗](?:[0-9]{4}年)?[0-9]{1,2}月(?:份|[0-9]{1,2}日)"
)
_FROM = re.compile(r"由(?:原)?[高中低]风险(?:地区|区域|区)?(?=[^由]*为)|除[^,外]{0,30}外")
_LEVEL = re.compile(r"([高中低]风险|封控|管控|防范)(?:等级)?(?:地区|区域|街镇|镇街|乡镇|街道|区)")
_SAYS = re.compile(r"以下|下列|如下|划定|划分|[定列确升降调整划]为|确定|公布|新增|调整|有|[0-9]月")
_OTHERWISE = re.compile(r"解除|取消|退出|撤销|更新|情况|要求|措施|人员")
_TAIL = re.compile(
    rf"(?:的|现|其中|名单|清单|列表|范围|区域|地区|（(?:共计?|合计)?(?:{N})[个处]）|共计?|(?:{N})[个处]|,|分别|具体|公布|通[告报知]|为|是|有|包括|如下|情况|"
    r",(?:并?实行|执行|采取)[^:;。]{0,40}$)*"
)
_COUNT = re.compile(rf"({N})[个处]")


def headed(text: str, home: str) -> str:
    """The text with each clause that says one level and no place, but that a list follows, replaced by
    `division`, level, count and colon. A clause that is a heading as it stands is left."""

    def heading(match: re.Match[str]) -> str:
        found = _heading(match[1], home) if match[2] or _FOLLOWS.search(match[1]) else ""
        return f"{found}:" if found else match[0]

    return _CLAUSE.sub(heading, text)


def _heading(clause: str, home: str) -> str:
    said = _FROM.sub("", clause)
    levels = list(_LEVEL.finditer(said))
    if len(levels) != 1 or _OTHERWISE.search(said) or not _SAYS.search(said):
        return ""
    before, after = said[: levels[0].start()], said[levels[0].end() :]
    if not _TAIL.fullmatch(after) or ("以下" not in said and "下列" not in said and signs.PLACE.search(before)):
        return ""
    count = _COUNT.search(after) or _COUNT.search(before)
    where = next(filter(None, (_division(piece, home) for piece in before.split(",")[::-1])), "")
    return f"\n{where}{levels[0][0]}{f'（{count[1]}个）' if count else ''}"


def _division(piece: str, home: str) -> str:
    """The division that a piece of the clause begins with, as it is written there."""
    piece = signs.NUMBERING.sub("", piece).removeprefix("将")
    code, rest = places.descend(piece, home[:4], full=True)
    name = piece.removesuffix(rest)
    return name if code != home[:4] and name[-1:] in "省市州盟区县旗" and name else ""
