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
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from django.db.models import Q

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
    """The rows of the post's scope about persons of this name or number, in two statements."""
    with acting():
        rows = ledger.rows(post).order_by()
        if _DIGITS.search(text) and not names.has_han(text):
            roots = list(having(*readings(text)).values_list("pk", flat=True)[:MOST])
            keys = set(_of(rows, ledger, roots))
        else:
            # Asked first and by itself: most names have no merged record, and then nothing of it is planned again.
            roots = list(_several(text)[:MOST])
            named = rows.filter(_begins(text, f"{ledger.person}__details__")).values_list("pk", flat=True)[: MOST + 1]
            keys = set(named.union(_of(rows, ledger, roots)) if roots else named)
    return Found(text, sorted(keys)[:MOST], len(keys) > MOST)


def among(rows: Rows, ledger: Ledger, found: Found) -> Rows:
    """Those that were found, where the post also sees the person: else a masked row would tell whose it is.

    The person is read with the row, by a join that row-level security holds: no statement more for the masked names.
    """
    seen = {f"{ledger.person}__label__isnull": False}
    return rows.filter(pk__in=found.keys, **seen).select_related(ledger.person)


def _of(rows: Rows, ledger: Ledger, roots: list[Any]) -> Any:
    """The rows about any record of these persons: their own, and those merged into it."""
    merged = Person.objects.filter(canonical__in=roots, merged_into__isnull=False)
    records = Person.objects.filter(pk__in=roots).values("pk").union(merged.values("pk"))
    return rows.filter(**{f"{ledger.person}__in": records}).values_list("pk", flat=True)[: MOST + 1]


def _begins(text: str, details: str) -> Q:
    """Whose name begins so (Chinese characters), or its pinyin or initials."""
    text = names.tidy(text)
    if names.has_han(text):
        begins = [("name", text)]
    else:
        begins = [(column, key) for key in names.search_keys(text) if key for column in ("name_key", "initials")]
    parts = [Q(**{f"{details}{column}__gte": key, f"{details}{column}__lt": key + _LAST}) for column, key in begins]
    return reduce(or_, parts) if parts else Q(pk__in=[])


def _several(text: str) -> Any:
    """The persons of several records of whom one has such a name: a row may be about another record."""
    several = Person.objects.filter(merged_into__isnull=False).values_list("canonical_id", flat=True)
    # Each by the index of its own: asked for either at once, the database would look at every merged record.
    return several.filter(_begins(text, "details__")).union(several.filter(_begins(text, "canonical__details__")))
