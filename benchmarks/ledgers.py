"""Every registered ledger's first page against a keyed query for the same rows, in the same run.

For a worker of the heaviest grid (or the lowest role that holds the ledger) and for headquarters: by each order, within
choices of each filter, and by a name. *Ours* is every statement that finds the rows of a page and the masked names of
their persons, as the page sends them; *keyed* is one statement written by hand around the same condition: the rows of
the page first, by the area's range and the order's index, then the persons by their keys. Both take turns on the same
logins. What a ledger's `ready` adds is left out of both. A ledger of which the benchmark makes no rows is named.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Any
from uuid import UUID

from benchmarks import district, lists
from benchmarks.lists import Seen

NAMES = """
CREATE TEMP TABLE sur AS SELECT n, c, p FROM unnest(
    '{王,李,张,刘,陈,杨,赵,黄,周,吴,徐,孙,胡,朱,高,林,何,郭,马,罗}'::text[],
    '{wang,li,zhang,liu,chen,yang,zhao,huang,zhou,wu,xu,sun,hu,zhu,gao,lin,he,guo,ma,luo}'::text[]
) WITH ORDINALITY AS s(c, p, n);
CREATE TEMP TABLE given AS SELECT n, c, p FROM unnest(
    '{伟,芳,娜,敏,静,丽,强,磊,军,洋,勇,艳,杰,娟,涛,明,超,霞,平,刚,英,华,玉,兰,红,建,国,文,志,海}'::text[],
    ('{wei,fang,na,min,jing,li,qiang,lei,jun,yang,yong,yan,jie,juan,tao,ming,chao,xia,ping,gang,ying,hua,yu,lan,'
        || 'hong,jian,guo,wen,zhi,hai}')::text[]
) WITH ORDINALITY AS g(c, p, n);
INSERT INTO people_persondetails (person_id, name, name_key, initials, address, note)
    SELECT p.id, s.c || a.c || b.c, s.p || a.p || b.p, left(s.p, 1) || left(a.p, 1) || left(b.p, 1), '', ''
    FROM people_person p JOIN sur s ON s.n = 1 + floor(sqrt(p.key %% 400))::int
    JOIN given a ON a.n = 1 + (p.key / 7) %% 30 JOIN given b ON b.n = 1 + (p.key / 211) %% 30;
"""
# A twentieth of the people under home observation, a hundredth on the way to one of a hundred sites.
STAYS = """
CREATE TEMP TABLE held AS SELECT id AS person, home AS area, uuidv7() AS control, key,
    %(now)s::timestamptz - random() * interval '10 d' AS at FROM people_person WHERE key %% 20 = 0;
INSERT INTO controls_control (id, person_id, disease, plan, measure, began_at, ends_on, area, began_fact_id, ended_how)
    SELECT control, person, 'covid19', 'covid19-cn-8', 'home', at, (at + interval '14 d')::date, area, %(fact)s, ''
    FROM held;
INSERT INTO isolation_stay (id, person_id, control_id, plan, kind, area, began_at, began_fact_id, home_days, ended_how)
    SELECT uuidv7(), person, control, 'covid19-cn-8', 'home', area, at, %(fact)s, 0, '' FROM held;
CREATE TEMP TABLE house AS SELECT n, uuidv7() AS place, uuidv7() AS id, slot.area FROM generate_series(1, 100) n
    CROSS JOIN LATERAL (SELECT home AS area FROM people_person WHERE key = n * 7) slot;
INSERT INTO people_place (id, name, kind, area, layout) SELECT place, 'H' || n, 'lodging', area, '' FROM house;
INSERT INTO isolation_site (id, place_id, kind, area, name, opened_at)
    SELECT id, place, 'site', area, 'H' || n, %(now)s FROM house;
INSERT INTO isolation_transfer (id, person_id, control_id, plan, area, from_area, site_id, place_id, wanted, state,
        requested_at, requested_fact_id, due_at, code_side, code_tries, closed_at)
    SELECT uuidv7(), h.person, h.control, 'covid19-cn-8', h.area, h.area, s.id, s.place, 'site',
           CASE WHEN h.key %% 500 = 0 THEN 'requested' ELSE 'arrived' END, h.at, %(fact)s, h.at + interval '8 h', '', 0,
           CASE WHEN h.key %% 500 <> 0 THEN h.at + interval '5 h' END
    FROM held h JOIN house s ON s.n = 1 + h.key %% 100 WHERE h.key %% 100 = 0;
"""
# A result for every second person, an arrival for every fifth, a venue for every fiftieth, a look at every second.
OTHERS = """
CREATE TEMP TABLE swab AS SELECT id AS person, home AS area, uuidv7() AS id, uuidv7() AS fact, key,
    %(now)s::timestamptz - random() * interval '20 d' AS at,
    CASE WHEN key %% 1000 = 0 THEN 'positive' ELSE 'negative' END AS result FROM people_person WHERE key %% 2 = 0;
INSERT INTO facts_fact (id, kind, subject, area, happened_at, recorded_at, data)
    SELECT fact, 'screening.result_' || result, id, area, at, at, '{}' FROM swab;
INSERT INTO screening_result (id, ref, person_id, disease, sampled_at, received_at, result, area, fact_id, history)
    SELECT id, 'R' || key, person, 'covid19', at, at + interval '6 h', result, area, fact, false FROM swab;
INSERT INTO arrivals_arrival (id, ref, person_id, area, state, channel, declared_by, cohort, origin, origin_code,
        origin_key, left_on, arrives_on, transport, declared_at, category, unsure, plan, measure, onward_to, fact)
    SELECT uuidv7(), 'A' || key, id, home, CASE WHEN key %% 50 = 0 THEN 'here' ELSE 'closed' END, 'page', 'self',
           CASE WHEN key %% 500 = 0 THEN 'student' ELSE '' END, 'X', '', '', on_, on_, '', %(now)s,
           CASE WHEN key %% 1000 = 0 THEN 'high' ELSE 'elsewhere' END, key %% 250 = 0, '', '', '', %(fact)s
    FROM (SELECT *, (%(now)s::timestamptz - random() * interval '60 d')::date AS on_ FROM people_person) p
    WHERE key %% 5 = 0;
CREATE TEMP TABLE shop AS SELECT uuidv7() AS place, id AS person, home AS area, key,
    CASE WHEN key %% 5000 = 0 THEN 'day_rental' ELSE 'restaurant' END AS kind FROM people_person WHERE key %% 50 = 0;
INSERT INTO people_place (id, name, kind, area, layout) SELECT place, 'S' || key, 'other', area, '' FROM shop;
INSERT INTO premises_venue (id, place_id, area, kind, name, responsible_id, screen, code_number, desk_number, opened_at)
    SELECT uuidv7(), place, area, kind, 'S' || key, person, false, 1, 1, %(now)s FROM shop;
INSERT INTO posts_accesslog (id, at, event, subject, field, purpose, area)
    SELECT uuidv7(), %(now)s::timestamptz - random() * interval '90 d',
           CASE WHEN key %% 1000 = 0 THEN 'refused' ELSE 'opened_file' END, id, '', 'work', home
    FROM people_person WHERE key %% 2 = 0;
"""
LEAST = 50  # rows of a ledger below which there is nothing to measure


@dataclass
class Case:
    """A question by a post, and the statement written by hand for the same rows."""

    name: str
    question: Any
    text: str = ""

    def ours(self) -> list[tuple[str, str, Any]]:
        """The statements of a page's rows, with the login of each."""
        from django.db import connections
        from django.test import RequestFactory

        from muster.kernel.posts.logins import viewing
        from muster.ledger import searching
        from muster.ledger.paging import paged

        question = replace(self.question, find=searching.sealed(self.text, self.question.post) if self.text else "")
        seen = {alias: Seen() for alias in ("default", "act")}
        with viewing(question.post.id):
            with (
                connections["default"].execute_wrapper(seen["default"]),
                connections["act"].execute_wrapper(seen["act"]),
            ):
                request = RequestFactory().get("/")
                rows = paged(request, question.rows().prefetch_related(None), *question.keys, size=50).rows
                replace(question.ledger, ready=None).batch(rows)
        sent = [(alias, sql, params) for alias in ("act", "default") for sql, params, _s in seen[alias].statements]
        return [each for each in sent if not each[1].startswith(("SELECT set_config", "SAVEPOINT", "RELEASE"))]

    def keyed(self) -> list[tuple[str, str, Any]]:
        """By hand: the page by its keys, then the persons. A name takes two, for pages cannot read names."""
        from muster.kernel.posts.logins import acting

        ledger, post = self.question.ledger, self.question.post
        area = next(field for field in ("area", "from_area", "home") if hasattr(ledger.model, field))
        rows = (
            ledger.source().prefetch_related(None).select_related(None)
            if ledger.source
            else ledger.model._default_manager.all()
        )
        rows = rows.filter(**{f"{area}__gte": post.lo, f"{area}__lt": post.hi})
        for each in ledger.filters:
            if each.name in self.question.values:
                rows = rows.filter(each.narrow(self.question.values[each.name]))
        if not self.text:
            return [self._page(rows, "LEFT JOIN")]
        column = "name" if self.text > "z" else "name_key" if len(self.text) > 3 else "initials"
        key = f"{ledger.person}__details__{column}"
        named = rows.filter(**{f"{key}__gte": self.text, f"{key}__lt": self.text + "\U0010ffff"}).order_by()
        named = named.values_list("pk", flat=True)[:1001]
        sql, params = named.query.sql_with_params()
        with acting():
            found = list(named)
        page = self._page(ledger.model._default_manager.filter(pk__in=found or [UUID(int=0)]), "JOIN")
        return [("act", sql, params), page]

    def _page(self, rows: Any, join: str) -> tuple[str, str, Any]:
        from django.db.models import F

        ledger, name = self.question.ledger, self.question.sort.lstrip("-")
        falling, first = self.question.sort.startswith("-"), F(self.question.sort.lstrip("-"))
        nulls = {"nulls_last": True} if falling and ledger.model._meta.get_field(name).null else {}
        order = (first.desc(**nulls), "-pk") if falling else (first.asc(), "pk")
        page, params = rows.order_by(*order)[:51].query.sql_with_params()
        person, label = "", ""
        if ledger.person:
            person, label = f"{join} people_person p ON p.id = page.{ledger.person}_id", ", p.label"
        sql = f"WITH page AS MATERIALIZED ({page}) SELECT page.*{label} FROM page {person}"
        return ("act" if ledger.closed else "default", sql, params)


def main(people: int = 20_000, repeat: int = 20) -> None:
    """Make the district, measure every ledger, print one table; exits 1 where a ratio is above 2."""
    with district.installation("ledgers"):
        start = time.perf_counter()
        make(people)
        print(f"ledgers: {people:,} people; made in {time.perf_counter() - start:.0f} s")
        print(f"medians of {repeat} turns; {district.machine()}\n")
        rows = []
        for case in cases():
            ours, keyed, found, statements = measure(case, repeat)
            mark = "" if ours <= 2 * keyed else "ABOVE 2" if ours > 3 else "both below 3 ms"
            rows.append([case.name, ours, keyed, ours / keyed, statements, found, mark])
        district.table(["ledger, who, what", "ours ms", "keyed ms", "ratio", "statements", "rows", ""], rows)


def make(people: int) -> None:
    """The district of the other lists, with names, home observation, transfers, results, arrivals, venues and looks."""
    from muster.kernel import clock, ids

    lists.make(people)
    with district.owner() as connection:
        district.run(connection, NAMES)
        for script in (STAYS, OTHERS):
            district.run(connection, script, now=clock.now(), fact=ids.uuid7())
    district.settle()


def cases() -> Iterator[Case]:
    """Every question that is measured."""
    from muster.kernel.declare import PERMISSIONS
    from muster.kernel.posts.logins import acting, viewing
    from muster.ledger.declaring import LEDGERS
    from muster.site import urls as urls  # makes every route

    with acting():
        busiest = _busiest_grid()
    for ledger in LEDGERS.values():
        roles = PERMISSIONS[ledger.needs].roles
        posts = [("headquarters", district.HERE)] if "headquarters" in roles else []
        for role, width in (("grid", 15), ("community", 12), ("street", 9)):
            if role in roles:
                posts.insert(0, (role, busiest[:width]))
                break
        for role, area in posts:
            post = _post(role, area)
            with acting():
                many = ledger.rows(post)[:LEAST].count()
            if many < LEAST and role == "headquarters":
                print(f"{ledger.name}: {many} rows are made here, so it is not measured")
            if many < LEAST and not (role != "headquarters" and many):
                continue
            with viewing(post.id):
                yield from _of(ledger, post)


def _of(ledger: Any, post: Any) -> Iterator[Case]:
    from django.http import QueryDict

    from muster.ledger.asking import asked

    who = f"{ledger.name}, {post.role}"
    for field in ledger.sorts:
        for sort in (field, f"-{field}"):
            yield Case(f"{who}, by {sort}", asked(ledger, post, QueryDict(f"sort={sort}")))
    for each in ledger.filters:
        for value, _title in (each.options(post) if each.options else [])[:4]:
            yield Case(f"{who}, {each.name}={value}", asked(ledger, post, QueryDict(f"{each.name}={value}")))
    if ledger.person:
        for text in ("王", "王伟", "王伟芳", "wangw", "wwf"):
            yield Case(f"{who}, named {text}", asked(ledger, post, QueryDict("")), text)


def _busiest_grid() -> str:
    from django.db.models import Count
    from django.db.models.functions import Left

    from muster.domains.tracing.models import Contact

    here = Contact.objects.filter(area__startswith=district.HERE).annotate(grid=Left("area", 15)).values("grid")
    return here.annotate(n=Count("pk")).order_by("-n").values_list("grid", flat=True)[0]


_posts: dict[tuple[str, str], Any] = {}


def _post(role: str, area: str) -> Any:
    if (role, area) not in _posts:
        from muster.kernel.posts.logins import acting
        from muster.kernel.posts.models import Post

        with acting():
            made = Post.objects.filter(role=role, area=area).first()
        _posts[role, area] = made or district.make_post(role, area)
    return _posts[role, area]


def measure(case: Case, repeat: int) -> tuple[float, float, int, int]:
    """Medians of ours and of the one by hand, in milliseconds; rows of the page; how many statements ours are."""
    from django.db import connections

    from muster.kernel.posts.logins import viewing

    ours, by_hand = case.ours(), case.keyed()
    turns: list[tuple[float, float]] = []
    found = 0
    with viewing(case.question.post.id):

        def run(statements: list[tuple[str, str, Any]]) -> tuple[float, int]:
            start, rows = time.perf_counter(), 0
            for alias, sql, params in statements:
                with connections[alias].cursor() as cursor:
                    cursor.execute(sql, params)
                    rows = max(rows, len(cursor.fetchall()))
            return (time.perf_counter() - start) * 1000, rows

        for turn in range(repeat + 4):
            first, second = (by_hand, ours) if turn % 2 else (ours, by_hand)
            a, b = run(first), run(second)
            turns.append((b[0], a[0]) if turn % 2 else (a[0], b[0]))
            found = (a if turn % 2 else b)[1]
    turns = turns[4:]
    return median(o for o, _k in turns), median(k for _o, k in turns), found, len(ours)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=20)
    main(**vars(parser.parse_args()))
