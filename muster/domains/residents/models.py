"""Pairs of records that may be one person, and the persons still to be compared."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person
from muster.kernel.posts.models import Post

OPEN, MERGED, DIFFERENT = "open", "merged", "different"
STATES = {OPEN: _("To be decided"), MERGED: _("Merged"), DIFFERENT: _("Not the same")}


class CandidateQuerySet(models.QuerySet["Candidate"]):
    """Pairs, read as adjectives."""

    def open(self):
        """To be decided, and not one person already by way of other pairs."""
        return self.filter(state=OPEN).exclude(one__canonical=F("other__canonical"))


class Candidate(models.Model):
    """Two records that may be one person; `one` has the smaller id. `area` is the smallest that holds both homes.

    `digest` stands for what was compared: a pair that was said to be two persons comes back when it changes. `gone` is
    the record that a merge pointed to the other, or to the one that stood for it.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    area = AreaCodeField()
    bits = models.FloatField()
    level = models.TextField()
    outcomes = models.JSONField(default=dict)
    digest = models.BinaryField()
    state = models.TextField(default=OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    gone = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["other"], name="candidate_other"),
            models.Index(fields=["-bits", "-id"], condition=Q(state=OPEN), name="candidate_best"),
            models.Index(fields=["area"], condition=Q(state=OPEN), name="candidate_area"),
            models.Index(fields=["decided_by", "-decided_at"], name="candidate_decided"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="candidate_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="candidate_in_order"),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="candidate_state"),
            models.CheckConstraint(
                condition=Q(state=OPEN, decided_at=None) | (~Q(state=OPEN) & Q(decided_at__isnull=False)),
                name="candidate_decided_when",
            ),
            models.CheckConstraint(
                condition=Q(state=MERGED, gone__isnull=False) | (~Q(state=MERGED) & Q(gone=None)),
                name="candidate_merged_into",
            ),
        ]


class Waiting(models.Model):
    """A person whose records changed since they were compared; written by triggers, emptied by the job."""

    id = models.BigAutoField(primary_key=True)
    person = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["person"], name="waiting_person")]
