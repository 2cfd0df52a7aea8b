"""Reading an official bulletin's text: which areas it lists at which level, and how many it says there are.

The structure is read, not the file: declared totals, headings of a level, blocks of a division
(`辽宁省大连市（16个）：`), and places in running text, in lines or in rows. The number found is not bent to the number
declared; but where a block can be read in two ways (by lines or by separators; `701号楼、705号楼` as one or two), the
count beside its own heading decides between them.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from . import declaring, leads, places, saying, signs
from .lines import masked, plain
from .listing import areas
from .sheets import Area, Sheet, area_of
from .signs import LEVELS

__all__ = ["Area", "Reading", "read"]


@dataclass
class Reading:
    """What a bulletin says. `declared` by level, empty where nothing is. `changes` are (area, level before).

    `unread` is what may name a place and was read as none.
    """

    areas: list[Area] = field(default_factory=list)
    declared: dict[str, int] = field(default_factory=dict)
    changes: list[tuple[Area, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

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
    """The bulletin's areas with what it declares. Raises nothing: what was not read is told, and the counts tell.

    `recalled` knows from earlier lists in which county a place lies that this one leaves without.
    """
    if text.lstrip().startswith("{'"):
        return _literal(text)
    clean = plain(text)
    home = declaring.home(clean)
    clean = leads.headed(clean, home)
    sheet = Sheet(clean, home, recalled)
    sections = declaring.sections(sheet)
    reading = Reading(declared=declaring.declared(sheet, sections))
    for section in sections:
        sheet.spans.append(section.head.span())
        found = areas(sheet, section.text, section.level, section.where, section.at, section.count)
        if section.head["ends"]:
            reading.changes += [(area._replace(level="low"), area.level) for area in found]
        else:
            reading.areas += found
    for row in re.finditer(r"^\x01(.)(.+)$", clean, re.MULTILINE):
        reading.areas += areas(sheet, row[2], LEVELS[row[1]], sheet.home, row.start(2))
    _read_sentences(reading, sheet, headed=bool(sections))
    reading.areas += [area for area in saying.remainders(sheet) if area not in reading.areas]
    reading.unread = sheet.unread()
    _sift(reading)
    return reading


def _read_sentences(reading: Reading, sheet: Sheet, headed: bool) -> None:
    """What sentences change, and the areas where no heading had any."""
    if not reading.areas and any(reading.declared.values()):
        reading.areas = saying.bracketed(sheet) or ([] if headed else saying.under_totals(sheet))
    reading.changes += saying.changes(sheet)
    if not reading.areas and not headed:
        reading.areas = [area for area, _ in reading.changes]
    if not reading.areas and not reading.changes:
        reading.areas = saying.level_after(sheet)


def _sift(reading: Reading) -> None:
    """What was taken for a place and is a phrase of the bulletin is no area, wherever it was found: it is not read."""
    phrases = [area.place for area in [*reading.areas, *(each for each, _ in reading.changes)] if _is_phrase(area)]
    if phrases:
        reading.areas = [area for area in reading.areas if not _is_phrase(area)]
        reading.changes = [change for change in reading.changes if not _is_phrase(change[0])]
        reading.unread += dict.fromkeys(each for each in phrases if not each.startswith(("以下", "下列", "上述")))


def _is_phrase(area: Area) -> bool:
    if signs.REST.fullmatch(area.place):
        return not area.city
    return bool(signs.PHRASE.search(signs.EXCEPT.sub("", masked(area.place))))


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
            reading.areas.append(area_of(places.find(place, code, ""), level)._replace(place=place))
    return reading
