"""Who comes, from where, what the plan asks of them, and the daily contact until it is over."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

from .. import words
from .lists import RiskArea


class Arrival(models.Model):
    """One person's arrival. `area` is where they go; `origin_code` and `origin_key` are what screening compares.

    `left_on` is the day they left the origin, from which the plan's days are counted. `site_until` is the last day of
    days at a site that were served elsewhere. `unsure`: the origin is not told finely enough to say it was not in a
    listed area. The category and what follows from it are set by screening only.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    ref = models.TextField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    area = AreaCodeField()
    state = models.TextField(choices=list(words.STATES.items()), default=words.COMING)
    channel = models.TextField(choices=list(words.CHANNELS.items()))
    declared_by = models.TextField(choices=list(words.DECLARERS.items()))
    cohort = models.TextField(choices=list(words.COHORTS.items()), default="", blank=True)
    origin = models.TextField()
    origin_code = models.TextField(default="", db_collation="C")
    origin_key = models.TextField(default="", db_collation="C")
    left_on = models.DateField()
    arrives_on = models.DateField()
    transport = models.TextField(default="")
    site_until = models.DateField(null=True)
    declared_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    category = models.TextField(choices=list(words.CATEGORIES.items()), default="elsewhere")
    unsure = models.BooleanField(default=False)
    risk_area = models.ForeignKey(RiskArea, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    plan = models.TextField(default="")
    measure = models.TextField(default="", blank=True)
    ends_on = models.DateField(null=True)
    onward_to = models.TextField(default="")
    certified_at = models.DateTimeField(null=True)  # when the certificate that holds was issued
    fact = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["area", "arrives_on"], name="arrival_area"),
            models.Index(fields=["left_on"], name="arrival_left_on"),
            models.Index(fields=["person"], name="arrival_person"),
            models.Index(fields=["arrives_on", "id"], name="arrival_arrives_on"),
            models.Index(fields=["state", "arrives_on", "id"], name="arrival_state_on"),
            models.Index(fields=["category", "arrives_on", "id"], name="arrival_category_on"),
            models.Index(fields=["cohort", "arrives_on", "id"], condition=~Q(cohort=""), name="arrival_cohort_on"),
            models.Index(fields=["arrives_on", "id"], condition=Q(unsure=True), name="arrival_unsure_on"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(category__in=list(words.CATEGORIES)), name="arrival_category"),
            models.CheckConstraint(condition=Q(state__in=list(words.STATES)), name="arrival_state"),
        ]


class Call(models.Model):
    """One day's contact with somebody who arrived; one a day."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="calls")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = AreaCodeField()
    on = models.DateField()
    at = models.DateTimeField()
    by_post = models.UUIDField()
    answer = models.TextField()
    temperature = models.DecimalField(max_digits=3, decimal_places=1, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["arrival", "on"], name="call_once_a_day"),
            models.CheckConstraint(condition=Q(answer__in=list(words.SYMPTOMS)), name="call_answer"),
        ]
