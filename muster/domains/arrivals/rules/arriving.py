"""What an arrival owes by the plan: which measure, until when, which tests; and what makes two addresses comparable."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from muster.kernel.plans import Plan

from . import divisions, places

# From the strictest. A stay in a sealed zone counts as one in a high-risk area, in a controlled one as middle.
CATEGORIES = ("high", "entrant", "middle", "county", "elsewhere")
GRADES = {"high": "high", "sealed": "high", "middle": "middle", "controlled": "middle"}
_SIGNS = re.compile(r"[\s,，、。.;；:：（）()·—~-]")
# What a place leaves out is listed at its own level, the stricter of which counts: `甲小区（除8号楼外）` is 甲小区.
_EXCEPT = re.compile(
    r"[（(](?:除|不含|[^（）()]{1,80}除外)[^（）()]{0,80}[）)](?:区域|地区)?|全[省市县区]?(?:范围|域)内?(?=除)|除[^（）()]{1,40}?外的?(?:其[他余])?(?:区域|地区|楼栋|部分)?$"
    r"|其[他余](?:区域|地区|楼栋)$"
)
_WHOLE = re.compile(r"(?:全域|全境|全部)$")


@dataclass(frozen=True)
class Owed:
    """What is asked from today: the measure of the phase that today falls in, its last day, and the tests to come."""

    kind: str
    ends_on: date
    tests: tuple[date, ...]


def comparable(code: str, text: str) -> str:
    """An address below its county or street as it is compared: without signs, exceptions and the street of `code`.

    '' means that nothing finer than the division is told.
    """
    key = _SIGNS.sub("", _EXCEPT.sub("", unicodedata.normalize("NFKC", text)))
    if len(code) == 9:
        names = divisions.streets(divisions.city_of(code))
        street = max(
            (name for name, codes in names.items() if code in codes and key.startswith(name)), key=len, default=""
        )
        key = key.removeprefix(street)
    return _WHOLE.sub("", key)


def origin(text: str, recalled: places.Recall | None = None) -> tuple[str, str]:
    """(code, key) of where somebody comes from. Code is '' for abroad and for what no table knows.

    `recalled` knows from earlier lists in which county a place lies."""
    if text.strip() in ("境外", "国外"):
        return "", ""
    place = places.find(unicodedata.normalize("NFKC", text).replace(" ", ""), recalled=recalled)
    return place.code, comparable(place.code, place.rest)


def owed(plan: Plan, category: str, left_on: date, today: date, site_until: date | None = None) -> Owed | None:
    """What a stay of this category asks from today; None where the plan asks nothing, or its days are over.

    Days count from leaving (leaver's clock). With `site_until` the days at a site were served elsewhere, and what
    follows counts from there. Day 1 of a phase is the day on which it begins.
    """
    measure = plan.measures.entrant if category == "entrant" else getattr(plan.arrivals, category, None)
    if measure is None:
        return None
    start, tests, last, now_kind = left_on, [], None, ""
    for kind, numbers in (("site", measure.site_tests), ("home", measure.home_tests), ("monitoring", ())):
        days = measure.days(kind)
        if days is None:
            continue
        if kind == "site" and site_until:
            start = site_until
            continue
        until = start + timedelta(days=days)
        if today < until:
            now_kind = now_kind or kind
            tests += [day for number in numbers if (day := start + timedelta(days=number - 1)) >= today]
        start = last = until
    return Owed(now_kind, last, tuple(tests)) if now_kind and last else None
