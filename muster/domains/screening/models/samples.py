"""Tubes, and who is in them. Registrations are bulk readings: no facts, no foreign keys, one row for each swab."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

from .custody import Box
from .results import HELD_WHY, RESULT_NAMES
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
    "unnamed": _("Known by a number only: to be named"),
}


TUBE_STATES = {
    "open": _("Being filled"),
    "sealed": _("Sealed, at the site"),
    "boxed": _("In a box"),
    "received": _("Being tested"),
    "voided": _("Lost or broken"),
}
TUBE_TONES = {"open": "wait", "sealed": "wait", "boxed": "info", "received": "info", "voided": "late"}
RESULT_TONES = {"negative": "ok", "positive": "late", "pool_suspect": "warn", "invalid": "off"}
VOIDS = {"broken": _("Broken"), "leaked": _("Leaked"), "lost": _("Lost"), "mislabelled": _("Label cannot be read")}
REASONS = {
    "away": _("Away"),
    "exempt": _("Exempt"),
    "refused": _("Refused"),
    "moved": _("Moved away"),
    "unknown": _("Not known here"),
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
    box = models.ForeignKey(Box, on_delete=models.PROTECT, null=True, related_name="contents", db_index=False)
    laboratory_id = models.UUIDField(null=True)
    received_at = models.DateTimeField(null=True)
    result = models.TextField(default="")
    resulted_at = models.DateTimeField(null=True)
    ct_orf = models.FloatField(null=True)
    ct_n = models.FloatField(null=True)
    fact = models.UUIDField(null=True)
    claimed = models.TextField(default="")
    claimed_why = models.TextField(default="")
    claimed_user = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    claimed_ct_orf = models.FloatField(null=True)
    claimed_ct_n = models.FloatField(null=True)
    claimed_in = models.UUIDField(null=True)
    voided_at = models.DateTimeField(null=True)
    void_why = models.TextField(default="")
    retest_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="retests", db_index=False)

    @property
    def state(self) -> str:
        """Where the tube is: `open`, `sealed`, `boxed`, `received`, `resulted` or `voided`."""
        if self.voided_at or self.result:
            return "voided" if self.voided_at else "resulted"
        return "received" if self.received_at else "boxed" if self.box_id else "sealed" if self.sealed_at else "open"

    @property
    def state_title(self):
        """The state in words; of a tested tube what was found."""
        return RESULT_NAMES[self.result] if self.state == "resulted" else TUBE_STATES[self.state]

    @property
    def claimed_title(self):
        """What waits for a second person, in words."""
        return RESULT_NAMES.get(self.claimed, "")

    @property
    def claimed_why_title(self):
        """Why it waits, in words; its batch has the figures."""
        return HELD_WHY.get(self.claimed_why, "")

    @property
    def tone(self) -> str:
        """The state's tone on a badge."""
        return RESULT_TONES[self.result] if self.state == "resulted" else TUBE_TONES[self.state]

    class Meta:
        indexes = [
            models.Index(fields=["box"], condition=Q(box__isnull=False), name="tube_box"),
            models.Index(fields=["laboratory_id", "received_at"], name="tube_laboratory"),
            models.Index(fields=["round", "site", "opened_at"], name="tube_site"),
            models.Index(fields=["area"], name="tube_area"),
            models.Index(fields=["laboratory_id", "resulted_at"], condition=~Q(result=""), name="tube_resulted"),
            models.Index(fields=["claimed_in"], condition=Q(claimed_in__isnull=False), name="tube_claimed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="tube_code"),
            models.CheckConstraint(condition=Q(household=True) | Q(capacity__in=POOL_SIZES), name="tube_capacity"),
            models.CheckConstraint(condition=Q(members__gte=0), name="tube_members"),
            models.CheckConstraint(condition=Q(result="") | Q(received_at__isnull=False), name="tube_result_received"),
            models.CheckConstraint(condition=Q(result="") | Q(voided_at=None), name="tube_result_or_void"),
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


class Reason(models.Model):
    """Why an expected person gives no sample in a round; it lapses when a sample comes after all."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reasons", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = AreaCodeField()
    reason = models.TextField(choices=list(REASONS.items()))
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area"], name="reason_area")]
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], condition=Q(lapsed_at=None), name="reason_once"),
            models.CheckConstraint(condition=Q(reason__in=list(REASONS)), name="reason_word"),
        ]


class Resample(models.Model):
    """A member of a suspect pool, held until a sample of their own says what they are. `fact`: that they are held."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    tube = models.ForeignKey(Tube, on_delete=models.PROTECT, related_name="resamples")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    area = AreaCodeField()
    fact = models.UUIDField()
    held_at = models.DateTimeField()
    single = models.OneToOneField(Tube, on_delete=models.PROTECT, null=True, related_name="resample")
    sampled_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    result = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["area"], name="resample_area")]
        constraints = [models.UniqueConstraint(fields=["tube", "person"], name="resample_once")]
