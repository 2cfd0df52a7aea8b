"""From the desk to the laboratory: boxes of sealed tubes, and the handovers that both sides count."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Organisation

from .rounds import Round, SamplingSite

PICKUP, DELIVERY = "pickup", "delivery"
STEPS = {PICKUP: _("Site to vehicle"), DELIVERY: _("Vehicle to laboratory")}
GIVER, TAKER = "giver", "taker"
PACKED, CARRIED, RECEIVED = "packed", "carried", "received"
BOX_STATES = {PACKED: _("Packed"), CARRIED: _("On the way"), RECEIVED: _("At the laboratory")}
BOX_TONES = {PACKED: "wait", CARRIED: "info", RECEIVED: "ok"}


class Laboratory(models.Model):
    """A laboratory that tests for us, our own or a third party's: what it can do in a day (tubes)."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="screening_laboratory"
    )
    name = models.TextField()
    area = AreaCodeField()
    tubes_a_day = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(tubes_a_day__gte=1), name="laboratory_capacity")]


class Box(models.Model):
    """A box of sealed tubes of one site on its way to one laboratory. `tubes` are those in it."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    code = models.TextField(db_collation="C")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="boxes", db_index=False)
    site = models.ForeignKey(SamplingSite, on_delete=models.PROTECT, related_name="boxes", db_index=False)
    area = AreaCodeField()
    laboratory = models.ForeignKey(Laboratory, on_delete=models.PROTECT, related_name="boxes", db_index=False)
    tubes = models.IntegerField()
    packed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    carried_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    fact = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["area", "packed_at"], name="box_area"),
            models.Index(fields=["laboratory", "packed_at"], name="box_laboratory"),
            models.Index(fields=["packed_at", "id"], name="box_packed"),
            models.Index(fields=["packed_at", "id"], condition=Q(received_at=None), name="box_open"),
            models.Index(fields=["round"], name="box_round"),
        ]
        constraints = [models.UniqueConstraint(fields=["code"], name="box_code")]

    @property
    def state(self) -> str:
        """`packed`, `carried` or `received`."""
        return RECEIVED if self.received_at else CARRIED if self.carried_at else PACKED

    @property
    def state_title(self):
        """The state in words."""
        return BOX_STATES[self.state]

    @property
    def tone(self) -> str:
        """The state's tone on a badge."""
        return BOX_TONES[self.state]


class Handover(models.Model):
    """One step of a box: what each side counted, who and when. Done when both have signed the same number.

    The two sides are two posts, and two people: somebody who holds two posts signs one side.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="handovers", db_index=False)
    area = AreaCodeField()
    laboratory_id = models.UUIDField()
    step = models.TextField(choices=list(STEPS.items()))
    giver_count = models.IntegerField(null=True)
    giver_at = models.DateTimeField(null=True)
    giver_by = models.UUIDField(null=True)
    giver_user = models.UUIDField(null=True)
    taker_count = models.IntegerField(null=True)
    taker_at = models.DateTimeField(null=True)
    taker_by = models.UUIDField(null=True)
    taker_user = models.UUIDField(null=True)
    differed = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["box", "step"], name="handover_step"),
            models.CheckConstraint(condition=Q(step__in=list(STEPS)), name="handover_word"),
            models.CheckConstraint(
                condition=Q(giver_by=None) | Q(taker_by=None) | ~Q(giver_by=models.F("taker_by")),
                name="handover_two_hands",
            ),
            models.CheckConstraint(
                condition=Q(giver_user=None) | Q(taker_user=None) | ~Q(giver_user=models.F("taker_user")),
                name="handover_two_people",
            ),
        ]
