"""The register of venues, and the numbers of their codes."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.kernel.areas.models import Area
from muster.kernel.duties.actions import withdraw_duties
from muster.kernel.facts.actions import record
from muster.kernel.operations.actions import action
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Place
from muster.kernel.people.named import LONGEST_NAME, found_or_made
from muster.kernel.posts.permissions import require

from .. import words
from ..models import Venue

MOST_NUMBERS = 30_000


@action("premises.add_venue")
def add_venue(
    *, by: Any, area: str, name: str, kind: str, responsible: str = "", phone: str = "", screen: bool = False,
    place: Place | None = None, now, op=None,
) -> Venue:  # fmt: skip
    """Register a venue in its grid, with a responsible person by name and phone; its place is made where none is given.

    Raises Invalid, also for a place that is a venue already.
    """
    require(by, "premises.add_venue", area)
    name = name.strip()
    if not name:
        raise Invalid("name", _("Enter a name."))
    if len(name) > LONGEST_NAME:
        raise Invalid("name", _("At most %(most)s characters") % {"most": LONGEST_NAME})
    if kind not in words.VENUE_KINDS:
        raise Invalid("kind", _("Choose its kind."))
    if not Area.objects.filter(code=area).exists():
        raise Invalid("area", _("There is no area with this code."))
    if place is None:
        place = Place(name=name, kind=words.PLACE_OF[kind], area=area)
        place.save()
    elif Venue.objects.filter(place=place).exists():
        raise Invalid("place", _("This place is a venue already."))
    held = _responsible(responsible, phone, area, now)
    row = Venue.objects.create(
        place=place, area=area, kind=kind, name=name, responsible=held, screen=screen, opened_at=now
    )
    data = {"kind": kind, "place": str(place.pk)}
    record("premises.venue_opened", subject=row.id, area=area, by=by, now=now, op=op, data=data)
    return row


def _responsible(name: str, phone: str, area: str, now) -> Any:
    if not name.strip() and not phone.strip():
        return None
    try:
        return found_or_made([(name, phone)], area, now)[0]
    except Invalid as no:
        raise Invalid("responsible" if no.field == "name" else no.field, no.message) from None


@action("premises.close_venue")
def close_venue(*, by: Any, venue: Venue, now, op=None) -> Venue:
    """A venue is no more: its codes are taken no longer, what was recorded stays as long as presence does."""
    venue = Venue.objects.select_for_update().get(pk=venue.pk)
    require(by, "premises.close_venue", venue.area)
    if venue.closed_at is None:
        venue.closed_at = now
        venue.save(update_fields=["closed_at"])
        fact = record("premises.venue_closed", subject=venue.id, area=venue.area, by=by, now=now, op=op)
        owed = venue.routines.filter(Q(outcome="") | Q(verdict__in=("faulty", "remedied")))
        withdraw_duties(now=now, because=fact, subjects=owed.values_list("pk", flat=True))
    return venue


@action("premises.renew_code")
def renew_code(*, by: Any, venue: Venue, which: str, now, op=None) -> Venue:
    """Withdraw a venue's printed code (`which` is sheet) or its staff's link (desk): what was printed is void."""
    venue = Venue.objects.select_for_update().get(pk=venue.pk)
    require(by, "premises.renew_code", venue.area)
    field = {"sheet": "code_number", "desk": "desk_number"}.get(which)
    if field is None:
        raise Invalid("which", _("Choose what is withdrawn."))
    number = getattr(venue, field) + 1
    if number > MOST_NUMBERS:
        raise Invalid("which", _("This code was renewed too often; register the venue anew."))
    setattr(venue, field, number)
    venue.save(update_fields=[field])
    data = {"which": which, "number": number}
    record("premises.code_renewed", subject=venue.id, area=venue.area, by=by, now=now, op=op, data=data)
    return venue
