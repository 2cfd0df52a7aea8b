"""Row-level security and grants, as migration operations: every table takes exactly one of these.

The post is set per transaction (`muster.post`); its range comes from the table of posts through two functions that
`muster_web` may call but not change. Wrapped in a sub-select they are evaluated once per query, so the policy is an
index range on `area`.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

IN_RANGE = "({column} >= (SELECT muster_lo()) AND {column} < (SELECT muster_hi()))"
AT_PLACE = "({column} = (SELECT muster_place()))"

_ENABLE = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY act_all ON {table} TO muster_act USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO muster_act;
"""


def area_wall(table: str, *, area: str = "area", place: str | None = None) -> RunSQL:
    """Pages see the rows whose area is in the post's range, or whose place is the post's own."""
    using = IN_RANGE.format(column=area)
    if place:
        using += f" OR {AT_PLACE.format(column=place)}"
    return policy_wall(table, using)


def policy_wall(table: str, using: str) -> RunSQL:
    """Pages see the rows for which the SQL condition `using` holds."""
    return RunSQL(
        _ENABLE.format(table=table)
        + f"CREATE POLICY web_sees ON {table} FOR SELECT TO muster_web USING ({using});"
        + f"GRANT SELECT ON {table} TO muster_web;",
        RunSQL.noop,
    )


def read_all(table: str) -> RunSQL:
    """Every signed-in post may read the table: it holds no personal data."""
    return policy_wall(table, "(SELECT muster_signed_in())")


def act_only(table: str) -> RunSQL:
    """Pages can never read the table: only actions and jobs do."""
    return RunSQL(_ENABLE.format(table=table), RunSQL.noop)
