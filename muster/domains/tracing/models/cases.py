"""Incidents, their cases, and how the cases hang together."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person, Place

from .. import words


class Series(models.Model):
    """The last number given in a series. Its row is locked until the number is committed, so there are no gaps."""

    name = models.TextField(primary_key=True)
    last = models.IntegerField(default=0)


class Incident(models.Model):
    """One outbreak of one disease under one plan, led by the district `area`; it owns cases. Several run at once."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    number = models.TextField(unique=True)
    disease = models.TextField()
    plan = models.TextField()
    root_fact = models.UUIDField()
    area = AreaCodeField()
    started_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    history = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["disease", "area", "closed_at"], name="incident_disease"),
            models.Index(fields=["opened_at", "id"], name="incident_opened"),
        ]

    @property
    def disease_title(self):
        """The disease in words."""
        return words.DISEASES.get(self.disease, self.disease)


class Chain(models.Model):
    """Cases that hang together by links; its owner (链长) clears the contacts one by one."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    number = models.TextField(unique=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="chains")
    area = AreaCodeField()
    owner_post = models.UUIDField(null=True)
    owner_since = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, read as adjectives."""

    def open(self):
        """Live, and neither closed nor laid aside."""
        return self.filter(closed_at=None, history=False)


class Case(models.Model):
    """A person with a positive result or a diagnosis. `area` is responsible, `incident_area` leads the incident."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    ref = models.TextField(null=True, unique=True)
    number = models.TextField(unique=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="cases")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    area = AreaCodeField()
    incident_area = AreaCodeField()
    disease = models.TextField()
    plan = models.TextField()
    classification = models.TextField()
    found_how = models.TextField(default="other")
    origin = models.TextField(default="")
    source_state = models.TextField(default="unknown")
    onset_on = models.DateField(null=True)
    first_visit_on = models.DateField(null=True)
    admitted_on = models.DateField(null=True)
    first_sampled_on = models.DateField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    severity = models.TextField(default="")
    outcome = models.TextField(default="")
    outcome_on = models.DateField(null=True)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="cases")
    opened_fact = models.UUIDField()
    opened_at = models.DateTimeField()
    traced_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    history = models.BooleanField(default=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area", "opened_at"], name="case_area"),
            models.Index(fields=["incident_area", "opened_at"], name="case_incident_area"),
            models.Index(fields=["opened_at", "id"], name="case_opened"),
            models.Index(fields=["onset_on", "id"], name="case_onset"),
            models.Index(fields=["classification", "opened_at", "id"], name="case_classification"),
            models.Index(fields=["disease", "opened_at", "id"], name="case_disease"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "disease"], condition=Q(closed_at=None, history=False), name="case_one_open"
            ),
            models.CheckConstraint(condition=Q(classification__in=list(words.CLASSIFICATIONS)), name="case_classified"),
            models.CheckConstraint(condition=Q(source_state__in=list(words.SOURCE_STATES)), name="case_source_state"),
        ]

    @property
    def classification_title(self):
        """The classification in words."""
        return words.CLASSIFICATIONS[self.classification]

    @property
    def tone(self):
        """The tone of its badge."""
        return words.CLASSIFICATION_TONES[self.classification]

    @property
    def source_title(self):
        """What is known of its source, in words."""
        return words.SOURCE_STATES[self.source_state]

    @property
    def disease_title(self):
        """The disease in words."""
        return words.DISEASES.get(self.disease, self.disease)


class Classification(models.Model):
    """One step of a case's history. A diagnosis counts only when a second person has signed it (`signed_at`)."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="classifications")
    area = AreaCodeField()
    incident_area = AreaCodeField()
    classification = models.TextField()
    basis = models.TextField()
    at = models.DateTimeField()
    by_user = models.UUIDField(null=True)
    signed_by = models.UUIDField(null=True)
    signed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    fact = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(signed_at=None, refused_at=None), name="classification_one_proposed"
            ),
            models.CheckConstraint(
                condition=~Q(basis="diagnosis")
                | Q(signed_at=None)
                | Q(by_user__isnull=False, signed_by__isnull=False) & ~Q(signed_by=F("by_user")),
                name="classification_two_persons",
            ),
        ]


class Link(models.Model):
    """Who infected whom, as far as known. Not confirmed: a contact who became a case."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="infected")
    target = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sources")
    area = AreaCodeField()
    incident_area = AreaCodeField()
    reason = models.TextField()
    confirmed = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_not_to_itself"),
        ]


class CaseNote(models.Model):
    """What a case told: free text and itinerary. Deleted when its time is over; no page reads this table."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")  # whose file keeps the note
    kind = models.TextField()
    from_at = models.DateTimeField(null=True)
    to_at = models.DateTimeField(null=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    details = models.JSONField(default=dict)  # indoor, masked, transport, number, seat, companions
    text = models.TextField(default="")
    by_post = models.UUIDField(null=True)
    at = models.DateTimeField()
