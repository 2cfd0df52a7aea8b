"""Reports, the receipts of those told, the tasks that follow, and the calls made."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.facts.models import Fact
from muster.kernel.people.models import Person, Place

from . import words
from .kinds import KINDS


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports, read as adjectives."""

    def open(self):
        """Neither closed nor the same as another."""
        return self.filter(closed_at=None)

    def with_people(self):
        """With caller, person and place; by the login of actions: a caller may live where the post sees nobody."""
        return self.select_related("caller", "about", "place")


class Report(models.Model):
    """Something that somebody reported. `area` is where it is; who called and whom it is about are persons.

    What was told stands in notes, which no page reads: a free text may hold a name. The life of a report: taken up by
    the desk, disposed with a result, closed when the caller has been told.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    number = models.TextField(unique=True)
    kind = models.TextField()
    channel = models.TextField(choices=list(words.CHANNELS.items()))
    source = models.TextField(choices=list(words.SOURCES.items()))
    area = AreaCodeField()
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    caller = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="+")
    about = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeats")
    by_post = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, db_index=False, related_name="+")
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    disposed_at = models.DateTimeField(null=True)
    disposed_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    result = models.TextField(default="", blank=True, choices=list(words.RESULTS.items()))
    closed_at = models.DateTimeField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["received_at", "id"], name="report_received"),
            models.Index(fields=["area", "received_at"], name="report_area"),
            models.Index(fields=["kind", "received_at", "id"], name="report_kind"),
            models.Index(fields=["channel", "received_at", "id"], name="report_channel_at"),
            models.Index(fields=["due_at", "id"], condition=Q(closed_at=None), name="report_open"),
            models.Index(fields=["caller", "received_at"], name="report_caller"),
            models.Index(fields=["about"], condition=Q(about__isnull=False), name="report_about"),
            models.Index(fields=["place", "received_at"], condition=Q(place__isnull=False), name="report_place"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(disposed_at=None, result="") | (Q(disposed_at__isnull=False) & ~Q(result="")),
                name="report_result",
            ),
            models.CheckConstraint(condition=Q(channel__in=list(words.CHANNELS)), name="report_channel"),
            models.CheckConstraint(condition=Q(source__in=list(words.SOURCES)), name="report_source"),
        ]

    @property
    def kind_of(self):
        """What the kind says: next step, deadlines, levels, source."""
        return KINDS[self.kind]

    @property
    def state(self):
        """How far it is: one of `words.STATES`."""
        if self.same_as_id:
            return "same"
        if self.closed_at:
            return "closed"
        if self.disposed_at:
            return "disposed"
        return "taken" if self.taken_at else "new"

    @property
    def title(self):
        """The kind in words."""
        return KINDS[self.kind].title


class Receipt(models.Model):
    """A level that a report was passed on to, and when it signed (签收); `holder` is the area that has to."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="receipts")
    area = AreaCodeField()
    level = models.TextField(choices=list(words.LEVEL_TITLES.items()))
    holder = AreaCodeField()
    passed_at = models.DateTimeField()
    passed_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, db_index=False, related_name="+")
    due_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_post = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "level"], name="receipt_once")]


class Task(models.Model):
    """What a role at an area is asked to do about a report: accepted, then done with a result; or taken back before."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="tasks")
    area = AreaCodeField()
    what = models.TextField(choices=list(words.TASKS.items()))
    role = models.TextField()
    given_at = models.DateTimeField()
    given_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, db_index=False, related_name="+")
    due_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    result = models.TextField(default="", blank=True, choices=list(words.TASK_RESULTS.items()))

    class Meta:
        indexes = [models.Index(fields=["area", "due_at"], condition=Q(done_at=None), name="intake_task_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, result="") | (Q(done_at__isnull=False) & ~Q(result="")),
                name="intake_task_result",
            )
        ]


class Call(models.Model):
    """A call that the desk made about a report, and how it ended."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="calls")
    area = AreaCodeField()
    whom = models.TextField(choices=list(words.WHOM.items()))
    outcome = models.TextField(choices=list(words.OUTCOMES.items()))
    at = models.DateTimeField()
    again_at = models.DateTimeField(null=True)
    by_post = models.UUIDField(null=True)


class Note(models.Model):
    """Free text about a report, deleted when its time is over. No page reads this table."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="notes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField(choices=list(words.NOTE_KINDS.items()))
    text = models.TextField()
    at = models.DateTimeField()
    by_post = models.UUIDField(null=True)
