"""What must hold of the kernel's tables; run by `muster check`. Each query names the rows for which it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from muster.kernel.facts.models import Fact
from muster.kernel.people.personal import PARTS, remaining
from muster.kernel.posts.logins import connection
from muster.kernel.presence.load import short_longest
from muster.site.seals import verify


def purged_is_gone() -> Iterator[str]:
    """What the newest purge of a class and table said it deleted is not there."""
    facts = Fact.objects.filter(kind="people.purged").order_by("recorded_at", "id")
    newest = {(fact.data["class"], fact.data["table"]): fact for fact in facts}
    parts = {(kind, part.table): part for kind, found in PARTS.items() for part in found}
    for key, fact in newest.items():
        with connection().cursor() as cursor:
            left = remaining(cursor, parts[key], datetime.fromisoformat(fact.data["before"])) if key in parts else 0
        if left:
            yield f"{key[1]}: {left} rows of class {key[0]} were purged on {fact.recorded_at:%Y-%m-%d} and are there"


def longest() -> Iterator[str]:
    """Places whose longest stay is longer than what traces go by."""
    return (f"place {place}" for place in short_longest())


CHECKS = {
    "purged personal data is gone": purged_is_gone,
    "merged records lead to one that stands": """
        SELECT 'person ' || p.id FROM people_person p JOIN people_person c ON c.id = p.canonical_id
        WHERE c.merged_into_id IS NOT NULL OR (p.merged_into_id IS NULL) <> (p.canonical_id = p.id)
        UNION ALL SELECT 'person ' || id FROM people_person WHERE canonical_id IS NULL
    """,
    "areas of people and places exist": """
        SELECT DISTINCT 'area ' || area FROM (
            SELECT home FROM people_person UNION SELECT present FROM people_person UNION SELECT area FROM people_place
        ) used (area)
        WHERE area <> '' AND NOT EXISTS (SELECT FROM areas_area a WHERE a.code = used.area)
    """,
    "the seals over the facts are whole": verify,
    "the seal of every sealed fact is there": """
        SELECT 'fact ' || s.fact_id || ', seal ' || s.seal_id FROM facts_sealedfact s
        LEFT JOIN facts_factseal l ON l.number = s.seal_id WHERE l.number IS NULL
    """,
    "no fact happened because of a later one": """
        SELECT 'fact ' || f.id FROM facts_factcause k JOIN facts_fact f ON f.id = k.fact_id
        JOIN facts_fact c ON c.id = k.cause_id WHERE c.recorded_at > f.recorded_at
    """,
    "counters of duties equal the duties": """
        WITH real AS (
            SELECT area, kind, count(*) FILTER (WHERE closed_at IS NULL) AS open,
                   count(*) FILTER (WHERE closed_at IS NULL AND late) AS late,
                   count(*) FILTER (WHERE closed_at IS NOT NULL AND NOT withdrawn) AS done,
                   count(*) FILTER (WHERE closed_at IS NOT NULL AND withdrawn) AS withdrawn
            FROM duties_duty GROUP BY area, kind
        )
        SELECT kind || ' in ' || area || ': counted ' || coalesce(c.open, 0) || ' open, ' || coalesce(c.done, 0)
               || ' done, there are ' || coalesce(r.open, 0) || ' and ' || coalesce(r.done, 0)
        FROM duties_dutycount c FULL JOIN real r USING (area, kind)
        WHERE (coalesce(c.open, 0), coalesce(c.late, 0), coalesce(c.done, 0), coalesce(c.withdrawn, 0))
              <> (coalesce(r.open, 0), coalesce(r.late, 0), coalesce(r.done, 0), coalesce(r.withdrawn, 0))
    """,
    "every closed duty has its proof, or is withdrawn because of a fact": """
        SELECT 'duty ' || d.id || ' (' || d.kind || ')' FROM duties_duty d
        LEFT JOIN facts_fact f ON f.id = d.closed_by_fact_id
        WHERE d.closed_at IS NOT NULL
          AND (f.id IS NULL OR NOT d.withdrawn AND (f.kind <> d.proof_kind OR f.subject <> d.subject))
    """,
    "no open duty is withdrawn or proven": """
        SELECT 'duty ' || id || ' (' || kind || ')' FROM duties_duty
        WHERE closed_at IS NULL AND (withdrawn OR closed_by_fact_id IS NOT NULL)
    """,
    "every open control has evidence that stands": """
        SELECT 'control ' || c.id FROM controls_control c
        WHERE c.ended_at IS NULL AND NOT EXISTS
            (SELECT FROM controls_evidence e WHERE e.control_id = c.id AND e.withdrawn_at IS NULL)
    """,
    "one open control per person and disease": """
        SELECT 'person ' || p.canonical_id || ': ' || count(*) || ' open controls for ' || c.disease
        FROM controls_control c JOIN people_person p ON p.id = c.person_id
        WHERE c.ended_at IS NULL GROUP BY p.canonical_id, c.disease HAVING count(*) > 1
    """,
    "every ended control has the fact that ended it": """
        SELECT 'control ' || id FROM controls_control WHERE (ended_at IS NULL) <> (ended_fact_id IS NULL)
    """,
    "tests are due only under open controls": """
        SELECT 'test ' || t.id FROM controls_duetest t JOIN controls_control c ON c.id = t.control_id
        WHERE c.ended_at IS NOT NULL AND t.done_fact_id IS NULL
    """,
    "the longest stay of each place is known": longest,
    # Days are dropped whole: the first stay that is there begins after the newest purge's limit.
    "purged log is gone": """
        SELECT 'access log: a line of ' || l.at::date || ', purged before ' || (f.data ->> 'before')
        FROM (SELECT data, recorded_at FROM facts_fact WHERE kind = 'people.purged'
              AND data ->> 'table' = 'posts_accesslog' ORDER BY recorded_at DESC, id DESC LIMIT 1) f
        JOIN LATERAL (SELECT at FROM posts_accesslog WHERE at < (f.data ->> 'before')::timestamptz
                      AND at < (SELECT max(at) FROM posts_accesslog WHERE at <= f.recorded_at) - interval '180 days'
                      ORDER BY at LIMIT 1) l ON true
    """,
    "purged presence is gone": """
        SELECT 'presence: a stay of ' || first.day || ', purged before ' || (newest.data ->> 'before')
        FROM (SELECT data FROM facts_fact WHERE kind = 'people.purged' AND data ->> 'table' = 'presence'
              ORDER BY recorded_at DESC, id DESC LIMIT 1) newest,
             (SELECT min(entered_at) AS day FROM presence) first
        WHERE first.day < (newest.data ->> 'before')::timestamptz
    """,
}
