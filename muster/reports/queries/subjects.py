"""What facts speak of: which rows are about which person, in every domain."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from muster.kernel.people.models import Person
from muster.kernel.posts.logins import connection

# Every table whose rows are subjects of facts and are about one person: its rows as (id, person).
_ROWS = (
    *(
        f"SELECT id, person_id FROM {table}"
        for table in (
            "tracing_case", "tracing_contact", "screening_result", "controls_control", "isolation_stay",
            "isolation_transfer", "duties_duty",
        )
    ),
    "SELECT h.id, s.person_id FROM isolation_healthcheck h JOIN isolation_stay s ON s.id = h.stay_id",
    "SELECT a.id, s.person_id FROM isolation_sample a JOIN isolation_stay s ON s.id = a.stay_id",
    "SELECT id, about_id AS person_id FROM intake_report",
    "SELECT t.id, r.about_id AS person_id FROM intake_task t JOIN intake_report r ON r.id = t.report_id",
    "SELECT t.id, r.about_id AS person_id FROM intake_receipt t JOIN intake_report r ON r.id = t.report_id",
)  # fmt: skip
_PERSONS = " UNION ALL ".join(f"SELECT id, person_id FROM ({rows}) r WHERE id = ANY(%(subjects)s)" for rows in _ROWS)
_SUBJECTS = " UNION ALL ".join(f"SELECT id FROM ({rows}) r WHERE person_id = ANY(%(persons)s)" for rows in _ROWS)


def persons_of(subjects: Iterable[UUID]) -> dict[UUID, Person]:
    """The person that each subject is about, as far as the running login may see row and person; two queries."""
    with connection().cursor() as cursor:
        cursor.execute(_PERSONS, {"subjects": list(subjects)})
        pairs = cursor.fetchall()
    people = {person.pk: person for person in Person.objects.filter(pk__in={person for _, person in pairs})}
    return {subject: people[person] for subject, person in pairs if person in people}


def subjects_of(records: Iterable[UUID]) -> set[UUID]:
    """The rows about a person's records that facts speak of, the records themselves among them; one query."""
    records = list(records)
    with connection().cursor() as cursor:
        cursor.execute(_SUBJECTS, {"persons": records})
        return {*records, *(row[0] for row in cursor.fetchall())}
