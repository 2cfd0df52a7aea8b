"""A site says how many wait, with one tap."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from ..models import Queue, Round, RoundSite, SamplingSite

LENGTHS = (0, 10, 30, 60, 100, 200)


@action("screening.report_queue")
def report_queue(
    *, by: Any, round: Round, site: SamplingSite, people: int | None, now: datetime, op: UUID | None = None
) -> Round:
    """So many wait at the site now; what it said before is kept beside it, to see whether the queue grows.

    Raises Invalid for another number than those offered, a round that is not open, or a site that is not of it.
    """
    require(by, "screening.report_queue", site.area)
    if people not in LENGTHS:
        raise Invalid("people", _("Choose a number of people."))
    row = Round.objects.get(pk=round.pk)
    if row.opened_at is None or row.closed_at or not RoundSite.objects.filter(round=row, site=site).exists():
        raise Invalid("round", _("This round is not open at this site."))
    last = Queue.objects.select_for_update().filter(round=row, site=site).first()
    if last is None:
        Queue.objects.create(round=row, site=site, area=site.area, people=people, at=now, by_id=by.id)
    else:
        last.people_before, last.at_before = last.people, last.at
        last.people, last.at, last.by_id = people, now, by.id
        last.save()
    return row
