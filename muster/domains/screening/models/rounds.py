"""Rounds of mass testing: over which areas, at which sites, when each building comes, and how far they are."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.codes import span
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

PLANNED, OPEN, CLOSED = "planned", "open", "closed"
ROUND_STATES = {PLANNED: _("Planned"), OPEN: _("Sampling"), CLOSED: _("Closed")}
ROUND_TONES = {PLANNED: "wait", OPEN: "info", CLOSED: "ok"}
POOL_SIZES = (1, 5, 10, 20)


class SamplingSite(models.Model):
    """A place where samples are taken (采样点), round after round. `desks` is how many fit."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    name = models.TextField()
    lat = models.FloatField()
    lon = models.FloatField()
    desks = models.IntegerField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area", "name"], name="sampling_site_area")]
        constraints = [
            models.UniqueConstraint(fields=["area", "name"], name="sampling_site_name"),
            models.CheckConstraint(condition=Q(desks__gte=1), name="sampling_site_desks"),
        ]


class Round(models.Model):
    """One round over `areas`, everyone who lives there; `area` is the smallest that holds them all.

    Whom it expects is a query, not rows: the people at home in the areas when it was opened; with `regimes`, those of
    them whose test was due by one of these (then rows of `Expected`). `series` ties the rounds over the same areas;
    `least_rounds` are those that the plan asks for (more while the source is unknown). `stopped_at`: headquarters
    decided that no other round follows, and `stopped_why`, where the plan's rule was not met.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    area = AreaCodeField()
    areas = ArrayField(models.TextField(db_collation="C"))
    disease = models.TextField()
    plan = models.TextField()
    series = models.UUIDField()
    ordinal = models.IntegerField()
    least_rounds = models.IntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    pool_size = models.IntegerField()
    people = models.IntegerField()
    unplaced = models.IntegerField(default=0)
    planned_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    regimes = ArrayField(models.UUIDField(), default=list)
    stopped_at = models.DateTimeField(null=True)
    stopped_why = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["starts_at", "id"], name="round_starts")]
        constraints = [
            models.UniqueConstraint(fields=["series", "ordinal"], name="round_ordinal"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="round_period"),
            models.CheckConstraint(condition=Q(pool_size__in=POOL_SIZES), name="round_pool"),
        ]

    @property
    def state(self) -> str:
        """`planned`, `open` or `closed`."""
        return CLOSED if self.closed_at else OPEN if self.opened_at else PLANNED

    @property
    def state_title(self):
        """The state in words."""
        return ROUND_STATES[self.state]

    @property
    def tone(self) -> str:
        """The state's tone on a badge."""
        return ROUND_TONES[self.state]

    def within(self, column: str) -> Q:
        """The condition that an area code in this column lies in one of the round's areas."""
        found = Q(pk__in=[])
        for lo, hi in map(span, self.areas):
            found |= Q(**{f"{column}__gte": lo, f"{column}__lt": hi})
        return found


class RoundSite(models.Model):
    """What the plan puts at one site in one round: people, desks, samplers; how far they walk, mean and most (m)."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="sites", db_index=False)
    site = models.ForeignKey(SamplingSite, on_delete=models.PROTECT, related_name="rounds")
    people = models.IntegerField()
    desks = models.IntegerField()
    samplers = models.IntegerField()
    walk_mean = models.IntegerField()
    walk_most = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "site"], name="round_site_once")]


class Slot(models.Model):
    """When the people of a building come, and to which site; without a site the plan found no room for them."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="slots", db_index=False)
    building = AreaCodeField()
    site = models.ForeignKey(SamplingSite, on_delete=models.PROTECT, null=True, db_index=False)
    people = models.IntegerField()
    metres = models.IntegerField(null=True)
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "building"], name="slot_once")]
        indexes = [models.Index(fields=["round", "site", "from_at"], name="slot_site")]


class RoundCount(models.Model):
    """How many of a building are expected, sampled, or excused with a reason; kept with each write."""

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="counts", db_index=False)
    area = AreaCodeField()
    expected = models.IntegerField(default=0)
    sampled = models.IntegerField(default=0)
    excused = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "area"], name="round_count_once")]


class Expected(models.Model):
    """Somebody whom a round over those who are due expects; of a round over everyone there are none of these."""

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="expecting", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = AreaCodeField()

    class Meta:
        indexes = [models.Index(fields=["area"], name="round_expected_area")]
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="round_expected_once")]
