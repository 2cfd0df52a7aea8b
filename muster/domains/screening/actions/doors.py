"""Reasons that a phone brings back from door to door: each counts once, also where its answer was lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.permissions import require

from .. import missing
from ..models import Reason, Round
from ..models.samples import REASONS
from .gaps import MOST_PEOPLE, excuse
from .registrations import KNOWN, NEW, REJECTED, nearest


@action("screening.excuse_each")
def excuse_each(
    *, by: Any, round: Round, records: Sequence[Mapping[str, Any]], now: datetime, op: UUID | None = None
) -> dict[str, Any]:
    """Take {op, person, reason} records, up to 500; a verdict for each, in their order.

    `known`: this person has this reason already. Rejected: no such reason, or the person is not missing in the post's
    area (sampled since, or with another reason). Raises Invalid for a round that is not open, or too many records.
    """
    require(by, "screening.excuse_each", nearest(by, round))
    if len(records) > MOST_PEOPLE:
        raise Invalid("records", _("At most %(most)s records") % {"most": MOST_PEOPLE})
    verdicts: dict[int, dict[str, Any]] = {}
    wanted: dict[UUID, tuple[int, str]] = {}
    for number, record in enumerate(records):
        person, reason = _id(record.get("person")), record.get("reason")
        if person is None or reason not in REASONS:
            verdicts[number] = _rejected(record, "reason", _("Choose a reason."))
        elif person in wanted:
            verdicts[number] = _rejected(record, "person", _("This person is twice in what was sent."))
        else:
            wanted[person] = number, str(reason)
    open_now = set(missing.people(round, by.area).filter(pk__in=wanted).values_list("pk", flat=True))
    given = dict(Reason.objects.filter(round=round, person__in=wanted, lapsed_at=None).values_list("person", "reason"))
    for person, (number, reason) in wanted.items():
        record = records[number]
        if person in open_now:
            verdicts[number] = {"op": str(record.get("op")), "verdict": NEW, "review": ""}
        elif given.get(person) == reason:
            verdicts[number] = {"op": str(record.get("op")), "verdict": KNOWN, "review": ""}
        else:
            why = _("Not missing here: sampled meanwhile, or with another reason.")
            verdicts[number] = _rejected(record, "person", why)
    for reason in sorted({wanted[person][1] for person in open_now}):
        people = [person for person in open_now if wanted[person][1] == reason]
        excuse(by=by, round=round, people=people, reason=reason, now=now)
    return {"verdicts": [verdicts[number] for number in sorted(verdicts)]}


def _rejected(record: Mapping[str, Any], field: str, why: str) -> dict[str, Any]:
    return {"op": str(record.get("op")), "verdict": REJECTED, "field": field, "reason": why}


def _id(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
