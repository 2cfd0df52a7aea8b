"""What personal data has outlived its time, by class; columns are declared with `kernel.declare.personal`.

The time of a class runs from the last thing that needed the person: a table that does says so with `keeps`. Merged
records go with the one that they were merged into.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True)
class Keep:
    """Rows of `table` about the person in column `person` keep the file until the moment in `until` (null: for now)."""

    table: str
    person: str
    until: str


@dataclass(frozen=True)
class Part:
    """What is deleted for a class: from which table, which rows, and how (a DELETE, or an UPDATE that blanks)."""

    table: str
    where: str
    statement: str


KEEPS: list[Keep] = []
PARTS = {
    "identity": (
        Part("people_persondetails", "true", "DELETE FROM people_persondetails x"),
        Part("people_identifier", "x.kind <> 'phone'", "DELETE FROM people_identifier x"),
    ),
    "contact": (
        Part("people_persondetails", "x.address <> ''", "UPDATE people_persondetails x SET address = ''"),
        Part("people_identifier", "x.kind = 'phone'", "DELETE FROM people_identifier x"),
    ),
    "note": (Part("people_persondetails", "x.note <> ''", "UPDATE people_persondetails x SET note = ''"),),
}


def keeps(table: str, person: str, until: str) -> None:
    """Let the rows of a table keep files: name the column with the person's id, and that with the moment they end."""
    KEEPS.append(Keep(table, person, until))


def purge(cursor: CursorWrapper, part: Part, before: datetime) -> int:
    """Delete what outlived its time; returns the number of rows."""
    cursor.execute(f"{part.statement} WHERE {_outlived(part)}", {"before": before})
    return cursor.rowcount


def remaining(cursor: CursorWrapper, part: Part, before: datetime) -> int:
    """How many rows a purge with this limit should have deleted and did not; 0 in a sound database."""
    cursor.execute(f"SELECT count(*) FROM {part.table} x WHERE {_outlived(part)}", {"before": before})
    return cursor.fetchone()[0]


def forget_marks(cursor: CursorWrapper, before: datetime) -> None:
    """Blank what is left of the identity on persons whose details are gone: masked name, reference, day of birth."""
    cursor.execute(
        "UPDATE people_person p SET label = '', ref = NULL, born_on = NULL WHERE p.created_at < %(before)s"
        " AND (label <> '' OR ref IS NOT NULL OR born_on IS NOT NULL)"
        " AND NOT EXISTS (SELECT FROM people_persondetails d WHERE d.person_id = p.id)" + _unkept(),
        {"before": before},
    )


def _outlived(part: Part) -> str:
    persons = "SELECT FROM people_person p WHERE p.id = x.person_id AND p.created_at < %(before)s" + _unkept()
    return f"({part.where}) AND EXISTS ({persons})"


def _unkept() -> str:
    return "".join(
        f" AND NOT EXISTS (SELECT FROM {k.table} k JOIN people_person q ON q.id = k.{k.person}"
        f" WHERE q.canonical_id = p.canonical_id AND (k.{k.until} IS NULL OR k.{k.until} >= %(before)s))"
        for k in KEEPS
    )
