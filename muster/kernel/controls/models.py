"""Controls: a measure on a person, with the evidence it hangs on and the days it lasts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.facts.models import Fact
from muster.kernel.people.models import Person

MONITORING, HOME, SITE = "monitoring", "home", "site"
STRENGTH = {MONITORING: 1, HOME: 2, SITE: 3}
EVIDENCE_KINDS = ("laboratory_result", "signed_diagnosis", "exposure", "risk_area_stay", "zone_order", "pool_suspect")


class ControlQuerySet(models.QuerySet["Control"]):
    """Controls, read as adjectives."""

    def open(self):
        """In force."""
        return self.filter(ended_at=None)


class Control(models.Model):
    """A measure on a person for one disease. The database refuses an open one without evidence that stands."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="controls")
    disease = models.TextField()
    plan = models.TextField()
    measure = models.TextField()
    began_at = models.DateTimeField()
    ends_on = models.DateField(null=True)  # null: until tests release the person (a case)
    last_exposure_on = models.DateField(null=True)
    area = AreaCodeField()
    incident = models.UUIDField(null=True)
    began_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="controls_begun", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.TextField(default="")  # released | lifted | turned_case | died
    ended_fact = models.ForeignKey(
        Fact, on_delete=models.PROTECT, null=True, related_name="controls_ended", db_index=False
    )

    objects = ControlQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "disease"], condition=Q(ended_at=None), name="control_one_open"),
            models.CheckConstraint(condition=Q(measure__in=list(STRENGTH)), name="control_measure"),
        ]
        indexes = [
            models.Index(fields=["area", "ends_on"], condition=Q(ended_at=None), name="control_open_area"),
            models.Index(fields=["incident"], name="control_incident"),
        ]


class Evidence(models.Model):
    """What a control hangs on, and the measure, end and tests that it calls for by itself."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    control = models.ForeignKey(Control, on_delete=models.PROTECT, related_name="evidences")
    kind = models.TextField()
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="evidences")
    subject = models.UUIDField()
    exposure_on = models.DateField(null=True)
    measure = models.TextField()
    ends_on = models.DateField(null=True)
    tests = models.JSONField(default=list)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_fact = models.ForeignKey(
        Fact, on_delete=models.PROTECT, null=True, related_name="evidences_withdrawn", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["control", "kind", "subject"], name="evidence_once"),
            models.CheckConstraint(condition=Q(kind__in=EVIDENCE_KINDS), name="evidence_kind"),
        ]


class DueTest(models.Model):
    """A test that the plan asks of a controlled person on a day."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    control = models.ForeignKey(Control, on_delete=models.PROTECT, related_name="tests")
    due_on = models.DateField()
    done_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, null=True, db_index=False)
    result = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["control", "due_on"], name="due_test_once")]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_fact=None), name="due_test_open")]
