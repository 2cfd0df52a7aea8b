"""The lists of premises: venues, gatherings, and the objections of people to their status."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.posts.permissions import may, visible_to
from muster.ledger import columns, filters
from muster.ledger.declaring import Ledger, register

from . import guest_ledgers, routine_ledgers, words
from .approval import approval
from .models import Contest, Event, Venue

__all__ = ["EVENTS", "OBJECTIONS", "VENUES", "guest_ledgers", "routine_ledgers"]


def _registering(request: HttpRequest) -> dict[str, Any]:
    """The form that registers a venue, below the list."""
    return {
        "kinds": words.VENUE_KINDS.items(),
        "may_add": may(request.post_held, "premises.add_venue"),
        "values": request.POST or {"area": request.post_held.area},
    }


VENUES = Ledger(
    name="premises.venues", title=_("Venues"), model=Venue, route="premises:venues", path="premises/venues/",
    needs="premises.see_venues", person="responsible", opens="premises:venue", order="area",
    source=lambda: Venue.objects.filter(closed_at=None), empty=_("No venue here."),
    scope=lambda rows, post: visible_to(rows, post, place="place_id"),
    template="premises/venues.html", beside=_registering,
    columns=(
        columns.text("name", _("Venue")),
        columns.words("kind", _("What it is"), words.VENUE_KINDS),
        columns.area("area", _("Area"), sort=True),
        columns.whom(_("Responsible person")),
        columns.moment("opened_at", _("Since")),
        columns.yes_no("screen", _("Code"), _("on a screen"), _("printed"), ("info", "off"), "screen", shown=False),
    ),
    filters=(filters.choice("kind", _("What it is"), words.VENUE_KINDS), filters.within()),
)  # fmt: skip


def _asking(request: HttpRequest) -> dict[str, Any]:
    """Who decides, above the list; below it the forms that ask for a gathering, and that cancel many."""
    post = request.post_held
    return {
        "kinds": words.EVENT_KINDS.items(),
        "steps": [(least, words.LEVELS[level]) for least, level in approval().steps],
        "values": request.POST or {"area": post.area, "tables": "0"},
        "may_ask": may(post, "premises.ask_event"),
        "may_cancel": may(post, "premises.cancel_events") and post.lo is not None,
    }


def _when(value: str) -> Q | None:
    return {"coming": Q(ends_at__gt=clock.now()), "over": Q(ends_at__lte=clock.now())}.get(value)


EVENTS = Ledger(
    name="premises.events", title=_("Gatherings"), model=Event, route="premises:events", path="premises/events/",
    needs="premises.see_events", opens="premises:event", order="starts_at", first="show=coming",
    few="each is asked for: some thousands", empty=_("No gatherings here."), template="premises/events.html",
    beside=_asking,
    columns=(
        columns.text("name", _("Gathering")),
        columns.words("kind", _("What it is"), words.EVENT_KINDS),
        columns.area("area", _("Area")),
        columns.number("expected", _("People")),
        columns.moment("starts_at", _("Begins"), sort=True),
        columns.words("level", _("Decided by"), words.LEVELS),
        columns.words("state", _("State"), words.EVENT_STATES, words.EVENT_TONES),
        columns.text("place_name", _("Place"), shown=False),
        columns.moment("ends_at", _("Ends"), shown=False),
        columns.number("tables", _("Banquet tables"), shown=False),
        columns.moment("asked_at", _("Asked"), shown=False),
    ),
    filters=(
        filters.Filter("show", _("When"), _when, lambda post: [("coming", _("Those to come")), ("over", _("Over"))]),
        filters.choice("state", _("State"), words.EVENT_STATES),
        filters.choice("kind", _("What it is"), words.EVENT_KINDS),
        filters.within(),
    ),
)  # fmt: skip

OBJECTIONS = Ledger(
    name="premises.objections", title=_("Objections"), model=Contest, route="premises:contests",
    path="premises/objections/", needs="premises.see_contests", person="person", opens="premises:contest",
    order="-made_at", empty=_("Nobody objects to their status."),
    columns=(
        columns.whom(),
        columns.area("area", _("Area")),
        columns.words("reason", _("Reason"), words.CONTEST_REASONS),
        columns.moment("made_at", _("Objected at"), sort=True),
        columns.words("outcome", _("Outcome"), {"": _("waits for an answer"), **words.CONTEST_OUTCOMES}, {"": "wait"}),
        columns.moment("answered_at", _("Answered")),
    ),
    filters=(
        filters.which("show", _("State"), {
            "open": (_("Without an answer"), Q(answered_at=None)),
            "answered": (_("Answered"), Q(answered_at__isnull=False)),
        }),
        filters.within(),
    ),
)  # fmt: skip

register(VENUES, EVENTS, OBJECTIONS)
