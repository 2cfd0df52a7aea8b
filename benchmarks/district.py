"""An installation of its own for one measurement, in a temporary folder: a district with people, in seconds.

Two real districts, each with its streets and communities; grids get people unevenly. Rows are made in the database by
its owner with triggers off (and what triggers would have counted is counted here), then analysed and vacuumed.
"""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import psycopg

HERE, NEXT_DOOR = "610404", "610402"  # the district that works, and the one beside it
PEOPLE_PER_GRID = 1530  # 654 grids for a million people
SHARE_HERE = 0.8

PEOPLE = """
SELECT setseed(0.2021);
CREATE TEMP TABLE slot AS SELECT n, code FROM unnest(%(slots)s::text[]) WITH ORDINALITY AS s(code, n);
CREATE UNIQUE INDEX ON slot (n);
CREATE TEMP TABLE door AS
    SELECT h.n, uuidv7() AS id, slot.code AS area
    FROM (SELECT n, 1 + floor(random() * (SELECT count(*) FROM slot))::int AS slot
          FROM generate_series(1, %(people)s / 3 + 1) n) h
    JOIN slot ON slot.n = h.slot;
CREATE UNIQUE INDEX ON door (n);
INSERT INTO people_household (id, ref, area, door)
    SELECT id, 'H' || n, area, n %% 30 + 1 || '-' || n %% 6 + 1 || '0' || n %% 4 + 1 FROM door;
CREATE TEMP TABLE one AS
    SELECT p.n, uuidv7() AS id, door.id AS household, door.area
    FROM generate_series(1, %(people)s) AS p(n) JOIN door ON door.n = (p.n - 1) / 3 + 1;
CREATE UNIQUE INDEX ON one (n);
INSERT INTO people_person (id, ref, label, sex, born_on, home, present, household_id, team, canonical_id, created_at)
    SELECT id, 'P' || n, chr(19968 + n %% 5000) || '*' || chr(20000 + n %% 3000),
           CASE n %% 2 WHEN 0 THEN 'female' ELSE 'male' END, date '1950-01-01' + n %% 25000,
           area, area, household, '', id, %(now)s
    FROM one ORDER BY n;
ANALYZE one;
"""


@contextmanager
def installation(name: str) -> Iterator[Path]:
    """A live installation on an embedded server in a temporary folder, removed at the end."""
    home = Path(tempfile.mkdtemp(prefix=f"muster-bench-{name}-"))
    (home / "static").mkdir()
    os.environ["MUSTER_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    from muster.site import embedded
    from muster.site.commands import opening

    try:
        opening.start()
        from muster.site.database import prepare
        from muster.site.installing import found

        prepare(home)
        found("Bench")
        yield home
    finally:
        opening.close()
        embedded.leave(home)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def owner() -> Iterator[psycopg.Connection[Any]]:
    """The database's owner, one transaction, triggers and foreign keys off."""
    from django.conf import settings

    with psycopg.connect(settings.MUSTER_URLS["owner"]) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def run(connection: psycopg.Connection[Any], script: str, **values: Any) -> None:
    """Several statements that share named values."""
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement, values)


@contextmanager
def indexed_after(connection: psycopg.Connection[Any], table: str) -> Iterator[None]:
    """Many rows come: indexes that are no constraint's are made at the end, sooner than row by row."""
    found = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [table],
    ).fetchall()
    for name, _definition in found:
        connection.execute(f"DROP INDEX {name}")
    yield
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no index comes while checks of its table wait
    for _name, definition in found:
        connection.execute(definition)


def settle(*tables: str) -> None:
    """What autovacuum does in time: statistics and visibility."""
    from django.conf import settings

    with psycopg.connect(settings.MUSTER_URLS["owner"], autocommit=True) as connection:
        for table in tables or ("",):
            connection.execute(f"VACUUM ANALYZE {table}")


def make_areas(grids: int) -> list[str]:
    """The two districts with so many grids; returns the codes of the grids, Weicheng's first."""
    from muster.kernel.areas.models import Area
    from muster.kernel.posts.logins import acting
    from muster.site.demo.geography import make_geography

    here = max(1, round(grids * SHARE_HERE))
    made = make_geography({HERE: here, NEXT_DOOR: max(1, grids - here)}, np.random.default_rng(7))
    rows = [Area(code=r.code, name=r.name, level=r.level, parent=r.parent or None) for r in made.areas.values()]
    with acting():
        Area.objects.bulk_create(rows, batch_size=2000)
    return [grid.code for grid in made.grids]


def make_people(connection: psycopg.Connection[Any], people: int, grids: list[str], *, even: bool = False) -> None:
    """Households of three; the busiest grid has several times the people of a usual one. Leaves tables `one`, `slot`.

    `slot` lists grids as often as they have people, so that a random row is a random home.
    """
    from muster.kernel import clock

    random = np.random.default_rng(11)
    weight = np.ones(len(grids)) if even else random.lognormal(0, 0.5, len(grids))
    slots = np.repeat(grids, np.maximum(1, (20 * weight / weight.mean()).astype(int))).tolist()
    with indexed_after(connection, "people_person"), indexed_after(connection, "people_household"):
        run(connection, PEOPLE, slots=slots, people=people, now=clock.now())


def make_post(role: str, area: str = "", *, place: UUID | None = None, organisation: UUID | None = None) -> Any:
    """A user who holds one post, for a day already."""
    from datetime import timedelta

    from muster.kernel import clock
    from muster.kernel.posts.logins import acting
    from muster.kernel.posts.models import Post, User

    bound = place or organisation or area
    with acting():
        user = User.objects.create(username=f"bench-{role}-{bound}", display_name=role, password="!")
        since = clock.now() - timedelta(days=1)
        return Post.objects.create(
            user=user, role=role, area=area, place_id=place, organisation_id=organisation, from_at=since
        )


def cookie_of(post: Any) -> str:
    """The session cookie of somebody who has signed in and acts on this post."""
    from muster.kernel import clock
    from muster.site.sessions import SessionStore

    session = SessionStore()
    session.update({"user": str(post.user_id), "post": str(post.id), "at": clock.now().timestamp()})
    session.save(must_create=True)
    return session.session_key


def machine() -> str:
    """What these figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}, "
        f"load {load:.1f}, {time.strftime('%Y-%m-%d')}"
    )


def table(head: list[str], rows: list[list[Any]]) -> None:
    """Print a table whose columns line up; numbers to the right."""
    cells = [head, *([f"{c:.2f}" if isinstance(c, float) else str(c) for c in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    for row in cells:
        words = [
            c.ljust(w) if at == 0 or not c[:1].isdigit() and row is not head and not c.startswith("-") else c.rjust(w)
            for at, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(words).rstrip(), flush=True)
