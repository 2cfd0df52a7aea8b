"""The booking lane: its slots are set, and each takes as many people as it has places, however many ask at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.areas.words import explain
from muster.kernel.facts.actions import record
from muster.kernel.loading import BadValue
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people import identifiers
from muster.kernel.people import queries as people
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Arrival, Checkpoint, Lane, LaneBooking, LaneSlot

MOST_PLACES, AHEAD = 10_000, 60  # days
REFERENCE = 8  # signs; what is longer is an identity number
NEAR = timedelta(days=3)  # an identity card finds who is expected so many days around today


@action("arrivals.set_lane")
def set_lane(
    *, by: Any, checkpoint: Checkpoint, per_slot: int, slot_minutes: int, opens: int, closes: int, now, op=None
) -> Lane:
    """Say how many people each slot takes, between two minutes of the day. Raises Invalid.

    Slots that somebody has booked already keep the places they had.
    """
    require(by, "arrivals.set_lane", checkpoint.area)
    if not 0 < per_slot <= MOST_PLACES:
        raise Invalid("per_slot", _("Enter a number of people."))
    if not 5 <= slot_minutes <= 240:
        raise Invalid("slot_minutes", _("A slot takes 5 to 240 minutes."))
    if not 0 <= opens < closes <= 1440 or closes - opens < slot_minutes:
        raise Invalid("closes", _("It closes after it opens, and one slot fits between."))
    given = {"per_slot": per_slot, "slot_minutes": slot_minutes, "opens": opens, "closes": closes}
    row, _made = Lane.objects.update_or_create(checkpoint=checkpoint, defaults={**given, "area": checkpoint.area})
    record("arrivals.lane_set", subject=checkpoint.pk, area=checkpoint.area, by=by, now=now, op=op, data=given)
    return row


def slots(lane: Lane, on: date, now: datetime) -> list[LaneSlot]:
    """The slots of a day that are not over, with what is taken; those that nobody asked for are not stored yet."""
    midnight = clock.midnight(on)
    known = LaneSlot.objects.filter(checkpoint_id=lane.checkpoint_id, starts_at__gte=midnight)
    stored = {row.starts_at: row for row in known.filter(starts_at__lt=midnight + timedelta(days=1))}
    found = []
    for starts_at, ends_at in clock.slots(on, lane.opens, lane.closes, lane.slot_minutes):
        if ends_at > now:
            made = LaneSlot(checkpoint_id=lane.checkpoint_id, area=lane.area, places=lane.per_slot)
            made.starts_at, made.ends_at = starts_at, ends_at
            found.append(stored.get(starts_at, made))
    return found


@action("arrivals.book_lane")
def book_lane(
    *, by: Any, checkpoint: Checkpoint, read: str, starts_at: datetime | None = None, now, op=None
) -> LaneBooking:
    """Give who is expected a time in the lane: by their reference, or at the barrier's device by their identity card.

    Without `starts_at` it is the next free one today. Who had a time already gives it back. Raises Invalid; where it is
    full, with the next free time.
    """
    require(by, "arrivals.book_lane", checkpoint.area)
    lane = Lane.objects.filter(checkpoint=checkpoint).first()
    if lane is None:
        raise Invalid("slot", _("No times are given here."))
    row = expected(read, now)
    on = clock.local_day(starts_at or now)
    offered = slots(lane, on, now) if on <= clock.local_day(now) + timedelta(days=AHEAD) else []
    held = LaneBooking.objects.filter(arrival=row).select_related("slot").first()
    if held:  # two who change their times take each other's: one after the other
        both = {held.slot.checkpoint_id, checkpoint.pk}
        list(Lane.objects.select_for_update().filter(pk__in=both).order_by("pk"))
    slot = _free(offered, starts_at)
    if held:
        LaneSlot.objects.filter(pk=held.slot_id).update(taken=F("taken") - 1)
        held.delete()
    booking = LaneBooking.objects.create(slot=slot, arrival=row, person_id=row.person_id, area=lane.area, made_at=now)
    data = {"slot": slot.starts_at.isoformat()}
    record("arrivals.lane_booked", subject=row.pk, area=lane.area, by=by, now=now, op=op, data=data)
    return booking


def expected(read: str, now: datetime) -> Arrival:
    """Who is on the way, by what was read: a reference or an identity number. Locked. Raises Invalid."""
    read = read.strip()
    row = by_reference(read) if len(read) <= REFERENCE else by_card(read, now)
    if row is None:
        raise Invalid("read", _("Nobody is expected with this number."))
    return row


def _coming() -> Any:
    return Arrival.objects.select_for_update(of=("self",)).filter(state=words.COMING, checked=None)


def by_reference(reference: str) -> Arrival | None:
    """Who is expected with a reference. Locked."""
    return _coming().filter(ref=reference.upper()).first() if reference.isalnum() else None


def by_card(number: str, now: datetime) -> Arrival | None:
    """Who is expected these days with an identity card. Locked. Raises Invalid for what is no number."""
    try:
        holder = people.having(identifiers.read_any(number)).first()
    except BadValue as error:
        raise Invalid("number", explain(error)) from error
    if holder is None:
        return None
    near = (clock.local_day(now) - NEAR, clock.local_day(now) + NEAR)
    return _coming().filter(person__canonical=holder.canonical_id, arrives_on__range=near).first()


def _free(offered: list[LaneSlot], starts_at: datetime | None) -> LaneSlot:
    """The slot asked for, or the first, with one place of it taken. Raises Invalid, with the next free time."""
    wanted = offered if starts_at is None else [slot for slot in offered if slot.starts_at == starts_at]
    if starts_at is not None and not wanted:
        raise Invalid("slot", _("Choose a time of the list."))
    for slot in wanted:
        if slot.taken < slot.places and (held := take(slot)):
            return held
    later = next((slot for slot in offered if slot.taken < slot.places and slot not in wanted), None)
    if later is None:
        raise Invalid("slot", _("All times of this day are full."))
    at = later.starts_at.astimezone(clock.zone()).strftime("%H:%M")
    raise Invalid("slot", _("This time is full. The next free one: %(at)s") % {"at": at})


def take(slot: LaneSlot) -> LaneSlot | None:
    """Take a place, if there is one: one statement, so that whoever comes second sees what the first has taken."""
    LaneSlot.objects.bulk_create([slot], ignore_conflicts=True)
    same = LaneSlot.objects.filter(checkpoint_id=slot.checkpoint_id, starts_at=slot.starts_at)
    return same.get() if same.filter(taken__lt=F("places")).update(taken=F("taken") + 1) else None
