"""Areas of bulletins without headings: in brackets after a count, under a count, before their level, in a change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from . import blocks, places, signs
from .declaring import level_of
from .listing import areas, body, may_go_on, street_over
from .pieces import take_apart
from .sheets import Area, Sheet, area_of
from .signs import LEVELS

_SENTENCE = re.compile(r"[^。;\n]+")
_INSIDE = re.compile(r"[^。\n（]{0,6}（([^（）]+)）")
_BEFORE = re.compile(
    r"(?:时|日|即日)?起,?|,?(?<![\u4e00-\u9fff])将|(?<=[省市州盟区县旗])将|(?:研究)?决定,?将?|研究,将?|现将|[:]|日,|时,"
)


def bracketed(sheet: Sheet) -> list[Area]:
    """`全国有1个中风险地区（云南省瑞丽市姐告国门社区）`: the list stands in brackets after the count."""
    found: list[Area] = []
    for match in signs.TOTAL.finditer(sheet.text):
        inside = _INSIDE.match(sheet.text, match.end())
        if inside:
            found += areas(sheet, inside[1], level_of(match, "a", "b"), sheet.home, inside.start(1))
    return found


def under_totals(sheet: Sheet) -> list[Area]:
    """`新增3个高风险区` as a line of its own, and the list in the lines under it."""
    found: list[Area] = []
    totals = list(signs.TOTAL.finditer(sheet.text))
    for match, after in zip_longest(totals, totals[1:]):
        if under := signs.UNDER.match(sheet.text, match.end()):
            text = body(sheet.text[under.end() : after.start() if after else len(sheet.text)])
            found += areas(sheet, text, level_of(match, "a", "b"), sheet.home, under.end())
    return found


def level_after(sheet: Sheet) -> list[Area]:
    """`甲小区为高风险地区,乙小区、丙小区为中风险地区`: of what is said before a level, places that lie in a county.

    `以上均为高风险地区` says it of all that no level was said of before.
    """
    found: list[Area] = []
    kept: list[str] = []  # of sentences before, with where the first begins
    since = 0
    for sentence in _SENTENCE.finditer(sheet.text):
        waiting: list[str] = []
        at = sentence.start()
        for _, item in take_apart(sentence[0]):
            if not signs.NO_PLACE.search(item) and not signs.ASIDE.search(item):
                waiting.append(signs.NUMBERING.sub("", item).removeprefix("确定"))
            match = signs.AFTER.fullmatch(waiting[-1]) if waiting and signs.LEVEL_WORD.search(waiting[-1]) else None
            if not match:
                continue
            waiting[-1] = match["place"]
            if signs.ABOVE.fullmatch(waiting[-1]):
                waiting.pop()
                waiting, at = (waiting, at) if waiting else (kept, since)
            listed = areas(sheet, "、".join(waiting), LEVELS[match["level"]], sheet.home, at)
            found += [
                area for area in listed if len(area.code) >= 6 or (area.code and area.place in ("", "全域", "全境"))
            ]
            waiting, kept = [], []
        if waiting:
            since = since if kept else sentence.start()
            kept += waiting
    return found


def remainders(sheet: Sheet) -> list[Area]:
    """`朝阳区除高风险区外的其他区域为低风险区`: the county, with what it leaves out, at low."""
    found: list[Area] = []
    for match in signs.REMAINDER.finditer(sheet.text):
        codes = (places.header(match["where"], sheet.home[:size]) for size in (6, 4, 2))
        code = next(filter(None, codes), "")
        if len(code) >= 4:
            sheet.spans.append(match.span())
            found.append(area_of(places.Place(code, match["rest"], True), "low"))
    return found


def changes(sheet: Sheet) -> list[tuple[Area, str]]:
    """Areas whose level is changed, with the level before where it is said."""
    found: list[tuple[Area, str]] = []
    for start, sentence in _sentences(sheet.text):
        for match in _said(sentence):
            if re.search("连续|未发现|实行", match["places"]):
                continue  # `连续5天未发现感染者,降为低风险区` tells of no place
            at = start + match.start()
            said = _BEFORE.split(match["places"])[-1].removeprefix("将").removeprefix("确定")
            said = re.sub(r"的?(?:疫情)?风险等级$", "", said)
            new = LEVELS[match.groupdict().get("new", "低")]
            carried = street = ""
            for mark, item in blocks.parted(take_apart(said.strip("的,、")), sheet.home):
                name = signs.SUMMED.sub("", signs.NUMBERING.sub("", item))
                if signs.MOMENT.fullmatch(name):
                    continue
                place = places.find(name, carried[:4] or sheet.home, carried)
                if place.code and _is_place(name, new):
                    at = sheet.take(item, at)
                    carried = place.code[:6]
                    area = area_of(place, new, street if mark == "、" and may_go_on(place, street) else "")
                    street = street_over(area)
                    found.append((area, LEVELS[match["old"]] if match["old"] else ""))
    return list({area: (area, old) for area, old in found}.values())


def _is_place(name: str, level: str) -> bool:
    """Whether a piece of a sentence may name a place. `甲区其他街道` is one, but not where the rest is low."""
    if signs.EXCEPT.search(name):
        return True
    rest = "其[他余它]|" if level == "low" else ""
    return not re.search(rf"{rest}风险|疫情|以下|下列|此外|[0-9]+个(?:$|[（区地县])", name)


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Sentences with where they begin. `将甲区乙村;丙区丁村调整为中风险` is one, though a stop stands in it."""
    for sentence in re.finditer(r"[^。\n]+", text):
        at, waiting = sentence.start(), ""
        for part in sentence[0].split(";"):
            waiting = f"{waiting},{part}" if waiting else part
            if len(waiting) < 2000 and re.search("(?:^|[,:、.])将", waiting) and not signs.LEVEL_WORD.search(waiting):
                continue
            yield at, waiting
            at, waiting = at + len(waiting) + 1, ""
        yield at, waiting


def _said(sentence: str) -> Iterator[re.Match[str]]:
    """Of only those sentences that say the word, for others are not worth looking at."""
    if re.search(r"为(?:[高中低]风险|封控|管控|防范)", sentence):
        yield from _one_after_another(signs.CHANGE, sentence)
    if signs.SET.search(sentence):
        yield from _one_after_another(signs.SET, sentence, "划定")
    if re.search(r"(?:解除|退出)(?:原)?[高中]风险", sentence):
        yield from _one_after_another(signs.LIFT, sentence)
    if "解除" in sentence:
        yield from _one_after_another(signs.LIFT_FIRST, sentence, "解除")


def _one_after_another(sign: re.Pattern[str], sentence: str, first: str = "") -> Iterator[re.Match[str]]:
    """The matches of a sign whose places reach as far as the sentence does.

    Where it fails from one `first` on, it fails from all later ones: nothing is tried twice.
    """
    at = sentence.find(first)
    while at >= 0 and (match := sign.match(sentence, at)):
        yield match
        at = sentence.find(first, match.end())
