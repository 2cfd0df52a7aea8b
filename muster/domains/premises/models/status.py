"""Exceptions from what evidence calls for, and objections to it."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

from .. import words

MOST_EASED = timedelta(hours=72)


class Exemption(models.Model):
    """An exception for a person whom evidence holds: it only eases, two bodies make it, and it ends by itself.

    Before the second body has confirmed it, it changes nothing. The database holds each of these rules.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exemptions")
    area = AreaCodeField()
    to = models.TextField()
    reason = models.TextField()
    asked_by = models.UUIDField()
    asked_body = models.TextField()
    asked_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_body = models.TextField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area", "id"], name="exemption_area")]
        constraints = [
            models.CheckConstraint(condition=Q(to__in=("enter", "test")), name="exemption_eases"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_body=None, confirmed_at=None)
                | (
                    ~Q(confirmed_by=F("asked_by"))
                    & ~Q(confirmed_body=F("asked_body"))
                    & Q(confirmed_at__isnull=False, confirmed_by__isnull=False, confirmed_body__isnull=False)
                ),
                name="exemption_two_bodies",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("asked_at") + MOST_EASED, expires_at__gt=F("asked_at")),
                name="exemption_ends",
            ),
            models.CheckConstraint(condition=Q(reason__in=list(words.EXEMPT_FOR)), name="exemption_reason"),
        ]


class Contest(models.Model):
    """A person says that their status is wrong; somebody owes them an answer."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contests")
    area = AreaCodeField()
    reason = models.TextField(choices=list(words.CONTEST_REASONS.items()))
    note = models.TextField(default="")
    made_at = models.DateTimeField()
    outcome = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="contest_area"),
            models.Index(fields=["made_at", "id"], name="contest_made"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(answered_at=None), name="contest_one"),
            models.CheckConstraint(condition=Q(reason__in=list(words.CONTEST_REASONS)), name="contest_reason"),
            models.CheckConstraint(condition=Q(outcome__in=["", *words.CONTEST_OUTCOMES]), name="contest_outcome"),
        ]
