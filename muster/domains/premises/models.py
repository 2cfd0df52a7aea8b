"""Venues and their codes; people's paper codes and remembered devices; who was entered by somebody else."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person, Place

from . import words


class Venue(models.Model):
    """A place with a code. `code_number` and `desk_number` rise when a sheet or a staff link is withdrawn.

    With a `screen` only the code on it is taken, which changes every half minute; printed sheets are not.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="venue")
    area = AreaCodeField()
    kind = models.TextField(choices=list(words.VENUE_KINDS.items()))
    name = models.TextField()
    responsible = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False)
    screen = models.BooleanField(default=False)
    code_number = models.SmallIntegerField(default=1)
    desk_number = models.SmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area", "id"], condition=Q(closed_at=None), name="venue_area")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(words.VENUE_KINDS)), name="venue_kind"),
            models.CheckConstraint(condition=Q(code_number__gt=0, desk_number__gt=0), name="venue_numbers"),
        ]


class PersonalCode(models.Model):
    """A code on paper for somebody without a phone, and for anybody to open their own page with, together with its PIN.

    The PIN follows from the row's id (`actions.personal.pin_of`) and is stored nowhere. No page reads this table.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="personal_codes")
    number = models.TextField(unique=True)
    area = AreaCodeField()
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField()
    tries = models.SmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at=None), name="personal_code_one")
        ]


class Device(models.Model):
    """A phone that remembers who scans with it. `verified` once its owner has shown the PIN of a personal code."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="devices")
    verified = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class EnteredFor(models.Model):
    """Who was entered at a venue by somebody else, by whom, and why. Goes with the presence it belongs to."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="entered_by_others")
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="entered_others")
    by_post = models.UUIDField(null=True)
    why = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="entered_for_at")]
        constraints = [models.CheckConstraint(condition=Q(why__in=list(words.WHYS)), name="entered_for_why")]


MOST_EASED = timedelta(hours=72)


class Exemption(models.Model):
    """An exception for a person whom evidence holds: it only eases, two bodies make it, and it ends by itself.

    Before the second body has confirmed it, it changes nothing. The database holds each of these rules.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exemptions")
    area = AreaCodeField()
    to = models.TextField()
    reason = models.TextField()
    asked_by = models.UUIDField()
    asked_body = models.TextField()
    asked_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_body = models.TextField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area", "id"], name="exemption_area")]
        constraints = [
            models.CheckConstraint(condition=Q(to__in=("enter", "test")), name="exemption_eases"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_body=None, confirmed_at=None)
                | (
                    ~Q(confirmed_by=F("asked_by"))
                    & ~Q(confirmed_body=F("asked_body"))
                    & Q(confirmed_at__isnull=False, confirmed_by__isnull=False, confirmed_body__isnull=False)
                ),
                name="exemption_two_bodies",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("asked_at") + MOST_EASED, expires_at__gt=F("asked_at")),
                name="exemption_ends",
            ),
            models.CheckConstraint(condition=Q(reason__in=list(words.EXEMPT_FOR)), name="exemption_reason"),
        ]


class Contest(models.Model):
    """A person says that their status is wrong; somebody owes them an answer."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contests")
    area = AreaCodeField()
    reason = models.TextField(choices=list(words.CONTEST_REASONS.items()))
    note = models.TextField(default="")
    made_at = models.DateTimeField()
    outcome = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area", "id"], name="contest_area")]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(answered_at=None), name="contest_one"),
            models.CheckConstraint(condition=Q(reason__in=list(words.CONTEST_REASONS)), name="contest_reason"),
            models.CheckConstraint(condition=Q(outcome__in=["", *words.CONTEST_OUTCOMES]), name="contest_outcome"),
        ]


class Event(models.Model):
    """A gathering, who decides on it (`level`, by the thresholds as they were when it was asked for), and its state."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    name = models.TextField()
    kind = models.TextField(choices=list(words.EVENT_KINDS.items()))
    place_name = models.TextField()
    expected = models.IntegerField()
    tables = models.IntegerField(default=0)
    outsiders = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    level = models.TextField(choices=list(words.LEVELS.items()))
    state = models.TextField(choices=list(words.EVENT_STATES.items()), default="asked")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    faults = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["area", "starts_at"], name="event_area")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(words.EVENT_KINDS)), name="event_kind"),
            models.CheckConstraint(condition=Q(level__in=list(words.LEVELS)), name="event_level"),
            models.CheckConstraint(condition=Q(state__in=list(words.EVENT_STATES)), name="event_state"),
            models.CheckConstraint(condition=Q(expected__gt=0, tables__gte=0), name="event_people"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_time"),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "ready")) | Q(decided_by__isnull=False), name="event_decided"
            ),
            models.CheckConstraint(condition=~Q(state="ready") | Q(checked_at__isnull=False), name="event_checked"),
        ]
