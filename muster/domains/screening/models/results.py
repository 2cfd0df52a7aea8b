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


WAYS = {"api": _("From a machine"), "fhir": _("FHIR message"), "file": _("File"), "page": _("Typed")}
HELD_WHY = {
    "suspect": _("Unusually many tubes are suspect"),
    "invalid": _("Unusually many tubes are invalid"),
    "capacity": _("More results in a day than the laboratory can test"),
    "flip": _("The laboratory reported or sent something else before"),
    "correction": _("It would change a result that is in force: two persons decide"),
}

# What tripped a rule, by what it was counted in.
FIGURES = {
    "batch": _("%(many)s of %(total)s tubes in this batch (%(percent)s%%); held from %(bound)s%% and %(least)s tubes"),
    "day": _("%(many)s of %(total)s tubes in 24 hours (%(percent)s%%); held from %(bound)s%% and %(least)s tubes"),
    "capacity": _("%(total)s tubes in 24 hours, %(tested)s before this batch; it can test %(bound)s in a day"),
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
            models.Index(fields=["laboratory", "received_at", "id"], name="result_laboratory"),
            models.Index(fields=["received_at", "id"], name="result_received"),
            # Nearly all are negative: the others are found without them.
            models.Index(fields=["result", "received_at", "id"], condition=~Q(result="negative"), name="result_found"),
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


class Batch(models.Model):
    """What a laboratory sent about tubes at one time, and what became of it; `held` tubes wait for two people.

    `stated` is what the sender said is in it, by result; `boxes` the ids of those that its tubes came in: what they
    hold and the batch does not have is the gap. `why` a tube is held: odd rates, more than the laboratory can
    test in a day, or another result than before; `figures` are those that tripped the rule. `first_user` stands behind
    what a machine sent; somebody else settles.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    laboratory_id = models.UUIDField()
    area = AreaCodeField()
    way = models.TextField(choices=list(WAYS.items()))
    sent_at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    stated = models.JSONField(default=dict)
    boxes = models.JSONField(default=list)
    new = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    why = models.TextField(default="")
    figures = models.JSONField(default=dict)
    first_user = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["laboratory_id", "sent_at"], name="batch_laboratory"),
            models.Index(fields=["area", "sent_at"], name="batch_area"),
        ]
        constraints = [models.CheckConstraint(condition=Q(way__in=list(WAYS)), name="batch_way")]

    @property
    def open(self) -> bool:
        """Whether something in it waits for a second person."""
        return self.held > 0 and self.settled_at is None

    @property
    def why_title(self):
        """Why something in it is held, in words."""
        return HELD_WHY.get(self.why, "")

    @property
    def why_text(self):
        """The same, with the figures that tripped the rule where it has any."""
        if not self.figures:
            return self.why_title
        return f"{self.why_title} · {FIGURES[self.figures['of']] % self.figures}"


class ResultLink(models.Model):
    """A one-time link to a person's results. Only a hash of its secret is kept; opened, it shows them for some minutes.

    The secret follows from the id and the installation's own key (`links.secret_of`).
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    area = AreaCodeField()
    hash = models.BinaryField(unique=True)
    plan = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    shown_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="result_link_expires")]
