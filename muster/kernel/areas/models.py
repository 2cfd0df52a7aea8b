"""The installation, its areas, and the codes and names they had before."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from muster.kernel.areas.codes import LEVELS
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.areas.words import LEVEL_NAMES


class Installation(models.Model):
    """This installation, one row. Its kind never changes: a demonstration cannot become a live system."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.TextField(default="")
    timezone = models.TextField(default="Asia/Shanghai")
    kind = models.TextField(choices=[("live", "live"), ("demo", "demo")], default="live")
    clock_offset_seconds = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="installation_single"),
            models.CheckConstraint(
                condition=Q(kind="demo") | Q(clock_offset_seconds=0), name="installation_live_clock"
            ),
            models.CheckConstraint(condition=Q(kind__in=["live", "demo"]), name="installation_kind"),
        ]


class Area(models.Model):
    """A node of the tree; its code is its path, its parent a prefix of it (null at the top).

    The boundary is a GeoJSON geometry; its box (degrees) finds the areas in a map's view. `population` is persons.
    """

    code = AreaCodeField(primary_key=True)
    name = models.TextField()
    level = models.TextField(choices=[(level, LEVEL_NAMES[level]) for level in LEVELS])
    parent = models.TextField(null=True, db_collation="C")
    boundary = models.JSONField(null=True)
    min_lat = models.FloatField(null=True)
    min_lon = models.FloatField(null=True)
    max_lat = models.FloatField(null=True)
    max_lon = models.FloatField(null=True)
    population = models.IntegerField(null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["parent", "code"], name="area_children"),
            models.Index(
                fields=["min_lat", "max_lat", "min_lon", "max_lon"], condition=Q(min_lat__isnull=False), name="area_box"
            ),
        ]
        constraints = [models.CheckConstraint(condition=Q(level__in=list(LEVELS)), name="area_level")]


class AreaAlias(models.Model):
    """A code or name that an area had from one day to another, and the code it has now."""

    id = models.BigAutoField(primary_key=True)
    code = AreaCodeField()
    now_code = AreaCodeField()
    name = models.TextField()
    from_on = models.DateField(null=True)
    to_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["code", "to_on"], name="area_alias_code"),
            models.Index(fields=["now_code"], name="area_alias_now"),
        ]
