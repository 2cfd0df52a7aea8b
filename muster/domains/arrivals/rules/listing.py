"""The areas of a list's text, of one level: each place looked up where its block, its list and earlier lists put it."""

from __future__ import annotations

import re

from . import blocks, divisions, places, signs, telling
from .sheets import Area, Sheet, area_of
from .signs import N

_NO_PLACE = re.compile(
    rf"暂?无|(?:均?已?|无新增)清零|其[他余它](?:县（市、?区）|县区|市县|[市区县]|地区|区域)|此外|[\u4e00-\u9fff]{{0,10}}情况|（?截至[^（）]*）?|(?:[\u4e00-\u9fff]{{0,6}}(?:新增|现有|共有|已有|尚有)|其中|划定|另有|全[国省市区县])+|\(?[共计合]+计?(?:{N})[个处]|（?(?:[0-9]{{4}}年)?[0-9]{{1,2}}月[0-9]{{1,2}}日）?"
)
_COMMUNITY = re.compile(r"[\u4e00-\u9fff]{2,8}(?:村|社区)")


def body(text: str) -> str:
    """The text as far as the list goes, without the sentences on what it rests."""
    text = re.sub(r"^(?:根据|按照|为有效|为进一步)[^\n]*$", "", text, flags=re.MULTILINE)
    stop = signs.STOP.search(text)
    if not stop:
        return text
    # the sentence that stops the list may have begun before the word that tells it
    return text[: max(text.rfind(mark, 0, stop.start()) for mark in "。\n;") + 1] if stop.start() else ""


def areas(sheet: Sheet, text: str, level: str, home: str, at: int, count: int | None = None) -> list[Area]:
    """The areas of a list that stands in the sheet from `at` on. `count`: how many its heading says there are."""
    found: list[Area] = []
    parts = blocks.blocks(blocks.in_parts(text, home), home)
    for block in parts:
        at = sheet.take(block.heading, at)
        sheet.take(block.text, at)  # its items are all of it, though some are put together from pieces
        code, carried, street = block.code[:6], "", ""
        zone = block.heading if len(code) == 4 and places.ZONED.fullmatch(block.heading) else ""
        over = block.heading if signs.STREET.fullmatch(block.heading) else ""  # the street that the block is of
        for mark, item in blocks.items(block.text, block.count if len(parts) > 1 else count, code or home):
            name = _name(item)
            name, told = _told_after(name)
            of = signs.OF_DIVISION.fullmatch(name) or _parts(name, code or home)
            if of and (within := places.header(of[1], code or home)):
                if of[2]:
                    found += areas(sheet, of[2], level, within, at)
                else:  # what follows lies there
                    code, carried = within, ""
                at = sheet.take(item, at)
                continue
            at = sheet.take(item, at)
            if not name or _NO_PLACE.fullmatch(name) or "\x01" in name:
                continue
            if mark == "\n":
                carried = street = ""
            place = _found(sheet, name, told or code, carried, home)
            if zone and len(place.code) == 4:
                place = place._replace(rest=zone + place.rest)
            if over and not place.named and place.code == code and len(block.code) == 9:
                place = place._replace(code=block.code)
            carried = place.code[:6] if len(place.code) >= 6 else (carried if not place.named else "")
            area = area_of(place, level, over or (street if mark == "、" and may_go_on(place, street) else ""))
            street = street_over(area)
            found.append(area)
    return found


def _name(item: str) -> str:
    """What an item of a list calls its place, without number, day, count and level."""
    name = signs.DAY.sub("", signs.NUMBERING.sub("", item)).strip("。,;、: ")
    name = re.sub(r"^(?:分别)?[为是]", "", name)
    name = re.sub(r"（[0-9]{1,2}月[0-9]{1,2}日[^（）]{0,10}）$|仍?为(?:[高中低]风险|封控|管控|防范)区$", "", name)
    name = re.sub(r"^除[^,;。（）]{1,40}?外的(?=[\u4e00-\u9fff]{2,8}[区县市旗])", "", name)
    return signs.SUMMED.sub("", name)


def _parts(name: str, home: str) -> re.Match[str] | None:
    """`荆门市城区（东宝区、掇刀区）`: a division with its counties in brackets."""
    parts = signs.PARTS.fullmatch(name)
    within = places.header(parts[1], home) if parts else ""
    counties = parts[2].split("、") if within else []
    return parts if len(counties) > 1 and all(len(places.header(each, within)) > 4 for each in counties) else None


def _told_after(name: str) -> tuple[str, str]:
    """`丰台区卢沟桥街道（北京）`: the name, and the province or city that stands in brackets after it."""
    told = re.fullmatch(r"(.+)（([\u4e00-\u9fff]{2,16})）", name)
    code = places.header(told[2]) if told else ""
    return (told[1], code) if told and code and len(code) <= 4 else (name, "")


def _found(sheet: Sheet, name: str, code: str, carried: str, home: str) -> places.Place:
    place = places.find(name, code, carried, sheet.recalled)
    if not place.code and carried:
        place = places.find(name, carried[:4], "", sheet.recalled)
    if not place.code and home:
        place = places.find(name, home, "", sheet.recalled)
    if not place.named and re.fullmatch("[\u4e00-\u9fff]{2,4}县", name):  # a county that is a city or a district now
        named = [each for kind in "市区" for each in divisions.counties_named(name[:-1] + kind)]
        named = [each for each in named if each.startswith((code or home)[:2])]
        return places.Place(named[0] if len(named) == 1 else code or home, "" if len(named) == 1 else name, True)
    if carried and place.code and place.code == code[:4] and not name.startswith(divisions.names()[place.code]):
        place = places.Place(carried, name, False)  # `宁波某公司` in a list of 宁波市 is a company's name
    return place


def street_over(area: Area) -> str:
    """The street of an area that is a village or community, for those that follow without one."""
    return area.street if _COMMUNITY.fullmatch(area.place.removeprefix(area.street)) else ""


def may_go_on(place: places.Place, street: str) -> bool:
    """Whether a village without a street lies in the street named before it: the table knows it in no other."""
    if not street or place.named or place.street or not _COMMUNITY.fullmatch(place.rest):
        return False
    city = divisions.city_of(place.code)
    named = {code for code in divisions.streets(city).get(street, ()) if code.startswith(place.code[:6])}
    known = {code for code in divisions.communities(city).get(place.rest, ()) if code.startswith(place.code[:6])}
    return bool(city) and not telling.street(city, place.rest) and (not known or bool(known & named))
