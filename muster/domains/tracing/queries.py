"""Set-based questions of tracing, named and commented."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from muster.kernel.people.models import Person
from muster.kernel.posts.logins import connection

# Pairs of a person asked about and somebody of the same household; both as the records that merges led to.
HOUSEHOLD = """
SELECT DISTINCT asked.canonical_id, other.canonical_id
FROM people_person asked JOIN people_person other ON other.household_id = asked.household_id
WHERE asked.id = ANY (%s::uuid[]) AND other.canonical_id <> asked.canonical_id
"""

# The same for one employer and one team of it; an employer alone says too little.
WORKPLACE = """
SELECT DISTINCT asked.canonical_id, other.canonical_id
FROM people_person asked
JOIN people_person other ON other.organisation_id = asked.organisation_id AND other.team = asked.team
WHERE asked.id = ANY (%s::uuid[]) AND asked.team <> '' AND other.canonical_id <> asked.canonical_id
"""

CIRCLES = {"household": HOUSEHOLD, "workplace": WORKPLACE}


def records_of(persons: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """For each canonical record, the ids of all records of that person, itself first."""
    records = {person: [person] for person in persons}
    merged = Person.objects.filter(canonical_id__in=list(records), merged_into__isnull=False)
    for person, record in merged.values_list("canonical_id", "id").order_by("id"):
        records[person].append(record)
    return records


def circle(reason: str, records: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Who belongs to the household, or the team at work, of each person with one of these records (canonical ones)."""
    members: dict[UUID, set[UUID]] = defaultdict(set)
    if ids := list(records):
        with connection().cursor() as cursor:
            cursor.execute(CIRCLES[reason], [ids])
            for person, other in cursor.fetchall():
                members[person].add(other)
    return members
