"""Stays, and what is done in them: health checks and samples."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.controls.models import Control
from muster.kernel.facts.models import Fact
from muster.kernel.people.models import Person

from .. import words
from .sites import Room, Site


def check_id(control: UUID, on: date, slot: str) -> UUID:
    """The id of a health check: the same for the duty to make it and the row that says it was made."""
    return uuid5(control, f"{on.isoformat()}:{slot}")


class StayQuerySet(models.QuerySet["Stay"]):
    """Stays, read as adjectives."""

    def open(self):
        """Not ended."""
        return self.filter(ended_at=None)


class Stay(models.Model):
    """A control's time in one room, or at home. Moving to another room ends one stay and begins the next.

    `area` is responsible for the person, `place_id` is the site's building. Who `accompanies` a child or an elder
    shares their room, and is exempt from "one person per room". `home_days` follow at home after those at a site.
    The database refuses two people in a room and two stays of a person at one time (exclusion constraints).
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stays")
    control = models.ForeignKey(Control, on_delete=models.PROTECT, related_name="stays")
    plan = models.TextField()
    kind = models.TextField(choices=list(words.STAY_KINDS.items()))
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="stays")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, related_name="stays")
    accompanies = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False, related_name="carers")
    area = AreaCodeField()
    place_id = models.UUIDField(null=True)
    began_at = models.DateTimeField()
    began_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, db_index=False, related_name="+")
    home_days = models.SmallIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True)  # when the next slot of health checks opens; null: look at once
    leg_asked_on = models.DateField(null=True)  # the end of the site's days for which going home was asked
    release_asked_on = models.DateField(null=True)  # the end of the control for which the release was asked
    ended_at = models.DateTimeField(null=True)
    ended_how = models.TextField(default="")
    ended_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    notice = models.TextField(null=True, unique=True)  # number of the release notice

    objects = StayQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["place_id"], condition=Q(ended_at=None), name="stay_open_place"),
            models.Index(fields=["area", "began_at"], condition=Q(ended_at=None), name="stay_open_area"),
            models.Index(fields=["area", "id"], condition=Q(ended_at=None, kind=words.HOME), name="stay_home_area"),
            models.Index(
                fields=["began_at", "id"], condition=Q(ended_at=None, kind=words.HOME), name="stay_home_began"
            ),
            models.Index(fields=["next_check_at"], condition=Q(ended_at=None), name="stay_next_check"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(words.STAY_KINDS)), name="stay_kind"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="stay_order"),
            models.CheckConstraint(
                condition=Q(kind=words.SITE, site__isnull=False, place_id__isnull=False)
                | Q(kind=words.HOME, site=None, room=None, place_id=None),
                name="stay_where",
            ),
            models.CheckConstraint(condition=Q(ended_how__in=["", *words.ENDED_HOW]), name="stay_ended_how"),
        ]


class HealthCheck(models.Model):
    """Temperature (°C) and symptoms of one slot of a day; its id follows from control, day and slot (`check_id`).

    `on` and `slot` say which check is meant, `at` when it was made. Deleted when its time is over.
    """

    id = models.UUIDField(primary_key=True)
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="checks", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    area = AreaCodeField()
    place_id = models.UUIDField(null=True)
    on = models.DateField()
    slot = models.TextField(choices=list(words.SLOTS.items()))
    temperature = models.DecimalField(max_digits=3, decimal_places=1)
    symptoms = ArrayField(models.TextField(), default=list)
    anomaly = ArrayField(models.TextField(), default=list)
    at = models.DateTimeField()
    by_post = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["place_id"], condition=Q(answered_at=None) & ~Q(anomaly=[]), name="health_check_anomaly"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["stay", "on", "slot"], name="health_check_once"),
            models.CheckConstraint(condition=Q(slot__in=list(words.SLOTS)), name="health_check_slot"),
            models.CheckConstraint(
                condition=Q(temperature__gte=34, temperature__lte=43), name="health_check_temperature"
            ),
        ]


class Sample(models.Model):
    """A test of a control that was asked of a stay, and when it was taken; the id is that of the control's due test."""

    id = models.UUIDField(primary_key=True)
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="samples")
    area = AreaCodeField()
    place_id = models.UUIDField(null=True)
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    by_post = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], condition=Q(taken_at=None, dropped_at=None), name="sample_open"),
        ]
