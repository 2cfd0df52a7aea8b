"""Numbers that identify people, in the one form in which they are stored and compared. Plain functions.

Chinese identity numbers: GB 11643-1999, check character by ISO 7064 MOD 11-2. Plates: GA 36. Phones: E.164.
A number that a spreadsheet has rounded is refused: the lost digits are never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from operator import mul
from typing import Any, NamedTuple

from muster.kernel.loading import BadValue

KINDS = ("id_card", "passport", "phone", "plate", "other")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_ZEROS = sum(_WEIGHTS) * ord("0")  # what seventeen zeros weigh, as characters
_EXACT = 2**53
_SPREADSHEET_DIGITS = 15
_EXPONENT = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
_SEPARATORS = re.compile(r"[\s\-‐-―−_.,·•'’`()/]+")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[1-9][0-9]{1,2}[2-9][0-9]{6,7}")
_PLATE_CN = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{4,6}[\u4e00-\u9fff]?")
_CENTENARIAN = ("996", "997", "998", "999")  # sequence numbers that 15-digit cards kept for people over 100

_ = str  # marks a text for translation; `areas.words.explain` translates it
_LOST = _("The last digits are lost: the cell holds a rounded number. Store it as text.")


class Number(NamedTuple):
    """An identifier: its kind, the country whose rules it follows ('' where unknown), and the stored form."""

    kind: str
    country: str
    value: str


def read(kind: str, value: Any, country: str | None = None) -> Number:
    """The stored form of a number of a known kind; without a country, cards, plates and phones follow China's rules.

    Raises BadValue with the reason.
    """
    text = as_text(value)
    chinese = country in (None, "CN")
    if kind == "id_card" and chinese:
        return Number(kind, "CN", _id_card(_squeeze(text)))
    if kind == "phone":
        return _phone(text, country or "CN")
    if kind not in KINDS:
        raise BadValue(_("No such kind of number: “%(kind)s”"), kind=kind)
    text = _squeeze(text)
    if kind == "plate" and chinese and not _PLATE_CN.fullmatch(text):
        raise BadValue(_("This is not a number plate"))
    if kind == "passport" and not (re.fullmatch(r"[A-Z0-9]{5,15}", text) and re.search("[0-9]", text)):
        raise BadValue(_("A passport number has 5 to 15 letters and digits"))
    if not text or len(text) > 40:
        raise BadValue(_("This number is empty or too long"))
    return Number(kind, country or ("CN" if kind == "plate" else ""), text)


def read_any(value: Any) -> Number:
    """A number of unknown kind, as in a column “id number”: a Chinese card where it looks like one, else as written.

    Raises BadValue, also for digits that are nearly a Chinese card: nobody guesses what is missing.
    """
    text = _squeeze(as_text(value))
    if len(text) > 13 and text[:14].isdecimal():
        return Number("id_card", "CN", _id_card(text))
    if re.fullmatch(r"[A-Z]{1,3}[0-9]{5,10}", text):
        return Number("passport", "", text)
    return read("other", text)


def as_text(value: Any) -> str:
    """A cell as text. Raises BadValue for a number whose last digits a spreadsheet has lost."""
    if isinstance(value, float):
        if not value.is_integer() or abs(value) >= _EXACT:
            raise BadValue(_LOST)
        value = int(value)
    if isinstance(value, int) and value >= 10**_SPREADSHEET_DIGITS and value % 1000 == 0:
        raise BadValue(_LOST)
    text = "" if value is None else str(value)
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFKC", text))
    text = text.strip().lstrip("'")
    if not text.isdecimal() and _EXPONENT.fullmatch(text):
        raise BadValue(_LOST)
    return text


def check_character(first17: str) -> str:
    """The 18th character of a Chinese identity number (ISO 7064 MOD 11-2)."""
    return _CHECKS[(sum(map(mul, first17.encode(), _WEIGHTS)) - _ZEROS) % 11]


def born_on(id_card: str) -> date:
    """The day of birth in an 18-character identity number."""
    return date.fromisoformat(id_card[6:14])


def sex(id_card: str) -> str:
    """`male` or `female`, by the parity of the 17th digit."""
    return "male" if int(id_card[16]) % 2 else "female"


def masked(kind: str, value: str) -> str:
    """Enough of a number to tell two apart when asked for it, not enough to use it."""
    if kind == "phone" and len(value) > 9:
        return value[:-8] + "****" + value[-4:]
    shown = 4 if len(value) > 8 else 2 if len(value) > 4 else 0
    return "*" * max(4, len(value) - shown) + value[len(value) - shown :]


def _squeeze(text: str) -> str:
    """Capitals, without what people put between groups of digits."""
    return text if text.isdecimal() else _SEPARATORS.sub("", text).upper()


def _id_card(text: str) -> str:
    if len(text) == 15 and text.isdecimal():
        century = "18" if text[12:] in _CENTENARIAN else "19"
        text = text[:6] + century + text[6:]
        text += check_character(text)
    if len(text) != 18 or not text[:17].isdecimal():
        raise BadValue(_("An identity number has 18 characters (or 15 digits), this has %(length)s"), length=len(text))
    if text[17] != check_character(text[:17]):
        if text.endswith("000"):
            raise BadValue(_LOST)
        raise BadValue(_("The check character does not fit: one of the digits is wrong"))
    try:
        born_on(text)
    except ValueError:
        raise BadValue(_("There is no such day of birth")) from None
    return text


def _phone(text: str, country: str) -> Number:
    digits = _squeeze(text)
    international = digits.startswith(("+", "00"))
    digits = digits.removeprefix("+").removeprefix("00")
    if not (digits.isdecimal() and 5 <= len(digits) <= 15):
        raise BadValue(_("A phone number has 5 to 15 digits"))
    if country != "CN" and not international:
        return Number("phone", country, digits)
    national = digits.removeprefix("86") if international or len(digits) == 13 else digits
    if _MOBILE.fullmatch(national) or _LANDLINE.fullmatch(national):
        return Number("phone", "", "+86" + national.removeprefix("0"))
    if international and not digits.startswith("86"):
        return Number("phone", "", "+" + digits)
    raise BadValue(_("This is neither a mobile number nor a landline with its area code"))
