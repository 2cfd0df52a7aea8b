"""Contacts of cases, second rings that wait for a decision, and letters to where our areas end."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person, Place

from .. import words
from .cases import Case, Incident


class ContactQuerySet(models.QuerySet["Contact"]):
    """Contacts, read as adjectives."""

    def open(self):
        """Somebody still owes something about them."""
        return self.filter(status__in=words.OPEN_STATUSES, history=False)

    def standing(self):
        """Not withdrawn."""
        return self.exclude(status=words.WITHDRAWN)


class Contact(models.Model):
    """A person who may have been infected by a case, and why. `area` is responsible for them.

    The district of the case and the one that leads the incident see the contact too, wherever the person is.
    Times and place are copied from presence, which is forgotten sooner. The rows say by themselves what a grid worker
    needs, because the case and the incident may lie in another district.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contacts")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contact_rows")
    area = AreaCodeField()
    incident_area = AreaCodeField()
    case_area = AreaCodeField()
    disease = models.TextField()
    plan = models.TextField()
    case_number = models.TextField()
    ring = models.SmallIntegerField()
    reasons = ArrayField(models.TextField())
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)
    minutes = models.IntegerField(null=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    places = ArrayField(models.UUIDField(), default=list)
    status = models.TextField(default=words.FOUND)
    fact = models.UUIDField()
    told_by = models.UUIDField(null=True)
    found_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True)
    controlled_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    converted_case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="was_contact")
    history = models.BooleanField(default=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area", "first_at", "id"], name="contact_area"),
            models.Index(fields=["incident_area", "first_at", "id"], name="contact_incident_area"),
            # For the range that a page names, never for the wall, as `duty_at_place`.
            models.Index(fields=["case_area", "first_at", "id"], condition=Q(case_area__gt=""), name="contact_of_case"),
            models.Index(fields=["first_at", "id"], name="contact_first"),
            models.Index(fields=["last_at", "id"], name="contact_last"),
            models.Index(fields=["status", "first_at", "id"], name="contact_status_first"),
            models.Index(fields=["incident", "area", "status"], name="contact_incident"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="contact_once"),
            models.CheckConstraint(condition=Q(ring__in=[1, 2]), name="contact_ring"),
            models.CheckConstraint(condition=Q(status__in=list(words.STATUSES)), name="contact_status"),
            models.CheckConstraint(condition=Q(last_at=None) | Q(last_at__gte=F("first_at")), name="contact_order"),
            models.CheckConstraint(
                condition=~Q(status=words.CONVERTED) | Q(converted_case__isnull=False), name="contact_converted"
            ),
        ]

    @property
    def status_title(self):
        """The status in words."""
        return words.STATUSES[self.status]

    @property
    def tone(self):
        """The tone of its badge."""
        return words.TONES[self.status]

    @property
    def ring_title(self):
        """Contact or second contact."""
        return words.RINGS[self.ring]

    @property
    def reason_titles(self):
        """Why, in words."""
        return [words.REASONS[reason] for reason in self.reasons]

    @property
    def disease_title(self):
        """The disease in words."""
        return words.DISEASES.get(self.disease, self.disease)


class PendingRing(models.Model):
    """A second ring larger than the plan's limit: only its counts, until an investigator says yes or no."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pending_rings")
    area = AreaCodeField()
    incident_area = AreaCodeField()
    total = models.IntegerField()
    by_area = models.JSONField(default=dict)
    by_reason = models.JSONField(default=dict)
    as_of = models.DateTimeField()
    made_at = models.DateTimeField()
    fact = models.UUIDField()
    decided_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(decided_at=None), name="pending_ring_one_open")
        ]


class Letter(models.Model):
    """A co-operation letter (协查函) to an authority outside our areas, with its deadline and its answer."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    number = models.TextField(unique=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="letters")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    area = AreaCodeField()
    incident_area = AreaCodeField()
    case_number = models.TextField()
    disease = models.TextField()
    to_name = models.TextField()
    to_area = models.TextField()
    exposed_from = models.DateTimeField(null=True)
    exposed_until = models.DateTimeField(null=True)
    places = ArrayField(models.UUIDField(), default=list)
    asked = ArrayField(models.TextField())
    sent_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    fact = models.UUIDField()


class LetterContact(models.Model):
    """A person on a letter, and what was answered about them."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="persons")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="letters")
    area = AreaCodeField()
    incident_area = AreaCodeField()
    reply = models.TextField(default="")
    replied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "contact"], name="letter_person_once")]
