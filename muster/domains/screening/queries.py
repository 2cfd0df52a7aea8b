"""Whom and what the rows of results name, found for a whole batch at once; and what a laboratory sees of itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Q

from muster.kernel.controls.models import Control
from muster.kernel.people.identifiers import Number
from muster.kernel.people.models import Identifier, Organisation, Person
from muster.kernel.people.queries import every_record, readings
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import ApiKey, Post

from .models import Box, Result, Round


def persons(refs: Iterable[str]) -> dict[str, Person]:
    """Persons by the sender's reference, or by our id where they have none; with the record they were merged into."""
    wanted = set(refs)
    unnamed = {ref: UUID(ref) for ref in wanted if len(ref) == 36 and _is_id(ref)}
    rows = Person.objects.select_related("canonical").filter(Q(ref__in=wanted) | Q(ref=None, pk__in=unnamed.values()))
    return {row.ref or str(row.pk): row for row in rows}


def laboratories(names: Iterable[str]) -> dict[str, Organisation]:
    """Organisations by reference, else by name."""
    wanted = set(names)
    rows = list(Organisation.objects.filter(Q(ref__in=wanted) | Q(name__in=wanted)).order_by("-pk"))
    return {row.name: row for row in rows} | {row.ref: row for row in rows if row.ref}


def sent_before(refs: Iterable[str]) -> dict[tuple[UUID | None, str], list[Result]]:
    """Every result, live or superseded, with one of these references, by laboratory and reference."""
    found: dict[tuple[UUID | None, str], list[Result]] = {}
    rows = Result.objects.filter(ref__in=set(refs)).select_related("person", "corrects").order_by("received_at", "id")
    for row in rows:
        found.setdefault((row.laboratory_id, row.ref), []).append(row)
    return found


def under_control(people: Iterable[UUID]) -> set[UUID]:
    """Which of these persons (canonical ids) are under control: only their tests can be due."""
    own = every_record(people)
    return {own[person] for person in Control.objects.open().filter(person__in=own).values_list("person_id", flat=True)}


def keys_of(post: Post) -> list[dict[str, Any]]:
    """Names and times of the keys of a laboratory's machines: pages cannot read the table, nobody reads a key."""
    with acting():
        keys = ApiKey.objects.filter(post__organisation_id=post.organisation_id, post__role=post.role)
        return list(keys.order_by("created_at").values("name", "created_at", "revoked_at"))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


# -- samples of rounds

_NEW_TUBES = """
    INSERT INTO screening_tube (id, code, round_id, site_id, desk, area, household, capacity, members, opened_at,
        result, claimed, claimed_why, void_why)
    SELECT t.id, t.code, t.round, t.site, t.desk, t.area, t.household, t.capacity, 0, %s, '', '', '', ''
    FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::int[], %s::text[], %s::bool[], %s::int[])
         AS t(id, code, round, site, desk, area, household, capacity)
    ORDER BY t.code ON CONFLICT (code) DO NOTHING
"""

# New swabs of known persons (their canonical records), the counters of their buildings, and the tubes they lie in.
# `counts`: an expected person's first swab in the round; two that arrive at once are told apart by the unique index.
_REGISTER = """
    WITH sent AS (
        SELECT r.*, row_number() OVER (PARTITION BY q.canonical_id ORDER BY r.n) AS turn, q.canonical_id AS whom
        FROM json_to_recordset(%(rows)s::json) AS r(
            n int, op uuid, person uuid, tube uuid, site_area text, "position" int, how text, proxy_who text,
            proxy_why text, "at" timestamptz, "by" uuid, review text
        ) JOIN people_person q ON q.id = r.person
    ), judged AS (
        SELECT s.*, left(coalesce(nullif(c.home, ''), s.site_area), 18) AS area,
            c.created_at <= %(opened)s AND EXISTS (
                SELECT FROM unnest(%(los)s::text[], %(his)s::text[]) AS w(lo, hi) WHERE c.home >= w.lo AND c.home < w.hi
            ) AS expected,
            s.turn > 1 OR EXISTS (
                SELECT FROM screening_registration o
                WHERE o.round_id = %(round)s AND o.person_id = s.whom AND o.counts AND o.voided_at IS NULL
            ) AS again
        FROM sent s JOIN people_person c ON c.id = s.whom
    ), written AS (
        INSERT INTO screening_registration (op, round_id, person_id, tube_id, area, site_area, "position", how,
            proxy_who, proxy_why, device_at, received_at, by_id, counts, review)
        SELECT op, %(round)s, whom, tube, area, site_area, "position", how, proxy_who, proxy_why, "at", %(now)s, "by",
            expected AND NOT again, CASE WHEN review = '' AND again THEN 'again' ELSE review END
        FROM judged
        ON CONFLICT DO NOTHING
        RETURNING op, tube_id, person_id, area, counts, review
    ), lapsed AS (
        UPDATE screening_reason s SET lapsed_at = %(now)s FROM written w
        WHERE w.counts AND s.round_id = %(round)s AND s.person_id = w.person_id AND s.lapsed_at IS NULL
        RETURNING s.area
    ), counted AS (
        INSERT INTO screening_roundcount AS c (round_id, area, expected, sampled, excused)
        SELECT %(round)s, area, 0, sum(one), sum(less)
        FROM (SELECT area, 1 AS one, 0 AS less FROM written WHERE counts
              UNION ALL SELECT area, 0, -1 FROM lapsed) both_sides
        GROUP BY area ORDER BY area
        ON CONFLICT (round_id, area) DO UPDATE SET
            sampled = c.sampled + EXCLUDED.sampled, excused = c.excused + EXCLUDED.excused
    ), filled AS (
        UPDATE screening_tube t SET members = t.members + w.many
        FROM (SELECT tube_id, count(*) AS many FROM written GROUP BY tube_id) w WHERE t.id = w.tube_id
    )
    SELECT op, review FROM written
"""


def new_tubes(cursor: CursorWrapper, rows: Iterable[list[Any]], now: datetime) -> None:
    """Make tubes that are not there yet, in the order of their codes."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        cursor.execute(_NEW_TUBES, [now, *columns])


def register(
    cursor: CursorWrapper, row: Round, bounds: list[tuple[str, str]], swabs: list[dict[str, Any]], now: datetime
) -> dict[UUID, str]:
    """Write the swabs that are not there yet; returns what is to be reviewed ('' for nothing) by op.

    A swab that met another of the same person, committed at this very moment, is tried again: then it sees that one.
    """
    written: dict[UUID, str] = {}
    for _try in range(2):
        left = [{**swab, "n": n} for n, swab in enumerate(swabs) if UUID(swab["op"]) not in written]
        if not left:
            break
        cursor.execute(
            _REGISTER,
            {
                "rows": json.dumps(left),
                "round": row.id,
                "opened": row.opened_at,
                "los": [lo for lo, _hi in bounds],
                "his": [hi for _lo, hi in bounds],
                "now": now,
            },
        )
        written |= dict(cursor.fetchall())
    return written


def uncount(cursor: CursorWrapper, row: UUID, area: str) -> None:
    """One sampled person less in this building."""
    cursor.execute(
        "UPDATE screening_roundcount SET sampled = sampled - 1 WHERE round_id = %s AND area = %s", [row, area]
    )


def readings_of(number: str) -> list[Number]:
    """What a number may be; nothing for an empty one."""
    return readings(number) if number else []


def owners(indexes: Iterable[bytes]) -> dict[bytes, set[UUID]]:
    """The persons (canonical ids) who have these numbers, by blind index."""
    found: dict[bytes, set[UUID]] = {}
    rows = Identifier.objects.filter(blind_index__in=set(indexes)).values_list("blind_index", "person__canonical_id")
    for index, person in rows:
        found.setdefault(bytes(index), set()).add(person)
    return found


# Swabs of tubes that say nothing no longer count; another live swab of the person, in a tube that may, counts instead.
_UNCOUNT = """
    WITH gone AS (
        UPDATE screening_registration SET counts = false
        WHERE tube_id = ANY(%(tubes)s::uuid[]) AND counts AND voided_at IS NULL
        RETURNING round_id, person_id, area
    )
    UPDATE screening_roundcount c SET sampled = c.sampled - g.many
    FROM (SELECT round_id, area, count(*) AS many FROM gone GROUP BY round_id, area) g
    WHERE c.round_id = g.round_id AND c.area = g.area
"""
_HEIRS = """
    WITH heir AS (
        SELECT DISTINCT ON (r.round_id, r.person_id) r.op, r.round_id, r.area
        FROM screening_registration r JOIN screening_registration lost
          ON lost.tube_id = ANY(%(tubes)s::uuid[]) AND lost.round_id = r.round_id AND lost.person_id = r.person_id
        JOIN screening_tube t ON t.id = r.tube_id
        JOIN screening_round o ON o.id = r.round_id JOIN people_person p ON p.id = r.person_id
        WHERE r.voided_at IS NULL AND t.voided_at IS NULL AND t.result <> 'invalid' AND p.created_at <= o.opened_at
          AND EXISTS (SELECT FROM unnest(o.areas) a WHERE left(p.home, length(a)) = a)
          AND NOT EXISTS (SELECT FROM screening_registration k WHERE k.round_id = r.round_id
                          AND k.person_id = r.person_id AND k.counts AND k.voided_at IS NULL)
        ORDER BY r.round_id, r.person_id, r.received_at
    ), now_counts AS (
        UPDATE screening_registration r SET counts = true FROM heir WHERE heir.op = r.op
    )
    UPDATE screening_roundcount c SET sampled = c.sampled + h.many
    FROM (SELECT round_id, area, count(*) AS many FROM heir GROUP BY round_id, area) h
    WHERE c.round_id = h.round_id AND c.area = h.area
"""


def uncount_tubes(cursor: CursorWrapper, tubes: list[UUID]) -> None:
    """Take the people of these tubes out of the counters, unless another sample of theirs stands."""
    cursor.execute(_UNCOUNT, {"tubes": tubes})
    count_heirs(cursor, tubes)


def count_heirs(cursor: CursorWrapper, tubes: list[UUID]) -> None:
    """Whoever has a swab in these tubes and none that counts: their first one that lies in a good tube counts."""
    cursor.execute(_HEIRS, {"tubes": tubes})


def untested() -> dict[UUID, int]:
    """Tubes on their way to each laboratory or being tested there, from everywhere: numbers that name nobody."""
    with acting():
        rows = Box.objects.filter(contents__result="", contents__voided_at=None).values("laboratory")
        return dict(rows.annotate(many=Count("contents")).values_list("laboratory", "many"))
