"""Who comes together: on foot or in a vehicle, booked ahead or not, taken at once or sent by a device later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, ids
from muster.kernel.areas.words import explain
from muster.kernel.duties.actions import open_duties
from muster.kernel.facts.actions import record
from muster.kernel.loading import BadValue
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import crypto, identifiers
from muster.kernel.people.models import Identifier, Person
from muster.kernel.posts.logins import ACT
from muster.kernel.posts.models import SYSTEM
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Arrival, Checkpoint, LaneBooking, Pass, Passage
from ..rules.checkpoints import Seen, decide, heaviest, milder
from .arriving import declare, receive
from .checkpoints import owe_result
from .lanes import by_card, by_reference

MOST_RECORDS, MOST_PEOPLE = 100, 60  # of one request; of one vehicle, a full coach
CLOCK_OFF = timedelta(hours=48)


@action("arrivals.take_records")
def take_records(
    *, by: Any, checkpoint: Checkpoint, records: list[dict[str, Any]], now: datetime, op: UUID | None = None
) -> dict[str, Any]:
    """Take what a device recorded, each by itself: {verdicts: [{op, verdict: new | known | rejected, field, reason}]}.

    The form of a record stands in docs/checkpoint-api.md. A record counts once, however often and in whatever batch it
    is sent. Raises Invalid for more than MOST_RECORDS.
    """
    require(by, "arrivals.take_records", checkpoint.area)
    if len(records) > MOST_RECORDS:
        raise Invalid("records", _("At most %(most)s records at a time.") % {"most": MOST_RECORDS})
    return {"verdicts": [_verdict(by, checkpoint, each, now) for each in records]}


def _verdict(by: Any, checkpoint: Checkpoint, given: dict[str, Any], now: datetime) -> dict[str, str]:
    said = {"op": str(given.get("op", ""))[:40]}
    try:
        with transaction.atomic(using=ACT):
            _passage, new = _take(by, checkpoint, given, now)
    except Invalid as no:
        return {**said, "verdict": "rejected", "field": no.field, "reason": str(no.message)}
    return {**said, "verdict": "new" if new else "known"}


@action("arrivals.take_passage")
def take_passage(*, by: Any, checkpoint: Checkpoint, given: dict[str, Any], now: datetime, op=None) -> Passage:
    """One record, taken at the barrier now: the rules decide. Raises Invalid."""
    require(by, "arrivals.take_passage", checkpoint.area)
    return _take(by, checkpoint, {**given, "op": str(op or ids.uuid7())}, now)[0]


def _take(by: Any, checkpoint: Checkpoint, given: Mapping[str, Any], now: datetime) -> tuple[Passage, bool]:
    number = _op(given)
    if known := Passage.objects.filter(op=number).first():
        if known.checkpoint_id != checkpoint.pk:
            raise Invalid("op", _("This number was used for another record."))
        return known, False
    at, chosen = _moment(given, now), _text(given, "chosen", 20)
    if chosen and chosen not in words.DISPOSALS:
        raise Invalid("chosen", _("Choose one of the list."))
    vehicle, goods = _text(given, "vehicle", 20), given.get("goods") is True
    if vehicle and vehicle not in words.VEHICLES:
        raise Invalid("vehicle", _("Choose one of the list."))
    plate = _plate(given) if vehicle else None
    inside = given.get("people")
    if not isinstance(inside, list) or not inside or not all(isinstance(each, dict) for each in inside):
        raise Invalid("people", _("At least one person is needed."))
    if len(inside) > MOST_PEOPLE:
        raise Invalid("people", _("At most %(most)s people in one vehicle.") % {"most": MOST_PEOPLE})
    passage = Passage(
        op=number, checkpoint=checkpoint, area=checkpoint.area, at=at, received_at=now, by_post=by.id, vehicle=vehicle,
        plate=masked(plate.value) if plate else "", goods=goods, chosen=chosen, disposal="pass",
    )  # fmt: skip
    passage.save(force_insert=True)
    passes = [_pass(by, passage, each, given, now) for each in inside]
    passage.disposal = heaviest(each.decided for each in passes)
    passage.booked = all(_text(each, "booking", 20) for each in inside)
    if plate:
        keep_plate(passes[0].person, plate)
    _look_at(passage, by, now)
    passage.save(update_fields=["disposal", "booked", "review"])
    return passage, True


def _pass(by: Any, passage: Passage, person: Mapping[str, Any], given: Mapping[str, Any], now: datetime) -> Pass:
    """One of those who came together: an arrival, and the rules' decision, or what the device chose without them."""
    code = _text(person, "code", 10)
    if code not in words.CODES:
        raise Invalid("code", _("Which colour has the code?"))
    to_area = _text(given, "to_area", 30)
    row = _booked(person, now) or declare(
        by=SYSTEM, name=_text(person, "name", 100), phone=_text(person, "phone", 30),
        id_number=_text(person, "number", 30), origin=_text(given, "origin", 400),
        area=to_area or passage.area, arrives_on=clock.local_day(now), channel="checkpoint", here=bool(to_area),
        cohort="driver" if passage.goods else "", transport=passage.plate, now=now,
    )  # fmt: skip
    seen = Seen(code, person.get("negative") is True, person.get("complaints") is True)
    stops = bool(to_area) or row.channel != "checkpoint"
    found = decide(seen, row.category, row.measure, stops_here=stops, goods=passage.goods)
    done = passage.chosen or found.disposal
    made = Pass.objects.create(
        checkpoint_id=passage.checkpoint_id, area=passage.area, passage=passage, arrival=row, person_id=row.person_id,
        at=passage.at, by_post=by.id, code=code, negative=seen.negative, complaints=seen.complaints,
        decided=found.disposal, disposal=done, reasons=list(found.reasons),
        waits_since=passage.at if done == "wait" else None,
    )  # fmt: skip
    data = {"disposal": done, "decided": found.disposal, "reasons": list(found.reasons), "code": code}
    record(
        "arrivals.checked", subject=made.pk, area=made.area, by=by, now=now, happened_at=min(passage.at, now),
        because=[row.fact], data=data,
    )  # fmt: skip
    if made.waits_since:
        owe_result(made, by, now)
    return made


def _booked(person: Mapping[str, Any], now: datetime) -> Arrival | None:
    """Who declared ahead, by the reference that they show or by the identity card that is read: nothing is typed anew.

    Raises Invalid for a reference that nobody is expected with.
    """
    if reference := _text(person, "booking", 20):
        row = by_reference(reference)
        if row is None:
            raise Invalid("booking", _("Nobody is expected with this reference."))
    elif number := _text(person, "number", 30):
        row = by_card(number, now)
    else:
        row = None
    if row is None:
        return None
    LaneBooking.objects.filter(arrival=row, came_at=None).update(came_at=now)
    return receive(by=SYSTEM, arrival=row, now=now)


def _look_at(passage: Passage, by: Any, now: datetime) -> None:
    if passage.chosen and milder(passage.chosen, passage.disposal):
        passage.review = "milder"
    elif abs(passage.at - now) > CLOCK_OFF:
        passage.review = "clock"
    if not passage.review:
        return
    data = {"chosen": passage.chosen, "decided": passage.disposal, "why": passage.review}
    fact = record("arrivals.differs", subject=passage.pk, area=passage.area, by=by, now=now, data=data)
    duty = {"subject": passage.pk, "area": passage.area, "because": fact}
    open_duties("arrivals.settle_difference", [duty], by=by, now=now)


@action("arrivals.settle_passage")
def settle_passage(*, by: Any, passage: Passage, now: datetime, op=None) -> Passage:
    """Somebody has looked at the difference, and done what was to be done about it. Raises Invalid."""
    row = Passage.objects.select_for_update().get(pk=passage.pk)
    require(by, "arrivals.settle_passage", row.area)
    if not row.review or row.reviewed_at:
        raise Invalid("passage", _("There is nothing to look at."))
    row.reviewed_at, row.reviewed_by = now, by.id
    row.save(update_fields=["reviewed_at", "reviewed_by"])
    record("arrivals.difference_settled", subject=row.pk, area=row.area, by=by, now=now, op=op)
    return row


def keep_plate(person: Person, plate: identifiers.Number) -> None:
    """The whole plate stands among the driver's identifiers: encrypted, found by its blind index, seen by no page."""
    index = crypto.blind_index(*plate)
    if Identifier.objects.filter(person=person, blind_index=index).exists():
        return
    made = Identifier(id=ids.uuid7(), person=person, kind=plate.kind, country=plate.country, blind_index=index)
    made.key_id, made.value_enc = crypto.encrypt(plate.value, made.id)
    made.save(force_insert=True)


def masked(plate: str) -> str:
    """`陕D12345` -> `陕D***45`: enough to know the vehicle that stands there by."""
    return f"{plate[:2]}{'*' * (len(plate) - 4)}{plate[-2:]}"


def _plate(given: Mapping[str, Any]) -> identifiers.Number:
    try:
        return identifiers.read("plate", _text(given, "plate", 20))
    except BadValue as error:
        raise Invalid("plate", explain(error)) from error


def _op(given: Mapping[str, Any]) -> UUID:
    try:
        return UUID(str(given.get("op", "")))
    except ValueError:
        raise Invalid("op", _("A record needs a number of its own, a UUID.")) from None


def _moment(given: Mapping[str, Any], now: datetime) -> datetime:
    """When it was, by the device's clock; with an offset. Nothing: now. Never after now: the server's order decides."""
    if not (text := _text(given, "at", 40)):
        return now
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("at", _("A day and time are needed.")) from None
    return found if found.tzinfo else found.replace(tzinfo=clock.zone())


def _text(given: Mapping[str, Any], name: str, most: int) -> str:
    """A text of the record, without what no field may hold."""
    value = given.get(name)
    return value.replace("\x00", "").strip()[:most] if isinstance(value, str) else ""
