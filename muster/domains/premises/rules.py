"""Rules of premises as plain functions: numbers on paper codes, who came along, a person's status, periods."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

DIGITS = 12
MOST_OTHERS = 20
_PHONE = re.compile(r"[+0-9０-９][-0-9０-９ ]{4,}$")


class Other(NamedTuple):
    """Somebody that another person enters: a name, and a phone or ''."""

    name: str
    phone: str


def with_check_digit(eleven: int) -> str:
    """The twelve digits on a paper code: eleven and a check digit (ISO/IEC 7812, Luhn), which finds one wrong digit."""
    body = f"{eleven:011}"
    return body + str(-_luhn(body + "0") % 10)


def number_of(text: str) -> str | None:
    """Twelve digits as somebody types them, in groups or not; None where it cannot be a paper code's number."""
    digits = text
    if not (text.isascii() and text.isdigit()):
        digits = "".join(str(int(c)) for c in text if c.isdecimal())
        if not all(c.isdecimal() or c in " -‐–—\u3000" for c in text.strip()):
            return None
    return digits if len(digits) == DIGITS and _luhn(digits) % 10 == 0 else None


_DOUBLED = str.maketrans("0123456789", "0246813579")  # doubled, less nine where that has two digits


def _luhn(digits: str) -> int:
    return sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2].translate(_DOUBLED)))


def people_in(text: str) -> list[Other]:
    """The people in a text of one per line: a name, and after it a phone if they have one."""
    found = []
    for line in text.splitlines():
        line = line.strip()
        phone = _PHONE.search(line)
        name = (line[: phone.start()] if phone else line).strip(" ,，、;；:：\t")
        if name or phone:
            found.append(Other(name, phone.group().strip() if phone else ""))
    return found


ENTER, TEST, STAY = "enter", "test", "stay"
STRENGTH = {ENTER: 0, TEST: 1, STAY: 2}
AT_HOME_OR_SITE = ("home", "site")


class Ground(NamedTuple):
    """One piece of evidence: what it calls for, its kind, the fact it is, and until when (None: until it is lifted)."""

    calls_for: str
    kind: str
    fact: UUID
    until: date | None


class Held(NamedTuple):
    """A control in force: measure, end, and its evidence that stands, each as (kind, fact)."""

    measure: str
    ends_on: date | None
    evidence: tuple[tuple[str, UUID], ...]


class Finding(NamedTuple):
    """What a laboratory found that no control has answered yet: `positive` or `pool_suspect`; and until when."""

    kind: str
    fact: UUID
    until: date


class Status(NamedTuple):
    """What a person may do: `word` is what holds now, `without` what would hold without the exception, and why."""

    word: str
    without: str
    grounds: tuple[Ground, ...]


def grounds(
    held: Iterable[Held], due: Iterable[tuple[date, UUID]], findings: Iterable[Finding], today: date
) -> tuple[Ground, ...]:
    """What the evidence about one person calls for, the strongest first; nothing but evidence comes in.

    A control at home or at a site: they stay, until somebody decides on its end. A test that is due or overdue (day and
    the fact it hangs on): they are tested first. A positive result: they stay. A positive pool: they are tested.
    A control without evidence that stands counts for nothing.
    """
    found = [
        Ground(STAY, kind, fact, control.ends_on)
        for control in held
        if control.measure in AT_HOME_OR_SITE
        for kind, fact in control.evidence
    ]
    found += [Ground(TEST, "test_due", fact, on) for on, fact in due if on <= today]
    found += [
        Ground(STAY if finding.kind == "positive" else TEST, finding.kind, finding.fact, finding.until)
        for finding in findings
        if finding.kind in ("positive", "pool_suspect") and today <= finding.until
    ]
    return tuple(sorted(found, key=lambda ground: -STRENGTH[ground.calls_for]))


def status(grounds: tuple[Ground, ...], eased_to: str | None = None) -> Status:
    """The status that follows. An exception only eases: it never makes anybody stay whom no evidence holds."""
    without = grounds[0].calls_for if grounds else ENTER
    eased = eased_to in STRENGTH and STRENGTH[str(eased_to)] < STRENGTH[without]
    return Status(str(eased_to) if eased else without, without, grounds)


def one_body(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether two posts belong to one body: same organisation, place or area, or the same user."""
    return any(one and one == other for one, other in zip(first, second, strict=True))


# Levels that decide, the lowest first, with the width of their area codes (GB/T 2260 and the statistics bureau's).
DECIDERS = {"community": 12, "street": 9, "district": 6, "city": 4, "province": 2}


class Response(NamedTuple):
    """What each response level forbids, kind -> from how many people on; and the times around a decision about it."""

    forbids: dict[str, dict[str, int]]
    undo: timedelta
    acknowledge: timedelta
    inform: timedelta
    source: dict[str, str]


class Opinion(NamedTuple):
    """Which sector is heard before approval, by the kind of gathering, from so many expected people on; until when."""

    sectors: dict[str, str]
    least: int
    within: timedelta


class Approval(NamedTuple):
    """Who decides on a gathering: steps as (from how many people on, level), the largest first; see `approval.toml`."""

    steps: tuple[tuple[int, str], ...]
    outsiders_raise: int
    banquet_tables: int
    source: dict[str, str]
    response: Response
    opinion: Opinion

    def checked(self) -> Approval:
        """Itself. Raises ValueError where a size has no decider, or a larger one has a lower decider."""
        order = list(DECIDERS)
        ranks = [order.index(level) for _least, level in self.steps if level in order]
        sizes = [least for least, _level in self.steps]
        sound = len(ranks) == len(sizes) and sizes == sorted(set(sizes), reverse=True) and sizes[-1:] == [0]
        if not sound or ranks != sorted(ranks, reverse=True):
            raise ValueError("approval.toml: steps must fall in size and level, and end with from = 0")
        return self


def decided_by(expected: int, tables: int, outsiders: bool, approval: Approval) -> str:
    """The level that decides on a gathering of so many people and banquet tables, with people from outside or not."""
    order = list(DECIDERS)
    level = next(level for least, level in approval.steps if expected >= least)
    rank = order.index(level) + (approval.outsiders_raise if outsiders else 0)
    if tables >= approval.banquet_tables:
        rank = max(rank, order.index("community"))
    return order[min(rank, len(order) - 1)]


def decision_area(area: str, level: str) -> str:
    """The area of the body that decides, of an event in `area`."""
    return area[: DECIDERS[level]]


def checked_period(every: int, due: int) -> tuple[int, int]:
    """A period of so many days, due at an hour of its last day. Raises ValueError."""
    if not (1 <= every <= 366 and 0 < due <= 24):
        raise ValueError("a period is 1 to 366 days, and due at an hour from 1 to 24")
    return every, due


def first_of_period(day: date, every: int) -> date:
    """The first day of the period that a day lies in; all venues have the same, and weeks begin on Monday."""
    return date.fromordinal((day.toordinal() - 1) // every * every + 1)
