"""Venues and their codes; people's paper codes and remembered devices; who was entered by somebody else."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person, Place

from .. import words


class Venue(models.Model):
    """A place with a code. `code_number` and `desk_number` rise when a sheet or a staff link is withdrawn.

    With a `screen` only the code on it is taken, which changes every half minute; printed sheets are not.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="venue")
    area = AreaCodeField()
    kind = models.TextField(choices=list(words.VENUE_KINDS.items()))
    name = models.TextField()
    responsible = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False)
    screen = models.BooleanField(default=False)
    code_number = models.SmallIntegerField(default=1)
    desk_number = models.SmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], condition=Q(closed_at=None), name="venue_area"),
            models.Index(fields=["kind", "area", "id"], condition=Q(closed_at=None), name="venue_kind_area"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(words.VENUE_KINDS)), name="venue_kind"),
            models.CheckConstraint(condition=Q(code_number__gt=0, desk_number__gt=0), name="venue_numbers"),
        ]


class PersonalCode(models.Model):
    """A code on paper for somebody without a phone, and for anybody to open their own page with, together with its PIN.

    The PIN follows from the row's id (`actions.personal.pin_of`) and is stored nowhere. No page reads this table.
    `mark` is that of the signed code as issued: a batch of scans knows it again, and need not check each signature.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="personal_codes")
    number = models.TextField(unique=True)
    area = AreaCodeField()
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField()
    tries = models.SmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    mark = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at=None), name="personal_code_one")
        ]
        indexes = [models.Index(fields=["mark"], name="personal_code_mark")]


class Device(models.Model):
    """A phone that remembers who scans with it. `verified` once its owner has shown the PIN of a personal code."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="devices")
    verified = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class EnteredFor(models.Model):
    """Who was entered at a venue by somebody else, by whom, and why. Goes with the presence it belongs to."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="entered_by_others")
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="entered_others")
    by_post = models.UUIDField(null=True)
    why = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="entered_for_at")]
        constraints = [models.CheckConstraint(condition=Q(why__in=list(words.WHYS)), name="entered_for_why")]
