"""What goes on at the sites of a round: samples counted with each write, and the queues that sites report."""

from __future__ import annotations

from django.db import models

from muster.kernel.areas.fields import AreaCodeField

from .rounds import Round, SamplingSite


class SiteCount(models.Model):
    """Samples in the tubes that a site opened within ten minutes (`slot`), by where they are; kept by triggers.

    `pending`, `resulted` and `voided` are samples; `tubes` those that have some; `positive` and `suspect` are tubes.
    `laboratory_id` is nil until one has received them.
    """

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+", db_index=False)
    site = models.ForeignKey(SamplingSite, on_delete=models.PROTECT, related_name="+", db_index=False)
    laboratory_id = models.UUIDField()
    area = AreaCodeField()
    slot = models.DateTimeField()
    tubes = models.IntegerField(default=0)
    pending = models.IntegerField(default=0)
    resulted = models.IntegerField(default=0)
    voided = models.IntegerField(default=0)
    positive = models.IntegerField(default=0)
    suspect = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "site", "slot", "laboratory_id"], name="site_count_once")
        ]


class Queue(models.Model):
    """How many wait at a site, as it said last, and what it had said before that."""

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+", db_index=False)
    site = models.ForeignKey(SamplingSite, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = AreaCodeField()
    people = models.IntegerField()
    at = models.DateTimeField()
    people_before = models.IntegerField(null=True)
    at_before = models.DateTimeField(null=True)
    by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "site"], name="site_queue_once")]
