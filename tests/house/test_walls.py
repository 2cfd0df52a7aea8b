"""Row-level security: every table behind one wall, nothing of one district for another, and a probe for breaches.

The probe asks, as `muster_web` with a post set, how many rows a table shows. Other tests open each wall, or switch it
off, in a transaction that is rolled back, and demand that the same probe sees it: so a wall that falls fails the first.
"""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from tests import full_night

# Signed-in posts of every area may read these: they hold no personal data.
FOR_ALL = {"areas_installation", "areas_area", "areas_areaalias", "facts_factseal", "isolation_site"}
FOR_ALL |= {"screening_round", "screening_samplingsite", "screening_roundsite", "screening_laboratory"}
FOR_ALL |= {"arrivals_risklist", "arrivals_riskarea"}  # what authorities published
FOR_ALL |= {"teams_team"}  # names and sizes of teams; who is in them has a wall
FOR_ALL |= {"goods_holder"}  # enterprises: a sender chooses a receiver among them
FOR_ALL |= {"screening_regime"}  # which groups are tested how often; who is in them has a wall

POLICIES = """
    SELECT tablename, policyname FROM pg_policies
    WHERE schemaname = 'public' AND 'muster_web' = ANY (roles) ORDER BY tablename
"""
TABLES = """
    SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
           has_table_privilege('muster_web', c.oid, 'SELECT'),
           has_table_privilege('muster_web', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
"""


@pytest.fixture
def owner(worker_database):
    return worker_database.owner


@pytest.fixture(scope="module")
def town(worker_database):
    with full_night.played(worker_database) as town:
        yield town


def shown(owner: psycopg.Connection, table: str, post) -> int:
    """How many rows of a table a post sees; on the owner's connection, so that it also sees an open transaction."""
    with owner.transaction(force_rollback=True):
        owner.execute("SET LOCAL ROLE muster_web")
        owner.execute("SELECT set_config('muster.post', %s, true)", [str(post.id) if post else ""])
        return owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def walled(owner) -> list[str]:
    return [table for table, _policy in owner.execute(POLICIES).fetchall()]


def test_every_table_stands_behind_a_wall(owner):
    bare, writable = [], []
    for table, secured, forced, readable, writes in owner.execute(TABLES).fetchall():
        if readable and not (secured and forced):
            bare.append(table)
        if writes:
            writable.append(table)
    assert bare == []
    assert writable == []


def test_the_login_of_pages_is_nobody(owner):
    rights = "rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolcreatedb"
    row = owner.execute(f"SELECT {rights} FROM pg_roles WHERE rolname = 'muster_web'").fetchone()
    assert row == (False, False, False, False, False)
    owned = owner.execute(
        "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = relowner WHERE rolname LIKE 'muster_%'"
    )
    assert owned.fetchone()[0] == 0


def test_pages_speak_through_the_login_that_is_nobody(town):
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == ("muster_web", "muster_web")
    assert settings.DATABASES["default"]["USER"] == "muster_web"


def test_without_a_post_nothing_is_seen(owner, town):
    assert {table: seen for table in walled(owner) if (seen := shown(owner, table, None))} == {}


def test_a_district_where_nothing_happened_sees_nothing(owner, town):
    seen = {
        (post.role, table): count
        for post in full_night.third(town)
        for table in walled(owner)
        if table not in FOR_ALL and (count := shown(owner, table, post))
    }
    assert seen == {}


def test_the_probe_finds_every_wall_that_is_opened(owner, town):
    post = town.third_grid
    for table, policy in owner.execute(POLICIES).fetchall():
        if table in FOR_ALL:
            continue
        with owner.transaction(force_rollback=True):
            owner.execute(f"ALTER POLICY {policy} ON {table} USING (true)")
            assert shown(owner, table, post), f"{table}: the night leaves no row in it, so a breach would not be seen"


def test_the_probe_finds_row_security_switched_off(owner, town):
    for table in walled(owner):
        if table in FOR_ALL:
            continue
        with owner.transaction(force_rollback=True):
            owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            assert shown(owner, table, town.third_grid), table


def test_our_own_posts_see_their_rows(owner, town):
    for table in walled(owner):
        if table not in FOR_ALL:
            assert any(shown(owner, table, post) for post in (town.headquarters, town.site)), table
