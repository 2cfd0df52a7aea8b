"""Who cannot come to a site: sampled at home in every round, until that changes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person

NEEDS = {
    "elder": _("Elderly"),
    "disabled": _("Disabled"),
    "ill": _("Bedridden or ill"),
    "confined": _("Sealed in or in home observation"),
    "carer": _("Cares for somebody who cannot be left"),
}


class HomeNeed(models.Model):
    """Somebody on the home list (上门采样): samplers go to them. Who is under home observation is on it by that."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    area = AreaCodeField()
    why = models.TextField(choices=list(NEEDS.items()))
    since = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area"], name="home_need_area")]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="home_need_once"),
        ]

    @property
    def title(self):
        """Why, in words."""
        return NEEDS[self.why]
