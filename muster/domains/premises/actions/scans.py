"""Scans of a venue's own device in batches: personal codes with the moment of each, into the log of who was where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.utils.translation import gettext as _

from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import require
from muster.kernel.presence.load import load_presence
from muster.kernel.presence.rows import NO_SEAT, NONE, VENUE_CODE, Rows

from .. import codes
from ..rules import number_of
from .visits import venue_of

MOST_SCANS = 500
BACK, AHEAD = timedelta(days=2), timedelta(minutes=10)  # how long a device may have been without a network; its clock

# For each text as it was scanned the person who stands for its code, where that is valid now, merges followed; and
# whether it is the very text that was issued (a typed number needs no signature).
_HOLDERS = """
    SELECT s.text, own.key, true FROM unnest(%(texts)s::text[], %(numbers)s::text[]) AS s(text, number)
    JOIN premises_personalcode c ON c.number = s.number AND c.revoked_at IS NULL AND c.ends_at > %(now)s
    JOIN people_person p ON p.id = c.person_id JOIN people_person own ON own.id = p.canonical_id
    UNION ALL
    SELECT s.text, own.key, coalesce(c.mark = sha256(convert_to(s.text, 'UTF8')), false)
    FROM unnest(%(signed)s::text[], %(rows)s::uuid[]) AS s(text, row)
    JOIN premises_personalcode c ON c.id = s.row AND c.revoked_at IS NULL AND c.ends_at > %(now)s
    JOIN people_person p ON p.id = c.person_id JOIN people_person own ON own.id = p.canonical_id
"""


class Scan(NamedTuple):
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
    venue, _at = venue_of(desk, codes.DESK, now=now)
    known = _holders({scan.code for scan in scans}, now)
    first, last = (now - BACK).timestamp(), (now + AHEAD).timestamp()
    people, minutes, rejected = [], [], []
    for scan in scans:
        person, moment = known.get(scan.code), scan.at.timestamp()
        if person is None:
            rejected.append({"op": scan.op, "reason": _("This code is not valid, or no longer.")})
        elif not first <= moment <= last:
            rejected.append({"op": scan.op, "reason": _("Its moment is too far away.")})
        else:
            people.append(person)
            minutes.append(int(moment) // 60 * 60_000_000)
    done = load_presence(visits(people, venue.place.key, minutes))
    return {"new": done.new, "known": done.known + done.repeated, "rejected": rejected}


def visits(people: list[int], place: int, minutes: list[int]) -> Rows:
    """Visits of one venue as rows of the log; `minutes` in microseconds since 1970."""
    many = len(people)
    small = np.full(many, VENUE_CODE, "int16"), np.full(many, NO_SEAT, "int16")
    entered = np.array(minutes, "int64")
    return Rows(np.array(people, "int64"), np.full(many, place, "int64"), entered, np.full(many, NONE), *small)


def _holders(texts: set[str], now: datetime) -> dict[str, int]:
    """The key of the person for each text that is a valid code of ours: its twelve digits, or the signed code."""
    numbers = {text: number for text in texts if len(text) < codes.PERSON_LENGTH and (number := number_of(text))}
    rows = {text: row for text in texts if (row := codes.claimed(text))}
    given = {"texts": [*numbers], "numbers": [*numbers.values()], "signed": [*rows], "rows": [*rows.values()]}
    with connection().cursor() as cursor:
        cursor.execute(_HOLDERS, {**given, "now": now})
        return {text: key for text, key, issued in cursor.fetchall() if issued or _signed(text, now)}


def _signed(text: str, now: datetime) -> bool:
    """Whether the signature is ours: of a code that was issued before marks were kept, or under another key."""
    try:
        codes.read(text, codes.PERSON, now=now)
    except codes.BadCode:
        return False
    return True
