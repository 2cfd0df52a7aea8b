"""Boxes of tubes on their way to a laboratory: every handover is counted and signed on both sides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel import ids, plans
from muster.kernel.duties.actions import open_duty
from muster.kernel.duties.models import Duty
from muster.kernel.facts.actions import record, record_many
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Organisation
from muster.kernel.posts.logins import connection
from muster.kernel.posts.permissions import require

from .. import queries
from ..models import Box, Handover, Laboratory, Round, SamplingSite, Tube
from ..models.custody import DELIVERY, GIVER, PICKUP, STEPS, TAKER
from ..models.samples import VOIDS

MOST_TUBES = 1000
SIGNED = ("count", "at", "by", "user")


@action("screening.set_laboratory")
def set_laboratory(
    *, by: Any, organisation: Organisation, tubes_a_day: int | None, now: datetime, op: UUID | None = None
) -> Laboratory:
    """Say that a laboratory tests for us, and how many tubes it can do in a day. Raises Invalid."""
    require(by, "screening.set_laboratory", organisation.area)
    if organisation.kind != "laboratory":
        raise Invalid("organisation", _("This is not a laboratory."))
    if tubes_a_day is None or not 1 <= tubes_a_day <= 1_000_000:
        raise Invalid("tubes_a_day", _("Enter a number of tubes."))
    known = {"name": organisation.name, "area": organisation.area, "tubes_a_day": tubes_a_day}
    return Laboratory.objects.update_or_create(organisation=organisation, defaults=known)[0]


def figures(plan: str) -> Any:
    """What a plan says about samples on their way and their results. Raises Invalid where it says nothing."""
    found = plans.edition(plan).samples
    if found is None:
        raise Invalid("round", _("The plan %(plan)s has no rules about samples on their way.") % {"plan": plan})
    return found


@action("screening.pack_box")
def pack_box(
    *, by: Any, code: str, round: Round, site: SamplingSite, laboratory: Laboratory, count: int | None, now: datetime,
    op: UUID | None = None,
) -> Box:  # fmt: skip
    """Pack the sealed tubes of a site that are in no box yet; `count` is how many the packer counted: it must fit."""
    require(by, "screening.pack_box", site.area)
    code = code.strip()
    if not 0 < len(code) <= 40 or not code.isprintable():
        raise Invalid("code", _("Enter the code on the box."))
    if Box.objects.filter(code=code).exists():
        raise Invalid("code", _("This box was packed already."))
    ready = Tube.objects.filter(round=round, site=site, box=None, voided_at=None).exclude(sealed_at=None)
    tubes = list(ready.order_by("code").select_for_update()[:MOST_TUBES])
    if not tubes:
        raise Invalid("count", _("No sealed tube is waiting at this site."))
    if count != len(tubes):
        raise Invalid("count", _("%(count)s sealed tubes should be here. Count again.") % {"count": len(tubes)})
    minutes = figures(round.plan)
    box = Box(code=code, round=round, site=site, area=site.area, laboratory=laboratory, tubes=len(tubes))
    box.packed_at, box.due_at, box.fact = now, now + timedelta(minutes=minutes.delivery_minutes), ids.uuid7()
    box.save()
    Tube.objects.filter(pk__in=[tube.pk for tube in tubes]).update(box=box)
    for step in STEPS:
        Handover.objects.create(box=box, area=box.area, laboratory_id=laboratory.pk, step=step)
    _fact("screening.box_packed", box, by, now, op, id=box.fact)
    _owe("screening.carry_box", box, by, now, now + timedelta(minutes=minutes.pickup_minutes))
    return box


def _fact(kind: str, box: Box, by: Any, now: datetime, op: UUID | None, **more: Any) -> None:
    because = [] if more.get("id") else [box.fact]
    row = {"subject": box.id, "area": box.area, "because": because, "data": {"tubes": box.tubes}, **more}
    record_many(kind, [row], by=by, now=now, op=op)


def _owe(kind: str, box: Box, by: Any, now: datetime, due: datetime) -> None:
    data = {"box": box.code}
    plan = box.round.plan
    open_duty(kind, subject=box.id, area=box.area, because=box.fact, due_at=due, data=data, by=by, now=now, plan=plan)


@action("screening.hand_over_box")
def hand_over_box(
    *, by: Any, box: Box, side: str, count: int | None, now: datetime, op: UUID | None = None
) -> Handover:
    """One side signs the next handover of a box with the number of tubes it counted.

    The two sides are two people. When their numbers differ, or differ from what should be in it, neither stands: both
    count again, or say which tube is broken or lost; that is a duty until they agree.
    """
    box = Box.objects.select_for_update(of=("self",)).select_related("round").get(pk=box.pk)
    step = PICKUP if box.carried_at is None else DELIVERY
    if box.received_at is not None or side not in (GIVER, TAKER):
        raise Invalid("side", _("There is nothing to hand over."))
    at_laboratory = step == DELIVERY and side == TAKER
    permission = "screening.receive_box" if at_laboratory else "screening.hand_over_box"
    require(by, permission, None if at_laboratory else box.area, organisation=box.laboratory_id)
    row = Handover.objects.select_for_update().get(box=box, step=step)
    if count is None or count < 0:
        raise Invalid("count", _("Enter how many tubes you counted."))
    other = TAKER if side == GIVER else GIVER
    if same_hand(row, other, by):
        raise Invalid("side", _("The other side is to be signed by somebody else."))
    for name, value in zip(SIGNED, (count, now, by.id, getattr(by, "user_id", None)), strict=True):
        setattr(row, f"{side}_{name}", value)
    counts = {row.giver_count, row.taker_count} - {None}
    if counts != {box.tubes}:
        _differ(row, box, by=by, now=now, op=op)
    elif row.giver_at and row.taker_at:
        _done(row, box, by=by, now=now, op=op)
    row.save()
    return row


@action("screening.assign_box")
def assign_box(*, by: Any, box: Box, laboratory: Laboratory, now: datetime, op: UUID | None = None) -> Box:
    """Send a box to another laboratory, before one has signed for it. Raises Invalid."""
    box = Box.objects.select_for_update(of=("self",)).select_related("round").get(pk=box.pk)
    require(by, "screening.assign_box", box.area)
    steps = Handover.objects.select_for_update().filter(box=box)
    if box.received_at or steps.filter(step=DELIVERY).exclude(taker_by=None).exists():
        raise Invalid("laboratory", _("A laboratory has signed for this box already."))
    if laboratory.pk == box.laboratory_id:
        raise Invalid("laboratory", _("The box goes there already."))
    data = {"tubes": box.tubes, "was": str(box.laboratory_id), "laboratory": str(laboratory.pk)}
    _fact("screening.box_assigned", box, by, now, op, data=data)
    box.laboratory = laboratory
    box.save(update_fields=["laboratory"])
    steps.update(laboratory_id=laboratory.pk)
    return box


def same_hand(row: Handover, side: str, by: Any) -> bool:
    """Whether a side was signed from this post, or by the person who holds it: also from another post of theirs."""
    signed, person = getattr(row, f"{side}_by"), getattr(row, f"{side}_user")
    return signed is not None and (signed == by.id or (person is not None and person == getattr(by, "user_id", None)))


def _differ(row: Handover, box: Box, *, by: Any, now: datetime, op: UUID | None) -> None:
    """The numbers do not agree: nobody has signed, and somebody owes a recount."""
    for side in (GIVER, TAKER):
        for name in SIGNED:
            setattr(row, f"{side}_{name}", None)
    row.differed += 1
    data = {"step": row.step, "expected": box.tubes}
    fact = record(
        "screening.count_differed", subject=box.id, area=box.area, by=by, now=now, op=op, because=[box.fact], data=data
    )
    open_duty(
        "screening.recount_box", subject=box.id, area=box.area, because=fact, data={"box": box.code}, by=by, now=now,
        plan=box.round.plan,
    )  # fmt: skip


def _done(row: Handover, box: Box, *, by: Any, now: datetime, op: UUID | None) -> None:
    """Both sides signed the same number: the box is on the way, or at the laboratory."""
    _fact("screening.box_counted", box, by, now, op)
    if row.step == PICKUP:
        box.carried_at = now
        _fact("screening.box_carried", box, by, now, op)
        _owe("screening.deliver_box", box, by, now, box.due_at)
    else:
        box.received_at = now
        _fact("screening.box_received", box, by, now, op)
        inside = Tube.objects.filter(box=box, voided_at=None)
        inside.update(received_at=now, laboratory_id=box.laboratory_id)
        due = box.packed_at + timedelta(minutes=figures(box.round.plan).result_minutes)
        _owe("screening.report_box", box, by, now, max(due, now))
    box.save(update_fields=["carried_at", "received_at"])
    close_reported([box.id], by=by, now=now, op=op)


def close_reported(boxes: Iterable[UUID], *, by: Any, now: datetime, op: UUID | None) -> None:
    """Of these boxes those of which every tube has a result, or was given up: nobody owes a report any more."""
    wanted = set(boxes)
    duties = Duty.objects.open().filter(kind="screening.report_box", subject__in=wanted)
    owed = set(duties.values_list("subject", flat=True))
    left = set(Tube.objects.filter(box__in=owed, result="", voided_at=None).values_list("box_id", flat=True))
    whole = Box.objects.filter(pk__in=owed - left)
    rows = [{"subject": b.id, "area": b.area, "because": [b.fact], "data": {"tubes": b.tubes}} for b in whole]
    if rows:
        record_many("screening.box_reported", rows, by=by, now=now, op=op)


@action("screening.void_tube")
def void_tube(*, by: Any, tube: Tube, why: str, now: datetime, op: UUID | None = None) -> Tube:
    """A tube is broken, leaked or lost before it was tested: its people are missing again. Raises Invalid."""
    tube = Tube.objects.select_for_update(of=("self",)).get(pk=tube.pk)
    organisation = tube.box.laboratory_id if tube.box else None
    require(by, "screening.void_tube", tube.area, organisation=organisation)
    if why not in VOIDS:
        raise Invalid("why", _("Say what happened."))
    if tube.voided_at or tube.result:
        raise Invalid("tube", _("This tube was tested or given up already."))
    tube.voided_at, tube.void_why = now, why
    tube.save(update_fields=["voided_at", "void_why"])
    if tube.box:
        Box.objects.filter(pk=tube.box_id).update(tubes=Box.objects.get(pk=tube.box_id).tubes - 1)
        if not tube.box.received_at:  # who has signed half a handover counts again; what was received stays signed
            half = Handover.objects.filter(box=tube.box_id).filter(step=PICKUP if not tube.box.carried_at else DELIVERY)
            half.update(**{f"{side}_{name}": None for side in (GIVER, TAKER) for name in SIGNED})
    missing_again([tube])
    record("screening.tube_voided", subject=tube.id, area=tube.area, by=by, now=now, op=op, data={"why": why})
    close_reported([tube.box_id] if tube.box_id else [], by=by, now=now, op=op)
    return tube


def missing_again(tubes: Iterable[Tube]) -> None:
    """The swabs in these tubes say nothing: whoever has no other sample in the round is not sampled."""
    with connection().cursor() as cursor:
        queries.uncount_tubes(cursor, [tube.id for tube in tubes])


def counted_again(tubes: Iterable[Tube]) -> None:
    """These tubes say something after all."""
    with connection().cursor() as cursor:
        queries.count_heirs(cursor, [tube.id for tube in tubes])
