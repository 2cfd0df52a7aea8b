"""At the barrier: let pass, hold, make stricter, release from waiting; and hand a shift over, signed by both sides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.areas.codes import normalise
from muster.kernel.areas.words import explain
from muster.kernel.duties.actions import open_duties
from muster.kernel.facts.actions import record
from muster.kernel.loading import BadValue
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Checkpoint, Pass, Shift
from ..rules.checkpoints import Seen, decide, stricter
from .arriving import declare


@action("arrivals.add_checkpoint")
def add_checkpoint(*, by: Any, name: str, kind: str, area: str, now: datetime, op=None) -> Checkpoint:
    """Set up a checkpoint in a street or community. Raises Invalid."""
    try:
        area = normalise(area)
    except BadValue as error:
        raise Invalid("area", explain(error)) from error
    require(by, "arrivals.add_checkpoint", area)
    if not name.strip() or len(name) > 100:
        raise Invalid("name", _("A name is needed"))
    if kind not in words.CHECKPOINT_KINDS:
        raise Invalid("kind", _("Choose one of the list."))
    if Checkpoint.objects.filter(area=area, name=name.strip()).exists():
        raise Invalid("name", _("There is a checkpoint of this name here."))
    return Checkpoint.objects.create(name=name.strip(), kind=kind, area=area, opened_at=now)


@action("arrivals.check_person")
def check_person(
    *, by: Any, checkpoint: Checkpoint, name: str, phone: str, origin: str, to_area: str, code: str, negative: bool,
    complaints: bool, stops_here: bool = True, now: datetime, op=None,
) -> Pass:  # fmt: skip
    """Record one person at the barrier; the rules say what is done, and an arrival follows from it. Raises Invalid.

    Who only passes through is an arrival at the checkpoint's own area, which is handed on at once.
    """
    require(by, "arrivals.check_person", checkpoint.area)
    if code not in words.CODES:
        raise Invalid("code", _("Which colour has the code?"))
    row = declare(
        by=SYSTEM, name=name, phone=phone, origin=origin, area=to_area if stops_here else checkpoint.area,
        arrives_on=clock.local_day(now), channel="checkpoint", here=stops_here, now=now,
    )  # fmt: skip
    found = decide(Seen(code, negative, complaints), row.category, row.measure, stops_here=stops_here)
    made = Pass.objects.create(
        checkpoint=checkpoint, area=checkpoint.area, arrival=row, person_id=row.person_id, at=now, by_post=by.id,
        code=code, negative=negative, complaints=complaints, decided=found.disposal, disposal=found.disposal,
        reasons=list(found.reasons), waits_since=now if found.disposal == "wait" else None,
    )  # fmt: skip
    data = {"disposal": found.disposal, "reasons": list(found.reasons), "code": code}
    record("arrivals.checked", subject=made.pk, area=made.area, by=by, now=now, op=op, because=[row.fact], data=data)
    if made.waits_since:
        owe_result(made, by, now)
    return made


@action("arrivals.make_stricter")
def make_stricter(*, by: Any, passed: Pass, disposal: str, now: datetime, op=None) -> Pass:
    """Do something stricter than the rules said; never something milder. Raises Invalid."""
    row = Pass.objects.select_for_update().get(pk=passed.pk)
    require(by, "arrivals.make_stricter", row.area)
    if row.left_at or not stricter(row.disposal, disposal):
        raise Invalid("disposal", _("Only something stricter can be chosen."))
    row.disposal, row.reasons = disposal, ["by_hand", *[each for each in row.reasons if each != "by_hand"]]
    row.waits_since = row.waits_since or (now if disposal == "wait" else None)
    row.save(update_fields=["disposal", "reasons", "waits_since"])
    data = {"disposal": disposal, "decided": row.decided}
    record("arrivals.made_stricter", subject=row.pk, area=row.area, by=by, now=now, op=op, data=data)
    if disposal == "wait":
        owe_result(row, by, now)
    return row


@action("arrivals.end_wait")
def end_wait(*, by: Any, passed: Pass, result: str, now: datetime, op=None) -> Pass:
    """The result is there: negative lets them go where they were going, positive sends them to a site. Raises Invalid.

    A positive result at the barrier is no evidence by itself: the laboratory's own message begins the case.
    """
    row = Pass.objects.select_for_update().get(pk=passed.pk)
    require(by, "arrivals.end_wait", row.area)
    if row.waits_since is None or row.left_at:
        raise Invalid("result", _("They are not waiting."))
    if result not in words.RESULTS:
        raise Invalid("result", _("Choose one of the list."))
    row.result, row.left_at = result, now
    row.disposal = "site" if result == "positive" else "pass" if row.disposal == "wait" else row.disposal
    row.save(update_fields=["result", "left_at", "disposal"])
    data = {"result": result, "disposal": row.disposal}
    record("arrivals.wait_ended", subject=row.pk, area=row.area, by=by, now=now, op=op, data=data)
    return row


@action("arrivals.hand_shift")
def hand_shift(*, by: Any, checkpoint: Checkpoint, now: datetime, op=None) -> Shift:
    """Sign what is handed over: how many passed since the last handover, and how many wait."""
    row = Checkpoint.objects.select_for_update().get(pk=checkpoint.pk)
    require(by, "arrivals.hand_shift", row.area)
    last = Shift.objects.filter(checkpoint=row).order_by("-handed_at").first()
    if last and last.taken_at is None:
        raise Invalid("shift", _("The last handover waits for the signature of who comes."))
    passes = Pass.objects.filter(checkpoint=row)
    if last:
        passes = passes.filter(at__gt=last.handed_at)
    waiting = Pass.objects.filter(checkpoint=row, waits_since__isnull=False, left_at=None).count()
    made = Shift.objects.create(
        checkpoint=row, area=row.area, handed_at=now, handed_by=by.id, passed=passes.count(), waiting=waiting
    )
    data = {"passed": made.passed, "waiting": made.waiting}
    record("arrivals.shift_handed", subject=made.pk, area=row.area, by=by, now=now, op=op, data=data)
    return made


@action("arrivals.take_shift")
def take_shift(*, by: Any, checkpoint: Checkpoint, now: datetime, op=None) -> Shift:
    """Sign for what was handed over; not the post that handed it. Raises Invalid."""
    require(by, "arrivals.take_shift", checkpoint.area)
    row = Shift.objects.select_for_update().filter(checkpoint=checkpoint, taken_at=None).first()
    if row is None:
        raise Invalid("shift", _("Nothing waits to be taken over."))
    if row.handed_by == by.id:
        raise Invalid("shift", _("Who hands over cannot sign for who comes."))
    row.taken_at, row.taken_by = now, by.id
    row.save(update_fields=["taken_at", "taken_by"])
    record("arrivals.shift_taken", subject=row.pk, area=row.area, by=by, now=now, op=op)
    return row


def owe_result(row: Pass, by: Any, now: datetime) -> None:
    """Who waits is a duty until the result is there."""
    fact = record("arrivals.wait_began", subject=row.pk, area=row.area, by=by, now=now)
    duty = {"subject": row.pk, "person_id": row.arrival.person_id, "area": row.area, "because": fact}
    open_duties("arrivals.end_wait", [duty], by=by, now=now)
