"""Tracing: Muster's function against SQL written by hand for the same rule, for one case and for a hundred.

The hand-written statements are what one would type for exactly this question: default kinds of place, no seats, no
air, bounds of sixty and ten minutes as literals, scalars instead of sets where there is one case. Same rows, same
indexes, same login; a plain connection, binary and prepared. The answers are compared, person for person.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import numpy as np
import psycopg

ENDS = """coalesce(left_at, CASE WHEN source = 2 THEN %(as_of)s::timestamptz
                 ELSE entered_at + interval '60 minutes' END)"""

# Whose stays, and since when: {who} gives case_no, person, since, until.
STAYS = """
WITH me AS MATERIALIZED (
    SELECT given.case_no, since, until, own.id, own.key AS person
    FROM {who} JOIN people_person record ON record.key = given.person
    JOIN people_person own ON own.id = record.canonical_id
), mine AS (
    SELECT case_no, since, until, person, person AS record FROM me
    UNION ALL
    SELECT case_no, since, until, me.person, merged.key
    FROM me JOIN people_person merged ON merged.canonical_id = me.id AND merged.merged_into_id IS NOT NULL
), stays AS MATERIALIZED (
    SELECT case_no, me, place, lower(span) AS lo, upper(span) AS hi, known
    FROM (
        SELECT case_no, mine.person AS me, place, bit_or(1 << source) AS known,
               unnest(range_agg(tstzrange(greatest(entered_at, since), least(ends_at, until)))) AS span
        FROM mine CROSS JOIN LATERAL (
            SELECT place, entered_at, source, {ends} AS ends_at FROM presence
            WHERE person = mine.record AND entered_at < mine.until OFFSET 0
        ) stay {kinds}
        WHERE ends_at > since AND ends_at > entered_at
        GROUP BY case_no, mine.person, place
    ) spans
), met AS (
    SELECT case_no, me, stays.place, greatest(entered_at, lo) AS lo, least(ends_at, hi) AS hi,
           known | (1 << source) AS known,
           CASE WHEN other.person IN (SELECT key FROM people_person WHERE merged_into_id IS NOT NULL) THEN (
               SELECT own.key FROM people_person record JOIN people_person own ON own.id = record.canonical_id
               WHERE record.key = other.person) ELSE other.person END AS person
    FROM stays JOIN place_longest longest ON longest.place = stays.place CROSS JOIN LATERAL (
        SELECT person, entered_at, source, {ends} AS ends_at FROM presence
        WHERE place = stays.place AND entered_at < hi
          AND entered_at >= least(lo - greatest(seconds, 3600) * interval '1 second', open_since) OFFSET 0
    ) other
    WHERE ends_at > lo AND ends_at > entered_at
)"""

FIRST = """, together AS (
    SELECT case_no, person, place, lower(span) AS lo, upper(span) AS hi, known
    FROM (
        SELECT case_no, person, place, unnest(range_agg(tstzrange(lo, hi))) AS span, bit_or(known) AS known
        FROM met WHERE person <> me GROUP BY case_no, person, place
    ) spans OFFSET 0
)
SELECT case_no, person, floor(extract(epoch FROM sum(hi - lo)) / 60)::int, min(lo), max(hi),
       array_agg(DISTINCT place), bit_or(known)
FROM together WHERE hi - lo >= interval '10 minutes' GROUP BY case_no, person ORDER BY case_no, person
"""

SECOND = """, pairs AS (
    SELECT person, place, unnest(range_agg(tstzrange(lo, hi))) AS span, bit_or(known) AS known
    FROM met WHERE person <> %(case)s AND person NOT IN (SELECT person FROM me) GROUP BY person, place, me
), together AS (
    SELECT person, place, lower(span) AS lo, upper(span) AS hi, known
    FROM (
        SELECT person, place, unnest(range_agg(span)) AS span, bit_or(known) AS known
        FROM pairs WHERE upper(span) - lower(span) >= interval '10 minutes' GROUP BY person, place
    ) spans OFFSET 0
)
SELECT 1, person, floor(extract(epoch FROM sum(hi - lo)) / 60)::int, min(lo), max(hi),
       array_agg(DISTINCT place), bit_or(known)
FROM together GROUP BY person ORDER BY person
"""

ONE = "(SELECT 1 AS case_no, %(case)s::bigint AS person, %(since)s::timestamptz AS since, %(as_of)s AS until) given"
MANY = """unnest(%(cases)s::int[], %(people)s::bigint[], %(since)s::timestamptz[]) AS given (case_no, person, since)
    CROSS JOIN (SELECT %(as_of)s::timestamptz AS until) known"""
CLOSE = "JOIN people_place ON key = place AND kind IN ('residence', 'workplace', 'dining', 'entertainment')"

Case = tuple[int, int, datetime]  # its number, the person's key, the start of its window


def measure(people: int, as_of: datetime, repeat: int) -> list[list[Any]]:
    """Trace random people, by turns with the hand-written SQL; returns the lines of the table."""
    from django.conf import settings

    from muster.kernel.posts.logins import acting

    random = np.random.default_rng(5)
    lines = []
    with acting(), psycopg.connect(settings.MUSTER_URLS["act"], autocommit=True) as plain:
        hand, ours = Hand(plain, as_of), Ours(as_of)
        for name, many, times in (("1 case", 1, repeat), ("100 cases", 100, max(3, repeat // 6))):
            asked = [_cases(random, people, many, as_of) for _turn in range(times + 6)]
            lines.append(_turns(name, asked, ours.first, hand.first_of_one if many == 1 else hand.first_of_many))
        one = [_cases(random, people, 1, as_of) for _turn in range(max(3, repeat // 6) + 6)]
        both = [(case, ours.first(case)) for case in one]
        lines.append(_turns("1 case, second ring", both, ours.second, hand.second))
    return lines


def _cases(random: np.random.Generator, people: int, count: int, as_of: datetime) -> list[Case]:
    """Random people who fell ill within the last three days."""
    from muster.kernel import clock, plans

    lookback = plans.edition("covid19-cn-9").tracing.lookback_days
    ill = [clock.local_day(as_of) - timedelta(days=int(days)) for days in random.integers(0, 3, count)]
    persons = random.choice(people, count, replace=False) + 1
    return [
        (number, int(person), clock.midnight(day - timedelta(days=lookback)))
        for number, (person, day) in enumerate(zip(persons, ill, strict=True), 1)
    ]


class Ours:
    """Muster's function: by the plan, through Django's connection."""

    def __init__(self, as_of: datetime) -> None:
        from muster.domains.tracing.copresence.queries import Rule
        from muster.kernel import plans

        self.as_of, plan = as_of, plans.edition("covid19-cn-9").tracing
        reach = {"plane": plan.seat_rows, "coach_ventilated": plan.seat_rows}
        self.rule = Rule(plan.copresence_minutes, plan.default_stay_minutes, plan.copresence_kinds, reach=reach)
        ring2 = plan.ring2
        self.rule2 = Rule(ring2.copresence_minutes, plan.default_stay_minutes, ring2.kinds, reach=reach)

    def first(self, cases: list[Case]) -> list[Any]:
        from muster.domains.tracing.copresence.queries import Spreader, copresence

        return copresence([Spreader(*case) for case in cases], self.rule, as_of=self.as_of)

    def second(self, asked: tuple[list[Case], list[Any]]) -> list[Any]:
        from muster.domains.tracing.copresence.queries import Spreader, copresence

        [(number, person, _since)], first = asked
        spreaders = [Spreader(met.case_no, met.person, met.first_at) for met in first]
        return copresence(spreaders, self.rule2, as_of=self.as_of, without=[(number, person)])


class Hand:
    """The statements above on a plain connection."""

    def __init__(self, connection: psycopg.Connection[Any], as_of: datetime) -> None:
        self.connection, self.as_of = connection, as_of

    def first_of_one(self, cases: list[Case]) -> list[tuple]:
        [(_number, person, since)] = cases
        return self._rows(STAYS.format(who=ONE, ends=ENDS, kinds="") + FIRST, case=person, since=since)

    def first_of_many(self, cases: list[Case]) -> list[tuple]:
        numbers, people, since = (list(column) for column in zip(*cases, strict=True))
        sql = STAYS.format(who=MANY, ends=ENDS, kinds="") + FIRST
        return self._rows(sql, cases=numbers, people=people, since=since)

    def second(self, asked: tuple[list[Case], list[Any]]) -> list[tuple]:
        [(number, person, _since)], first = asked
        people, since = [met.person for met in first], [met.first_at for met in first]
        sql = STAYS.format(who=MANY, ends=ENDS, kinds=CLOSE) + SECOND
        return self._rows(sql, case=person, cases=[number] * len(people), people=people, since=since)

    def _rows(self, sql: str, **values: Any) -> list[tuple]:
        cursor = self.connection.cursor(binary=True)
        return cursor.execute(sql, {**values, "as_of": self.as_of}, prepare=True).fetchall()


def _turns(name: str, asked: Sequence[Any], ours: Callable, hand: Callable) -> list[Any]:
    """Both by turns on the same questions; the first six only warm up.

    Each question is asked once untimed before: else whoever comes first pays for reading the pages from disk, half of
    the times each, and a median falls between two heaps.
    """
    times: list[tuple[float, float]] = []
    sizes = []
    for turn, question in enumerate(asked):
        seconds = {}
        answers = {}
        (ours if turn % 4 < 2 else hand)(question)
        for which in (ours, hand) if turn % 2 else (hand, ours):
            start = time.perf_counter()
            answers[which] = which(question)
            seconds[which] = (time.perf_counter() - start) * 1000
        if list(map(tuple, answers[ours])) != answers[hand]:
            raise SystemExit(f"{name}: the answers differ for {question}")
        if turn >= 6:
            times.append((seconds[ours], seconds[hand]))
            sizes.append(len(answers[hand]))
    muster, by_hand = (median(pair[at] for pair in times) for at in (0, 1))
    return [name, len(times), f"{median(sizes):,.0f}", by_hand, muster, muster / by_hand]
