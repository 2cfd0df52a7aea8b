"""What antigen tests said; who is positive is tested by a laboratory."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel import ids
from muster.kernel.duties.actions import open_duty
from muster.kernel.facts.actions import record, record_many
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import queries
from muster.kernel.people.named import found_or_made
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import words
from ..models import KitIssue, KitResult
from .kits import edition_for

OLDEST, CLOCKS_DIFFER = timedelta(days=7), timedelta(minutes=10)


@action("antigen.report")
def report(*, by: Any, number: str, result: str, now: datetime, op: UUID | None = None) -> KitResult:
    """Somebody told a grid worker what their test said; they are found by identity number or phone. Raises Invalid.

    A positive one opens a duty of their grid: a laboratory's result within the plan's time.
    """
    require(by, "antigen.report", by.area)
    if result not in words.RESULTS:
        raise Invalid("result", _("Choose what the test said."))
    read = queries.readings(number)
    people = list(queries.having(*read).filter(merged_into=None)[:2]) if read else []
    if len(people) != 1:
        raise Invalid("number", _("Nobody, or more than one person, has this number: enter the identity number."))
    [person] = people
    require(by, "antigen.report", person.home)
    row = KitResult(person=person, area=person.home, result=result, tested_at=now, reported_at=now, fact_id=ids.uuid7())
    return _told(row, by=by, now=now, op=op)


@action("antigen.report_own")
def report_own(
    *, by: Any, issue: KitIssue, name: str, phone: str, result: str, tested_at: datetime | None, now: datetime,
    op: UUID | None = None,
) -> KitResult:  # fmt: skip
    """Somebody who got kits of an issue tells what a test said, by its link. Raises Invalid.

    Whoever is known by this name and phone is that person; else a record is made, so that nobody who is positive is
    lost, and the answer tells nothing. Who has no home with us is sought where the kits went.
    """
    require(by, "antigen.report_own", "")
    if result not in words.RESULTS:
        raise Invalid("result", _("Choose what the test said."))
    if tested_at is None or not now - OLDEST <= tested_at <= now + CLOCKS_DIFFER:
        raise Invalid("tested_at", _("Enter when the test was read: within the last seven days."))
    (person,) = found_or_made([(name, phone)], issue.area, now)
    row = KitResult(
        person=person, area=person.home or issue.area, result=result, tested_at=min(tested_at, now), reported_at=now,
        fact_id=ids.uuid7(),
    )  # fmt: skip
    return _told(row, by=by, now=now, op=op, data={"own": True})


def _told(row: KitResult, *, by: Any, now: datetime, op: UUID | None, data: Any = None) -> KitResult:
    """Store what a test said, and open what a positive one asks for."""
    said = record(f"antigen.{row.result}", subject=row.pk, area=row.area, by=by, now=now, op=op, data=data or {})
    row.fact_id = said.pk
    row.save(force_insert=True)
    if row.result == "positive":
        plan = edition_for(now)
        open_duty(
            "antigen.take_pcr",
            subject=row.pk,
            person=row.person,
            area=row.area,
            by=by,
            now=now,
            plan=plan,
            because=said,
        )
    return row


@action("antigen.confirm")
def confirm(*, by: Any, persons: dict[UUID, tuple[datetime, Fact]], now: datetime, op: UUID | None = None) -> int:
    """Laboratories' results of persons (sampled when, and its fact) prove what positive antigen tests owe; how many."""
    require(by, "antigen.confirm", "")
    records = queries.every_record(persons)
    tested = {records[person]: result for person, result in persons.items()}
    waiting = KitResult.objects.select_for_update().filter(person__in=records, result="positive", confirmed_at=None)
    found: list[tuple[KitResult, Fact]] = []
    for row in waiting:
        sampled_at, fact = tested[records[row.person_id]]
        if sampled_at >= row.tested_at:
            row.confirmed_at = now
            found.append((row, fact))
    KitResult.objects.bulk_update([row for row, _fact in found], ["confirmed_at"])
    rows = [{"subject": row.pk, "area": row.area, "because": [row.fact_id, fact]} for row, fact in found]
    record_many("antigen.confirmed", rows, by=SYSTEM, now=now, op=op)
    return len(found)
