"""How many a venue takes: at once inside, and in each slot of time; and who booked a place."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

from .venues import Venue


class Capacity(models.Model):
    """A venue's cap and slots. `opens`, `closes`: minutes of the local day; `inside` is of the day `counted_on`."""

    venue = models.OneToOneField(Venue, on_delete=models.PROTECT, primary_key=True, related_name="capacity")
    area = AreaCodeField()
    cap = models.IntegerField()
    per_slot = models.IntegerField()
    slot_minutes = models.SmallIntegerField()
    opens = models.SmallIntegerField()
    closes = models.SmallIntegerField()
    inside = models.IntegerField(default=0)
    counted_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cap__gt=0, per_slot__gt=0), name="capacity_numbers"),
            models.CheckConstraint(condition=Q(inside__gte=0), name="capacity_inside"),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=10, opens__gte=0, closes__gt=F("opens"), closes__lte=1440),
                name="capacity_slots",
            ),
        ]


class Slot(models.Model):
    """A stretch of time at a venue: how many places it has, and how many are taken. The row is the lock."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="slots", db_index=False)
    area = AreaCodeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.IntegerField()
    taken = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "starts_at"], name="venue_slot_once"),
            models.CheckConstraint(condition=Q(taken__gte=0), name="venue_slot_taken"),
        ]


class Booking(models.Model):
    """Some places of a slot, for a person and who comes along. Who knows the `number` may enter, or give them back."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="bookings")
    number = models.TextField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    party = models.SmallIntegerField()
    made_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(party__gt=0), name="booking_party")]
