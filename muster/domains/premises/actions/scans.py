"""Scans of a venue's own device in batches: personal codes with the moment of each, into the log of who was where."""

from __future__ import annotations

from collections.abc import Sequence
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
from ..models import Venue
from ..rules import DIGITS, number_of
from .visits import venue_of

MOST_SCANS = 500
BACK, AHEAD = timedelta(days=2), timedelta(minutes=10)  # how long a device may have been without a network; its clock

# Whose codes these are, merges followed, and their visits: how many are new, and which scans (`n`, from 1) have a valid
# code where some have none. A number that was typed needs no signature; a signed code is known again by its mark, or
# its signature was checked (then no mark is compared). Arrays come as their text, which costs the driver nothing.
_ENTER = """
    WITH sent AS MATERIALIZED (
        SELECT * FROM unnest(%s::bigint[], %s::text[], %s::uuid[], %s::text[]) WITH ORDINALITY
            AS s(second, number, row, mark, n)
    ), valid AS (
        SELECT s.n, s.second, c.person_id FROM sent s JOIN premises_personalcode c ON c.number = s.number
        WHERE c.revoked_at IS NULL AND c.ends_at > %s
        UNION ALL
        SELECT s.n, s.second, c.person_id FROM sent s JOIN premises_personalcode c ON c.id = s.row
        WHERE c.revoked_at IS NULL AND c.ends_at > %s AND (s.mark IS NULL OR c.mark = decode(s.mark, 'hex'))
    ), holders AS (
        SELECT v.n, v.second, own.key FROM valid v JOIN people_person p ON p.id = v.person_id
        CROSS JOIN LATERAL (
            SELECT p.key WHERE p.canonical_id = p.id
            UNION ALL
            SELECT o.key FROM people_person o WHERE o.id = p.canonical_id AND p.canonical_id <> p.id
        ) own
    )
    SELECT presence_enter(%s, %s, array_agg(key), array_agg(second)), CASE WHEN count(*) < %s THEN array_agg(n) END
    FROM holders HAVING count(*) > 0
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
    venue, _at = venue_of(desk, codes.DESK, now=now)
    first, last = (now - BACK).timestamp(), (now + AHEAD).timestamp()
    moments = [scan.at.timestamp() for scan in scans]
    far = {n for n, moment in enumerate(moments) if not first <= moment <= last}
    texts = ["" if n in far else scan.code for n, scan in enumerate(scans)]
    seconds = [0 if n in far else int(moment) // 60 * 60 for n, moment in enumerate(moments)]
    rows = codes.claims(texts)
    marks = ["null" if row == "null" else codes.mark(text).hex() for text, row in zip(texts, rows, strict=True)]
    new, taken = _enter(venue, now, seconds, [_number(text) for text in texts], rows, marks)
    # Issued before marks were kept, or under another key.
    older = [n not in taken and row != "null" and _signed(texts[n], now) for n, row in enumerate(rows)]
    if any(older):
        rows = [row if good else "null" for row, good in zip(rows, older, strict=True)]
        more, also = _enter(venue, now, seconds, [], rows, [])
        new, taken = new + more, taken | also
    reasons = _("This code is not valid, or no longer."), _("Its moment is too far away.")
    rejected = [{"op": scan.op, "reason": reasons[n in far]} for n, scan in enumerate(scans) if n not in taken]
    return {"new": new, "known": len(taken) - new, "rejected": rejected}


def _number(text: str) -> str:
    """The twelve digits that were typed; a wrong check digit is a number that nobody was given."""
    digits = len(text) == DIGITS and text.isascii() and text.isdigit()
    return text if digits else len(text) < codes.PERSON_LENGTH and number_of(text) or "null"


def _enter(venue: Venue, now: datetime, *columns: list[Any]) -> tuple[int, set[int]]:
    """How many of these visits are new, and which scans have a valid code."""
    arrays = ["{" + ",".join(map(str, column)) + "}" for column in columns]  # nothing but digits and "null"
    seconds = columns[0]
    given = [*arrays, now, now, venue.place.key, VENUE_CODE, len(seconds)]
    with prepared() as cursor:
        found = cursor.execute(_ENTER, given).fetchone()
        if found and found[0] is None:  # the first of a day
            open_days({clock.local_day(datetime.fromtimestamp(second, UTC)) for second in seconds if second})
            found = cursor.execute(_ENTER, given).fetchone()
    new, valid = found or (0, [])
    return new, set(range(len(seconds)) if valid is None else (n - 1 for n in valid))


def _signed(text: str, now: datetime) -> bool:
    """Whether the signature is ours."""
    try:
        codes.read(text, codes.PERSON, now=now)
    except codes.BadCode:
        return False
    return True
