"""The list of guests of every house that lets rooms."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.ledger import columns, filters
from muster.ledger.declaring import Ledger, register

from . import words
from .models import Guest

LETS = {code: title for code, title in words.VENUE_KINDS.items() if words.PLACE_OF[code] == "lodging"}

register(
    Ledger(
        name="premises.guests", title=_("Guests of lodging houses"), model=Guest, route="premises:guest_list",
        path="premises/guests/", needs="premises.see_guests", person="person", order="-came_at", first="show=staying",
        source=lambda: Guest.objects.prefetch_related("venue"), empty=_("No guests here."),
        columns=(
            columns.whom(),
            columns.text("venue", _("House"), "venue.name"),
            columns.words("kind", _("What it is"), LETS, value="venue.kind", shown=False),
            columns.text("room", _("Room")),
            columns.text("origin", _("Comes from")),
            columns.area("area", _("Area")),
            columns.moment("came_at", _("Since"), sort=True),
            columns.moment("left_at", _("Until")),
        ),
        filters=(
            filters.which("show", _("Show"), {
                "staying": (_("Staying now"), Q(left_at=None)), "left": (_("Have left"), Q(left_at__isnull=False)),
            }),
            filters.choice("kind", _("What it is"), LETS, field="venue__kind"),
            filters.within(),
            filters.reference("venue", _("House")),
        ),
    )
)  # fmt: skip
