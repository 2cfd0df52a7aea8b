"""The heaviest lists of a grid worker and of headquarters against keyed SQL written by hand for the same rows.

Pages are asked for as requests through the whole stack (session, post, row-level security, templates). The statements
that fetched the list are then repeated alone, in turn with the hand-written one: same login, same post, same moment.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks import district

# Duties: a quarter still open, due from half a day ago to a day and a half ahead; the late ones have risen.
DUTIES = """
CREATE TEMP TABLE kind AS
    SELECT n, name, role, proof, held, held_level FROM unnest(
        %(kinds)s::text[], %(roles)s::text[], %(proofs)s::text[], %(roles)s::text[], %(levels)s::int[]
    ) WITH ORDINALITY AS k(name, role, proof, held, held_level, n);
CREATE TEMP TABLE owed AS
    SELECT n, n > %(closed)s AS open, %(now)s::timestamptz + CASE WHEN n > %(closed)s
               THEN random() * interval '48 h' - interval '12 h' ELSE random() * interval '-12 d' - interval '12 h' END
               AS due,
           1 + floor(random() * %(people)s)::int AS one, 1 + floor(random() * %(many)s)::int AS kind,
           random() AS luck, random() AS chance
    FROM generate_series(1, %(duties)s) AS g(n);
INSERT INTO duties_duty (id, kind, subject, person_id, area, role, proof_kind, plan, incident, opened_at, due_at,
        opened_because_id, held_by_area, holder_role, next_at, late, unowned, closed_at, closed_by_fact_id,
        withdrawn, data)
    SELECT uuidv7(), k.name, uuidv7(), one.id, one.area, k.role, k.proof, 'covid19-cn-8',
           (%(incidents)s::uuid[])[1 + o.n %% 3], o.due - interval '24 h', o.due, %(fact)s,
           left(one.area, (ARRAY[15, 12, 9, 6, 4])[1 + s.level]),
           CASE s.level WHEN k.held_level THEN k.held ELSE (ARRAY['grid', 'community', 'street', 'headquarters',
               'headquarters'])[1 + s.level] END,
           %(now)s::timestamptz + interval '1 d' * (1 + o.luck), o.open AND o.due < %(now)s, o.luck < 0.02,
           CASE WHEN NOT o.open THEN o.due - interval '2 h' END, CASE WHEN NOT o.open THEN %(fact)s::uuid END,
           NOT o.open AND o.luck < 0.05, '{}'
    FROM owed o JOIN one ON one.n = o.one JOIN kind k ON k.n = o.kind,
    LATERAL (SELECT greatest(k.held_level, CASE WHEN o.open AND o.due < %(now)s
        THEN width_bucket(o.chance, 0, 1, 4) - 1 ELSE 0 END) AS level) s
    ORDER BY o.n;
INSERT INTO duties_dutycount (area, kind, open, late, done, withdrawn)
    SELECT area, kind, count(*) FILTER (WHERE closed_at IS NULL), count(*) FILTER (WHERE closed_at IS NULL AND late),
           count(*) FILTER (WHERE closed_at IS NOT NULL AND NOT withdrawn), count(*) FILTER (WHERE withdrawn)
    FROM duties_duty GROUP BY area, kind;
"""
# Contacts of two thousand cases over two weeks; two fifths are not settled yet.
CONTACTS = """
INSERT INTO tracing_incident (id, number, disease, plan, root_fact, area, started_at, opened_at, history)
    SELECT id, 'I' || n, 'covid19', 'covid19-cn-8', %(fact)s, %(here)s, %(now)s::timestamptz - interval '14 d',
           %(now)s::timestamptz - interval '14 d', false
    FROM unnest(%(incidents)s::uuid[]) WITH ORDINALITY AS i(id, n);
INSERT INTO tracing_chain (id, number, incident_id, area) SELECT id, 'K' || n, id, %(here)s
    FROM unnest(%(incidents)s::uuid[]) WITH ORDINALITY AS i(id, n);
CREATE TEMP TABLE sick AS SELECT c.n, uuidv7() AS id, one.id AS person, one.area,
           (%(incidents)s::uuid[])[1 + c.n %% 3] AS incident, %(now)s::timestamptz - random() * interval '14 d' AS at
    FROM generate_series(1, %(cases)s) AS c(n) JOIN one ON one.n = c.n * (%(people)s / %(cases)s);
CREATE UNIQUE INDEX ON sick (n);
INSERT INTO tracing_case (id, number, incident_id, person_id, area, incident_area, disease, plan, classification,
        found_how, origin, source_state, severity, outcome, chain_id, opened_fact, opened_at, history)
    SELECT id, 'C' || n, incident, person, area, %(here)s, 'covid19', 'covid19-cn-8', 'confirmed', 'screening', 'local',
           'unknown', '', '', incident, %(fact)s, at, false FROM sick;
INSERT INTO tracing_contact (id, case_id, incident_id, person_id, area, incident_area, case_area, disease, plan,
        case_number, ring, reasons, first_at, last_at, minutes, places, status, fact, found_at, history)
    SELECT uuidv7(), s.id, s.incident, one.id, one.area, %(here)s, left(s.area, 6), 'covid19', 'covid19-cn-8',
           'C' || s.n, CASE WHEN c.luck < 0.4 THEN 1 ELSE 2 END, ARRAY['presence'], s.at - c.chance * interval '4 d',
           s.at, (c.luck * 300)::int, '{}', (ARRAY['found', 'notified', 'controlled', 'controlled', 'released',
           'released', 'released', 'released', 'cleared', 'withdrawn'])[1 + floor(c.chance * 10)::int], %(fact)s,
           s.at, false
    FROM (SELECT n, 1 + floor(random() * %(cases)s)::int AS sick, 1 + floor(random() * %(people)s)::int AS one,
                 random() AS luck, random() AS chance FROM generate_series(1, %(contacts)s) AS g(n)) c
    JOIN sick s ON s.n = c.sick JOIN one ON one.n = c.one ORDER BY c.n
    ON CONFLICT DO NOTHING;
"""
FACT = """
INSERT INTO facts_fact (id, kind, subject, area, happened_at, recorded_at, data)
VALUES (%(fact)s, 'tracing.contact_found', %(fact)s, %(here)s, %(now)s, %(now)s, '{}')
"""

_WITH_PERSON = """
SELECT page.*, p.*, h.* FROM page LEFT JOIN people_person p ON p.id = page.person_id
LEFT JOIN people_household h ON h.id = p.household_id ORDER BY page.due_at, page.id
"""
# Each by the best index there is for it; the persons of the page by their keys.
GRID_DUTIES = f"""
WITH page AS MATERIALIZED (
    SELECT * FROM duties_duty
    WHERE closed_at IS NULL AND area >= %(lo)s AND area < %(hi)s AND (role = %(role)s OR holder_role = %(role)s)
    ORDER BY due_at, id LIMIT 31
) {_WITH_PERSON}
"""
HELD_DUTIES = f"""
WITH page AS MATERIALIZED (
    SELECT * FROM duties_duty WHERE closed_at IS NULL AND holder_role = %(role)s AND area >= %(lo)s AND area < %(hi)s
    ORDER BY due_at, id LIMIT 31
) {_WITH_PERSON}
"""
MISSING = f"""
WITH page AS MATERIALIZED (
    SELECT * FROM duties_duty WHERE closed_at IS NULL AND area >= %(lo)s AND area < %(hi)s
    ORDER BY due_at, id LIMIT 51
) {_WITH_PERSON}
"""
CONTACT_LIST = """
WITH page AS MATERIALIZED (SELECT * FROM tracing_contact ORDER BY first_at, id LIMIT 51)
SELECT page.*, p.label FROM page LEFT JOIN people_person p ON p.id = page.person_id ORDER BY page.first_at, page.id
"""


@dataclass
class Seen:
    """The statements of one request, and the seconds of each."""

    statements: list[tuple[str, Any, float]] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Stands around each statement that Django sends."""
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.statements.append((sql, params, time.perf_counter() - start))


@dataclass
class Page:
    """A page, whose it is, the marks by which the statements of its list are known, and the same by hand."""

    name: str
    post: Any
    address: str
    marks: tuple[tuple[str, str], ...]
    keyed: str

    def of_list(self, sql: str) -> bool:
        """Whether the statement fetches the rows of the list."""
        return any(table in sql and end in sql for table, end in self.marks)


PEOPLE = ('FROM "people_person"', " IN (")  # those of the rows, looked up together
DUTY_ROWS = (('FROM "duties_duty"', "LIMIT 31"), PEOPLE)
GAP_ROWS = (('FROM "duties_duty"', "LIMIT 51"), PEOPLE)
CONTACT_ROWS = (('FROM "tracing_contact"', "LIMIT 51"), PEOPLE)


def main(people: int = 20_000, repeat: int = 30) -> None:
    """Make the district, measure each page, print two tables."""
    with district.installation("lists"):
        start = time.perf_counter()
        pages = make(people)
        print(f"lists: {people:,} people, {_volumes()}; made in {time.perf_counter() - start:.0f} s")
        print(f"medians of {repeat} requests, of {repeat * 5} queries; {district.machine()}\n")
        rows, parts = [], []
        for page in pages:
            whole, seen = ask(page, repeat)
            sent = [(sql, params) for sql, params, _seconds in seen[-1].statements if page.of_list(sql)]
            ours, keyed, same = compare(page, sent, repeat)
            database = median(sum(s for _sql, _params, s in one.statements) for one in seen)
            rows.append([page.name, ours, keyed, ours / keyed, whole, whole / keyed, "" if same else "OTHER ROWS"])
            parts.append(_parts(page, whole, database, seen))
        district.table(["list", "query ms", "keyed ms", "ratio", "request ms", "request/keyed", ""], rows)
        print()
        head = ["where the request goes", "statements", "database ms", "list", "next heaviest", "python ms"]
        district.table(head, parts)


def make(people: int) -> list[Page]:
    """Fill the database; three tenths as many contacts as people, six as many duties, a quarter of them open."""
    from muster.kernel import clock, ids
    from muster.kernel.areas.codes import LEVELS
    from muster.kernel.declare import DUTIES as KINDS
    from muster.kernel.duties.ladder import BODIES
    from muster.kernel.posts.roles import ROLES

    grids = district.make_areas(max(6, people // district.PEOPLE_PER_GRID))
    owed = [(kind, role) for kind in KINDS.values() for role in kind.roles if not ROLES[role].bound]
    owed = [pair for pair in owed for _ in range(6 if pair[1] == "grid" else 1)]
    duties = people * 6 // 10
    values = {
        "now": clock.now(), "fact": ids.uuid7(), "here": district.HERE, "people": people, "duties": duties,
        "closed": duties * 3 // 4, "contacts": people * 3 // 10, "cases": max(20, people // 500),
        "incidents": [ids.uuid7() for _ in range(3)], "many": len(owed), "kinds": [kind.name for kind, _role in owed],
        "roles": [role for _kind, role in owed], "proofs": [kind.proof for kind, _role in owed],
        "levels": [sum(digits > LEVELS[ROLES[role].level] for digits, _body in BODIES) for _kind, role in owed],
    }  # fmt: skip
    with district.owner() as connection:
        district.make_people(connection, people, grids)
        for script in (FACT, DUTIES, CONTACTS):
            district.run(connection, script, **values)
        heaviest = connection.execute(
            "SELECT area FROM duties_duty WHERE closed_at IS NULL AND role = 'grid' AND area < %s AND area >= %s"
            " GROUP BY area ORDER BY count(*) DESC LIMIT 1",
            [str(int(district.HERE) + 1), district.HERE],
        ).fetchone()
    district.settle()
    worker = district.make_post("grid", heaviest[0])
    headquarters = district.make_post("headquarters", district.HERE)
    return [
        Page("grid worker /duties/", worker, "/duties/", DUTY_ROWS, GRID_DUTIES),
        Page("headquarters /duties/", headquarters, "/duties/", DUTY_ROWS, HELD_DUTIES),
        Page("headquarters /gaps/", headquarters, "/gaps/", GAP_ROWS, MISSING),
        Page("headquarters /contacts/", headquarters, "/contacts/", CONTACT_ROWS, CONTACT_LIST),
    ]


def ask(page: Page, repeat: int) -> tuple[float, list[Seen]]:
    """Ask for the page again and again; the median in milliseconds, and the statements of each request."""
    from django.conf import settings
    from django.db import connections
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = district.cookie_of(page.post)
    times, all_seen = [], []
    for turn in range(repeat + 3):
        seen = Seen()
        with connections["default"].execute_wrapper(seen), connections["act"].execute_wrapper(seen):
            start = time.perf_counter()
            answer = client.get(page.address)
            seconds = time.perf_counter() - start
        if answer.status_code != 200:
            raise SystemExit(f"{page.name}: answer {answer.status_code}")
        if turn >= 3:
            times.append(seconds * 1000)
            all_seen.append(seen)
    return median(times), all_seen


def compare(page: Page, sent: list[tuple[str, Any]], repeat: int) -> tuple[float, float, bool]:
    """The page's own statements and the hand-written one by turns: medians in milliseconds, and whether rows agree."""
    from muster.kernel.posts.logins import connection, viewing

    values = {"lo": page.post.lo, "hi": page.post.hi, "role": page.post.role}
    if not sent:
        raise SystemExit(f"{page.name}: its list was not recognised among its statements")

    def run(statements: list[tuple[str, Any]]) -> tuple[float, list[Any]]:
        start, answers = time.perf_counter(), []
        for sql, params in statements:
            cursor.execute(sql, params)
            answers.append(cursor.fetchall())
        return (time.perf_counter() - start) * 1000, [row[0] for row in answers[0]]

    with viewing(page.post.id), connection().cursor() as cursor:
        by_hand, turns = [(page.keyed, values)], []
        for turn in range(repeat * 5 + 4):  # short, so more of them; who is first changes, because the second is warm
            first = run(by_hand if turn % 2 else sent)
            second = run(sent if turn % 2 else by_hand)
            turns.append((second, first) if turn % 2 else (first, second))
    turns = turns[4:]
    same = all(ours[1] == keyed[1] and ours[1] for ours, keyed in turns)
    return median(ours[0] for ours, _keyed in turns), median(keyed[0] for _ours, keyed in turns), same


def _parts(page: Page, whole: float, database: float, seen: list[Seen]) -> list[Any]:
    """Of a request: how many statements, their time, the list's, the heaviest other one, and all the rest."""
    in_list = median(sum(s for sql, _params, s in one.statements if page.of_list(sql)) for one in seen) * 1000
    others = [max((s, sql) for sql, _params, s in one.statements if not page.of_list(sql)) for one in seen]
    seconds, sql = sorted(others)[len(others) // 2]
    subject = sql.replace('"', "").partition(" FROM ")[2].split()
    heaviest = f"{seconds * 1000:.2f} {subject[0] if subject else sql[:20]}"
    count = len(seen[-1].statements)
    return [page.name, count, database * 1000, in_list, heaviest, whole - database * 1000]


def _volumes() -> str:
    from muster.kernel.posts.logins import acting, connection

    sql = """SELECT (SELECT count(*) FROM tracing_contact), count(*), count(*) FILTER (WHERE closed_at IS NULL),
             count(DISTINCT area) FROM duties_duty"""
    with acting(), connection().cursor() as cursor:
        cursor.execute(sql)
        contacts, duties, still_open, grids = cursor.fetchone()
    return f"{contacts:,} contacts, {duties:,} duties ({still_open:,} open) over {grids} grids"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=30)
    main(**vars(parser.parse_args()))
