"""Checkpoints, who passed them, and the shifts that handed over to one another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

from .. import words
from .arriving import Arrival


class Checkpoint(models.Model):
    """A barrier at an airport, a station or a road; `area` is the street or community that holds it."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    name = models.TextField()
    kind = models.TextField(choices=list(words.CHECKPOINT_KINDS.items()))
    area = AreaCodeField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="checkpoint_name")]


class Pass(models.Model):
    """One person at the barrier. `decided` is the rules', `disposal` what was done: the same, or stricter by hand.

    Who waits for a result has `waits_since` and no `left_at`; `area` is the checkpoint's, the arrival has its own.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="passes", db_index=False)
    area = AreaCodeField()
    passage = models.ForeignKey("Passage", on_delete=models.PROTECT, null=True, related_name="passes")
    arrival = models.OneToOneField(Arrival, on_delete=models.PROTECT, related_name="checked")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    by_post = models.UUIDField()
    code = models.TextField()
    negative = models.BooleanField()
    complaints = models.BooleanField()
    decided = models.TextField()
    disposal = models.TextField()
    reasons = models.JSONField(default=list)
    waits_since = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    result = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["checkpoint", "-at"], name="pass_of_checkpoint"),
            models.Index(
                fields=["checkpoint", "waits_since"],
                condition=Q(waits_since__isnull=False, left_at=None),
                name="pass_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(disposal__in=list(words.DISPOSALS)), name="pass_disposal"),
            models.CheckConstraint(condition=Q(code__in=list(words.CODES)), name="pass_code"),
        ]


class Shift(models.Model):
    """A handover: who goes signs what is handed over, who comes signs for it. The next one begins with that."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="shifts")
    area = AreaCodeField()
    handed_at = models.DateTimeField()
    handed_by = models.UUIDField()
    passed = models.IntegerField()
    waiting = models.IntegerField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkpoint"], condition=Q(taken_at=None), name="shift_one_open"),
            models.CheckConstraint(
                condition=Q(taken_by=None) | ~Q(taken_by=F("handed_by")), name="shift_signed_by_two"
            ),
        ]
