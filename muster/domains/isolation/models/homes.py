"""Home observation: the assessment of the home, and the papers."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.controls.models import Control
from muster.kernel.people.models import Person

from .stays import Stay


class HomeAssessment(models.Model):
    """What was found at a home, question by question, and whether it serves: that is for the rules to say."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="home_assessments")
    control = models.ForeignKey(Control, on_delete=models.PROTECT, related_name="home_assessments")
    area = AreaCodeField()
    answers = models.JSONField(default=dict)
    fit = models.BooleanField()
    reasons = ArrayField(models.TextField(), default=list)
    at = models.DateTimeField()
    by_post = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["control", "at"], name="home_assessment_control")]


class HomePapers(models.Model):
    """Three letters and a video (三书一视频): the day each was given. Who has no employer needs no letter to one."""

    stay = models.OneToOneField(Stay, on_delete=models.PROTECT, primary_key=True, related_name="papers")
    area = AreaCodeField()
    person_notice_on = models.DateField(null=True)
    family_pledge_on = models.DateField(null=True)
    employer_notice_on = models.DateField(null=True)
    no_employer = models.BooleanField(default=False)
    video_on = models.DateField(null=True)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        dates = [self.person_notice_on, self.family_pledge_on, self.video_on]
        return all(dates) and (self.no_employer or self.employer_notice_on is not None)
