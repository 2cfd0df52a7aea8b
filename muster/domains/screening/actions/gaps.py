"""Nobody is missed: reasons for those without a sample, duties for buildings with a gap, and the end of a round."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from muster.kernel.duties.actions import open_duties
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record, record_many
from muster.kernel.facts.models import Fact
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.logins import connection
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import following, missing
from ..models import Reason, Round
from ..models.samples import REASONS
from .registrations import nearest

MOST_PEOPLE = 500


@action("screening.excuse")
def excuse(*, by: Any, round: Round, people: Iterable[UUID], reason: str, now: datetime, op: UUID | None = None) -> int:
    """Give those of these persons who are missing in the post's area a reason; returns how many. Raises Invalid."""
    area = nearest(by, round)
    require(by, "screening.excuse", area)
    wanted = list(dict.fromkeys(people))
    if reason not in REASONS:
        raise Invalid("reason", _("Choose a reason."))
    if not wanted or len(wanted) > MOST_PEOPLE:
        raise Invalid("people", _("Tick from 1 to %(most)s people.") % {"most": MOST_PEOPLE})
    _open_now(round)
    rows = missing.people(round, by.area).filter(pk__in=wanted).values_list("pk", "home")
    reasons = [
        Reason(round=round, person_id=person, area=home[: missing.BUILDING], reason=reason, at=now, by=by.id)
        for person, home in rows
    ]
    with connection().cursor() as cursor:
        missing.store_reasons(cursor, reasons)
    finish_buildings(round, now)
    return len(reasons)


def _open_now(round: Round) -> Round:
    row = Round.objects.select_for_update(no_key=True).get(pk=round.pk)
    if row.opened_at is None or row.closed_at is not None:
        raise Invalid("round", _("This round is not open."))
    return row


@action("screening.seek_missing")
def seek_missing(*, by: Any, round: Round, now: datetime, op: UUID | None = None) -> int:
    """Give each building with somebody missing to its grid, as a duty until the round ends; returns how many."""
    require(by, "screening.seek_missing", round.area)
    _open_now(round)
    opened = Fact.objects.filter(kind="screening.round_opened", subject=round.id).first()
    owed = set(_owed(round, opened).values_list("subject", flat=True))
    gaps = ((uuid5(round.id, area), area, left) for area, left in missing.gaps(round))
    rows = [
        {
            "subject": subject,
            "area": area,
            "because": opened,
            "due_at": max(round.ends_at, now),
            "data": {"round": str(round.id), "missing": left},
        }
        for subject, area, left in gaps
        if subject not in owed
    ]
    return open_duties("screening.find_missing", rows, by=by, now=now, plan=round.plan)


def _owed(round: Round, opened: Any) -> Any:
    """The open duties of this round's buildings, read by the areas of the round."""
    duties = Duty.objects.open().filter(kind="screening.find_missing", opened_because=opened)
    return duties.filter(round.within("area"))


def finish_buildings(round: Round, now: datetime) -> int:
    """Prove the duties of buildings in which nobody is missing any more; returns how many."""
    opened = Fact.objects.filter(kind="screening.round_opened", subject=round.id).first()
    owed = list(_owed(round, opened))
    gaps = {area for area, _left in missing.gaps(round, [duty.area for duty in owed])} if owed else set()
    rows = [
        {
            "subject": duty.subject,
            "area": duty.area,
            "because": [duty.opened_because_id],
            "data": {"round": str(round.id)},
        }
        for duty in owed
        if duty.area not in gaps
    ]
    if rows:
        record_many("screening.building_complete", rows, by=SYSTEM, now=now)
    return len(rows)


@action("screening.close_round")
def close_round(*, by: Any, round: Round, now: datetime, op: UUID | None = None) -> Round:
    """The round is over: only when everyone has a sample or a reason. Raises Invalid with how many are missing."""
    require(by, "screening.close_round", round.area)
    row = _open_now(round)
    left = missing.people(row, "").count()
    if left:
        raise Invalid("round", _("%(count)s people have neither a sample nor a reason.") % {"count": left})
    finish_buildings(row, now)
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    because = Fact.objects.filter(kind="screening.round_opened", subject=row.id)
    fact = record("screening.round_closed", subject=row.id, area=row.area, by=by, now=now, op=op, because=because)
    following.ask(row, fact, by=by, now=now)
    return row


@action("screening.stop_rounds")
def stop_rounds(*, by: Any, round: Round, why: str, now: datetime, op: UUID | None = None) -> Round:
    """No round follows this one. Where the plan's rule is not met, a reason is needed. Raises Invalid."""
    row = Round.objects.select_for_update(no_key=True).get(pk=round.pk)
    require(by, "screening.stop_rounds", row.area)
    if row.closed_at is None or Round.objects.filter(series=row.series, ordinal__gt=row.ordinal).exists():
        raise Invalid("round", _("Only after the last round, when it is closed."))
    if row.stopped_at:
        raise Invalid("round", _("This is decided already."))
    met = following.proposal(row, now).what == "stop"
    if not met and not why.strip():
        raise Invalid("why", _("The plan's rule is not met: say why the rounds stop."))
    row.stopped_at, row.stopped_why = now, "" if met else why.strip()[:500]
    row.save(update_fields=["stopped_at", "stopped_why"])
    following.decided(row, "stop", by=by, now=now, op=op, why=row.stopped_why)
    return row
