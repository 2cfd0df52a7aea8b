"""Corrections that would change what a result says: they wait for a second person, and the result stays in force."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Organisation, Person

from ..rules import CORRECTION_REASONS, RESULTS
from .results import RESULT_NAMES, Result

OUTCOMES = {
    "waiting": _("Waits for a second person"),
    "confirmed": _("Confirmed"),
    "refused": _("Refused"),
    "replaced": _("Replaced by a later one"),
}
OUTCOME_TONES = {"waiting": "warn", "confirmed": "ok", "refused": "off", "replaced": "off"}
REASONS_WHY = {
    "mixed": _("Tubes or samples were mixed up"),
    "transcription": _("Slip of typing or transcription"),
    "contaminated": _("Contaminated run"),
    "equipment": _("Fault of instrument or reagent"),
    "other": _("Something else"),
}


class Correction(models.Model):
    """What was sent in place of `result`, which is in force. Of a result at most one waits: the latest that was sent.

    `doubt` is the id of the first one of a chain in which each replaced the one before: the duty is about it, so that
    sending again moves no deadline. `named` is the reference that the sender said it corrects. `sent_user` is None for
    a machine; `first_user` stands behind it then. `reason` and `remark`: why, as the sender said ('': it did not).
    `became` is the result that a confirmed one was written as.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    doubt = models.UUIDField()
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="doubted")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    laboratory = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    area = AreaCodeField()
    ref = models.TextField()
    named = models.TextField()
    found = models.TextField(choices=list(RESULT_NAMES.items()))
    ct_orf = models.FloatField(null=True)
    ct_n = models.FloatField(null=True)
    reason = models.TextField(default="")
    remark = models.TextField(default="")
    plan = models.TextField()
    sent_at = models.DateTimeField()
    sent_user = models.UUIDField(null=True)
    first_user = models.UUIDField(null=True)
    fact = models.UUIDField()
    outcome = models.TextField(choices=list(OUTCOMES.items()), default="waiting")
    settled_at = models.DateTimeField(null=True)
    settled_user = models.UUIDField(null=True)
    became = models.OneToOneField(Result, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["doubt"], name="correction_doubt"),
            models.Index(fields=["ref"], name="correction_ref"),
            models.Index(fields=["sent_at", "id"], name="correction_sent"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["result"], condition=Q(outcome="waiting"), name="correction_one_waits"),
            models.CheckConstraint(condition=Q(found__in=RESULTS), name="correction_word"),
            models.CheckConstraint(condition=Q(outcome__in=list(OUTCOMES)), name="correction_outcome"),
            models.CheckConstraint(condition=Q(reason__in=["", *CORRECTION_REASONS]), name="correction_reason"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", settled_at=None) | (~Q(outcome="waiting") & Q(settled_at__isnull=False)),
                name="correction_settled",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="confirmed") | (Q(became__isnull=False) & ~Q(settled_user=models.F("first_user"))),
                name="correction_two_people",
            ),
        ]

    @property
    def found_title(self):
        """What was sent, in words."""
        return RESULT_NAMES[self.found]

    @property
    def reason_title(self):
        """Why, in words; '' where the sender said nothing."""
        return REASONS_WHY.get(self.reason, "")

    @property
    def outcome_title(self):
        """What became of it, in words."""
        return OUTCOMES[self.outcome]

    @property
    def tone(self) -> str:
        """The tone of what became of it."""
        return OUTCOME_TONES[self.outcome]
