"""What each laboratory can do and what waits for it: numbers that name nobody, from everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q

from muster.kernel import plans
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import ApiKey
from muster.kernel.posts.roles import LABORATORY

from . import rules
from .models import Laboratory, Tube

A_DAY, LOOKED_BACK = timedelta(hours=24), timedelta(days=30)


@dataclass
class Load:
    """A laboratory: tubes on their way to it and received without result, the oldest of these, what it did in a day.

    `late`: samples older than the plan gives for a result. `keys`: machines that may report for it.
    """

    laboratory: Laboratory
    on_way: int = 0
    waiting: int = 0
    oldest: datetime | None = None
    reported: int = 0
    late: int = 0
    keys: int = 0

    @property
    def ahead(self) -> int:
        """All that it still has to test."""
        return self.on_way + self.waiting

    @property
    def hours(self) -> float:
        """In how many hours it has done so."""
        return rules.hours_until_done(self.ahead, self.laboratory.tubes_a_day)

    def done_at(self, now: datetime) -> datetime:
        """When it has done so."""
        return now + timedelta(hours=self.hours)


def loads(now: datetime) -> list[Load]:
    """Every laboratory that tests for us, the one that is done first at the top."""
    found = {row.pk: Load(row) for row in Laboratory.objects.order_by("name")[:200]}
    with acting():
        tubes = Tube.objects.filter(box__packed_at__gt=now - LOOKED_BACK, voided_at=None)
        open_, received = Q(result=""), Q(received_at__isnull=False)
        counted = tubes.values("box__laboratory").annotate(
            on_way=Count("id", filter=open_ & ~received), waiting=Count("id", filter=open_ & received),
            oldest=Min("received_at", filter=open_), reported=Count("id", filter=Q(resulted_at__gt=now - A_DAY)),
        )  # fmt: skip
        for row in counted:
            if load := found.get(row["box__laboratory"]):
                load.on_way, load.waiting = row["on_way"], row["waiting"]
                load.oldest, load.reported = row["oldest"], row["reported"]
        for laboratory, late in _late(now).items():
            if laboratory in found:
                found[laboratory].late = late
        keys = ApiKey.objects.filter(post__role=LABORATORY, revoked_at=None).values_list("post__organisation_id")
        for laboratory, many in keys.annotate(Count("id")):
            if laboratory in found:
                found[laboratory].keys = many
    return sorted(found.values(), key=lambda load: (load.hours, load.laboratory.name))


def _late(now: datetime) -> dict[UUID, int]:
    """Tubes without result that are older than their plan gives, by laboratory."""
    waiting = Tube.objects.filter(box__packed_at__gt=now - LOOKED_BACK, voided_at=None, result="")
    found: dict[UUID, int] = {}
    for edition in waiting.values_list("round__plan", flat=True).distinct():
        figures = plans.edition(edition).samples
        if figures is None:
            continue
        old = waiting.filter(round__plan=edition, opened_at__lt=now - timedelta(minutes=figures.result_minutes))
        for laboratory, many in old.values_list("box__laboratory").annotate(Count("id")):
            found[laboratory] = found.get(laboratory, 0) + many
    return found
