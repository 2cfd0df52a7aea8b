"""One routine of a venue, held until the transaction ends: for posts, and for the venue's people by their link."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from muster.kernel.operations.errors import Invalid

from .. import codes
from ..models import Routine
from .visits import venue_of


def locked(pk: UUID) -> Routine:
    """The routine as it is now, with its venue."""
    return Routine.objects.select_related("venue").select_for_update(of=("self",)).get(pk=pk)


def of_desk(desk: str, routine: UUID, now: datetime) -> Routine:
    """The routine, if it is of the venue behind the link. Raises Invalid."""
    venue, _at = venue_of(desk, codes.DESK, now=now)
    row = Routine.objects.select_for_update().filter(pk=routine, venue=venue).first()
    if row is None:
        raise Invalid("routine", _("This is not one of yours."))
    return row
