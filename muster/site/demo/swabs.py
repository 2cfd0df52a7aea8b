"""The laboratory's part: a swab's result comes some hours after it was taken, and one contact turns positive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from muster.domains.isolation.models import Sample
from muster.domains.screening.actions import load_results
from muster.domains.tracing.models import Contact
from muster.kernel.controls.models import DueTest
from muster.kernel.posts.models import Post

from .hands import luck
from .posts import PREFIX

LEAST, MOST = timedelta(hours=4), timedelta(hours=7)


def report(posts: Iterable[Post], now: datetime) -> int:
    """Send the results that are ready, as one batch; returns how many."""
    by = next((post for post in posts if post.user and post.user.username == f"{PREFIX}laboratory"), None)
    ready = [sample for sample in _waiting(now) if sample.taken_at + _takes(sample) <= now]
    if not by or not ready:
        return 0
    turning = _who_turns_positive()
    rows = [(number, _row(sample, turning)) for number, sample in enumerate(ready, start=1)]
    load_results(by=by, rows=rows, now=now)
    return len(rows)


def _waiting(now: datetime) -> Iterable[Sample]:
    unanswered = DueTest.objects.filter(done_fact=None).values("pk")
    taken = Sample.objects.filter(taken_at__lte=now - LEAST, dropped_at=None, pk__in=unanswered)
    return taken.exclude(stay__person__ref=None).select_related("stay__person", "stay__control").order_by("pk")


def _takes(sample: Sample) -> timedelta:
    return LEAST + (MOST - LEAST) * luck("laboratory", sample.stay.person_id, sample.due_on)


def _who_turns_positive() -> str | None:
    """The reference of the first household contact of the first case."""
    rows = Contact.objects.filter(ring=1, reasons__contains=["household"], history=False)
    return rows.order_by("case__opened_at", "person__ref").values_list("person__ref", flat=True).first()


def _row(sample: Sample, turning: str | None) -> dict[str, Any]:
    person = sample.stay.person
    positive = person.ref == turning
    return {
        "ref": f"S{sample.pk.hex[-16:]}",
        "person": person.ref,
        "disease": sample.stay.control.disease,
        "sampled_at": sample.taken_at,
        "result": "positive" if positive else "negative",
        "ct_orf": 29.3 if positive else None,
        "ct_n": 28.1 if positive else None,
    }
