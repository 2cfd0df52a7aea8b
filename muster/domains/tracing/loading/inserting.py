"""Many rows of one table at once, by COPY: several times faster than INSERT with as many parameters."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model

from muster.kernel.posts.logins import connection


def insert_many(rows: Sequence[Model]) -> None:
    """Write new rows of one table, in the caller's transaction. Tables behind a wall take no COPY themselves."""
    if not rows:
        return
    model = type(rows[0])._meta
    fields = model.local_concrete_fields
    names = ", ".join(field.column for field in fields)
    with connection().cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE arriving (LIKE {model.db_table}) ON COMMIT DROP")
        with cursor.copy(f"COPY arriving ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([getattr(row, field.attname) for field in fields])
        cursor.execute(f"INSERT INTO {model.db_table} ({names}) SELECT {names} FROM arriving")
        cursor.execute("DROP TABLE arriving")
    for row in rows:
        row._state.adding = False
