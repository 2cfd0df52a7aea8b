"""Standing regimes of testing (应检尽检): who is in one, since when, and when their next test is due."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.facts.models import Fact
from muster.kernel.people.models import Organisation, Person

GROUPS = {
    "cold_chain_direct": _("Who touches cold-chain goods"),
    "cold_chain": _("Cold chain"),
    "quarantine": _("Staff of isolation sites"),
    "medical": _("Hospitals, clinics, pharmacies"),
    "couriers": _("Couriers and riders"),
    "services": _("Markets, lodgings, schools, transport"),
    "visitors": _("Visitors of fever clinics and pharmacies"),
    "arrivals": _("Arrivals"),
}
KNOWN, LISTED, FOLLOWED = "known", "listed", "followed"
MEMBER_HOW = {
    KNOWN: _("by their place of work"),
    LISTED: _("by a list"),
    FOLLOWED: _("by their arrival"),
}


class Regime(models.Model):
    """One group of one area that is tested by rule: due `from_days` after the last test, overdue after `to_days`.

    Both 0: once, at once. `fact`: that it began.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    who = models.TextField(choices=list(GROUPS.items()))
    disease = models.TextField()
    plan = models.TextField()
    from_days = models.IntegerField()
    to_days = models.IntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["area"], name="regime_area")]
        constraints = [
            models.UniqueConstraint(fields=["area", "disease", "who"], condition=Q(ended_at=None), name="regime_once"),
            models.CheckConstraint(condition=Q(from_days__gte=0, to_days__gte=F("from_days")), name="regime_days"),
        ]

    @property
    def title(self):
        """Whom it tests, in words."""
        return GROUPS[self.who]

    def late_before(self, today: date) -> date:
        """Tests that fell due before this day are overdue."""
        return today - timedelta(days=self.to_days - self.from_days)


class Member(models.Model):
    """Somebody who is tested by a regime. `area` answers for the test: that of the unit, else of the home.

    `due_on` is empty when a single test is done. Set by triggers with the sample, and taken back when the sample is
    void: `tube_id` is where the last one lies, `before_on` the day of the one before it. `asked_on` is the day of
    which a duty tells. `label` is the masked name, as the unit's area may not see people who live elsewhere.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    regime = models.ForeignKey(Regime, on_delete=models.CASCADE, related_name="members", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    area = AreaCodeField()
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    label = models.TextField(default="")
    how = models.TextField(choices=list(MEMBER_HOW.items()))
    since = models.DateField()
    until = models.DateField(null=True)
    due_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    before_on = models.DateField(null=True)
    tube_id = models.UUIDField(null=True)
    asked_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["regime", "person"], name="regime_member_once")]
        indexes = [
            models.Index(fields=["regime", "due_on", "id"], name="regime_member_due"),
            models.Index(fields=["area", "due_on"], name="regime_member_area"),
            models.Index(fields=["due_on"], condition=Q(due_on__isnull=False), name="regime_member_day"),
            models.Index(fields=["tube_id"], condition=Q(tube_id__isnull=False), name="regime_member_tube"),
            models.Index(fields=["unit"], condition=Q(unit__isnull=False), name="regime_member_unit"),
        ]

    @property
    def how_title(self):
        """Why they are in it, in words."""
        return MEMBER_HOW[self.how]


class RegimeCount(models.Model):
    """Of a grid: members whose test is due on a day, and those last tested on it; kept by triggers with each write."""

    id = models.BigAutoField(primary_key=True)
    regime = models.ForeignKey(Regime, on_delete=models.CASCADE, related_name="counts", db_index=False)
    area = AreaCodeField()
    day = models.DateField()
    due = models.IntegerField(default=0)
    done = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["regime", "area", "day"], name="regime_count_once")]
