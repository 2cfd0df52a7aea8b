"""Finding the rows of a ledger by whose they are: name, pinyin, initials, identity number or phone.

Names and numbers are read with the login of actions, but only of rows in the ledger's scope; which of them are shown is
then decided by the login of pages. What was typed never stands in an address as such: it is sealed for the post that
asked and for some hours, and only that it was searched is logged.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from django.db.models import Exists, OuterRef, Q

from muster.kernel import clock
from muster.kernel.people import crypto, names
from muster.kernel.people.models import Person
from muster.kernel.people.queries import having, readings
from muster.kernel.posts.access import log_access
from muster.kernel.posts.logins import acting

if TYPE_CHECKING:
    from .declaring import Ledger, Rows

MOST = 1000  # rows that one search names
LONGEST = 60  # characters of a search
KEPT = timedelta(hours=12)  # as long as a session
_LAST = "\U0010ffff"
_DIGITS = re.compile(r"\d.*\d.*\d.*\d.*\d")


@dataclass(frozen=True)
class Found:
    """The keys of the rows that a search names, at most MOST; `more` where there are others."""

    text: str
    keys: list[Any]
    more: bool


def sealed(text: str, post: Any) -> str:
    """What was typed, so that an address may hold it: encrypted, bound to the post and the hour."""
    stamped = f"{clock.now().timestamp():.0f} {' '.join(text.split())[:LONGEST]}"
    key, secret = crypto.encrypt(stamped, post.id)
    return base64.urlsafe_b64encode(key.encode() + b" " + secret).decode().rstrip("=")


def unsealed(token: str, post: Any) -> str | None:
    """What was typed; None for nothing, and for what is not ours, of another post, or too old."""
    try:
        key, _space, secret = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).partition(b" ")
        stamp, _space, text = crypto.decrypt(key.decode(), secret, post.id).partition(" ")
    except (binascii.Error, InvalidTag, KeyError, ValueError):
        return None
    return text if text and float(stamp) > (clock.now() - KEPT).timestamp() else None


def log_search(ledger: Ledger, post: Any) -> None:
    """That somebody searched, before it is answered; the words may be a name and are not kept."""
    log_access(by=post, event="searched", field=ledger.name, area=post.area)


def search(ledger: Ledger, post: Any, text: str) -> Found:
    """The rows of the post's scope about persons of this name or number; two statements, three for a number."""
    with acting():
        rows = ledger.rows(post).order_by()
        if _DIGITS.search(text) and not names.has_han(text):
            keys = set(_of(rows, ledger, _records(having(*readings(text)).values_list("pk", flat=True))))
        else:
            said = _begins(text, f"{ledger.person}__details__")
            keys = set(rows.filter(said).values_list("pk", flat=True)[: MOST + 1])
            keys |= set(_of(rows, ledger, _records(_merged(text))))
    return Found(text, sorted(keys)[:MOST], len(keys) > MOST)


def among(rows: Rows, ledger: Ledger, found: Found) -> Rows:
    """Those that were found, where the post also sees the person: else a masked row would tell whose it is."""
    return rows.filter(Exists(Person.objects.filter(pk=OuterRef(ledger.person))), pk__in=found.keys)


def _of(rows: Rows, ledger: Ledger, persons: Any) -> Any:
    return rows.filter(**{f"{ledger.person}__in": persons}).values_list("pk", flat=True)[: MOST + 1]


def _begins(text: str, details: str) -> Q:
    """Whose name begins so (Chinese characters), or its pinyin or initials."""
    text = names.tidy(text)
    if names.has_han(text):
        begins = [("name", text)]
    else:
        begins = [(column, key) for key in names.search_keys(text) if key for column in ("name_key", "initials")]
    where = Q(pk=None)
    for column, key in begins:
        where |= Q(**{f"{details}{column}__gte": key, f"{details}{column}__lt": key + _LAST})
    return where


def _merged(text: str) -> Any:
    """The persons of more than one record of whom a record has such a name: their rows may be another record's."""
    several = Person.objects.filter(merged_into__isnull=False)
    either = _begins(text, "details__") | _begins(text, "canonical__details__")
    return several.filter(either).values_list("canonical_id", flat=True)


def _records(canonical: Any) -> list[Any]:
    """All records of these persons, as far as one search goes."""
    roots = list(canonical[: MOST + 1])
    merged = Person.objects.filter(canonical__in=roots, merged_into__isnull=False)
    return [*roots, *merged.values_list("pk", flat=True)] if roots else []
