"""The named SQL over the log of presence, each statement set-based: one case or many cost one round trip.

Inner sub-selects end in OFFSET 0: one index range per row of the outer side, never a scan of whole days. `earliest` and
`latest` bound all of them, so that the planner opens only the days that matter.
"""

from __future__ import annotations

# No stay that covers a moment can have begun longer before it than the longest one, or before the oldest open lodging.
BOUNDS = "SELECT coalesce(max(seconds), 0), min(open_since) FROM place_longest"

# The end of a row (2 is lodging).
_ENDS = """coalesce(left_at, CASE WHEN source = 2 THEN %(as_of)s::timestamptz
                 ELSE entered_at + interval '1 minute' * %(default)s::int END)"""

# The record that merges led to. Hardly anybody was merged, and a hashed look at those few costs next to nothing.
_OWN = """CASE WHEN other.person IN (SELECT key FROM people_person WHERE merged_into_id IS NOT NULL) THEN (
               SELECT own.key FROM people_person record JOIN people_person own ON own.id = record.canonical_id
               WHERE record.key = other.person) ELSE other.person END"""

_STAYS = f"""
asked AS MATERIALIZED (  -- the record that merges led to, for everybody asked about
    SELECT given.case_no, own.id, own.key AS person, given.since, least(given.until, %(as_of)s::timestamptz) AS until
    FROM unnest(%(cases)s::int[], %(people)s::bigint[], %(since)s::timestamptz[], %(until)s::timestamptz[])
         AS given (case_no, person, since, until)
    JOIN people_person record ON record.key = given.person
    JOIN people_person own ON own.id = coalesce(record.canonical_id, record.id)
), records AS (  -- and all the records that are this person
    SELECT case_no, person, person AS record, since, until FROM asked WHERE since < until
    UNION ALL
    SELECT asked.case_no, asked.person, merged.key, since, until
    FROM asked JOIN people_person merged ON merged.canonical_id = asked.id AND merged.merged_into_id IS NOT NULL
    WHERE since < until
), stays AS (  -- their stays inside the window
    SELECT case_no, records.person, place, seat_row, greatest(entered_at, since) AS lo, least(ends_at, until) AS hi,
           1 << source AS known
    FROM records CROSS JOIN LATERAL (
        SELECT place, entered_at, seat_row, source, {_ENDS} AS ends_at
        FROM presence
        WHERE person = records.record AND entered_at < records.until
          AND entered_at >= %(earliest)s::timestamptz AND entered_at < %(latest)s::timestamptz
        OFFSET 0
    ) stay
    WHERE ends_at > since AND ends_at > entered_at
)"""

_MET = f"""
WITH {_STAYS},
spread AS (  -- merged per place; per seat too where only near seats count
    SELECT case_no, person, place, near, CASE WHEN near IS NOT NULL THEN seat_row END AS seat, bit_or(known) AS known,
           unnest(range_agg(tstzrange(
               lo, least(hi + interval '1 minute' * %(air)s::int, %(as_of)s::timestamptz)))) AS span
    FROM stays JOIN people_place ON people_place.key = place
    LEFT JOIN unnest(%(layouts)s::text[], %(rows)s::int[]) AS reach (layout, near) ON reach.layout = people_place.layout
    WHERE %(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s::text[])
    GROUP BY case_no, person, place, near, 5
), reaching AS MATERIALIZED (  -- back to where a stay must have begun to last into this one
    SELECT case_no, person AS spreader, spread.place, near, seat, known, lower(span) AS lo, upper(span) AS hi,
           least(lower(span) - greatest(seconds, %(default)s::int * 60) * interval '1 second', open_since) AS back
    FROM spread JOIN place_longest longest ON longest.place = spread.place
), met AS (  -- everybody else there meanwhile
    SELECT case_no, spreader, here.place, {_OWN} AS person, greatest(entered_at, lo) AS lo, least(ends_at, hi) AS hi,
           known | (1 << source) | (seat + seat_row IS NOT NULL)::int AS known
    FROM reaching here CROSS JOIN LATERAL (
        SELECT person, entered_at, source, seat_row, {_ENDS} AS ends_at
        FROM presence
        WHERE place = here.place AND entered_at >= here.back AND entered_at < here.hi
          AND entered_at >= %(earliest)s::timestamptz AND entered_at < %(latest)s::timestamptz
        OFFSET 0
    ) other
    WHERE ends_at > lo AND ends_at > entered_at
      AND (seat IS NULL OR seat_row IS NULL OR abs(seat - seat_row) <= near)
)"""


def _short(sql: str) -> str:
    """Without comments and indentation: the driver remembers how to send a statement of up to 4,096 characters."""
    return " ".join(" ".join(line.partition("--")[0].split()) for line in sql.splitlines())


_ANSWER = """
SELECT case_no, person, floor(extract(epoch FROM sum(hi - lo)) / 60)::int, min(lo), max(hi),
       array_agg(DISTINCT place), bit_or(known)
FROM {spans} GROUP BY case_no, person ORDER BY case_no, person
"""

# One spreader for each case: every stretch of time together counts that is long enough.
AROUND_ONE = _short(
    _MET
    + """, together AS (
    SELECT case_no, person, place, lower(span) AS lo, upper(span) AS hi, known
    FROM (
        SELECT case_no, person, place, unnest(range_agg(tstzrange(lo, hi))) AS span, bit_or(known) AS known
        FROM met WHERE person <> spreader GROUP BY case_no, person, place
    ) stretch
    OFFSET 0
)"""
    + _ANSWER.format(spans="together WHERE hi - lo >= interval '1 minute' * %(minutes)s::int")
)

# Several spreaders for each case: the stretches that are long enough with one of them, their union per place.
AROUND_MANY = _short(
    _MET
    + """, together AS (
    SELECT case_no, person, place, unnest(range_agg(tstzrange(lo, hi))) AS span, bit_or(known) AS known
    FROM met WHERE (case_no, person) NOT IN (SELECT case_no, person FROM asked)
    GROUP BY case_no, person, place, spreader
), united AS (
    SELECT case_no, person, place, unnest(range_agg(span)) AS span, bit_or(known) AS known
    FROM together WHERE upper(span) - lower(span) >= interval '1 minute' * %(minutes)s::int
    GROUP BY case_no, person, place
)"""
    + _ANSWER.format(spans="(SELECT *, lower(span) AS lo, upper(span) AS hi FROM united OFFSET 0) united")
)

PLACES = f"""
WITH {_STAYS}
SELECT person, place, unnest(range_agg(tstzrange(lo, hi))) AS span, bit_or(known)
FROM stays GROUP BY person, place ORDER BY span, place
"""

CROWD = f"""
SELECT person, place,
       unnest(range_agg(tstzrange(
           greatest(entered_at, %(since)s::timestamptz), least(ends_at, %(until)s::timestamptz)))) AS span,
       bit_or(1 << source)
FROM (
    SELECT {_OWN} AS person, place, entered_at, source, {_ENDS} AS ends_at
    FROM presence other JOIN place_longest longest USING (place)
    WHERE place = %(place)s::bigint AND entered_at >= %(earliest)s::timestamptz AND entered_at < %(latest)s::timestamptz
      AND entered_at >= least(
          %(since)s::timestamptz - greatest(seconds, %(default)s::int * 60) * interval '1 second', open_since)
) here
WHERE ends_at > %(since)s::timestamptz AND ends_at > entered_at
GROUP BY person, place ORDER BY span, person
"""
