"""Teams, who is in them, and when they can be had."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

from .. import words


class TeamQuerySet(models.QuerySet["Team"]):
    """Teams, read as adjectives."""

    def standing(self):
        """Not dissolved."""
        return self.filter(ended_at=None)


class Team(models.Model):
    """People who are sent together; `area` is the community where they are stationed, which answers for them.

    `strength` is how many people work in it, kept by the actions that change its members.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    name = models.TextField()
    kind = models.TextField(choices=list(words.KINDS.items()))
    strength = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="team_area"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["name", "area"], condition=Q(ended_at=None), name="team_once"),
            models.CheckConstraint(condition=Q(kind__in=list(words.KINDS)), name="team_kind"),
            models.CheckConstraint(condition=Q(strength__gte=0), name="team_strength"),
        ]


class Member(models.Model):
    """Somebody in a team, with what they do there; `leads`: who is called. One team at a time."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    area = AreaCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    skill = models.TextField(choices=list(words.SKILLS.items()))
    leads = models.BooleanField(default=False)
    reachable = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(left_at=None), name="member_of_one_team"),
            models.UniqueConstraint(fields=["team"], condition=Q(left_at=None, leads=True), name="team_leader_once"),
            models.CheckConstraint(condition=Q(skill__in=list(words.SKILLS)), name="member_skill"),
        ]


class Shift(models.Model):
    """When a team can be had; `dropped_at`: it cannot after all."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="shifts", db_index=False)
    area = AreaCodeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "starts_at"], condition=Q(dropped_at=None), name="team_shift_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="team_shift_period"),
        ]
