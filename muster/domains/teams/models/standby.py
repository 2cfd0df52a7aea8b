"""Standby sampling sites: what stands ready to be opened, and what checks found."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField

from .. import words


class StandbySite(models.Model):
    """A place where samples can be taken when it is called up (备用采样点), with what must be there and how many staff.

    `due_at`: when it must be ready. `drill_due_on` is the day by which readiness is next tried out.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    name = models.TextField()
    lat = models.FloatField()
    lon = models.FloatField()
    desks = models.IntegerField()
    staff = models.IntegerField()
    equipment = ArrayField(models.TextField())
    state = models.TextField(choices=list(words.STANDBY_STATES.items()), default=words.RESTING)
    called_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    drill_days = models.IntegerField()
    drill_due_on = models.DateField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="standby_area"),
            models.Index(fields=["drill_due_on"], condition=Q(removed_at=None), name="standby_drill"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["name", "area"], condition=Q(removed_at=None), name="standby_once"),
            models.CheckConstraint(condition=Q(desks__gte=1, staff__gte=1, drill_days__gte=1), name="standby_numbers"),
        ]

    @property
    def tone(self) -> str:
        """The state's tone on a badge."""
        return words.STANDBY_TONES[self.state]


class StandbyCheck(models.Model):
    """What was found at a standby site: staff present, and which things of its list were missing; empty: all there.

    A check while it is called up makes it ready, if nothing is missing; otherwise it is a drill.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    site = models.ForeignKey(StandbySite, on_delete=models.PROTECT, related_name="checks")
    area = AreaCodeField()
    at = models.DateTimeField()
    staff = models.IntegerField()
    missing = ArrayField(models.TextField(), default=list)
    called_up = models.BooleanField()
    good = models.BooleanField()
