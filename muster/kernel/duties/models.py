"""Duties: what somebody owes, until when, and what proves it done."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Prefetch, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.declare import DUTIES
from muster.kernel.facts.models import Fact
from muster.kernel.people.models import Person
from muster.kernel.posts.roles import HEADQUARTERS


class DutyQuerySet(models.QuerySet["Duty"]):
    """Duties, read as adjectives."""

    def open(self):
        """Not yet proven, and still owed."""
        return self.filter(closed_at=None)

    def overdue(self, now):
        """Open beyond the deadline."""
        return self.open().filter(due_at__lt=now)

    def on_list_of(self, post):
        """What a post works from: its role's own duties in its range, what has escalated to it, and its place's."""
        within = Q(area__gte=post.lo, area__lt=post.hi) if post.lo is not None else Q(place_id=post.place_id)
        held = Q(holder_role=post.role)
        mine = held if post.role == HEADQUARTERS else held | Q(role=post.role)  # they keep theirs, however far it rises
        return self.open().filter(within, mine).order_by("due_at", "id")

    def with_people(self):
        """With person and door, looked up for the rows of a page only: a join would look up all before it cuts."""
        return self.prefetch_related(Prefetch("person", Person.objects.select_related("household")))


class Duty(models.Model):
    """One obligation; closed only by a fact of `proof_kind` about `subject`."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    kind = models.TextField()
    subject = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="duties")
    area = AreaCodeField()
    place_id = models.UUIDField(null=True)
    role = models.TextField()
    proof_kind = models.TextField()
    plan = models.TextField(default="")
    incident = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    opened_because = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="duties_opened", db_index=False)
    held_by_area = AreaCodeField()
    holder_role = models.TextField()
    next_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    unowned = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    closed_by_fact = models.ForeignKey(
        Fact, on_delete=models.PROTECT, null=True, related_name="duties_closed", db_index=False
    )
    withdrawn = models.BooleanField(default=False)
    data = models.JSONField(default=dict)

    objects = DutyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area", "due_at"], condition=Q(closed_at=None), name="duty_open_area"),
            # By the place that a post names, never by the wall: PostgreSQL cannot estimate a wall, and where indexes
            # answer both halves of it, it reads all open duties of a district for a page of thirty.
            models.Index(
                fields=["place_id", "due_at"],
                condition=Q(closed_at=None, place_id__gt=UUID(int=0)),
                name="duty_at_place",
            ),
            models.Index(fields=["due_at", "id"], condition=Q(closed_at=None), name="duty_due"),
            models.Index(fields=["holder_role", "due_at", "id"], condition=Q(closed_at=None), name="duty_held"),
            models.Index(fields=["next_at"], condition=Q(closed_at=None), name="duty_next"),
            models.Index(fields=["subject", "proof_kind"], condition=Q(closed_at=None), name="duty_proof"),
            models.Index(fields=["role", "area", "due_at"], condition=Q(closed_at=None), name="duty_role_area"),
            models.Index(fields=["person", "closed_at"], name="duty_person"),
            models.Index(fields=["incident", "kind"], name="duty_incident"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "due_at"], condition=Q(closed_at=None), name="duty_open_once"
            )
        ]

    @property
    def title(self):
        """What is owed, in words."""
        return DUTIES[self.kind].title


class DutyCount(models.Model):
    """Duties of a kind at one lowest area, counted by trigger with the write; larger areas are prefix sums."""

    id = models.BigAutoField(primary_key=True)
    area = AreaCodeField()
    kind = models.TextField()
    open = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    withdrawn = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "kind"], name="duty_count_once")]
