"""Tubes, and who is in them. Registrations are bulk readings: no facts, no foreign keys, one row for each swab."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField

from .rounds import POOL_SIZES, Round, SamplingSite

HOW = {
    "card": _("Identity card"),
    "code": _("The person's code"),
    "phone": _("Phone"),
    "typed": _("Typed"),
    "list": _("Building's list"),
    "paper": _("Paper sheet"),
}
PROXY_WHO = {"": _("in person"), "family": _("family"), "grid": _("grid worker"), "other": _("somebody else")}
PROXY_WHY = {
    "": _("no reason"),
    "child": _("child"),
    "elder": _("elderly"),
    "disabled": _("cannot do it themselves"),
    "no_phone": _("no phone"),
}
REVIEWS = {
    "again": _("Sampled before in this round"),
    "after_seal": _("Came after the tube was sealed"),
    "overfull": _("More samples than the tube holds"),
    "shared": _("Another device put samples into this tube"),
    "several": _("The number belongs to several people"),
    "clock": _("The device's clock is days off"),
}


class Tube(models.Model):
    """A tube with the swabs of one to twenty people, or of one household (`household`). `members` are those in it.

    Its code is printed on it, once in the world. Sealed, it takes no more; what still arrives for it is reviewed.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    code = models.TextField(db_collation="C")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="tubes", db_index=False)
    site = models.ForeignKey(SamplingSite, on_delete=models.PROTECT, related_name="tubes", db_index=False)
    desk = models.SmallIntegerField()
    area = AreaCodeField()
    household = models.BooleanField(default=False)
    capacity = models.SmallIntegerField()
    members = models.SmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    sealed_op = models.UUIDField(null=True)
    sealed_by = models.UUIDField(null=True)
    counted = models.SmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["round", "site", "opened_at"], name="tube_site"),
            models.Index(fields=["area"], name="tube_area"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="tube_code"),
            models.CheckConstraint(condition=Q(household=True) | Q(capacity__in=POOL_SIZES), name="tube_capacity"),
            models.CheckConstraint(condition=Q(members__gte=0), name="tube_members"),
        ]


class Registration(models.Model):
    """One swab of one person in one tube. `op` is the client's: sent again, it counts once.

    `counts`: the person's first swab of the round, and expected; further ones are kept for the tube. The time of the
    device is evidence, the server's order decides. `review` says what somebody must look at.
    """

    op = models.UUIDField(primary_key=True)
    round_id = models.UUIDField()
    person_id = models.UUIDField()
    tube_id = models.UUIDField()
    area = AreaCodeField()
    site_area = AreaCodeField()
    position = models.SmallIntegerField()
    how = models.TextField(choices=list(HOW.items()))
    proxy_who = models.TextField(default="")
    proxy_why = models.TextField(default="")
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    counts = models.BooleanField()
    review = models.TextField(default="")
    reviewed_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    void_op = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tube_id"], name="registration_tube"),
            models.Index(
                fields=["round_id", "received_at"],
                condition=~Q(review="") & Q(reviewed_at=None),
                name="registration_ask",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round_id", "person_id"], condition=Q(counts=True, voided_at=None), name="registration_once"
            )
        ]
