"""Antigen kits: what stores hold, who wants some, what was issued and signed for, and what the tests said."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

from . import words


class KitBatch(models.Model):
    """Kits of one maker's batch in one store. Received = on hand + issued + discarded: the database refuses else."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    store = models.TextField()
    batch = models.TextField()
    expires_on = models.DateField()
    received = models.IntegerField()
    on_hand = models.IntegerField()
    issued = models.IntegerField(default=0)
    discarded = models.IntegerField(default=0)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="kit_batch_area"),
            models.Index(fields=["expires_on", "id"], name="kit_batch_expires"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "store", "area"], name="kit_batch_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0, issued__gte=0, discarded__gte=0), name="kit_batch_none"),
            models.CheckConstraint(
                condition=Q(received=F("on_hand") + F("issued") + F("discarded")), name="kit_batch_equation"
            ),
        ]


class KitWant(models.Model):
    """So many kits are wanted for a group of an area; `served` were issued for it."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    group = models.TextField(choices=list(words.GROUPS.items()))
    wanted = models.IntegerField()
    served = models.IntegerField(default=0)
    asked_at = models.DateTimeField()
    fact_id = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area"], name="kit_want_area"),
            models.Index(fields=["asked_at", "id"], name="kit_want_asked"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(served__gte=0, served__lte=F("wanted")), name="kit_want_served"),
            models.CheckConstraint(condition=Q(group__in=list(words.GROUPS)), name="kit_want_group"),
        ]

    @property
    def left(self) -> int:
        """How many are still wanted."""
        return 0 if self.withdrawn_at else self.wanted - self.served


class KitIssue(models.Model):
    """Kits of a batch that left their store for a want; `signed_at`: a post of the receiving area confirmed them."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    batch = models.ForeignKey(KitBatch, on_delete=models.PROTECT, related_name="issues")
    want = models.ForeignKey(KitWant, on_delete=models.PROTECT, related_name="issues")
    area = AreaCodeField()
    kits = models.IntegerField()
    issued_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area"], name="kit_issue_area")]
        constraints = [models.CheckConstraint(condition=Q(kits__gte=1), name="kit_issue_kits")]


class KitResult(models.Model):
    """What somebody's antigen test said. A positive one waits for a laboratory's result until `confirmed_at`."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    area = AreaCodeField()
    result = models.TextField(choices=list(words.RESULTS.items()))
    tested_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    fact_id = models.UUIDField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["reported_at", "id"], name="kit_result_reported"),
            models.Index(fields=["area", "id"], name="kit_result_area"),
        ]
        constraints = [models.CheckConstraint(condition=Q(result__in=list(words.RESULTS)), name="kit_result_known")]

    @property
    def tone(self) -> str:
        """The result's tone on a badge."""
        return words.TONES[self.result]
