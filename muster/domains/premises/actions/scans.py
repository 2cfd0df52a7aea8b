"""Scans of a venue's own device in batches: personal codes with the moment of each, into the log of who was where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from django.utils.translation import gettext as _

from muster.kernel import clock
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import prepared
from muster.kernel.posts.permissions import require
from muster.kernel.presence.load import open_days
from muster.kernel.presence.rows import VENUE_CODE

from .. import codes
from ..rules import DIGITS, number_of
from .visits import BAD_DESK

MOST_SCANS = 500
BACK, AHEAD = timedelta(days=2), timedelta(minutes=10)  # how long a device may have been without a network; its clock

# Scans (`n`) with a valid code: a number that was typed needs no signature; a signed code is known again by its mark,
# or its signature was checked and its row is given. Arrays come as their text, which costs the driver nothing.
_VALID = """
    SELECT s.n + %s AS n, s.second, c.person_id
    FROM unnest(%s::bigint[], %s::{kind}[]) WITH ORDINALITY AS s (second, said, n)
    JOIN premises_personalcode c ON c.{column} = s.said WHERE c.revoked_at IS NULL AND c.ends_at > %s
"""
_WAYS = ("text", "number"), ("uuid", "mark"), ("uuid", "id")

# Whose codes these are, merges followed, and their visits at the venue of the link: how many are new, and which scans
# have a valid code where some have none; no row where the link opens no venue.
_ENTER = f"""
    WITH valid AS (
        {" UNION ALL ".join(_VALID.format(kind=kind, column=column) for kind, column in _WAYS)}
    ), holders AS (
        SELECT v.n, v.second, own.key FROM valid v JOIN people_person p ON p.id = v.person_id
        CROSS JOIN LATERAL (
            SELECT p.key WHERE p.canonical_id = p.id
            UNION ALL
            SELECT o.key FROM people_person o WHERE o.id = p.canonical_id AND p.canonical_id <> p.id
        ) own
    ), entering AS (
        SELECT array_agg(key) AS keys, array_agg(second) AS seconds, count(*) AS many,
               CASE WHEN count(*) < %s THEN coalesce(array_agg(n), ARRAY[]::bigint[]) END AS taken
        FROM holders
    )
    SELECT CASE WHEN e.many > 0 THEN presence_enter(p.key, %s, e.keys, e.seconds) ELSE 0 END, e.taken
    FROM premises_venue v JOIN people_place p ON p.id = v.place_id CROSS JOIN entering e
    WHERE v.id = %s AND v.desk_number = %s AND v.closed_at IS NULL
"""


class Scan(Protocol):
    """One scan: the device's own number for it, the code as scanned or its twelve digits, and the moment."""

    op: str
    code: str
    at: datetime


@action("premises.record_scans")
def record_scans(*, by: Any, desk: str, scans: Sequence[Scan], now, op=None) -> dict[str, Any]:
    """Enter who was scanned at a venue. Returns how many visits are `new` and how many `known`, and who was `rejected`.

    A scan sent again, alone or in another batch, is the same visit: person, venue and minute are. Raises Invalid for a
    link that is not valid, and for more than MOST_SCANS.
    """
    require(by, "premises.record_scans", "")
    if len(scans) > MOST_SCANS:
        raise Invalid("scans", _("At most %(most)s scans at a time.") % {"most": MOST_SCANS})
    try:
        link = codes.read(desk, codes.DESK, now=now)
    except codes.BadCode:
        raise Invalid("code", BAD_DESK) from None
    first, last = (now - BACK).timestamp(), (now + AHEAD).timestamp()
    moments = [scan.at.timestamp() for scan in scans]
    near = [n for n, moment in enumerate(moments) if first <= moment <= last]
    typed = {n: _number(scans[n].code) for n in near if len(scans[n].code) < codes.PERSON_LENGTH}
    signed = {n: codes.mark(scans[n].code) for n in near if n not in typed}
    new, taken = _enter(link, now, moments, typed, signed, {})
    # Issued before marks were kept, or under another key.
    older = {n: row for n in signed if n not in taken and (row := _row(scans[n].code, now))}
    if older:
        more, also = _enter(link, now, moments, {}, {}, older)
        new, taken = new + more, taken | also
    reasons = _("Its moment is too far away."), _("This code is not valid, or no longer.")
    rejected = [
        {"op": scan.op, "reason": reasons[first <= moments[n] <= last]}
        for n, scan in enumerate(scans)
        if n not in taken
    ]
    return {"new": new, "known": len(taken) - new, "rejected": rejected}


def _number(text: str) -> str:
    """The twelve digits that were typed; a wrong check digit is a number that nobody was given."""
    digits = len(text) == DIGITS and text.isascii() and text.isdigit()
    return text if digits else number_of(text) or "null"


def _row(code: str, now: datetime) -> str | None:
    """The row of a personal code with our signature."""
    try:
        return str(codes.read(code, codes.PERSON, now=now).about)
    except codes.BadCode:
        return None


def _enter(link: codes.Code, now: datetime, moments: list[float], *ways: dict[int, str]) -> tuple[int, set[int]]:
    """How many visits of these scans are new, and which have a valid code. Raises Invalid.

    For each of `_WAYS`: what each scan (its place in `moments`) says.
    """
    given: list[Any] = []
    sent: list[int] = []
    for said in ways:
        minutes = [int(moments[n]) // 60 * 60 for n in said]
        given += [len(sent), _array(minutes), _array(said.values()), now]
        sent += said
    given += [len(sent), VENUE_CODE, link.about, link.number]
    with prepared() as cursor:
        found = cursor.execute(_ENTER, given).fetchone()
        if found and found[0] is None:  # the first of a day
            open_days({clock.local_day(datetime.fromtimestamp(moments[n], UTC)) for n in sent})
            found = cursor.execute(_ENTER, given).fetchone()
    if found is None:
        raise Invalid("code", BAD_DESK)
    new, valid = found
    return new, set(sent if valid is None else [sent[n - 1] for n in valid])


def _array(values: Iterable[Any]) -> str:
    """As PostgreSQL writes it: in these is nothing but digits and "null"."""
    return "{" + ",".join(map(str, values)) + "}"
