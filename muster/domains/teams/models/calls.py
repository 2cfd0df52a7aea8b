"""Calls for teams, and the missions on which teams go."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField

from .. import words
from .teams import Team


class Call(models.Model):
    """So many people of a kind are wanted somewhere, from one moment to another.

    `site` and `round` are ids of screening where a sampling site asks. `plan` is the edition whose deadlines hold.
    Filled when the teams that said yes have as many people as are wanted; withdrawn when nobody is needed any more.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    place = models.TextField()
    site = models.UUIDField(null=True)
    round = models.UUIDField(null=True)
    kind = models.TextField(choices=list(words.KINDS.items()))
    wanted = models.IntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    plan = models.TextField()
    asked_at = models.DateTimeField()
    asked_fact_id = models.UUIDField()
    filled_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["starts_at", "id"], name="call_starts"),
            models.Index(fields=["area"], name="call_area"),
            models.Index(fields=["round"], condition=Q(round__gt=UUID(int=0)), name="call_round"),
            models.Index(fields=["starts_at"], condition=Q(filled_at=None, withdrawn_at=None), name="call_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(wanted__gte=1), name="call_wanted"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="call_period"),
        ]

    @property
    def open(self) -> bool:
        """Whether people are still looked for."""
        return self.filled_at is None and self.withdrawn_at is None


class MissionQuerySet(models.QuerySet["Mission"]):
    """Missions, read as adjectives."""

    def holding(self):
        """Those for which a team is asked, on the way, or on site."""
        return self.filter(state__in=words.HOLDING)


class Mission(models.Model):
    """One team sent to one call; `area` and `place` are where to, `home` where the team is stationed.

    No team has two at a time: the database refuses it. `strength` is the team's when it was sent, `came` how many the
    site counted. `relieves` is the mission whose place this one takes: it ends when this team arrives.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="missions")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="missions")
    area = AreaCodeField()
    place = models.TextField()
    home = AreaCodeField()
    strength = models.IntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.TextField(choices=list(words.STATES.items()), default=words.OFFERED)
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    why = models.TextField(choices=list(words.WHY_REFUSED.items()), default="", blank=True)
    arrive_by = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    came = models.IntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    relieves = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="relieved_by")

    objects = MissionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["starts_at", "id"], name="mission_starts"),
            models.Index(fields=["state", "id"], name="mission_state"),
            models.Index(fields=["area"], name="mission_area"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(words.STATES)), name="mission_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="mission_period"),
        ]

    @property
    def tone(self) -> str:
        """The state's tone on a badge."""
        return words.TONES[self.state]
