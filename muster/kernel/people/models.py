"""Who and where: persons, households, organisations, places; names and identifiers apart from them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.fields import IdentityKeyField

SEXES = [("", _("not known")), ("female", _("female")), ("male", _("male"))]
PLACE_KINDS = {
    "residence": _("Residence"),
    "dining": _("Dining"),
    "entertainment": _("Entertainment"),
    "lodging": _("Lodging"),
    "workplace": _("Workplace"),
    "school": _("School"),
    "market": _("Market"),
    "transport": _("Transport"),
    "medical": _("Medical"),
    "worship": _("Worship"),
    "park": _("Park"),
    "other": _("Other"),
}
IDENTIFIER_KINDS = {
    "id_card": _("Identity card"),
    "passport": _("Passport"),
    "phone": _("Phone"),
    "plate": _("Number plate"),
    "other": _("Other"),
}


class Household(models.Model):
    """The people of one door; `ref` is the sender's own reference."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    ref = models.TextField(null=True)
    area = AreaCodeField()
    door = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["area"], name="household_area")]
        constraints = [models.UniqueConstraint(fields=["ref"], name="household_ref")]


class Organisation(models.Model):
    """An employer, school, laboratory or other body."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    ref = models.TextField(null=True)
    name = models.TextField()
    kind = models.TextField(default="")
    area = AreaCodeField()

    class Meta:
        indexes = [models.Index(fields=["area"], name="organisation_area")]
        constraints = [models.UniqueConstraint(fields=["ref"], name="organisation_ref")]


class Place(models.Model):
    """Anywhere people meet: a shop, a building, a train carriage, a lift. `key` stands for it in bulk tables."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    key = IdentityKeyField()
    ref = models.TextField(null=True)
    name = models.TextField(default="")
    kind = models.TextField(choices=list(PLACE_KINDS.items()), default="other")
    area = AreaCodeField()
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, db_index=False)
    layout = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["area", "kind"], name="place_area"),
            models.Index(fields=["organisation"], condition=Q(organisation__isnull=False), name="place_organisation"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="place_ref"),
            models.UniqueConstraint(fields=["key"], name="place_key"),
            models.CheckConstraint(condition=Q(kind__in=list(PLACE_KINDS)), name="place_kind"),
        ]


class Person(models.Model):
    """A person without name or number: those are in tables of their own, which can be deleted.

    `label` is the masked name. `home` is the responsible area, `present` where they are now. A merge sets
    `merged_into` and re-points nothing; `canonical` is the record at the end of that chain, itself if not merged.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    key = IdentityKeyField()
    ref = models.TextField(null=True)
    label = models.TextField(default="")
    sex = models.TextField(choices=SEXES, default="", blank=True)
    born_on = models.DateField(null=True)
    home = AreaCodeField()
    present = AreaCodeField()
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, db_index=False)
    team = models.TextField(default="")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False, related_name="merged")
    canonical = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False, related_name="records")
    guardian = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False, related_name="wards")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["home", "id"], name="person_home_id"),
            models.Index(fields=["born_on"], name="person_born_on"),
            models.Index(fields=["household"], condition=Q(household__isnull=False), name="person_household"),
            models.Index(fields=["organisation", "team"], condition=Q(organisation__isnull=False), name="person_team"),
            models.Index(fields=["canonical"], condition=Q(merged_into__isnull=False), name="person_merged"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="person_merged_into"),
            models.Index(fields=["guardian"], condition=Q(guardian__isnull=False), name="person_guardian"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="person_ref"),
            models.UniqueConstraint(fields=["key"], name="person_key"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="person_not_into_itself"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new record is its own canonical one (a trigger says the same for other ways in)."""
        if self.canonical_id is None:
            self.canonical_id = self.pk
        super().save(*args, **kwargs)


class PersonDetails(models.Model):
    """Name, address and note of a person; deleted when their time is over. No page reads this table."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="details")
    name = models.TextField(default="", db_collation="C")
    name_key = models.TextField(default="", db_collation="C")
    initials = models.TextField(default="", db_collation="C")
    address = models.TextField(default="")
    note = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["name"], name="person_name"),
            models.Index(fields=["name_key"], name="person_name_key"),
            models.Index(fields=["initials", "name_key"], name="person_initials"),
        ]


class Identifier(models.Model):
    """A number that somebody has: encrypted, and found by its blind index. A phone may be that of several people."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifiers", db_index=False)
    kind = models.TextField(choices=list(IDENTIFIER_KINDS.items()))
    country = models.TextField(default="")
    value_enc = models.BinaryField()
    key_id = models.TextField()
    blind_index = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["blind_index"], name="identifier_blind"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "blind_index"], name="identifier_once"),
            models.CheckConstraint(condition=Q(kind__in=list(IDENTIFIER_KINDS)), name="identifier_kind"),
        ]
