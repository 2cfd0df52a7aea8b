"""Tests of the plan: each that comes due is a duty of the site or of the grid, until taken or answered by a result."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.controls.models import Control
from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.facts.actions import record_many
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid

from .. import words
from ..models import Sample, Stay
from ..queries import SAMPLES_SETTLED, TESTS_TO_ASK, fetch
from .owed import SAMPLES, about, owe, require_at


def open_samples(*, by: Any, now: datetime, control: Control | None = None, limit: int = 1000) -> int:
    """Ask for the tests that have come due of people in stays (of one control), one batch; returns how many."""
    found = fetch(TESTS_TO_ASK, today=clock.local_day(now), control=control.pk if control else None, limit=limit)
    rows = Stay.objects.filter(pk__in={row[2] for row in found}).select_related("site", "control")
    stays = {stay.id: stay for stay in rows}
    owed: dict[str, list[tuple[str, dict[str, Any]]]] = {kind: [] for kind in SAMPLES}
    asked = []
    for test, due_on, stay_id in found:
        stay = stays[stay_id]
        where = {"stay": stay, "area": stay.area, "place_id": stay.place_id}
        asked.append(Sample(pk=test, due_on=due_on, asked_at=now, **where))
        row = about(stay, test, stay.began_fact_id, data={"stay": str(stay.id), "on": due_on.isoformat()})
        owed[SAMPLES[stay.kind == words.HOME]].append((stay.plan, row))
    Sample.objects.bulk_create(asked, batch_size=1000, ignore_conflicts=True)
    for kind, rows_owed in owed.items():
        owe(kind, rows_owed, by=by, now=now)
    return len(found)


@action("isolation.record_sample")
def record_sample(*, by: Any, sample: Sample, now, op=None) -> Sample:
    """Say that the test was taken. Its result comes from the laboratory."""
    sample = Sample.objects.select_for_update().get(pk=sample.pk)
    require_at(by, "isolation.record_sample", Stay.objects.select_related("site").get(pk=sample.stay_id))
    if sample.dropped_at:
        raise Invalid("sample", _("This test is no longer asked for."))
    if sample.taken_at is None:
        _taken({sample.id: None}, [sample], by=by, now=now, op=op)
    return sample


def settle_samples(*, by: Any, now: datetime, limit: int = 1000) -> int:
    """Close what is asked for and settled: a result has answered the test, or the plan no longer has it. One batch."""
    settled = dict(fetch(SAMPLES_SETTLED, limit=limit))
    open_rows = Sample.objects.select_for_update(skip_locked=True).filter(taken_at=None, dropped_at=None)
    rows = list(open_rows.filter(pk__in=list(settled)))
    _taken(settled, [row for row in rows if settled[row.pk]], by=by, now=now)
    dropped = [row for row in rows if not settled[row.pk]]
    Sample.objects.filter(pk__in=[row.pk for row in dropped]).update(dropped_at=now)
    facts = [{"subject": row.pk, "area": row.area} for row in dropped]
    if facts:
        _withdraw(record_many("isolation.sample_dropped", facts, by=by, now=now), now)
    return len(rows)


def _taken(because: dict[Any, Any], rows: list[Sample], *, by: Any, now: datetime, op=None) -> None:
    for row in rows:
        row.taken_at, row.by_post = now, by.id
    Sample.objects.bulk_update(rows, ["taken_at", "by_post"], batch_size=1000)
    facts = [
        {
            "subject": row.pk,
            "area": row.area,
            "because": [because[row.pk]] if because[row.pk] else [],
            "data": {"stay": str(row.stay_id), "due_on": row.due_on.isoformat()},
        }
        for row in rows
    ]
    if facts:
        record_many("isolation.sampled", facts, by=by, now=now, op=op)


def _withdraw(facts: list[Fact], now: datetime) -> None:
    for fact in facts:
        withdraw_duties(subjects=[fact.subject], kinds=SAMPLES, now=now, because=fact)
