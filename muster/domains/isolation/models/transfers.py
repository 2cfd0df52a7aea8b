"""Point-to-point transfers, confirmed by both sides."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.controls.models import Control
from muster.kernel.facts.models import Fact
from muster.kernel.people.models import Person

from .. import words
from .sites import Room, Site


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Transfers, read as adjectives."""

    def open(self):
        """Neither arrived nor cancelled."""
        return self.filter(state__in=[words.REQUESTED, words.DEPARTED])


class Transfer(models.Model):
    """One person's way to a site or hospital, from hand to hand.

    `area` is responsible for the person, `from_area` is where they are fetched (`from_place`: the site they leave, if
    any), `place_id` is the building they go to. Without a `site` it waits for a room. The code that one side shows and
    the other types in is not kept: it follows from `code_seed` and the installation's key.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="transfers")
    control = models.ForeignKey(Control, on_delete=models.PROTECT, related_name="transfers")
    plan = models.TextField()
    area = AreaCodeField()
    from_area = AreaCodeField()
    from_place = models.UUIDField(null=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="transfers")
    place_id = models.UUIDField(null=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, related_name="transfers")
    wanted = models.TextField(choices=list(words.SITE_KINDS.items()), default=words.SITE)
    state = models.TextField(choices=list(words.TRANSFER_STATES.items()), default=words.REQUESTED)
    requested_at = models.DateTimeField()
    requested_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, db_index=False, related_name="+")
    due_at = models.DateTimeField()
    sender_at = models.DateTimeField(null=True)
    sender_post = models.UUIDField(null=True)
    sender_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    receiver_at = models.DateTimeField(null=True)
    receiver_post = models.UUIDField(null=True)
    receiver_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    code_side = models.TextField(default="")
    code_post = models.UUIDField(null=True)
    code_seed = models.UUIDField(null=True)
    code_until = models.DateTimeField(null=True)
    code_tries = models.SmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area", "due_at"], condition=Q(closed_at=None), name="transfer_open_area"),
            models.Index(fields=["from_area", "due_at"], condition=Q(closed_at=None), name="transfer_open_from"),
            models.Index(fields=["place_id", "due_at"], condition=Q(closed_at=None), name="transfer_open_place"),
            models.Index(fields=["due_at", "id"], name="transfer_due"),
            models.Index(fields=["requested_at", "id"], name="transfer_requested"),
            models.Index(fields=["from_place"], condition=Q(closed_at=None), name="transfer_open_leaving"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(closed_at=None), name="transfer_one_open"),
            models.UniqueConstraint(fields=["room"], condition=Q(closed_at=None), name="transfer_room_once"),
            models.CheckConstraint(condition=Q(state__in=list(words.TRANSFER_STATES)), name="transfer_state"),
            models.CheckConstraint(
                condition=Q(closed_at=None, state__in=[words.REQUESTED, words.DEPARTED])
                | Q(closed_at__isnull=False, state__in=[words.ARRIVED, words.CANCELLED]),
                name="transfer_closed",
            ),
        ]

    def confirmed_at(self, side: str):
        """When a side confirmed; None while it has not."""
        return self.sender_at if side == words.SENDER else self.receiver_at
