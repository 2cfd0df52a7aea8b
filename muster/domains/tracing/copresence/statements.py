"""The named SQL over the log of presence, each statement set-based: one case or many cost one round trip.

Inner sub-selects end in OFFSET 0: one index range per row of the outer side, never a scan of whole days. Each range is
bounded by how long ago a stay that lasts into it can have begun, so that only the days that matter are opened.

Whom is asked about comes as JSON, and hardly an expression is made of parameters alone. So a plan made for given values
looks no better to PostgreSQL than the general one, and it keeps that: planning takes as long as one case's trace.
"""

from __future__ import annotations

# The end of a row (2 is lodging).
_ENDS = """coalesce(left_at, CASE WHEN source = 2 THEN %(as_of)s::timestamptz
                 ELSE entered_at + %(default)s::interval END)"""

# The record that merges led to. Hardly anybody was merged, and a hashed look at those few costs next to nothing.
_OWN = """CASE WHEN other.person IN (SELECT key FROM people_person WHERE merged_into_id IS NOT NULL) THEN (
               SELECT own.key FROM people_person record JOIN people_person own ON own.id = record.canonical_id
               WHERE record.key = other.person) ELSE other.person END"""

_STAYS = f"""
asked AS MATERIALIZED (  -- the record that merges led to, for everybody asked about
    SELECT given.case_no, own.id, own.key AS person, since, least(given.until, %(as_of)s::timestamptz) AS until,
           least(since - greatest(seconds * interval '1 second', %(default)s::interval), open_since) AS back
    FROM json_to_recordset(%(asked)s::json)
         AS given (case_no int, person bigint, since timestamptz, until timestamptz)
    CROSS JOIN (SELECT max(seconds) AS seconds, min(open_since) AS open_since FROM place_longest) longest
    JOIN people_person record ON record.key = given.person
    JOIN people_person own ON own.id = coalesce(record.canonical_id, record.id)
), records AS (  -- and all the records that are this person
    SELECT case_no, person, person AS record, since, until, back FROM asked WHERE since < until
    UNION ALL
    SELECT asked.case_no, asked.person, merged.key, since, until, back
    FROM asked JOIN people_person merged ON merged.canonical_id = asked.id AND merged.merged_into_id IS NOT NULL
    WHERE since < until
), stays AS (  -- their stays inside the window
    SELECT case_no, records.person, place, seat_row, greatest(entered_at, since) AS lo, least(ends_at, until) AS hi,
           1 << source AS known
    FROM records CROSS JOIN LATERAL (
        SELECT place, entered_at, seat_row, source, {_ENDS} AS ends_at
        FROM presence
        WHERE person = records.record AND entered_at >= records.back AND entered_at < records.until
        OFFSET 0
    ) stay
    WHERE ends_at > since AND ends_at > entered_at
)"""

_MET = f"""
WITH {_STAYS},
spread AS (  -- merged per place; per seat too where only near seats count
    SELECT case_no, person, place, near, CASE WHEN near IS NOT NULL THEN seat_row END AS seat, bit_or(known) AS known,
           unnest(range_agg(tstzrange(
               lo, least(hi + %(air)s::interval, %(as_of)s::timestamptz)))) AS span
    FROM stays LEFT JOIN LATERAL (  -- looked up only where kinds or seats matter
        SELECT kind = ANY (%(kinds)s::text[]) AS counts, (%(reach)s::jsonb ->> layout)::int AS near
        FROM people_place WHERE key = stays.place AND (%(kinds)s::text[] IS NOT NULL OR seat_row IS NOT NULL) OFFSET 0
    ) known_place ON true
    WHERE %(kinds)s::text[] IS NULL OR counts
    GROUP BY case_no, person, place, near, 5
), reaching AS MATERIALIZED (  -- back to where a stay must have begun to last into this one
    SELECT case_no, person AS spreader, spread.place, near, seat, known, lower(span) AS lo, upper(span) AS hi,
           least(lower(span) - greatest(seconds * interval '1 second', %(default)s::interval), open_since) AS back
    FROM spread CROSS JOIN LATERAL (
        SELECT seconds, open_since FROM place_longest WHERE place = spread.place OFFSET 0
    ) longest
), met AS (  -- everybody else there meanwhile
    SELECT case_no, spreader, here.place, {_OWN} AS person, greatest(entered_at, lo) AS lo, least(ends_at, hi) AS hi,
           known | (1 << source) | (seat + seat_row IS NOT NULL)::int AS known
    FROM reaching here CROSS JOIN LATERAL (
        SELECT person, entered_at, source, seat_row, {_ENDS} AS ends_at
        FROM presence
        WHERE place = here.place AND entered_at >= here.back AND entered_at < here.hi
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
    + _ANSWER.format(spans="together WHERE hi - lo >= %(minutes)s::interval")
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
    FROM together WHERE upper(span) - lower(span) >= %(minutes)s::interval
    GROUP BY case_no, person, place
)"""
    + _ANSWER.format(spans="(SELECT *, lower(span) AS lo, upper(span) AS hi FROM united OFFSET 0) united")
)

PLACES = f"""
WITH {_STAYS}
SELECT person, place, unnest(range_agg(tstzrange(lo, hi))) AS span, bit_or(known)
FROM stays GROUP BY person, place ORDER BY span, place
"""
