"""What a device says of samples, read and checked record by record; one bad record never stops the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.loading import cell
from muster.kernel.operations.errors import Invalid

from .models.rounds import POOL_SIZES
from .models.samples import HOW, PROXY_WHO, PROXY_WHY

KINDS = ("register", "undo", "seal")
LONGEST_CODE = 40
HOUSEHOLD_MOST = 20  # people of one door in one tube
CLOCK_OFF = timedelta(hours=48)
UNDO_WITHIN = timedelta(seconds=60)
_written_out = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch


@dataclass(slots=True)
class Record:
    """One operation of a device: `register` a swab, `undo` one (`target`), or `seal` a tube with its `count`.

    Ids are text as UUIDs are written out: a batch has two thousand of them, and nobody computes with one.
    """

    op: str
    do: str
    tube: str
    at: datetime
    site: str = ""
    desk: int = 1
    capacity: int = 10
    household: bool = False
    position: int | None = None
    person: str | None = None
    number: str = ""
    name: str = ""
    how: str = "typed"
    proxy_who: str = ""
    proxy_why: str = ""
    base: int | None = None
    target: str = ""
    count: int | None = None
    review: str = ""


def read_all(rows: Sequence[Mapping[str, Any]], now: datetime) -> tuple[list[tuple[int, Record]], dict[int, Invalid]]:
    """The records that can be read, by their numbers, and of the others why not."""
    found: list[tuple[int, Record]] = []
    wrong: dict[int, Invalid] = {}
    sound = _all_written_out([row.get("op") for row in rows])
    sound = sound and _all_written_out([person for row in rows if (person := row.get("person"))])
    for number, row in enumerate(rows):
        try:
            found.append((number, read(row, now, sound)))
        except Invalid as no:
            wrong[number] = no
    return found, wrong


def read(row: Mapping[str, Any], now: datetime, sound: bool = False) -> Record:
    """A record as it was sent; `sound`: its ids were looked at. Raises Invalid for the field that cannot be taken."""
    do = row.get("do") or "register"
    if do not in KINDS:
        raise Invalid("do", _("One of: %(words)s") % {"words": ", ".join(KINDS)})
    tube = cell(row.get("tube"))
    if not 0 < len(tube) <= LONGEST_CODE or not tube.isprintable():
        raise Invalid("tube", _("The code on the tube is needed."))
    record = Record(row["op"] if sound else id_of(row, "op"), do, tube, _moment(row.get("at"), now))
    if do == "register":
        _read_sample(record, row, sound)
    elif do == "undo":
        record.target = id_of(row, "target")
    else:
        record.count = _number(row, "count", 0, 1000)
    if record.at is not now and not -CLOCK_OFF <= record.at - now <= CLOCK_OFF:
        record.review = "clock"
    return record


def runs(read: Iterable[tuple[int, Record]]) -> list[list[tuple[int, Record]]]:
    """A batch cut where order matters: a sample after an undo, or after the seal of its tube, begins a new run.

    In a run samples are written all at once, then what undoes and seals follows one by one. A shift's batch is one run.
    """
    found: list[list[tuple[int, Record]]] = []
    closed: set[str] = set()
    undone = False
    for number, record in read:
        if not found or (record.do == "register" and (undone or record.tube in closed)):
            found.append([])
            closed, undone = set(), False
        found[-1].append((number, record))
        undone = undone or record.do == "undo"
        if record.do == "seal":
            closed.add(record.tube)
    return found


def _read_sample(record: Record, row: Mapping[str, Any], sound: bool) -> None:
    site = row.get("site")
    record.site = _site(site) if type(site) is str else id_of(row, "site")
    if "desk" in row:
        record.desk = _number(row, "desk", 1, 200) or 1
    record.household = row.get("household") is True
    record.capacity = HOUSEHOLD_MOST if record.household else _number(row, "capacity", 1, 20) or 10
    if not record.household and record.capacity not in POOL_SIZES:
        raise Invalid("capacity", _("One of: %(words)s") % {"words": ", ".join(map(str, POOL_SIZES))})
    if "position" in row or "base" in row:
        record.position, record.base = _number(row, "position", 1, 100), _number(row, "base", 0, 100)
    if row.get("person"):
        record.person = row["person"] if sound else id_of(row, "person")
    else:
        record.number, record.name = cell(row.get("number")), cell(row.get("name"))
        if not (record.number or record.name):
            raise Invalid("number", _("Say who it is: a number, or a name."))
    record.how = _word(row, "how", HOW, "typed")
    if "proxy_who" in row or "proxy_why" in row:
        record.proxy_who, record.proxy_why = _word(row, "proxy_who", PROXY_WHO), _word(row, "proxy_why", PROXY_WHY)
    if bool(record.proxy_who) != bool(record.proxy_why):
        raise Invalid("proxy_why", _("On somebody's behalf: say who does it and why."))


@lru_cache(maxsize=1024)
def _site(text: str) -> str:
    """A batch names a site or two, five hundred times. Raises Invalid."""
    return id_of({"site": text}, "site")


def ids_of(rows: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    """The ids of rows that were all read, as `id_of` writes them."""
    values = [row.get(name) for row in rows]
    if _all_written_out(values):
        return values
    return [id_of(row, name) for row in rows]


def _all_written_out(values: list[Any]) -> bool:
    """Whether all are ids in lower case, as UUIDs are written out: together ten times sooner than one by one."""
    many = len(values)
    if {*map(type, values)} - {str} or {*map(len, values)} - {36}:
        return False
    text = "".join(values)
    others = text.encode("ascii", "replace").translate(None, b"0123456789abcdef")
    return len(others) == 4 * many and all(text[at::36] == "-" * many for at in (8, 13, 18, 23))


def id_of(row: Mapping[str, Any], name: str) -> str:
    """An id, written out in lower case, however it was sent. Raises Invalid."""
    value = row.get(name)
    if type(value) is str and _written_out(value):
        return value
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise Invalid(name, _("An id is needed.")) from None


def _word(row: Mapping[str, Any], name: str, words: Mapping[str, Any], usual: str = "") -> str:
    value = row.get(name) or usual
    if not isinstance(value, str) or value not in words:
        raise Invalid(name, _("One of: %(words)s") % {"words": ", ".join(filter(None, words))})
    return value


def _number(row: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Invalid(name, _("A whole number from %(least)s to %(most)s") % {"least": least, "most": most})
    return value


def _moment(value: Any, now: datetime) -> datetime:
    """The device's time; the server's where it says none."""
    if value is None or value == "":
        return now
    try:
        read = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        read = datetime.min
    if not 2000 <= read.year <= 2200:
        raise Invalid("at", _("A time like 2021-11-30T19:15:00+08:00 is needed."))
    return read if read.tzinfo else read.replace(tzinfo=clock.zone())
