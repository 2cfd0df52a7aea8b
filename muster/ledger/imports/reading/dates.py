"""Days and moments as people write them. Plain functions of plain values.

Whether 03/04/2021 is March or April is decided for a column from its own values, never for one cell alone; where they
do not say, the cell goes to review. A serial number counts the days since 30 December 1899 (ECMA-376, 18.17.4.1).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from muster.kernel.loading import BadValue

_ = str  # marks a text for translation; `areas.words.explain` translates it

DMY, MDY = "dmy", "mdy"
FIRST_SERIAL, LAST_SERIAL = 366.0, 109_575.0  # 1900-12-31 to 2199-12-31
_EPOCH = datetime(1899, 12, 30)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_TIME = (
    r"(?:[T\s]*(?:(上午|下午|[AP]M)\s*)?(\d{1,2})(?:[:时點点](\d{1,2})?分?(?::?(\d{1,2}(?:\.\d+)?)秒?)?)?\s*([AP]M)?)?"
)
_ZONE = r"\s*(Z|[+-]\d{2}:?\d{2})?"
_YMD = re.compile(
    r"(\d{4})\s*(?:[-/.年]\s*|\s)(\d{1,2})\s*(?:[-/.月]\s*|\s)(\d{1,2})\s*[日号號]?" + _TIME + _ZONE, re.IGNORECASE
)
_XXY = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})" + _TIME + _ZONE, re.IGNORECASE)
_MD = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?" + _TIME, re.IGNORECASE)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\s*(\d{2})(\d{2})(\d{2})?)?")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[\s\-/]+([A-Za-z]{3,9})\.?|([A-Za-z]{3,9})\.?[\s\-/]+(\d{1,2})(?:st|nd|rd|th)?)"
    r"[\s\-/,]+(\d{4})" + _TIME,
    re.IGNORECASE,
)
_SHORT = re.compile(r"\d{1,2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?" + _TIME, re.IGNORECASE)
_WEEKDAY = re.compile(r"\s*[(\[]?(?:星期|周|礼拜)[一二三四五六日天][)\]]?\s*")
_TENS = "([一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_HAN_DAY = re.compile(f"([〇零○一二三四五六七八九]{{4}})年{_TENS}月{_TENS}[日号]")
_HAN_DIGITS = "〇一二三四五六七八九"
_VAGUE = re.compile(
    r"(?:\d{4}\s*年)?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})月[初中底上旬中下末]*|\d{4}\s*年?|\d{4}[-/.]\d{1,2}"
)
ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?")


class Ambiguous(BadValue):
    """A day that may be read in two ways; the user says which."""


class Vague(BadValue):
    """A month or a year, but no day."""


class NoYear(BadValue):
    """A month and a day; `month`, `day` and `rest` (the time, or '') are what was read."""

    def __init__(self, month: int, day: int, rest: str) -> None:
        super().__init__(_("There is no year"))
        self.month, self.day, self.rest = month, day, rest


def order_of(values: Iterable[Any]) -> str:
    """`dmy` or `mdy`, if some value of the column can only be read in one of the two ways and none in the other."""
    seen = set()
    for value in values:
        if isinstance(value, str) and (found := _XXY.match(value.strip())):
            first, second = int(found[1]), int(found[2])
            if first > 12 >= second:
                seen.add(DMY)
            elif second > 12 >= first:
                seen.add(MDY)
    return seen.pop() if len(seen) == 1 else ""


def read(value: Any, order: str = "") -> str:
    """A day (2021-11-30) or a local moment (2021-11-30T09:05:00) in ISO 8601, from a cell; '' for an empty one.

    Raises Ambiguous, NoYear, Vague, or BadValue for what is no date at all.
    """
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | int) and not isinstance(value, bool):
        return _number(value)
    text = unicodedata.normalize("NFKC", str(value or "")).strip().lstrip("'")
    if not text or ISO.fullmatch(text):
        return _checked(text)
    return _text(_HAN_DAY.sub(_digits, _WEEKDAY.sub(" ", text).strip()), order)


def _digits(found: re.Match[str]) -> str:
    """二〇二一年十一月五日 as 2021年11月5日."""
    year = "".join(str(_HAN_DIGITS.index("〇" if sign in "零○" else sign)) for sign in found[1])
    return f"{year}年{_tens(found[2])}月{_tens(found[3])}日"


def _tens(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    return (_HAN_DIGITS.index(tens or "一") * 10 if ten else 0) + (_HAN_DIGITS.index(ones) if ones else 0)


def with_year(no: NoYear, today: date) -> str:
    """The latest such day that is not in the future."""
    for year in (today.year, today.year - 1, today.year - 2, today.year - 3, today.year - 4):
        try:
            day = date(year, no.month, no.day)
        except ValueError:
            continue
        if day <= today:
            return day.isoformat() + no.rest
    raise BadValue(_("There is no such day"))


def _text(text: str, order: str) -> str:
    if found := _YMD.fullmatch(text):
        return _join(int(found[1]), int(found[2]), int(found[3]), *found.groups()[3:])
    if found := _XXY.fullmatch(text):
        return _turned(found, order)
    if found := _NAMED.fullmatch(text):
        month = _MONTHS.get((found[2] or found[3]).lower())
        if month:
            return _join(int(found[5]), month, int(found[1] or found[4]), *found.groups()[5:])
    if found := _MD.fullmatch(text):
        rest = _join(2000, int(found[1]), int(found[2]), *found.groups()[2:])[10:]
        raise NoYear(int(found[1]), int(found[2]), rest)
    if (found := _DIGITS.fullmatch(text)) and 1850 <= int(found[1]) <= 2199:
        year, month, day, hour, minute, second = found.groups()
        return _join(int(year), int(month), int(day), None, hour, minute, second, None)
    if (
        re.fullmatch(r"\d{3,6}(\.\d+)?", text)
        and FIRST_SERIAL <= float(text) <= LAST_SERIAL
        and not 1850 <= float(text) <= 2199
    ):
        return _number(float(text))
    if _SHORT.fullmatch(text):
        raise Ambiguous(_("A year of two digits; write it with four"))
    if _VAGUE.fullmatch(text):
        raise Vague(_("A month or a year, but no day"))
    raise BadValue(_("Not a date or time such as 2021-11-30 or 2021-11-30 19:15"))


def _turned(found: re.Match[str], order: str) -> str:
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    rest = found.groups()[3:]
    if first > 12 or first == second:
        return _join(year, second, first, *rest)
    if second > 12:
        return _join(year, first, second, *rest)
    if not order:
        raise Ambiguous(_("May be day and month, or month and day; say which with the order of dates"))
    return _join(year, *((second, first) if order == DMY else (first, second)), *rest)


def _number(value: float) -> str:
    if FIRST_SERIAL <= value <= LAST_SERIAL and value == int(value):
        return date.fromordinal(_EPOCH.toordinal() + int(value)).isoformat()
    if isinstance(value, int) or value.is_integer():
        text = str(int(value))
        if len(text) in (8, 12, 14):
            return _text(text, "")
    if not FIRST_SERIAL <= value <= LAST_SERIAL:
        raise BadValue(_("Not a date or time such as 2021-11-30 or 2021-11-30 19:15"))
    return _iso(_EPOCH + timedelta(seconds=round(value * 86_400)))


def _join(year: int, month: int, day: int, half: Any, hour: Any, minute: Any, second: Any, *after: Any) -> str:
    """A day with its time, if there is one; `half` and the first of `after` may say AM or PM, the last the zone."""
    try:
        iso = date(year, month, day).isoformat()
    except ValueError:
        raise BadValue(_("There is no such day")) from None
    if hour is None:
        return iso
    hours = int(hour)
    said = str(half or (after[0] if after else "") or "").upper()
    if said in ("PM", "下午") and hours < 12:
        hours += 12
    elif said in ("AM", "上午") and hours == 12:
        hours = 0
    whole, _dot, fraction = (second or "0").partition(".")
    if hours == 24 and not int(minute or 0):
        hours, iso = 0, (date(year, month, day) + timedelta(days=1)).isoformat()
    if hours > 23 or int(minute or 0) > 59 or int(whole) > 59:
        raise BadValue(_("There is no such time of day"))
    exact = f"{hours:02}:{int(minute or 0):02}:{int(whole):02}" + (f".{fraction[:6]}" if fraction else "")
    zone = after[1] if len(after) > 1 and after[1] else ""
    return f"{iso}T{exact}{zone.upper()}"


def _checked(text: str) -> str:
    if text:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise BadValue(_("There is no such day")) from None
    return text


def _iso(moment: datetime) -> str:
    moment = (moment + timedelta(microseconds=500_000)).replace(microsecond=0) if moment.microsecond else moment
    text = moment.isoformat()
    return text[:10] if text.endswith("T00:00:00") else text
