"""Rules of premises as plain functions: numbers on paper codes, who came along."""

from __future__ import annotations

import re
from typing import NamedTuple

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
    digits = "".join(str(int(c)) for c in text if c.isdecimal())
    kept = all(c.isdecimal() or c in " -‐–—\u3000" for c in text.strip())
    return digits if kept and len(digits) == DIGITS and _luhn(digits) % 10 == 0 else None


def _luhn(digits: str) -> int:
    doubled = (int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled)


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
