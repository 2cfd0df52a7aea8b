"""Lists of people: judged and taken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from muster.kernel.people import loading
from muster.kernel.people.models import Household, Person
from muster.kernel.posts.logins import connection

from . import undoing
from .drafts import CHANGED, DUPLICATE, ERROR, NEW, UNCHANGED, Effect, Judged, Options, Verdict, settle, sound
from .matching import Match, People
from .people import Line, read_lines, same_rows
from .reading.table import Table

ONE_LOADER = "SELECT pg_advisory_xact_lock(hashtext('people.load'))"  # as all that load people do


def judge(table: Table, options: Options, now: datetime) -> Judged:
    """A verdict for every row of a list of people."""
    lines = read_lines(table, options.by)
    kept, repeated = same_rows(table, lines, sound(table), "ref")
    verdicts = [Verdict(number) for number in table.numbers]
    matches = match_all(lines, kept, options)
    for index, match in matches.items():
        if match.error:
            table.find(index, ERROR, *match.error)
        else:
            say(verdicts[index], match)
    settle(table, verdicts)
    return Judged(table, verdicts, (lines, matches), len(repeated))


def match_all(lines: Sequence[Line], indexes: Iterable[int], options: Options) -> dict[int, Match]:
    """The person of each line; new ones without an area get the one of the import."""
    indexes = list(indexes)
    people = People([lines[index] for index in indexes])
    found = {}
    for index in indexes:
        line = lines[index]
        match = found[index] = people.match(line, options.by)
        line["new"] = match.new
        if match.new and not line["area"]:
            line["area"] = options.home
    return found


def say(verdict: Verdict, match: Match) -> None:
    """Put what was found about the person into the verdict of the row."""
    verdict.verdict = DUPLICATE if match.doubt else NEW if match.new else CHANGED if match.changes else UNCHANGED
    if match.doubt:
        verdict.other, verdict.reason, verdict.changes = match.doubt.id, match.why, match.beside
    elif match.changes:
        verdict.change(match.changes)


def take(judged: Judged, indexes: Sequence[int], options: Options, now: datetime, op: UUID | None) -> Effect:
    """Write people, in the caller's transaction."""
    lines, matches = judged.work
    for index in indexes:
        lines[index]["id"] = matches[index].id
    return store([lines[index] for index in indexes], now)


def store(lines: Sequence[Line], now: datetime) -> Effect:
    """Write persons; answers which are new, and what stood before of the others."""
    known = [line["id"] for line in lines if not line["new"]]
    homes = {line["household"] for line in lines if line["household"]}
    with connection().cursor() as cursor:
        cursor.execute(ONE_LOADER)
        there = set(Household.objects.filter(ref__in=homes).values_list("ref", flat=True))
        before = _before(cursor, known)
        loading.store(cursor, list(lines), now)
        after = {row["person"]: row for row in _before(cursor, known)}
    for row in before:
        row["after"] = after[row["person"]]
    found = Household.objects.filter(ref__in=homes - there).values_list("pk", flat=True)
    made = {"people_person": [line["id"] for line in lines if line["new"]], "people_household": list(found)}
    return Effect({table: list(map(str, keys)) for table, keys in made.items() if keys}, before)


_BEFORE = """
    SELECT p.id, p.label, p.sex, p.born_on::text, p.home, p.present, p.household_id::text,
           d.name, d.name_key, d.initials, d.address,
           ARRAY(SELECT i.id::text FROM people_identifier i WHERE i.person_id = p.id ORDER BY 1)
    FROM people_person p LEFT JOIN people_persondetails d ON d.person_id = p.id WHERE p.id = ANY(%s)
"""
BEFORE = (
    "label", "sex", "born_on", "home", "present", "household_id", "name", "name_key", "initials", "address", "numbers",
)  # fmt: skip


def _before(cursor: Any, persons: list[UUID]) -> list[dict[str, Any]]:
    """What is written of these persons now, so that it can be put back."""
    if not persons:
        return []
    cursor.execute(_BEFORE, [persons])
    return [{"person": str(row[0]), **dict(zip(BEFORE, row[1:], strict=True))} for row in cursor.fetchall()]


_PRESENT = """
    SELECT EXISTS (SELECT FROM presence s JOIN people_person p ON p.key = s.person WHERE p.id = ANY(%s::uuid[]))
"""


def undo(effect: dict[str, Any], now: datetime) -> None:
    """Take a batch back: what was made goes, what was changed is as before. Raises Invalid."""
    made = effect["made"].get("people_person", [])
    _put_back([each for each in effect["before"] if "person" in each])
    if made:
        with connection().cursor() as cursor:
            cursor.execute(_PRESENT, [made])
            if cursor.fetchone()[0]:
                raise undoing.depends("presence")
        persons = Person.objects.filter(pk__in=made)
        persons.filter(canonical=F("pk")).update(canonical=None)  # pointing to oneself protects nobody
        undoing.delete(persons)
    homes = effect["made"].get("people_household", [])
    lived_in = Person.objects.filter(household__in=homes).values("household")  # by others, since
    Household.objects.filter(pk__in=homes).exclude(pk__in=lived_in).delete()


_PUT_BACK = """
    WITH was AS (SELECT * FROM json_to_recordset(%s) AS r(person uuid, label text, sex text, born_on date, home text,
        present text, household_id uuid, name text, name_key text, initials text, address text)),
    one AS (UPDATE people_person p SET label = was.label, sex = was.sex, born_on = was.born_on, home = was.home,
        present = was.present, household_id = was.household_id FROM was WHERE p.id = was.person)
    UPDATE people_persondetails d SET name = was.name, name_key = was.name_key, initials = was.initials,
        address = was.address FROM was WHERE d.person_id = was.person AND was.name IS NOT NULL
"""


def _put_back(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    with connection().cursor() as cursor:
        now_is = {row["person"]: row for row in _before(cursor, [UUID(each["person"]) for each in rows])}
        for each in rows:
            if now_is.get(each["person"]) != each["after"]:
                raise undoing.changed_since()
        cursor.execute(_PUT_BACK, [json.dumps(rows)])
        nameless = [each["person"] for each in rows if each["name"] is None]
        cursor.execute("DELETE FROM people_persondetails WHERE person_id = ANY(%s::uuid[])", [nameless])
        cursor.execute(
            "DELETE FROM people_identifier WHERE person_id = ANY(%s::uuid[]) AND NOT id = ANY(%s::uuid[])",
            [[each["person"] for each in rows], [number for each in rows for number in each["numbers"]]],
        )
