"""Exact totals of long lists from kept counters: how many rows of a table lie in each grid.

A trigger adds the difference of each statement as rows of its own, in the same transaction: writers never wait for one
another, and the sum is exact in every snapshot. A job folds the rows of one grid into one.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations import RunSQL
from django.db.models import Sum

from muster.kernel.areas.codes import LEVELS, span
from muster.kernel.posts.logins import connection

from .models import RowCount

GRID = LEVELS["grid"]

_COUNTED = """
CREATE FUNCTION {table}_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO ledger_rowcount (source, area, many)
        SELECT '{table}', left({area}, {grid}), count(*) FROM added WHERE {where} GROUP BY 2;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO ledger_rowcount (source, area, many)
        SELECT '{table}', left({area}, {grid}), -count(*) FROM removed WHERE {where} GROUP BY 2;
    ELSE
        INSERT INTO ledger_rowcount (source, area, many)
        SELECT '{table}', at, sum(one) FROM (
            SELECT left({area}, {grid}) AS at, 1 AS one FROM added WHERE {where}
            UNION ALL SELECT left({area}, {grid}), -1 FROM removed WHERE {where}
        ) both_sides GROUP BY at HAVING sum(one) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_counts_new AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_counted();
CREATE TRIGGER {table}_counts_gone AFTER DELETE ON {table} REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_counted();
CREATE TRIGGER {table}_counts_change AFTER UPDATE ON {table} REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_counted();
INSERT INTO ledger_rowcount (source, area, many)
    SELECT '{table}', left({area}, {grid}), count(*) FROM {table} WHERE {where} GROUP BY 2;
"""
_BACK = "DROP FUNCTION {table}_counted() CASCADE; DELETE FROM ledger_rowcount WHERE source = '{table}';"

_FOLD = """
WITH gone AS (
    DELETE FROM ledger_rowcount c USING (
        SELECT source, area FROM ledger_rowcount GROUP BY source, area HAVING count(*) > 1
    ) several WHERE c.source = several.source AND c.area = several.area
    RETURNING c.source, c.area, c.many
) INSERT INTO ledger_rowcount (source, area, many)
    SELECT source, area, sum(many) FROM gone GROUP BY source, area HAVING sum(many) <> 0
"""


def counted(table: str, *, area: str = "area", where: str = "true") -> RunSQL:
    """A migration operation: keep the number of rows of the table for which `where` holds, by the grid of `area`."""
    values = {"table": table, "area": area, "where": where, "grid": GRID}
    return RunSQL(_COUNTED.format(**values), _BACK.format(**values))


def total(question: Any) -> int | None:
    """How many rows the question has, by the counter; None where it asks more than an area, or none is kept."""
    ledger, post = question.ledger, question.post
    narrowed = set(question.values) - {"area"}
    if not ledger.counter or post.lo is None or narrowed or question.found is not None:
        return None
    lo, hi = span(question.values["area"]) if "area" in question.values else (post.lo, post.hi)
    if not (post.lo <= lo and hi <= post.hi and len(lo) <= GRID):
        return None
    rows = RowCount.objects.filter(source=ledger.counter, area__gte=lo, area__lt=hi)
    return rows.aggregate(many=Sum("many", default=0))["many"]


def fold() -> None:
    """Make one row of the several of a grid. Writers go on meanwhile; what they have not committed is left."""
    with connection().cursor() as cursor:
        cursor.execute(_FOLD)
