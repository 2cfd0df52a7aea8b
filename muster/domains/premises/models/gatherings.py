"""Gatherings, and the decisions on a response level that stop them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

from .. import words


class Order(models.Model):
    """The response level of an area, as a decision with a number says; it holds until the area's next one.

    A `level` of '' lifts it. `how` is the state that gatherings get which the level forbids.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    level = models.TextField(choices=list(words.RESPONSE_LEVELS.items()), blank=True)
    how = models.TextField(choices=list(words.HOWS.items()))
    number = models.TextField()
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.UUIDField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["decided_at", "id"], name="order_decided")]
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="order_number"),
            models.CheckConstraint(condition=Q(level__in=list(words.RESPONSE_LEVELS)), name="order_level"),
            models.CheckConstraint(condition=Q(how__in=list(words.HOWS)), name="order_how"),
        ]


class Event(models.Model):
    """A gathering, who decides on it (`level`) and which `sector` is heard, by the file as it was then, and its state.

    What an `order` stopped keeps the state that it had (`was`); asked for again, it is another row that `follows` it.
    """

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
    refusal = models.TextField(choices=list(words.REFUSALS.items()), default="", blank=True)
    refusal_note = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.UUIDField(null=True)
    faults = models.JSONField(default=list)
    sector = models.TextField(default="", blank=True)
    opinion = models.TextField(choices=list(words.OPINIONS.items()), default="", blank=True)
    opinion_at = models.DateTimeField(null=True)
    opinion_by = models.UUIDField(null=True)
    opinion_faults = models.JSONField(default=list)
    supervised_at = models.DateTimeField(null=True)
    supervised_by = models.UUIDField(null=True)
    supervised_faults = models.JSONField(default=list)
    organiser = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.TextField(default="")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="stopped")
    was = models.TextField(default="")
    acknowledged_at = models.DateTimeField(null=True)
    informed_at = models.DateTimeField(null=True)
    told = models.IntegerField(null=True)
    paid_back = models.IntegerField(null=True)
    invited_at = models.DateTimeField(null=True)
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="followed_by")

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
            models.CheckConstraint(condition=Q(opinion__in=list(words.OPINIONS)), name="event_opinion"),
            models.CheckConstraint(condition=~Q(state="ready") | Q(checked_at__isnull=False), name="event_checked"),
            models.CheckConstraint(
                condition=~Q(state="postponed") | Q(order__isnull=False, was__in=words.OPEN_STATES),
                name="event_postponed",
            ),
        ]
