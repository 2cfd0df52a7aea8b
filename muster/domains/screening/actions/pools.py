"""A suspect pool: its members are held and sampled singly. "Suspect" is not "positive"."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from muster.kernel import ids
from muster.kernel.duties.actions import open_duties
from muster.kernel.facts.actions import record, record_many
from muster.kernel.facts.models import Fact
from muster.kernel.messages.actions import tell_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Person
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from ..models import Registration, Resample, SamplingSite, Tube
from .registrations import register

EVIDENCE = "pool_suspect"


def hold_members(tube: Tube, *, by: Any, now: datetime, because: Fact) -> list[Resample]:
    """A row, a fact and a duty for each member who is not held for this tube yet; in the caller's transaction."""
    swabs = Registration.objects.filter(tube_id=tube.id, voided_at=None).order_by("person_id")
    held = set(Resample.objects.filter(tube=tube).values_list("person_id", flat=True))
    people = Person.objects.in_bulk([swab.person_id for swab in swabs])
    members = {swab.person_id: people[swab.person_id] for swab in swabs if swab.person_id not in held}
    rows = [
        Resample(
            tube=tube, person=person, area=person.present or person.home or tube.area, fact=ids.uuid7(), held_at=now
        )
        for person in members.values()
    ]
    facts = [
        {"id": row.fact, "subject": row.id, "area": row.area, "because": [because], "data": {"tube": str(tube.id)}}
        for row in rows
    ]
    if rows:
        record_many("screening.held_in_pool", facts, by=by, now=now)
        Resample.objects.bulk_create(rows)
        owed = [
            {"subject": r.id, "area": r.area, "person_id": r.person_id, "because": r.fact, "data": {"tube": tube.code}}
            for r in rows
        ]
        open_duties("screening.resample", owed, by=by, now=now, plan=tube.round.plan)
        tell = [{"person": row.person_id, "area": row.area, "because": row.fact} for row in rows]
        tell_many(tell, "screening.held_in_pool", now)
    return rows


@action("screening.resample")
def resample(
    *, by: Any, resample: Resample, site: SamplingSite | None, code: str, now: datetime, op: UUID | None = None
) -> Resample:
    """A held person gives a sample of their own, in a tube for one; this proves the duty. Raises Invalid."""
    row = Resample.objects.select_for_update(of=("self",)).select_related("tube__round").get(pk=resample.pk)
    require(by, "screening.resample", row.area)
    if row.single_id or row.settled_at:
        raise Invalid("tube", _("This person was sampled already."))
    if site is None:
        raise Invalid("site", _("Choose the sampling site to which the tube goes."))
    if Tube.objects.filter(code=code.strip()).exists():
        raise Invalid("tube", _("This tube is in use already."))
    sent = {"op": ids.uuid7(), "do": "register", "tube": code, "site": site.id, "capacity": 1, "person": row.person_id}
    seal = {"op": ids.uuid7(), "do": "seal", "tube": code, "count": 1}
    for verdict in register(by=SYSTEM, round=row.tube.round, records=[sent, seal], now=now)["verdicts"]:
        if verdict["verdict"] == "rejected":
            raise Invalid(verdict["field"], verdict["reason"])
    row.single = Tube.objects.get(code=code.strip())
    row.sampled_at = now
    row.save(update_fields=["single", "sampled_at"])
    Tube.objects.filter(pk=row.single_id).update(retest_of=row.tube)
    Registration.objects.filter(tube_id=row.single_id).update(review="")  # sampled again: that was asked for
    record("screening.resampled", subject=row.id, area=row.area, by=by, now=now, op=op, because=[row.fact])
    return row


def settled(person: UUID, disease: str, result: str, *, now: datetime) -> list[Resample]:
    """What a single result (`positive` or `negative`) settles: the open holdings of the person for this disease.

    Only those count that were sampled singly: a result from before the pool says nothing about it.
    """
    rows = Resample.objects.select_for_update(of=("self",)).filter(
        person__canonical=person, tube__round__disease=disease, settled_at=None, single__result=result
    )
    found = list(rows)
    for row in found:
        row.settled_at, row.result = now, result
    Resample.objects.bulk_update(found, ["settled_at", "result"])
    return found


def tell_free(rows: list[Resample], *, now: datetime, because: Fact) -> None:
    """Tell people that the pool no longer holds them."""
    tell = [{"person": row.person_id, "area": row.area, "because": because} for row in rows]
    tell_many(tell, "screening.pool_cleared", now)
