"""The queue of repeats: new and changed records against all others, a batch at a time; nothing waits for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from os.path import commonprefix
from typing import Any
from uuid import UUID

from muster.kernel import ids
from muster.kernel.areas.codes import LEVELS, parent_of
from muster.kernel.people import crypto
from muster.kernel.posts.logins import connection

from . import queries
from .queries import Known
from .rules import compare

BATCH = 1000

# A person waits once for the name and once for each number; all of that goes together.
_TAKE = """
    WITH next AS (SELECT DISTINCT person FROM (SELECT person FROM residents_waiting ORDER BY id LIMIT %s) first)
    DELETE FROM residents_waiting w USING next WHERE w.person = next.person RETURNING w.person
"""
# A pair that was decided comes back only when what was compared has changed; a merged one is one person.
_QUEUE = """
    INSERT INTO residents_candidate AS c (id, one_id, other_id, area, bits, level, outcomes, digest, state, found_at)
    SELECT id, one, other, area, bits, level, outcomes, decode(digest, 'hex'), 'open', %s FROM json_to_recordset(%s)
    AS r(id uuid, one uuid, other uuid, area text, bits float8, level text, outcomes jsonb, digest text)
    ORDER BY one, other
    ON CONFLICT (one_id, other_id) DO UPDATE SET
        area = EXCLUDED.area, bits = EXCLUDED.bits, level = EXCLUDED.level, outcomes = EXCLUDED.outcomes,
        digest = EXCLUDED.digest,
        state = CASE WHEN c.digest = EXCLUDED.digest THEN c.state ELSE 'open' END,
        found_at = CASE WHEN c.digest = EXCLUDED.digest THEN c.found_at ELSE EXCLUDED.found_at END,
        decided_at = CASE WHEN c.digest = EXCLUDED.digest THEN c.decided_at END,
        decided_by_id = CASE WHEN c.digest = EXCLUDED.digest THEN c.decided_by_id END
    WHERE c.state <> 'merged'
"""
# What no longer agrees leaves the queue; what was decided stays on record.
_DROP = """
    DELETE FROM residents_candidate c
    WHERE c.state = 'open' AND (c.one_id = ANY(%s) OR c.other_id = ANY(%s))
        AND NOT EXISTS (SELECT FROM json_to_recordset(%s) AS r(one uuid, other uuid)
                        WHERE r.one = c.one_id AND r.other = c.other_id)
"""


def match_batch(now: datetime, size: int = BATCH) -> int:
    """Compare the next records that wait with all others, and put what agrees into the queue; returns how many waited.

    Runs in the caller's transaction, as `muster_act`.
    """
    with connection().cursor() as cursor:
        cursor.execute(_TAKE, [size])
        waiting = {person for (person,) in cursor.fetchall()}
    if waiting:
        store(waiting, pairs_of(waiting), now)
    return len(waiting)


def pairs_of(persons: Iterable[UUID]) -> list[dict[str, Any]]:
    """The pairs of these persons with anybody that are certain, likely or possible."""
    asked = queries.records(persons)
    met = queries.meetings(list(asked.values()))
    known = asked | queries.records({person for pair in met for person in pair} - asked.keys())
    found = []
    for one, other in met:
        if row := _pair(known[one], known[other]):
            found.append(row)
    return found


def _pair(one: Known, other: Known) -> dict[str, Any] | None:
    if one.canonical == other.canonical:
        return None
    verdict = compare(one.record, other.record)
    if not verdict.level:
        return None
    return {
        "id": ids.uuid7().hex,
        "one": one.id.hex,
        "other": other.id.hex,
        "area": shared_area(one.home, other.home),
        "bits": verdict.bits,
        "level": verdict.level,
        "outcomes": verdict.outcomes,
        "digest": digest(one, other).hex(),
    }


def shared_area(one: str, other: str) -> str:
    """The smallest area that holds both homes; a record without a home goes where the other one is."""
    shared = commonprefix([one or other, other or one])
    return shared if len(shared) in LEVELS.values() else parent_of(shared)


def digest(one: Known, other: Known) -> bytes:
    """Stands for what was compared, so that a decision holds until a record changes. Keyed, because it is of names."""
    parts = []
    for known in (one, other):
        row = known.record
        numbers = [sorted(index.hex() for index in kind) for kind in (row.numbers, row.phones)]
        parts.append([row.name.text, row.sex, str(row.born_on), numbers, row.address, known.home])
    return crypto.blind_index("residents.candidate", "", json.dumps(parts))


def store(persons: set[UUID], pairs: list[dict[str, Any]], now: datetime) -> None:
    """Bring the queue up to date for these persons, who were all compared."""
    rows, asked = json.dumps(pairs), list(persons)
    with connection().cursor() as cursor:
        cursor.execute(_DROP, [asked, asked, rows])
        if pairs:
            cursor.execute(_QUEUE, [now, rows])
