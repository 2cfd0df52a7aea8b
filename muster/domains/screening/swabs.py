"""Swabs into tubes: the statements of a batch. Three of them for new tubes and people who come for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from muster.kernel.posts.logins import ACT, connection, prepared
from muster.kernel.presence.rows import microseconds

from .models import Round
from .registering import Record

_ROUND_COLUMNS = [field.column for field in Round._meta.concrete_fields]
# All that a batch must know before it writes: its round, the sites it names, its tubes (locked in the order of their
# codes) and those of its swabs that were sent before. Where no tube is there yet none can lie in one; `among_rivals`
# they are asked for all the same. What a rival writes while we wait for a tube, only the unique indexes tell.
_LOOK = f"""
    WITH held AS MATERIALIZED (
        SELECT code, id, round_id, area, capacity, members, sealed_at IS NOT NULL AS sealed, sealed_op
        FROM screening_tube WHERE code = ANY(%(codes)s::text[]) ORDER BY code FOR UPDATE
    )
    SELECT {", ".join(_ROUND_COLUMNS)},
        (SELECT json_object_agg(s.id, s.area) FROM screening_samplingsite s WHERE s.id = ANY(%(sites)s::uuid[])),
        (SELECT json_agg(json_build_array(code, id, round_id, area, capacity, members, sealed, sealed_op)) FROM held),
        (SELECT json_object_agg(o.op, json_build_array(o.tube_id, o.review)) FROM screening_registration o
         WHERE o.op = ANY(%(ops)s::uuid[]) AND (%(all)s::bool OR EXISTS (SELECT FROM held)))
    FROM screening_round WHERE id = %(round)s
"""
_LOOK_ONLY = _LOOK.replace("FOR UPDATE", "")
# Rivals of a round come one after the other: they write people, counters and people again, in each batch's own order.
_IN_TURN = "SELECT pg_advisory_xact_lock(hashtext('screening.rivals'), hashtext(%s))"
_TUBES = """
    INSERT INTO screening_tube (id, code, round_id, site_id, desk, area, household, capacity, members, opened_at,
        result, claimed, claimed_why, void_why)
    SELECT t.id, t.code, %(round)s::uuid, t.site, t.desk, t.area, t.household, t.capacity, {members},
        %(now)s::timestamptz, '', '', '', ''
    FROM unnest(%(new)s::uuid[], %(new_codes)s::text[], %(new_sites)s::uuid[], %(new_desks)s::int[],
            %(new_areas)s::text[], %(new_households)s::bool[], %(new_capacities)s::int[])
        AS t(id, code, site, desk, area, household, capacity) {filled}
    ORDER BY t.code
"""
_NEW_TUBES = _TUBES.format(members=0, filled="") + "ON CONFLICT (code) DO NOTHING"

# New swabs of known persons (their canonical records), the counters of their buildings, and the tubes they lie in, new
# or not. Counters of the sites follow the tubes' members at the end, so no two batches wait for one another's counters.
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
            r."position", r.how, coalesce(r.proxy_who, ''), coalesce(r.proxy_why, ''),
            timestamptz 'epoch' + r."at" * interval '1 microsecond', %(now)s::timestamptz,
            %(by)s::uuid,
            a.again IS NULL AND c.created_at <= %(opened)s::timestamptz AND c.home LIKE ANY (%(within)s::text[])
            AND (NOT %(due)s::bool OR EXISTS (
                SELECT FROM screening_expected e WHERE e.round_id = %(round)s::uuid AND e.person_id = q.canonical_id
            )),
            CASE WHEN a.again AND coalesce(r.review, '') = '' THEN 'again' ELSE coalesce(r.review, '') END
        FROM unnest(%(op)s::uuid[], %(person)s::uuid[], %(tube)s::int[], %(position)s::int[], %(at)s::bigint[],
                %(how)s::text[], %(proxy_who)s::text[], %(proxy_why)s::text[], %(review)s::text[]) WITH ORDINALITY
            AS r(op, person, tube, "position", "at", how, proxy_who, proxy_why, review, n)
        JOIN people_person q ON q.id = r.person
        CROSS JOIN LATERAL (
            SELECT q.home, q.created_at WHERE q.canonical_id = q.id
            UNION ALL
            SELECT o.home, o.created_at FROM people_person o WHERE o.id = q.canonical_id AND q.canonical_id <> q.id
        ) c
        LEFT JOIN LATERAL (
            SELECT true AS again FROM screening_registration o WHERE %(look)s::bool AND o.round_id = %(round)s::uuid
                AND o.person_id = q.canonical_id AND o.counts AND o.voided_at IS NULL LIMIT 1
        ) a ON true
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
    )
    -- tubes
    SELECT n.many, w.op::text, w.review FROM (SELECT count(*) AS many FROM written) n
    LEFT JOIN written w ON n.many < %(sent)s::int OR w.review = 'again'
"""
_MANY = "(SELECT tube_id, count(*) AS many FROM written GROUP BY tube_id) w"
_FILLED = f", filled AS (UPDATE screening_tube t SET members = t.members + w.many FROM {_MANY} WHERE t.id = w.tube_id)"
_OPENED = _TUBES.format(members="coalesce(w.many, 0)", filled=f"LEFT JOIN {_MANY} ON w.tube_id = t.id")


_rivals: ContextVar[bool] = ContextVar("muster_swabs_rivals", default=False)


@contextmanager
def among_rivals(met: bool) -> Iterator[None]:
    """Somebody writes the same swabs, or samples the same people, at this very moment: work in steps that meet them."""
    token = _rivals.set(met)
    try:
        yield
    finally:
        _rivals.reset(token)


@dataclass(slots=True)
class Held:
    """A tube that a batch has locked, or makes with its first swabs: `fresh` until then."""

    code: str
    id: str
    round: str
    area: str
    capacity: int
    members: int = 0
    sealed: bool = False
    sealed_op: str | None = None
    fresh: bool = False
    site: str = ""
    desk: int = 1
    household: bool = False


class Seen(NamedTuple):
    """What is there before a batch writes: areas of sites by id, tubes by code, tube and review of swabs by op."""

    round: Round
    areas: dict[str, str]
    tubes: dict[str, Held]
    before: dict[str, tuple[str, str]]


def look(round: UUID, codes: Iterable[str], sites: Iterable[str], ops: Iterable[str]) -> Seen:
    """Look, and lock the tubes; among rivals, in turn, `among` does that. Raises Round.DoesNotExist."""
    if _rivals.get():
        with prepared() as cursor:
            cursor.execute(_IN_TURN, [str(round)])
    return _look(_LOOK_ONLY if _rivals.get() else _LOOK, round, codes, sites, ops)


def _look(sql: str, round: UUID, codes: Iterable[str], sites: Iterable[str] = (), ops: Iterable[str] = ()) -> Seen:
    given = {"codes": [*codes], "sites": _array(sites), "ops": _array(ops), "round": round, "all": _rivals.get()}
    with prepared() as cursor:
        row = cursor.execute(sql, given).fetchone()
    if row is None:
        raise Round.DoesNotExist
    *columns, areas, tubes, before = row
    held = {tube[0]: Held(*tube) for tube in tubes or ()}
    return Seen(Round.from_db(ACT, _ROUND_COLUMNS, columns), areas or {}, held, before or {})


def among(seen: Seen, fresh: dict[str, Held], now: datetime) -> dict[str, Held]:
    """The tubes of a batch by their codes, those that are there and new ones.

    Among rivals the new ones are made now, then all are locked: whoever holds a lock waits for no tube to be made. What
    a rival has made is taken as it is.
    """
    if not _rivals.get():
        return {**seen.tubes, **fresh}
    if fresh:
        make_tubes([*fresh.values()], seen.round.id, now)
    return _look(_LOOK, seen.round.id, {*seen.tubes, *fresh}).tubes


def make_tubes(tubes: list[Held], round: UUID, now: datetime) -> None:
    """Make tubes with nothing in them; those that are there by now stay as they are."""
    with prepared() as cursor:
        cursor.execute(_NEW_TUBES, {"round": round, "now": now, **_new(tubes)})


def _new(tubes: list[Held]) -> dict[str, Any]:
    return {
        "new": _array(tube.id for tube in tubes),
        "new_codes": [tube.code for tube in tubes],
        "new_sites": _array(tube.site for tube in tubes),
        "new_desks": [tube.desk for tube in tubes],
        "new_areas": [tube.area for tube in tubes],
        "new_households": [tube.household for tube in tubes],
        "new_capacities": [tube.capacity for tube in tubes],
    }


def register(row: Round, tubes: dict[str, Held], swabs: list[Record], *, by: Any, now: datetime) -> dict[str, str]:
    """Write the swabs that are not there yet; returns what is to be reviewed ('' for nothing) by op.

    Alone, in one go. Raises UniqueViolation where a rival is there: to be done again, `among_rivals`. There a swab that
    the indexes meet is not written, and tried again with a look (a third more work, so not for everybody).
    """
    numbers = {code: number for number, code in enumerate(tubes, start=1)}
    given = {
        "round": row.id,
        "opened": row.opened_at,
        "within": [f"{area}%" for area in row.areas],
        "due": bool(row.regimes),
        "tubes": _array(tube.id for tube in tubes.values()),
        "areas": _array(tube.area for tube in tubes.values()),
        "now": now,
        "by": by,
    }
    rivals = _rivals.get() or len({swab.person for swab in swabs}) < len(swabs)
    written: dict[str, str] = {}
    left = swabs
    for look in (False, True, True) if rivals else (True,):
        inside = {swab.tube for swab in left}
        fresh = [tube for tube in tubes.values() if tube.fresh and tube.code in inside]
        given |= {"look": look, "sent": len(left), **_columns(left, numbers), **(_new(fresh) if fresh else {})}
        done = _prepared(_statement(rivals, bool(fresh), len(fresh) < len(inside)), given)
        for tube in fresh:
            tube.fresh = False
        all_ = done[0][0] == len(left)
        if all_:
            written |= {swab.op: swab.review for swab in left}
        written |= {op: review for _many, op, review in done if op}
        if all_:
            break
        left = [swab for swab in left if swab.op not in written]
    return written


_TEXTS = ("op", "person", "how", "proxy_who", "proxy_why", "review")


def _columns(swabs: list[Record], numbers: dict[str, int]) -> dict[str, str]:
    told = {name: _array(map(attrgetter(name), swabs)) for name in _TEXTS}
    for name, values in (
        ("position", [swab.position for swab in swabs]),
        ("tube", [numbers[swab.tube] for swab in swabs]),
        ("at", [microseconds(swab.at) for swab in swabs]),
    ):
        told[name] = "{" + str(values)[1:-1] + "}"
    return told


@cache
def _statement(rivals: bool, fresh: bool, old: bool) -> str:
    """The statement for new tubes, those that were there, or both: what nothing is asked of costs nothing."""
    tubes = (f", opened AS ({_OPENED})" if fresh else "") + (_FILLED if old else "")
    return _REGISTER.replace("-- tubes", tubes).replace("-- rivals", "ON CONFLICT DO NOTHING" if rivals else "")


def _prepared(sql: str, values: dict[str, Any]) -> list[Any]:
    """Run a statement whose plan is kept: this one takes longer to read and plan than small batches take to write.

    Not `prepared()`: a rival is told by the driver's own error.
    """
    return psycopg.Cursor(connection().connection).execute(sql, values, prepare=True).fetchall()


def _array(values: Iterable[str]) -> str:
    """An array as PostgreSQL writes it; of ids, numbers, times, codes and our own words, so nothing needs escaping.

    Where nothing is said at all it is empty.
    """
    text = '","'.join(values)
    return '{"' + text + '"}' if text.strip('",') else "{}"


def sampled_before(ops: list[str]) -> dict[str, tuple[str, str]]:
    """The tube (id) and the review of those of these swabs that are written, by op."""
    sql = "SELECT op::text, tube_id::text, review FROM screening_registration WHERE op = ANY(%s::uuid[])"
    with prepared() as cursor:
        return {op: (tube, review) for op, tube, review in cursor.execute(sql, [ops])}
