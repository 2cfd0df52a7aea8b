"""The booking lane of a checkpoint: how many people each stretch of time takes, and who has one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

from .arriving import Arrival
from .checkpoints import Checkpoint


class Lane(models.Model):
    """The slots of a checkpoint's lane. `opens`, `closes`: minutes of the local day."""

    checkpoint = models.OneToOneField(Checkpoint, on_delete=models.PROTECT, primary_key=True, related_name="lane")
    area = AreaCodeField()
    per_slot = models.IntegerField()
    slot_minutes = models.SmallIntegerField()
    opens = models.SmallIntegerField()
    closes = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(per_slot__gt=0, slot_minutes__gte=5, opens__gte=0, closes__gt=F("opens"), closes__lte=1440),
                name="lane_slots",
            )
        ]


class LaneSlot(models.Model):
    """A stretch of time in the lane, its places, and how many are taken. The row is the lock."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="slots", db_index=False)
    area = AreaCodeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.IntegerField()
    taken = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "starts_at"], name="lane_slot_once"),
            models.CheckConstraint(condition=Q(taken__gte=0), name="lane_slot_taken"),
        ]


class LaneBooking(models.Model):
    """One person's place in a slot; `area` is the checkpoint's, the arrival has its own."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    slot = models.ForeignKey(LaneSlot, on_delete=models.PROTECT, related_name="bookings")
    arrival = models.OneToOneField(Arrival, on_delete=models.CASCADE, related_name="lane_booking")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = AreaCodeField()
    made_at = models.DateTimeField()
    came_at = models.DateTimeField(null=True)
