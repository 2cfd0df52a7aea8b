"""Gatherings."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField

from .. import words


class Event(models.Model):
    """A gathering, who decides on it (`level`, by the thresholds as they were when it was asked for), and its state."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    name = models.TextField()
    kind = models.TextField(choices=list(words.EVENT_KINDS.items()))
    place_name = models.TextField()
    expected = models.IntegerField()
    tables = models.IntegerField(default=0)
    outsiders = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    level = models.TextField(choices=list(words.LEVELS.items()))
    state = models.TextField(choices=list(words.EVENT_STATES.items()), default="asked")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    faults = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["area", "starts_at"], name="event_area"),
            models.Index(fields=["starts_at", "id"], name="event_starts"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(words.EVENT_KINDS)), name="event_kind"),
            models.CheckConstraint(condition=Q(level__in=list(words.LEVELS)), name="event_level"),
            models.CheckConstraint(condition=Q(state__in=list(words.EVENT_STATES)), name="event_state"),
            models.CheckConstraint(condition=Q(expected__gt=0, tables__gte=0), name="event_people"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_time"),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "ready")) | Q(decided_by__isnull=False), name="event_decided"
            ),
            models.CheckConstraint(condition=~Q(state="ready") | Q(checked_at__isnull=False), name="event_checked"),
        ]
