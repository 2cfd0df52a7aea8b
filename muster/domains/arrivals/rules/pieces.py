"""Taking a list in running text apart: which separators part two places, and which stand inside one.

`16、17号楼`, `东至A路、南至B街` and `甲路、乙路所包围区域` are one place each; `A小区、B小区` are two.
"""

from __future__ import annotations

import re

OPEN, CLOSE = "（", "）"
SEPARATORS = "、,;。\n"
LONGEST = 600  # signs of what is put together as one place; the longest of the 543 bulletins of 2021 has 139
_NUMBER = r"(?:[0-9A-Za-z#-]+|[一二三四五六七八九十百甲乙丙丁东西南北中]{1,3})"
_UNIT = (
    r"(?:号楼|号院|号|栋|幢|座|期|单元|区|弄|组|社|队|巷|楼|室|"
    r"#|排|门|号地块|地块|园|院|街坊|里|村|车间|层|联排|分区|段|连|坊)"
)
# What goes on with a number: `17号楼`, `三期`, `B区`, `2期15号楼`.
_NUMBERED = re.compile(
    rf"^(?:第?{_NUMBER}{_UNIT}?(?:[-~至—]{_NUMBER}{_UNIT}?)?)(?:{_NUMBER}{_UNIT})*(?:小区|地块)?(?:{_NUMBER}{_UNIT})*"
    r"(?:及.*|和.*|所.*|等.*|的.*|（.*）|合围.*|围合.*|之间.*|小区.*)?$"
)
_NUMBER_END = re.compile(rf"(?:{_NUMBER}{_UNIT}?|（[^（）]*）)$")
_COMPLETE = re.compile(rf"{_NUMBER}{_UNIT}$")
_NUMBER_OF_ROAD = re.compile(r"^([\u4e00-\u9fff]{2,}(?:路|街|巷|道))[0-9-]+号$")
_SIDE_END = re.compile(r"(?:以|之)?[东西南北](?:侧|面|部|段)?$|(?:以|之)[东西南北中内外]+(?:侧|面)?$")
_SIDE_START = re.compile(r"^[东西南北]{1,2}(?:侧|面|边)?[至到临起以]")
_EXCEPT = re.compile(r"除(?!外)[^外（）]*$")  # `除封控区、管控区以外的区域`
_ENCLOSED = re.compile(r"(?:合围|围合|包围|围成|构成|范围内|交汇|之间|区域|片区)")
_ROAD_END = re.compile(r"(?:路|街|巷|道|线|河|渠|弄|桥|墙|界|高速|铁路)(?:（[^（）]*）)?$")
_NOUN_END = re.compile(
    r"(?:省|市|区|县|旗|镇|乡|街道|街|社区|村|组|屯|庄|寨|嘎查|苏木|小区|苑|园|庭|府|城|湾|楼|栋|幢|座|期|院|校|号|厂|店|宾馆|酒店|公寓|"
    r"宿舍|大厦|中心|管委会|委员会|居委会|村委会|广场|市场|公司|里|弄|家|邸|居|墅|郡|院落|单元|学校|大学|医院|基地|工地|场|站|区域|片区|地区|办事处|全域|队|连|"
    r"馆|吧|厅|超市|商城|国际|花园|新村|华庭|名都|豪园|巷|路|汇|轩|阁|台|坊|桥|岸|地|景|舍|处|所|楼盘|社|屋|坞|岙|自然村|营|洼|沟|岭|山|窑|堡|口|峪)"
    r"(?:（[^（）]*）)?$"
)


def brackets(text: str) -> dict[int, int]:
    """Where each bracket closes, by where it opens. One that never does, or that a sentence ends in, is not there."""
    found: dict[int, int] = {}
    opened: list[int] = []
    broken: set[int] = set()
    for index, char in enumerate(text):
        if char == OPEN:
            opened.append(index)
        elif char == CLOSE and opened:
            if (start := opened.pop()) not in broken:
                found[start] = index
        elif char in ";。\n" and opened and index - opened[-1] > 80:
            broken.add(opened[-1])
    return found


def part(text: str, separators: str = SEPARATORS) -> list[tuple[str, str]]:
    """(separator before it, piece) in order, parted at every separator that stands outside brackets."""
    found, start, index, before = [], 0, 0, ""
    closing = brackets(text)
    while index < len(text):
        if text[index] == OPEN:
            index = closing.get(index, index)
        elif text[index] in separators:
            found.append((before, text[start:index]))
            before, start = text[index], index + 1
        index += 1
    found.append((before, text[start:]))
    return [(mark, piece.strip()) for mark, piece in found if piece.strip()]


def belongs(left: str, right: str, mark: str, after: list[str], numbers: bool = True) -> bool:
    """Whether the piece on the right goes on with the place on the left. `after`: the pieces that follow it.

    Without `numbers`, `701号楼、705号楼` are two places: text alone does not tell, and bulletins count them either way.
    """
    if mark in ";。\n" or len(left) > LONGEST or len(right) > LONGEST:
        return False
    if _EXCEPT.search(left) and any("外" in piece for piece in [right, *after[:3]]):
        return True
    if not left.endswith(CLOSE):
        left = left[-40:]  # only how it ends is looked at from here on
    if _SIDE_END.search(left) and len(left) > 2 and (_SIDE_END.search(right) or _ENCLOSED.search(right)):
        return True
    if _SIDE_START.match(right):
        return True
    if _NUMBERED.match(right) and _NUMBER_END.search(left):
        return numbers or not _COMPLETE.search(left)
    if (
        numbers
        and mark == "、"
        and (road := _NUMBER_OF_ROAD.match(right))
        and f"{road[1]}" in left
        and left.endswith("号")
    ):
        return True
    if mark == "," and not _ROAD_END.search(left):
        return False
    if _ROAD_END.search(left) and _road_chain([right, *after]):
        return True
    return mark == "、" and not _NOUN_END.search(left) and bool(re.search(r"(?:片区|区域|合围|围合)", right))


def _road_chain(rest: list[str]) -> bool:
    """Roads, ended by one that says the area is enclosed by them."""
    for piece in rest:
        if _ENCLOSED.search(piece) and not re.search(r"(?:街道|社区|镇|乡|村)", piece):
            return True
        if not _ROAD_END.search(piece) or re.search(r"(?:街道|社区|镇|乡)", piece):
            return False
    return False


def take_apart(text: str, separators: str = SEPARATORS, numbers: bool = True) -> list[tuple[str, str]]:
    """(separator before it, place): the pieces with those that belong together joined."""
    raw = part(text, separators)
    found: list[tuple[str, str]] = []
    for index, (mark, piece) in enumerate(raw):
        if found and belongs(found[-1][1], piece, mark, [each for _, each in raw[index + 1 : index + 9]], numbers):
            before, left = found[-1]
            found[-1] = (before, f"{left}{mark}{piece}")
        else:
            found.append((mark, piece))
    return found
