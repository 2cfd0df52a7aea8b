"""What a bulletin says of itself: its division, its headings with their lists, the numbers that it declares."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import NamedTuple

from . import blocks, divisions, places, signs
from .listing import body
from .sheets import Sheet
from .signs import LEVELS, N, number


def level_of(match: re.Match[str], *groups: str) -> str:
    """The level that a sign found, whichever of its groups has it."""
    return next(LEVELS[match[name]] for group in groups for name in (group, f"{group}z") if match[name])


class Section(NamedTuple):
    """A heading of a level with the text of its list, where that begins in the sheet, and the division it is of."""

    head: re.Match[str]
    level: str
    where: str
    text: str
    at: int
    count: int | None


def sections(sheet: Sheet) -> list[Section]:
    """The headings of levels in order. `（一）甲市`, a line over a heading and above it in rank, is its division."""
    text, found, over = sheet.text, [], ""
    heads = list(signs.HEADING.finditer(text))
    above = _last_line(text[: heads[0].start()]) if heads else ""
    rank = (blocks.style(above), len(blocks.bare(above, sheet.home)))
    over = blocks.bare(above, sheet.home)
    for head, after in zip_longest(heads, heads[1:]):
        listed = body(text[head.end() : after.start() if after else len(text)])
        name = head["where"] or head["who"] or head["at"]
        where = (places.header(name, over or sheet.home) if name else "") or over or sheet.home
        last = _last_line(listed) if after and over else ""
        code = blocks.bare(last, sheet.home) if last else ""
        if code and (blocks.style(last), len(code)) == rank:
            over = code
            listed = listed[: listed.rindex(last)]
            sheet.take(last, head.end() + len(listed))
        counted = signs.TOTAL.search(head[0])
        count = number(counted["n"] or counted["m"] or counted["k"]) if counted else None
        found.append(Section(head, level_of(head, "a", "b"), where, listed, head.end(), count))
    return found


def _last_line(text: str) -> str:
    return text.rstrip("\n").rpartition("\n")[2]


def declared(sheet: Sheet, found: list[Section]) -> dict[str, int]:
    """Totals by level: the sentence that says them, else the headings; `无中、高风险地区` is two noughts."""
    said: dict[str, int] = {}
    parts: dict[str, dict[str, int]] = {}  # of a level, by division: `甲县高风险区2个:…;乙县高风险区1个:…`
    added: set[str] = set()  # levels of which only headings with lists of their own have told, and those are added up
    own = [section.head for section in found if section.text.strip("\n 。;:") and not section.head["ends"]]
    text = re.sub(r"（除[^（）]*）", lambda m: "　" * len(m[0]), sheet.text.partition("更新情况")[0])
    for match in signs.TOTAL.finditer(text):
        sheet.spans.append(match.span())
        if signs.ENDED.search(text, max(0, match.start() - 8), match.start()):
            continue  # of what is no longer listed
        level, count = level_of(match, "a", "b"), number(match["n"] or match["m"] or match["k"])
        before = signs.NAME_AT_END.search(text, max(0, match.start() - 14), match.start())
        division = places.header(before[0], sheet.home) if before else ""
        if division and (level in parts or level not in said):
            into = parts.setdefault(level, {})
            if not any(division.startswith(each) for each in into):
                into[division] = count
                said[level] = sum(into.values())
        if level not in parts and any(h.start() <= match.start() and match.end() <= h.end() for h in own):
            if level in added:
                said[level] += count
            elif level not in said:
                added.add(level)
        said.setdefault(level, count)
    for match in signs.NONE.finditer(text):
        sheet.spans.append(match.span())
        for char in match["what"].replace("、", ""):
            said.setdefault(LEVELS[char], 0)
    for section in found:  # `高风险区:甲、乙,共2个`
        if (after := re.search(rf"[,、;。\n]共计?({N})[个处][。;]?\s*\Z", section.text)) and section.level not in said:
            said[section.level] = number(after[1])
    if not said and not found and signs.ALL_LOW.search(text):
        said = {"high": 0, "middle": 0}
    return said


def home(text: str) -> str:
    """The division that the bulletin itself belongs to, from its first words; empty where they tell none."""
    codes = (places.descend(text[start : start + 30])[0] for start in range(min(60, len(text))))
    signed = (places.descend(match[1])[0] for match in signs.SIGNED.finditer(text))
    return (
        places.descend(text[:30])[0]
        or places.find(text[:15]).code[:6]
        or next(filter(None, (*codes, *signed)), "")
        or _county_named(text[:60])
        or _county_of_streets(text)
        or _county_short(text)
        or _city_of_all(text)
        or _corps(text)
    )


def _county_named(text: str) -> str:
    """The first county whose name no other bears and that stands in the text."""
    for match in re.finditer("[县区市旗]", text):
        for size in range(10, 2, -1):
            named = divisions.counties_named(text[max(0, match.end() - size) : match.end()])
            if len(named) == 1:
                return named[0]
    return ""


def _county_short(text: str) -> str:
    """The one county that the first word is, without its kind: `海淀新增`."""
    first = re.match(r"【?([\u4e00-\u9fff]{2,3}?)】?(?:新增|现有|划定|调整)", text.lstrip())
    named = [code for kind in "区县市旗" for code in divisions.counties_named(first[1] + kind)] if first else []
    return named[0] if len(named) == 1 else ""


def _county_of_streets(text: str) -> str:
    """Of the counties of one name (朝阳区) that the first words name, the one whose streets the text names most."""
    ends = [match.end() for match in re.finditer("[县区市旗]", text[:60])]
    for name in dict.fromkeys(text[max(0, end - size) : end] for end in ends for size in range(5, 1, -1)):
        counts = {code: _streets_in(text, code) for code in divisions.counties_named(name)}
        most = max(counts.values(), default=0)
        best = [code for code, count in counts.items() if count == most]
        if most and len(best) == 1:
            return best[0]
    return ""


def _streets_in(text: str, code: str) -> int:
    streets = divisions.streets(divisions.city_of(code)).items()
    return sum(name in text for name, codes in streets if len(name) > 2 and any(c.startswith(code) for c in codes))


def _corps(text: str) -> str:
    return "65" if "兵团" in text[:60] else ""


def _city_of_all(text: str) -> str:
    """The one city that has every county which the lines begin with, where these are two or more."""
    named = {
        name for line in text.split("\n") for name in signs.COUNTY.findall(line[2 * line.startswith("\x01") :][:16])
    }
    cities = [
        {divisions.city_of(code) for code in codes} for name in named if (codes := divisions.counties_named(name))
    ]
    common = set.intersection(*cities) if len(cities) > 1 else set()
    return common.pop() if len(common) == 1 else ""
