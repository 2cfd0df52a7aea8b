"""Reading an official bulletin's text: which areas it lists at which level, and how many it says there are.

The structure is read, not the file: declared totals, headings of a level, blocks of a division
(`辽宁省大连市（16个）：`), and places in running text, in lines or in rows. The number found is not bent to the number
declared; but where a block can be read in two ways (by lines or by separators; `701号楼、705号楼` as one or two), the
count beside its own heading decides between them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from . import divisions, places, signs, telling
from .lines import masked, plain
from .pieces import take_apart
from .signs import LEVELS, N, number


class Area(NamedTuple):
    """One listed area; names are empty where the bulletin and the table do not tell them."""

    province: str
    city: str
    county: str
    street: str
    place: str
    level: str
    code: str


@dataclass
class Reading:
    """What a bulletin says. `declared` by level, empty where nothing is. `changes` are (area, level before)."""

    areas: list[Area] = field(default_factory=list)
    declared: dict[str, int] = field(default_factory=dict)
    changes: list[tuple[Area, str]] = field(default_factory=list)

    def found(self) -> dict[str, int]:
        """Areas found, by level."""
        return {level: sum(area.level == level for area in self.areas) for level in LEVELS.values()}

    def disagreements(self) -> list[str]:
        """A line for each level whose declared number is not the number found."""
        found = self.found()
        return [
            f"{level}: {n} declared, {found[level]} found" for level, n in self.declared.items() if n != found[level]
        ]

    @property
    def agrees(self) -> bool | None:
        """Whether every declared number was found; None where nothing is declared."""
        return not self.disagreements() if self.declared else None


def read(text: str, recalled: places.Recall | None = None) -> Reading:
    """The bulletin's areas with what it declares. Raises nothing: what was not read is missing, and the counts tell.

    `recalled` knows from earlier lists in which county a place lies that this one leaves without.
    """
    if text.lstrip().startswith("{'"):
        return _literal(text)
    clean = plain(text)
    heads = list(signs.HEADING.finditer(clean))
    home = _home(clean)
    reading = Reading(declared=_declared(clean, heads, home))
    for head, after in zip_longest(heads, heads[1:]):
        body = _body(clean[head.end() : after.start() if after else len(clean)])
        found = _areas(body, _level(head, "a", "b"), _where(head, home), recalled)
        if head["ends"]:
            reading.changes += [(area._replace(level="low"), area.level) for area in found]
        else:
            reading.areas += found
    reading.areas += [
        area
        for row in re.findall(r"^\x01(.+)$", clean, re.MULTILINE)
        for area in _areas(row[1:], LEVELS[row[0]], home, recalled)
    ]
    if not reading.areas and any(reading.declared.values()):
        reading.areas = _bracketed(clean, home, recalled) or ([] if heads else _under_totals(clean, home, recalled))
    reading.changes += _changes(clean, home)
    if not reading.areas and not heads:
        reading.areas = [area for area, _ in reading.changes]
    if not reading.areas and not reading.changes:
        reading.areas = _level_after(clean, home, recalled)
    return reading


def _level(match: re.Match[str], *groups: str) -> str:
    return next(LEVELS[match[name]] for group in groups for name in (group, f"{group}z") if match[name])


def _where(head: re.Match[str], home: str) -> str:
    """The division before a heading's level (`长春市高风险地区2个:`), else the bulletin's own."""
    name = head["where"] or head["who"]
    return (places.header(name, home) if name else "") or home


def _declared(text: str, heads: list[re.Match[str]], home: str) -> dict[str, int]:
    """Totals by level: the sentence that says them, else the heading; `无中、高风险地区` is two noughts."""
    found: dict[str, int] = {}
    parts: dict[str, dict[str, int]] = {}  # of a level, by division: `甲县高风险区2个:…;乙县高风险区1个:…`
    text = re.sub(r"（除[^（）]*）", "", text.partition("更新情况")[0])
    for match in signs.TOTAL.finditer(text):
        if signs.ENDED.search(text, max(0, match.start() - 6), match.start()):
            continue  # of what is no longer listed
        level, count = _level(match, "a", "b"), number(match["n"] or match["m"] or match["k"])
        before = signs.NAME_AT_END.search(text, max(0, match.start() - 14), match.start())
        division = places.header(before[0], home) if before else ""
        if division and (level in parts or level not in found):
            into = parts.setdefault(level, {})
            if not any(division.startswith(each) for each in into):
                into[division] = count
                found[level] = sum(into.values())
        found.setdefault(level, count)
    for match in signs.NONE.finditer(text):
        for char in match["what"].replace("、", ""):
            found.setdefault(LEVELS[char], 0)
    if not found and not heads and signs.ALL_LOW.search(text):
        found = {"high": 0, "middle": 0}
    return found


def _home(text: str) -> str:
    """The division that the bulletin itself belongs to, from its first words; empty where they tell none."""
    codes = (places.descend(text[start : start + 30])[0] for start in range(min(60, len(text))))
    signed = (places.descend(match[1])[0] for match in signs.SIGNED.finditer(text))
    # last, a county whose name no other bears
    return next(filter(None, (*codes, *signed)), "") or places.find(text[:15]).code[:6] or _city_of_all(text)


def _city_of_all(text: str) -> str:
    """The one city that has every county which the lines begin with, where these are two or more."""
    named = {name for line in text.split("\n") for name in signs.COUNTY.findall(line[:16])}
    cities = [
        {divisions.city_of(code) for code in codes} for name in named if (codes := divisions.counties_named(name))
    ]
    common = set.intersection(*cities) if len(cities) > 1 else set()
    return common.pop() if len(common) == 1 else ""


def _body(text: str) -> str:
    stop = signs.STOP.search(text)
    if not stop:
        return text
    # the sentence that stops the list may have begun before the word that tells it
    return text[: max(text.rfind(mark, 0, stop.start()) for mark in "。\n;") + 1] if stop.start() else ""


def _blocks(text: str, home: str) -> list[tuple[str, int | None, str]]:
    """(division, its declared number, its text) in order; division is empty for what stands before the first."""
    found: list[tuple[str, int | None, str]] = []
    code, count, start = "", None, 0
    for match in signs.BLOCK.finditer(masked(text)):
        place, number_of = signs.COUNT_AT_END.fullmatch(match["place"]).groups()
        number_of = match["n"] or match["m"] or number_of
        counted = bool(number_of)
        named, at = _suffix(place, code or home, counted)
        if not named:
            continue
        if counted and len(named) >= 6 and re.match(r"[、,;。]|\Z", text[match.end() :]):
            continue  # `浦东新区北蔡镇（1个）、`: the count of one place, or of those before it
        found.append((code, count, text[start : match.start("place") + at]))
        code, start = named, match.end()
        count = number(number_of) if number_of else None
    found.append((code, count, text[start:]))
    return [(code, count, body) for code, count, body in found if body.strip(" \n;,、。:")]


def _in_parts(text: str, home: str) -> str:
    """Gives a line that is only a division's name, with a count or without, over a line that begins with a place of it,
    the stop of a block; what only counts (`城关区12个、七里河区6个`) is left out."""
    lines = text.split("\n")
    last = home
    for index, (line, after) in enumerate(zip(lines, lines[1:], strict=False)):
        name, count = signs.COUNT_AT_END.fullmatch(signs.NUMBERING.sub("", line)).groups()
        if (
            1 < len(name) <= 16
            and name[-1] in "省市州盟区县旗"
            and (code := places.header(name, home) or places.header(name, last[:4]))
        ):
            last = code
            below = places.find(signs.NUMBERING.sub("", after), code)
            if (
                (below.rest or len(code) < 6)
                and below.code.startswith(code)
                and (below.named or len(below.code) > len(code))
            ):
                lines[index] = f"{name}{f'（{count}个）' if count else ''}:"
    return "\n".join(signs.COUNTED.sub("", line) for line in lines)


def _suffix(text: str, within: str, counted: bool) -> tuple[str, int]:
    """The division that the end of the text names, and where it begins. Without a count all of it must be the name."""
    lead = signs.NUMBERING.match(text)
    first = lead.end() if lead else 0
    for start in range(first, len(text) - 1 if counted else first + 1):
        code = places.header(text[start:], within[:4]) or places.header(text[start:], within[:2])
        if code and (
            start == first or len(code) == 2 or text[start : start + 2] in divisions.below("") or len(text) - start > 3
        ):
            return code, start
    return "", 0


def _areas(body: str, level: str, home: str, recalled: places.Recall | None) -> list[Area]:
    found: list[Area] = []
    for code, count, text in _blocks(_in_parts(body, home), home):
        carried = ""
        items = _items(text, count, code)
        if count is None:
            items = [(mark, each) for mark, item in items for each in _parted(item, code or home)]
        for mark, item in items:
            name = signs.DAY.sub("", signs.NUMBERING.sub("", item)).strip("。,;、 ")
            name = re.sub(r"^(?:分别)?[为是]", "", name)
            name = re.sub(rf"（(?:{N})个）$", "", name)
            of = signs.OF_DIVISION.fullmatch(name)
            if of and (within := places.header(of[1], code or home)):
                if of[2]:
                    found += _areas(of[2], level, within, recalled)
                else:  # what follows lies there
                    code, carried = within, ""
                continue
            if not name or name in ("无", "暂无") or "\x01" in name:
                continue
            if mark == "\n":
                carried = ""
            place = places.find(name, code or "", carried, recalled)
            if not place.code and home:
                place = places.find(name, home, "", recalled)
            if carried and place.code and place.code == code[:4] and not name.startswith(divisions.names()[place.code]):
                place = places.Place(carried, name, False)  # `宁波某公司` in a list of 宁波市 is a company's name
            carried = place.code[:6] if len(place.code) >= 6 else (carried if not place.named else "")
            found.append(_area(place, level))
    return found


def _items(text: str, count: int | None, code: str) -> list[tuple[str, str]]:
    """The places of a block. Lines are places where the block is written in lines; else separators part them."""
    lines = [("\n", line.strip()) for line in text.split("\n") if line.strip("。;,、 ")]
    running = take_apart(text)
    readings = [lines, running] if text.startswith("\n") and len(lines) > 1 and _in_lines(lines, code) else [running]
    readings += [take_apart(text, numbers=False), take_apart(text, ",;。\n")]
    return next((reading for reading in readings if len(reading) == count), readings[0])


def _parted(item: str, within: str) -> list[str]:
    """`甲街道乙村和丙街道丁村` are two places: after the word another division, or a street of the city, begins."""
    city = divisions.city_of(within)
    for match in re.finditer("以及|和|及", item) if city and len(item) < 200 else ():
        right = item[match.end() :]
        if telling.street(city, right) or places.descend(right, city, full=True)[0] != city or places.find(right).code:
            return [item[: match.start()], *_parted(right, within)]
    return [item]


def _in_lines(lines: list[tuple[str, str]], code: str) -> bool:
    """Whether most lines begin with the name of a division."""
    return sum(places.find(signs.NUMBERING.sub("", line), code).named for _, line in lines) * 3 >= len(lines) * 2


def _area(place: places.Place, level: str) -> Area:
    province, city, county = divisions.title(place.code)
    street = ""
    if place.street:
        spoken = divisions.spoken_of(place.code)
        street = next((name for name in spoken if name in place.rest), "")
    rest = re.sub(r"（新增）$|^[:]", "", place.rest)
    if not street and (written := re.match(r"[\u4e00-\u9fff]{1,8}?(?:街道|镇|乡)(?!村)", rest)):
        street = written[0]
    return Area(province, city, county, street, rest, level, place.code)


def _bracketed(text: str, home: str, recalled: places.Recall | None) -> list[Area]:
    """`全国有1个中风险地区（云南省瑞丽市姐告国门社区）`: the list stands in brackets after the count."""
    found: list[Area] = []
    for match in signs.TOTAL.finditer(text):
        inside = re.match(r"[^。\n（]{0,6}（([^（）]+)）", text[match.end() :])
        if inside:
            found += _areas(inside[1], _level(match, "a", "b"), home, recalled)
    return found


def _under_totals(text: str, home: str, recalled: places.Recall | None) -> list[Area]:
    """`新增3个高风险区` as a line of its own, and the list in the lines under it."""
    found: list[Area] = []
    totals = list(signs.TOTAL.finditer(text))
    for match, after in zip_longest(totals, totals[1:]):
        if under := signs.UNDER.match(text, match.end()):
            body = text[under.end() : after.start() if after else len(text)]
            found += _areas(_body(body), _level(match, "a", "b"), home, recalled)
    return found


def _level_after(text: str, home: str, recalled: places.Recall | None) -> list[Area]:
    """`甲小区为高风险地区,乙小区、丙小区为中风险地区`: of what is said before a level, places that lie in a county."""
    found: list[Area] = []
    for sentence in re.split(r"[。;\n]", text):
        waiting: list[str] = []
        for _, item in take_apart(sentence) if re.search(r"[高中低]风险", sentence) else ():
            if not signs.NO_PLACE.search(item):
                waiting.append(signs.NUMBERING.sub("", item))
            if waiting and (match := signs.AFTER.fullmatch(waiting[-1])):
                waiting[-1] = match["place"]
                listed = _areas("、".join(waiting), LEVELS[match["level"]], home, recalled)
                found += [area for area in listed if len(area.code) >= 6]
                waiting = []
    return found


def _changes(text: str, home: str) -> list[tuple[Area, str]]:
    """Areas whose level is changed, with the level before where it is said."""
    found: list[tuple[Area, str]] = []
    for match in _said_of_changes(text):
        said = re.split(
            r"(?:时|日|即日)?起,?|,?(?<![\u4e00-\u9fff])将|(?:决定|研究),?将?|现将|[:]|日,|时,", match["places"]
        )[-1].removeprefix("将")
        said = re.sub(r"的?(?:疫情)?风险等级$", "", said)
        carried = ""
        listed = [each for _, item in take_apart(said.strip("的,、")) for each in _parted(item, home)]
        for item in listed:
            place = places.find(signs.NUMBERING.sub("", item), carried[:4] or home, carried)
            if place.code and not re.search(r"风险|疫情|以下|下列", item):
                carried = place.code[:6]
                new = match["new"] if "new" in match.groupdict() else "低"
                found.append((_area(place, LEVELS[new]), LEVELS[match["old"]] if match["old"] else ""))
    return found


def _said_of_changes(text: str) -> Iterator[re.Match[str]]:
    """Sentence by sentence, for only those that say the word are worth looking at."""
    for sentence in re.split(r"[。;\n]", text):
        if re.search(r"为[高中低]风险", sentence):
            yield from _one_after_another(signs.CHANGE, sentence)
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


def _literal(text: str) -> Reading:
    """A record that was kept as a Python literal: counts and lists by level."""
    try:
        record = ast.literal_eval(text.strip().splitlines()[0])
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        record = None
    reading = Reading()
    if not isinstance(record, dict):
        return reading
    for level, short, rows in (
        ("high", "hcount", "highlist"),
        ("middle", "mcount", "middlelist"),
        ("low", "lcount", "lowlist"),
    ):
        count, listed = str(record.get(short) or 0), record.get(rows)
        reading.declared[level] = int(count) if re.fullmatch(r"[0-9]{1,6}", count) else 0
        for row in listed if isinstance(listed, list) else ():
            cells = [str(cell or "").strip("。 ") for cell in row] if isinstance(row, (list, tuple)) else [str(row)]
            province, city, county, place = (cells + ["", "", "", ""])[:4]
            code, _ = places.descend(
                "".join(name for name in (province, "" if city == "市辖区" else city, county) if name)
            )
            reading.areas.append(_area(places.find(place, code, ""), level)._replace(place=place))
    return reading
