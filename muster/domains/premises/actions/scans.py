"""Scans of a venue's own device in batches: personal codes with the moment of each, into the log of who was where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import require
from muster.kernel.presence.load import load_presence
from muster.kernel.presence.rows import VENUE_CODE

from .. import codes
from ..rules import number_of
from .visits import venue_of

MOST_SCANS = 500
BACK, AHEAD = timedelta(days=2), timedelta(minutes=10)  # how long a device may have been without a network; its clock

# The person who stands for each code that is valid now, merges followed.
_HOLDERS = """
    SELECT c.id, c.number, own.key FROM premises_personalcode c
    JOIN people_person p ON p.id = c.person_id JOIN people_person own ON own.id = p.canonical_id
    WHERE (c.id = ANY(%s) OR c.number = ANY(%s)) AND c.revoked_at IS NULL AND c.ends_at > %s
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
    named = [_named(scan.code, now) for scan in scans]
    ids, numbers = ([each for each in named if isinstance(each, kind)] for kind in (UUID, str))
    with connection().cursor() as cursor:
        cursor.execute(_HOLDERS, [ids, numbers, now])
        known: dict[Any, int] = {}
        for row, number, key in cursor.fetchall():
            known[row] = known[number] = key
    first, last, place = now - BACK, now + AHEAD, venue.place.key
    rows, rejected = [], []
    for scan, who in zip(scans, named, strict=True):
        person = known.get(who)
        if person is None:
            rejected.append({"op": scan.op, "reason": _("This code is not valid, or no longer.")})
        elif not first <= scan.at <= last:
            rejected.append({"op": scan.op, "reason": _("Its moment is too far away.")})
        else:
            rows.append((person, place, scan.at.replace(second=0, microsecond=0), None, VENUE_CODE))
    done = load_presence(rows)
    return {"new": done.new, "known": done.known + done.repeated, "rejected": rejected}


def _named(code: str, now: datetime) -> UUID | str | None:
    """The row or the number that a code names; None where it is no code of ours. Needs no database."""
    if len(code) < 40:
        return number_of(code)
    try:
        return codes.read(code, codes.PERSON, now=now).about
    except codes.BadCode:
        return None
