"""Swabs into tubes: the statements of a batch. Three of them for new tubes and people who come for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.db.backends.utils import CursorWrapper

from muster.kernel.areas.codes import span
from muster.kernel.posts.logins import ACT, acting, prepared

from .models import Round

_ROUND_COLUMNS = [field.column for field in Round._meta.concrete_fields]
_ROUND = f"SELECT {', '.join(_ROUND_COLUMNS)} FROM screening_round WHERE id = %s"
_NEW_TUBES = """
    INSERT INTO screening_tube (id, code, round_id, site_id, desk, area, household, capacity, members, opened_at,
        result, claimed, claimed_why, void_why)
    SELECT t.id, t.code, t.round, t.site, t.desk, t.area, t.household, t.capacity, 0, %s, '', '', '', ''
    FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::int[], %s::text[], %s::bool[], %s::int[])
         AS t(id, code, round, site, desk, area, household, capacity)
    ORDER BY t.code ON CONFLICT (code) DO NOTHING RETURNING code
"""

# New swabs of known persons (their canonical records), the counters of their buildings, and the tubes they lie in. In
# this order: counters of the sites follow the tubes' members, so that no two batches wait for one another's counters.
# `counts`: an expected person's first swab in the round; `look` asks who is not the first. Whoever is sampled at this
# very moment by a rival, or twice in one batch, only the unique index tells (see `register`).
# Columns that are empty in the whole batch come as empty arrays. The answer is how many are written; with those that
# are reviewed because of others, and with all of them where they are fewer than were sent.
_REGISTER = """
    WITH written AS (
        INSERT INTO screening_registration (op, round_id, person_id, tube_id, area, site_area, "position", how,
            proxy_who, proxy_why, device_at, received_at, by_id, counts, review)
        SELECT r.op, %(round)s::uuid, q.canonical_id, (%(tubes)s::uuid[])[r.tube],
            left(coalesce(nullif(c.home, ''), (%(areas)s::text[])[r.tube]), 18), (%(areas)s::text[])[r.tube],
            r."position", r.how, coalesce(r.proxy_who, ''), coalesce(r.proxy_why, ''), r."at", %(now)s::timestamptz,
            %(by)s::uuid,
            NOT a.again AND c.created_at <= %(opened)s::timestamptz AND EXISTS (
                SELECT FROM unnest(%(los)s::text[], %(his)s::text[]) AS w(lo, hi) WHERE c.home >= w.lo AND c.home < w.hi
            ) AND (NOT %(due)s::bool OR EXISTS (
                SELECT FROM screening_expected e WHERE e.round_id = %(round)s::uuid AND e.person_id = q.canonical_id
            )),
            CASE WHEN a.again AND coalesce(r.review, '') = '' THEN 'again' ELSE coalesce(r.review, '') END
        FROM unnest(%(op)s::uuid[], %(person)s::uuid[], %(tube)s::int[], %(position)s::int[], %(at)s::timestamptz[],
                %(how)s::text[], %(proxy_who)s::text[], %(proxy_why)s::text[], %(review)s::text[]) WITH ORDINALITY
            AS r(op, person, tube, "position", "at", how, proxy_who, proxy_why, review, n)
        JOIN people_person q ON q.id = r.person
        CROSS JOIN LATERAL (
            SELECT q.home, q.created_at WHERE q.canonical_id = q.id
            UNION ALL
            SELECT o.home, o.created_at FROM people_person o WHERE o.id = q.canonical_id AND q.canonical_id <> q.id
        ) c
        CROSS JOIN LATERAL (
            SELECT %(look)s::bool AND (
                SELECT true FROM screening_registration o WHERE o.round_id = %(round)s::uuid
                AND o.person_id = q.canonical_id AND o.counts AND o.voided_at IS NULL LIMIT 1
            ) IS NOT NULL AS again
        ) a
        ORDER BY r.n
        -- rivals
        RETURNING op, tube_id, person_id, area, counts, review
    ), lapsed AS (
        UPDATE screening_reason s SET lapsed_at = %(now)s::timestamptz FROM written w
        WHERE w.counts AND s.round_id = %(round)s::uuid AND s.person_id = w.person_id AND s.lapsed_at IS NULL
        RETURNING s.area
    ), counted AS (
        INSERT INTO screening_roundcount AS c (round_id, area, expected, sampled, excused)
        SELECT %(round)s::uuid, area, 0, sum(one), sum(less)
        FROM (SELECT area, 1 AS one, 0 AS less FROM written WHERE counts
              UNION ALL SELECT area, 0, -1 FROM lapsed) both_sides
        GROUP BY area ORDER BY area
        ON CONFLICT (round_id, area) DO UPDATE SET
            sampled = c.sampled + EXCLUDED.sampled, excused = c.excused + EXCLUDED.excused
    ), filled AS (
        UPDATE screening_tube t SET members = t.members + w.many
        FROM (SELECT tube_id, count(*) AS many FROM written GROUP BY tube_id) w WHERE t.id = w.tube_id
    )
    SELECT n.many, w.op::text, w.review FROM (SELECT count(*) AS many FROM written) n
    LEFT JOIN written w ON n.many < %(sent)s::int OR w.review = 'again'
"""
_AMONG_RIVALS = _REGISTER.replace("-- rivals", "ON CONFLICT DO NOTHING")
_TUBES = """
    SELECT code, id::text, round_id, area, capacity, members, sealed_at, sealed_op::text FROM screening_tube
    WHERE code = ANY(%s) ORDER BY code FOR UPDATE
"""


_rivals: ContextVar[bool] = ContextVar("muster_swabs_rivals", default=False)


@contextmanager
def among_rivals() -> Iterator[None]:
    """Somebody writes the same swabs, or samples the same people, at this very moment: work in steps that meet them."""
    token = _rivals.set(True)
    try:
        yield
    finally:
        _rivals.reset(token)


@dataclass(slots=True)
class Held:
    """A tube that a batch has locked. `fresh`: made for this batch."""

    code: str
    id: str
    round: UUID
    area: str
    capacity: int
    members: int
    sealed_at: datetime | None = None
    sealed_op: str | None = None
    fresh: bool = False


def round_of(pk: UUID) -> Round | None:
    """The round that a device sends to. Whether its post works there is asked by the action."""
    with acting(), prepared() as cursor:
        row = cursor.execute(_ROUND, [pk]).fetchone()
    return Round.from_db(ACT, _ROUND_COLUMNS, row) if row else None


def hold_tubes(fresh: dict[str, list[Any]], codes: set[str], now: datetime) -> dict[str, Held]:
    """The tubes with these codes, locked in the order of their codes; `fresh` are made where they are not there yet."""
    made: set[str] = set()
    if fresh:
        with prepared() as cursor:
            made = {
                code for (code,) in cursor.execute(_NEW_TUBES, [now, *map(list, zip(*fresh.values(), strict=True))])
            }
    held = {}
    for code in made:
        id_, _code, round_id, _site, _desk, area, _household, capacity = fresh[code]
        held[code] = Held(code, str(id_), round_id, area, capacity, 0, fresh=True)
    if len(made) < len(codes):
        with prepared() as cursor:
            held |= {row[0]: Held(*row) for row in cursor.execute(_TUBES, [[*codes - made]])}
    return held


class Swab(NamedTuple):
    """One swab to be written. `tube` is its number (from 1) among the tubes that are given with it."""

    op: str
    person: str | None
    tube: int
    position: int
    at: str
    how: str
    proxy_who: str
    proxy_why: str
    review: str


def register(
    cursor: CursorWrapper, row: Round, tubes: Iterable[Held], swabs: list[Swab], *, by: Any, now: datetime
) -> dict[str, str]:
    """Write the swabs that are not there yet; returns what is to be reviewed ('' for nothing) by op.

    Alone, in one go. Raises UniqueViolation where a rival is there: to be done again, `among_rivals`. There a swab that
    the indexes meet is not written, and tried again with a look (a third more work, so not for everybody).
    """
    bounds = [span(area) for area in row.areas]
    held = [*tubes]
    given = {
        "round": row.id,
        "opened": row.opened_at,
        "los": [lo for lo, _hi in bounds],
        "his": [hi for _lo, hi in bounds],
        "due": bool(row.regimes),
        "tubes": _array(tube.id for tube in held),
        "areas": _array(tube.area for tube in held),
        "now": now,
        "by": by,
    }
    rivals = _rivals.get() or len({swab.person for swab in swabs}) < len(swabs)
    sql, looks = (_AMONG_RIVALS, (False, True, True)) if rivals else (_REGISTER, (True,))
    written: dict[str, str] = {}
    for look in looks:
        left = [swab for swab in swabs if swab.op not in written]
        if not left:
            break
        columns = dict(zip(Swab._fields, map(_array, zip(*left, strict=True)), strict=True))
        done = _prepared(cursor, sql, {**given, **columns, "look": look, "sent": len(left)})
        if done[0][0] == len(left):
            written |= {swab.op: swab.review for swab in left}
        written |= {op: review for _many, op, review in done if op}
    return written


def _prepared(cursor: CursorWrapper, sql: str, values: dict[str, Any]) -> list[Any]:
    """Run a statement whose plan is kept: this one takes longer to read and plan than small batches take to write.

    Not `prepared()`: a rival is told by the driver's own error.
    """
    return psycopg.Cursor(cursor.db.connection).execute(sql, values, prepare=True).fetchall()


def _array(values: Iterable[Any]) -> str:
    """An array as PostgreSQL writes it; of ids, numbers, times, codes and our own words, so nothing needs escaping.

    Where nothing is said at all it is empty.
    """
    text = '","'.join(map(str, values))
    return '{"' + text + '"}' if text.strip('",') else "{}"


def sampled_before(ops: list[str]) -> dict[str, tuple[str, str]]:
    """The tube (id) and the review of those of these swabs that are written, by op."""
    if not ops:
        return {}
    sql = "SELECT op::text, tube_id::text, review FROM screening_registration WHERE op = ANY(%s::uuid[])"
    with prepared() as cursor:
        return {op: (tube, review) for op, tube, review in cursor.execute(sql, [ops])}


def sites(ids: list[str]) -> dict[str, str]:
    """The areas of sampling sites, by id."""
    if not ids:
        return {}
    with prepared() as cursor:
        return dict(
            cursor.execute("SELECT id::text, area FROM screening_samplingsite WHERE id = ANY(%s::uuid[])", [ids])
        )
