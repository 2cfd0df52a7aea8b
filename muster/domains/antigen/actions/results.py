"""What antigen tests said; who is positive is tested by a laboratory."""

from __future__ import annotations

from datetime import datetime
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
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import words
from ..models import KitResult
from .kits import edition_for


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
    said = record(f"antigen.{result}", subject=row.pk, area=row.area, by=by, now=now, op=op)
    row.fact_id = said.pk
    row.save(force_insert=True)
    if result == "positive":
        plan = edition_for(now)
        open_duty(
            "antigen.take_pcr", subject=row.pk, person=person, area=row.area, by=by, now=now, plan=plan, because=said
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
