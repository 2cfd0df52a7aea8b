"""What a venue owes in each period: disinfection, temperatures, tests of its staff, samples; and what a check found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField

from .. import words
from .venues import Venue


class Routine(models.Model):
    """One routine of one venue in one period (`code` and length of it as `routines.toml` has them).

    Owed until `outcome` says that it was done, or that it was not. `doer` is whose it is: the venue's own people, by
    their link, the grid worker's, or the regulator's. `chased_at`: it was not recorded in time and somebody was sent
    after it. `mend_by`: until when what a check found wanting is to be put right. `counts`: further numbers by code.
    `found`, `tries` and `hazard`: what the last of so many visits found, where the routine is a visit. `unnamed`: how
    many were counted whom nobody has named; `named` marks who was, so that nobody counts twice; `unnamed_why` says why
    no more will be.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="routines", db_index=False)
    area = AreaCodeField()
    code = models.TextField()
    doer = models.TextField(choices=list(words.DOERS.items()))
    period_on = models.DateField()
    due_at = models.DateTimeField()
    outcome = models.TextField(choices=list(words.OUTCOMES.items()), default="", blank=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.UUIDField(null=True)
    figure = models.IntegerField(null=True)
    note = models.TextField(default="")
    chased_at = models.DateTimeField(null=True)
    verdict = models.TextField(choices=list(words.VERDICTS.items()), default="", blank=True)
    wanting = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.UUIDField(null=True)
    mend_by = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    found = models.TextField(choices=list(words.FOUND.items()), default="", blank=True)
    tries = models.SmallIntegerField(default=0)
    hazard = models.BooleanField(default=False)
    named = models.JSONField(default=dict)
    unnamed = models.IntegerField(default=0)
    unnamed_why = models.TextField(choices=[("", ""), *words.UNNAMED.items()], default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="routine_area"),
            models.Index(fields=["due_at", "id"], name="routine_due_at"),
            models.Index(fields=["due_at"], condition=Q(outcome="", chased_at=None), name="routine_unchased"),
            models.Index(fields=["area"], condition=Q(outcome=""), name="routine_owed"),
            models.Index(
                fields=["due_at", "id"], condition=Q(verdict__in=("faulty", "remedied")), name="routine_faulty"
            ),
            models.Index(fields=["code", "due_at", "id"], name="routine_code"),
            models.Index(fields=["due_at", "id"], condition=Q(hazard=True), name="routine_hazard"),
            models.Index(fields=["due_at", "id"], condition=Q(unnamed__gt=0), name="routine_unnamed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["venue", "code", "period_on"], name="routine_once"),
            models.CheckConstraint(condition=Q(doer__in=list(words.DOERS)), name="routine_doer"),
            models.CheckConstraint(condition=Q(outcome__in=list(words.OUTCOMES)), name="routine_outcome"),
            models.CheckConstraint(condition=Q(found__in=["", *words.FOUND]), name="routine_found"),
            models.CheckConstraint(condition=Q(verdict__in=list(words.VERDICTS)), name="routine_verdict"),
            models.CheckConstraint(
                condition=Q(outcome="", recorded_at=None) | (~Q(outcome="") & Q(recorded_at__isnull=False)),
                name="routine_recorded",
            ),
            models.CheckConstraint(condition=Q(unnamed_why__in=["", *words.UNNAMED]), name="routine_unnamed_why"),
            models.CheckConstraint(condition=Q(figure=None) | Q(figure__gte=0), name="routine_figure"),
        ]
