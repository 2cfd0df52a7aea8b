"""One record at a barrier: who comes on foot or in one vehicle, as it was taken there, with or without a network."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField

from .. import words
from .checkpoints import Checkpoint


class Passage(models.Model):
    """People who came together. `op` is the record's own number, made where it was taken: it counts once.

    `plate` is masked; the whole plate is the driver's, among the identifiers. `chosen` is what was done at the barrier
    before the server could decide ('' where it decided); `review` says why somebody has to look at it: what was done
    was milder than the rules ('milder'), or the device's clock is far off ('clock').
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    op = models.UUIDField(unique=True)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="passages", db_index=False)
    area = AreaCodeField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    by_post = models.UUIDField()
    vehicle = models.TextField(choices=list(words.VEHICLES.items()), default="", blank=True)
    plate = models.TextField(default="", blank=True)
    goods = models.BooleanField(default=False)
    booked = models.BooleanField(default=False)
    disposal = models.TextField()
    chosen = models.TextField(default="", blank=True)
    review = models.TextField(default="", blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["checkpoint", "-at"], name="passage_of_checkpoint"),
            models.Index(
                fields=["checkpoint", "at"], condition=~Q(review="") & Q(reviewed_at=None), name="passage_to_review"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(vehicle__in=["", *words.VEHICLES]), name="passage_vehicle"),
            models.CheckConstraint(condition=Q(review__in=["", *words.REVIEWS]), name="passage_review"),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="passage_reviewed_by_somebody",
            ),
        ]
