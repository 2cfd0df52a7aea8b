"""Isolation sites, their rooms, and the rounds through them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Place

from .. import words


class Site(models.Model):
    """An isolation site or a designated hospital. `place` is its building, by which its staff's posts are bound.

    `staffing` is the number of staff on duty. A hospital may have no rooms here: its beds are its own business.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="isolation_site")
    kind = models.TextField(choices=list(words.SITE_KINDS.items()), default=words.SITE)
    area = AreaCodeField()
    name = models.TextField()
    staffing = models.IntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="site_area_id"),
            models.Index(fields=["name", "id"], name="site_name"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(words.SITE_KINDS)), name="site_kind"),
            models.CheckConstraint(condition=Q(staffing=None) | Q(staffing__gte=0), name="site_staffing"),
        ]


class Room(models.Model):
    """A room for one person. Its state changes in the transaction that begins or ends the stay in it."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rooms", db_index=False)
    area = AreaCodeField()
    place_id = models.UUIDField()
    label = models.TextField()
    state = models.TextField(choices=list(words.ROOM_STATES.items()), default=words.READY)
    state_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["site", "label"], condition=Q(state=words.READY), name="room_ready"),
            models.Index(fields=["place_id"], name="room_place"),
            models.Index(fields=["area"], name="room_area"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "label"], name="room_label"),
            models.CheckConstraint(condition=Q(state__in=list(words.ROOM_STATES)), name="room_state"),
        ]


class SiteCheck(models.Model):
    """One round through a site: the points looked at and those found wanting (areas and channels apart, waste, …)."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="site_checks")
    area = AreaCodeField()
    place_id = models.UUIDField()
    faults = ArrayField(models.TextField())
    at = models.DateTimeField()
    by_post = models.UUIDField(null=True)
    mended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "at"], name="site_check_at")]
