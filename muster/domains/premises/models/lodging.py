"""Who stays in a house that lets rooms."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

from .venues import Venue


class Guest(models.Model):
    """One stay of one guest. `origin` is where they come from, as they said it. `left_at` is empty while they stay."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="guests", db_index=False)
    area = AreaCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    room = models.TextField(default="")
    origin = models.TextField(default="")
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="guest_area"),
            models.Index(fields=["came_at", "id"], name="guest_came_at"),
            models.Index(fields=["venue"], condition=Q(left_at=None), name="guest_staying"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["venue", "person"], condition=Q(left_at=None), name="guest_once"),
            models.CheckConstraint(condition=Q(left_at=None) | Q(left_at__gte=F("came_at")), name="guest_left"),
        ]
