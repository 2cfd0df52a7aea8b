"""Set-based SQL of isolation, and what tracing asks about isolated people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from muster.kernel.posts.logins import connection

# Ready rooms of a site, each given to one asker only: rivals skip what another has locked, and never wait.
TAKE_ROOMS = """
    WITH taken AS MATERIALIZED (
        SELECT id FROM isolation_room
        WHERE site_id = %(site)s AND state = 'ready' AND (%(room)s::uuid IS NULL OR id = %(room)s::uuid)
        ORDER BY label LIMIT %(count)s
        FOR UPDATE SKIP LOCKED
    )
    UPDATE isolation_room r SET state = %(state)s, state_at = %(now)s FROM taken WHERE r.id = taken.id
    RETURNING r.id
"""

# Open sites by nearness: the more of its code a site shares with the person's area, the nearer; then by free rooms.
NEAREST_SITES = """
    SELECT s.id, count(r.id) FILTER (WHERE r.state = 'ready') AS free, count(r.id) AS rooms
    FROM isolation_site s LEFT JOIN isolation_room r ON r.site_id = s.id
    WHERE s.closed_at IS NULL AND s.kind = %(kind)s
    GROUP BY s.id, s.area
    HAVING s.kind = 'hospital' OR count(r.id) FILTER (WHERE r.state = 'ready') > 0
    ORDER BY (left(s.area, 9) = left(%(area)s, 9)) DESC, (left(s.area, 6) = left(%(area)s, 6)) DESC,
             (left(s.area, 4) = left(%(area)s, 4)) DESC, free DESC, s.id
"""

# Tests that have come due of people in a stay, not yet asked for.
TESTS_TO_ASK = """
    SELECT t.id, t.due_on, s.id
    FROM controls_duetest t
    JOIN controls_control c ON c.id = t.control_id AND c.ended_at IS NULL
    JOIN isolation_stay s ON s.control_id = c.id AND s.ended_at IS NULL
    WHERE t.done_fact_id IS NULL AND t.due_on <= %(today)s AND (%(control)s::uuid IS NULL OR c.id = %(control)s::uuid)
      AND NOT EXISTS (SELECT FROM isolation_sample a WHERE a.id = t.id)
    ORDER BY t.due_on, t.id LIMIT %(limit)s
"""

# Samples still asked for whose test has been answered by a result (its fact), or is no longer part of the plan (null).
SAMPLES_SETTLED = """
    SELECT a.id, t.done_fact_id
    FROM isolation_sample a LEFT JOIN controls_duetest t ON t.id = a.id
    WHERE a.taken_at IS NULL AND a.dropped_at IS NULL AND (t.id IS NULL OR t.done_fact_id IS NOT NULL)
    ORDER BY a.id LIMIT %(limit)s
"""

# Stays whose site days are over while days at home follow, and stays whose control is over; each asked once per end.
ENDINGS = """
    SELECT s.id, c.ends_on <= %(today)s AS over
    FROM isolation_stay s JOIN controls_control c ON c.id = s.control_id AND c.ended_at IS NULL
    WHERE s.ended_at IS NULL AND c.ends_on IS NOT NULL AND CASE
        WHEN c.ends_on <= %(today)s THEN s.release_asked_on IS DISTINCT FROM c.ends_on
        ELSE s.home_days > 0 AND c.ends_on - s.home_days <= %(today)s AND s.leg_asked_on IS DISTINCT FROM c.ends_on
    END
    ORDER BY s.id LIMIT %(limit)s
"""

# Stays of controls without an end (cases): their tests decide.
OPEN_ENDED = """
    SELECT s.id FROM isolation_stay s JOIN controls_control c ON c.id = s.control_id AND c.ended_at IS NULL
    WHERE s.ended_at IS NULL AND c.ends_on IS NULL AND s.release_asked_on IS NULL
    ORDER BY s.id LIMIT %(limit)s
"""

# Stays of which the release was asked, and whose control has been extended since.
EXTENDED = """
    SELECT s.id, s.control_id
    FROM isolation_stay s JOIN controls_control c ON c.id = s.control_id
    WHERE s.ended_at IS NULL AND s.release_asked_on IS NOT NULL AND c.ended_at IS NULL AND c.ends_on > %(today)s
    ORDER BY s.id LIMIT %(limit)s
"""

ISOLATED_AT = """
    SELECT asked.id, min(s.began_at)
    FROM people_person asked
    JOIN people_person p ON p.canonical_id = asked.canonical_id
    JOIN isolation_stay s ON s.person_id = p.id
    WHERE asked.id = ANY(%(persons)s) AND (s.ended_at IS NULL OR s.ended_at > %(after)s)
    GROUP BY asked.id
"""

# A room is shared from the later beginning until the earlier end, within the window; merged records are one person.
ROOMMATES = """
    SELECT asked.id, other.canonical_id, s.place_id,
           greatest(s.began_at, o.began_at, %(from)s) AS since,
           least(coalesce(s.ended_at, %(until)s), coalesce(o.ended_at, %(until)s), %(until)s) AS until
    FROM people_person asked
    JOIN people_person p ON p.canonical_id = asked.canonical_id
    JOIN isolation_stay s ON s.person_id = p.id
    JOIN isolation_stay o ON o.room_id = s.room_id AND o.id <> s.id
    JOIN people_person other ON other.id = o.person_id
    WHERE asked.id = ANY(%(persons)s) AND other.canonical_id <> asked.canonical_id
      AND greatest(s.began_at, o.began_at, %(from)s)
          < least(coalesce(s.ended_at, %(until)s), coalesce(o.ended_at, %(until)s), %(until)s)
    ORDER BY asked.id, since, other.canonical_id
"""


@dataclass(frozen=True)
class Roommate:
    """Somebody who shared a room with `person` from `since` until `until` (half-open), at the place of a site."""

    person: UUID
    other: UUID
    place: UUID | None
    since: datetime
    until: datetime


def take_rooms(site: UUID, state: str, now: datetime, *, count: int = 1, room: UUID | None = None) -> list[UUID]:
    """Up to `count` ready rooms of the site, or the given one if it is ready, now in that state; in order of label."""
    rows = fetch(TAKE_ROOMS, site=site, state=state, now=now, count=count, room=room)
    return [row[0] for row in rows]


def isolated_at(persons: Iterable[UUID], after: datetime) -> dict[UUID, datetime]:
    """For each isolated person the beginning of their first stay that had not ended by `after`; merged are one."""
    return dict(fetch(ISOLATED_AT, persons=list(persons), after=after))


def roommates(persons: Iterable[UUID], start: datetime, end: datetime) -> list[Roommate]:
    """Who shared a room with these persons within [start, end): carers and the people they came with, mostly."""
    return [Roommate(*row) for row in fetch(ROOMMATES, persons=list(persons), **{"from": start, "until": end})]


def fetch(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Run named SQL through the running code's login."""
    with connection().cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
