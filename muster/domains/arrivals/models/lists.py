"""The list of risk areas in its editions; an edition is whole, and never changed once a person confirmed it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from muster.kernel import ids


class RiskListQuerySet(models.QuerySet["RiskList"]):
    """Editions, read as adjectives."""

    def confirmed(self):
        """Confirmed by a person."""
        return self.exclude(confirmed_at=None)

    def in_force(self, now: datetime) -> RiskList | None:
        """The edition that holds at a moment: the last to begin, and of two that began together the later confirmed."""
        return self.confirmed().filter(effective_at__lte=now).order_by("-effective_at", "-confirmed_at").first()


class RiskList(models.Model):
    """One edition, read from a bulletin's text. A draft until confirmed; a draft has no effect on anybody."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    source = models.TextField()
    published_on = models.DateField()
    effective_at = models.DateTimeField()
    text = models.TextField()
    declared = models.JSONField(default=dict)
    read_at = models.DateTimeField()
    read_by = models.UUIDField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    fact = models.UUIDField(null=True)
    applied_at = models.DateTimeField(null=True)  # when past arrivals were screened against it

    objects = RiskListQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-effective_at"], condition=Q(confirmed_at__isnull=False), name="risk_list_in_force"),
            models.Index(fields=["-read_at"], name="risk_list_read"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="risk_list_confirmed_by_somebody",
            )
        ]


class RiskArea(models.Model):
    """One area of an edition. `key` is what an address must hold to lie in it; '' where a whole division is listed."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    risk_list = models.ForeignKey(RiskList, on_delete=models.CASCADE, related_name="areas")
    level = models.TextField()
    province = models.TextField(default="")
    city = models.TextField(default="")
    county = models.TextField(default="")
    street = models.TextField(default="")
    place = models.TextField(default="")
    code = models.TextField(default="", db_collation="C")
    key = models.TextField(default="", db_collation="C")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=["high", "middle", "low", "sealed", "controlled", "watched"]),
                name="risk_area_level",
            )
        ]

    @property
    def name(self) -> str:
        """All of it, outermost first."""
        city = "" if self.city == self.province else self.city
        county = "" if self.county == city else self.county
        return f"{self.province}{city}{county}{self.place}"
