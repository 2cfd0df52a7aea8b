"""The enterprises that handle imported goods, and their people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.models import Area
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Organisation, Person, Place
from muster.kernel.people.named import found_or_made
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Holder, Staff
from .checking import require_here, text_of

COLD_CHAIN = "cold_chain"  # the kind of a unit whose people the standing regime of testing takes


@action("goods.add_holder")
def add_holder(
    *, by: Any, area: str, name: str, kind: str, licence: str = "", place: Place | None = None, now, op=None
) -> Holder:
    """Register an enterprise at its place, which is made where none is given.

    The unit behind the place becomes a cold-chain one, so that a testing regime for those takes its people. Raises
    Invalid.
    """
    require(by, "goods.add_holder", area)
    name, licence = text_of(name, "name"), text_of(licence, "licence", needed=False)
    if kind not in words.HOLDER_KINDS:
        raise Invalid("kind", _("Choose the kind of enterprise."))
    if not Area.objects.filter(code=area).exists():
        raise Invalid("area", _("There is no area with this code."))
    if place is None:
        place = Place(name=name, kind=words.PLACE_OF[kind], area=area)
    elif Holder.objects.filter(place=place).exists():
        raise Invalid("place", _("This place is registered already."))
    if place.organisation is None:
        place.organisation = Organisation.objects.create(name=name, kind=COLD_CHAIN, area=area)
    elif not place.organisation.kind:
        Organisation.objects.filter(pk=place.organisation_id).update(kind=COLD_CHAIN)
    place.save()
    row = Holder.objects.create(place=place, area=area, name=name, kind=kind, licence=licence, since=now)
    record("goods.holder_added", subject=row.id, area=area, by=by, now=now, op=op, data={"kind": kind})
    return row


@action("goods.add_staff")
def add_staff(*, by: Any, holder: Holder, name: str, phone: str, now, op=None) -> Staff:
    """Register somebody who handles goods here; who has no employer yet gets this one. Raises Invalid."""
    require_here(by, "goods.add_staff", holder)
    person = found_or_made([(name, phone)], holder.area, now)[0]
    if known := Staff.objects.filter(holder=holder, person=person, left_at=None).first():
        return known
    unit = Place.objects.values_list("organisation_id", flat=True).get(pk=holder.place_id)
    Person.objects.filter(pk=person.pk, organisation=None).update(organisation_id=unit)
    row = Staff.objects.create(
        holder=holder, person=person, place_id=holder.place_id, area=holder.area, label=person.label, since=now
    )
    record("goods.staff_added", subject=row.id, area=holder.area, by=by, now=now, op=op)
    return row


@action("goods.staff_left")
def staff_left(*, by: Any, staff: Staff, now, op=None) -> Staff:
    """Somebody handles goods here no longer; what they handled stays on record."""
    row = Staff.objects.select_for_update().get(pk=staff.pk)
    require_here(by, "goods.staff_left", row)
    if row.left_at is None:
        row.left_at = now
        row.save(update_fields=["left_at"])
        record("goods.staff_left", subject=row.id, area=row.area, by=by, now=now, op=op)
    return row
