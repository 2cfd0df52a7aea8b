"""Facts: what happened, append-only, each with the facts it happened because of."""

from __future__ import annotations

from django.db import models

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField


class Fact(models.Model):
    """Something that happened. Codes, ids, times and coded values only; never changed, never deleted."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    kind = models.TextField()
    subject = models.UUIDField()
    area = AreaCodeField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.UUIDField(null=True, db_column="by_id")
    op = models.UUIDField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "recorded_at"]),
            models.Index(fields=["kind", "recorded_at"]),
            models.Index(fields=["area", "recorded_at"]),
        ]


class FactCause(models.Model):
    """One `because`: this fact happened because of that one."""

    id = models.BigAutoField(primary_key=True)
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="causes")
    cause = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="effects")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "cause"], name="fact_cause_once")]


class FactSeal(models.Model):
    """One link of the hash chain over committed facts: `hash` covers the one before and the facts in between."""

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    facts = models.IntegerField()
    previous = models.BinaryField()
    hash = models.BinaryField()


class SealedFact(models.Model):
    """Which seal covers a fact, and where in it."""

    fact = models.OneToOneField(Fact, on_delete=models.PROTECT, primary_key=True)
    seal = models.ForeignKey(FactSeal, on_delete=models.PROTECT)
    position = models.IntegerField()
