"""What one person of a team says and does about one mission: whether they come, when they were there, the hours."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

from .. import words
from .calls import Mission
from .teams import Member


class Service(models.Model):
    """One member's part in a mission; `area` is the community that answers for the team.

    They say themselves whether they come, that they are there and that they go; `minutes` are what somebody else
    confirmed: the team's leader by their own link (`confirmed_lead`), or a post (`confirmed_user`).
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    mission = models.ForeignKey(Mission, on_delete=models.PROTECT, related_name="services")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="services")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    area = AreaCodeField()
    answer = models.TextField(choices=list(words.COMING.items()), default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    came_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    minutes = models.IntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_user = models.UUIDField(null=True)
    confirmed_lead = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="service_area"),
            models.Index(fields=["came_at", "id"], name="service_came"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mission", "member"], name="service_once"),
            models.CheckConstraint(condition=Q(answer__in=["", *words.COMING]), name="service_answer"),
            models.CheckConstraint(condition=Q(left_at=None) | Q(left_at__gte=F("came_at")), name="service_period"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, minutes=None)
                | Q(confirmed_at__isnull=False, came_at__isnull=False, minutes__gte=0),
                name="service_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_lead=None) | ~Q(confirmed_lead=F("member")), name="service_not_by_oneself"
            ),
        ]

    @property
    def state(self) -> str:
        """`asked`, `coming`, `cannot`, `there`, `gone` (hours to be confirmed) or `confirmed`."""
        if self.confirmed_at:
            return "confirmed"
        if self.came_at:
            return "gone" if self.left_at else "there"
        return self.answer or "asked"

    @property
    def counted(self) -> int:
        """Minutes between coming and going; of who forgot to say that they go, until the mission was over."""
        if self.came_at is None:
            return 0
        ended = self.left_at or self.mission.ended_at or self.mission.ends_at
        return max(0, int((ended - self.came_at).total_seconds() // 60))
