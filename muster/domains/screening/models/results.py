"""Results of laboratories. A correction supersedes the result before it; nothing is overwritten."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.facts.models import Fact
from muster.kernel.people.models import Organisation, Person

from ..rules import CT_RANGE, RESULTS

RESULT_NAMES = {
    "negative": _("Negative"),
    "positive": _("Positive"),
    "pool_suspect": _("Pool suspect"),
    "invalid": _("Invalid"),
    "untested": _("Not tested"),
}


class ResultQuerySet(models.QuerySet["Result"]):
    """Results, read as adjectives."""

    def live(self):
        """Not superseded by a correction."""
        return self.filter(superseded_at=None)


class Result(models.Model):
    """What a laboratory found in one sample of one person. `ref` is the laboratory's own; Ct values are cycles."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    ref = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="results", db_index=False)
    disease = models.TextField()
    sampled_at = models.DateTimeField()
    received_at = models.DateTimeField()
    result = models.TextField(choices=list(RESULT_NAMES.items()))
    ct_orf = models.FloatField(null=True)
    ct_n = models.FloatField(null=True)
    laboratory = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="results", db_index=False
    )
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    superseded_at = models.DateTimeField(null=True)
    area = AreaCodeField()
    fact = models.OneToOneField(Fact, on_delete=models.PROTECT, related_name="+")
    history = models.BooleanField(default=False)

    objects = ResultQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ref"], name="result_ref"),
            models.Index(fields=["person", "sampled_at"], name="result_person"),
            models.Index(fields=["area", "received_at"], name="result_area"),
            models.Index(fields=["laboratory", "received_at"], name="result_laboratory"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["laboratory", "ref"],
                condition=Q(superseded_at=None),
                nulls_distinct=False,
                name="result_one_live",
            ),
            models.CheckConstraint(condition=Q(result__in=RESULTS), name="result_word"),
            models.CheckConstraint(
                condition=(Q(ct_orf=None) | Q(ct_orf__range=CT_RANGE)) & (Q(ct_n=None) | Q(ct_n__range=CT_RANGE)),
                name="result_ct",
            ),
        ]

    @property
    def result_title(self):
        """The result in words."""
        return RESULT_NAMES[self.result]
