"""The lists of premises: venues, gatherings, response levels, and the objections of people to their status."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.posts.permissions import may, visible_to
from muster.kernel.posts.roles import SECTORS
from muster.ledger import columns, filters
from muster.ledger.declaring import Ledger, register
from muster.ledger.pages.where import own_asked

from . import guest_ledgers, routine_ledgers, sweep_ledger, words
from .actions.levels import above, below, in_force
from .approval import approval
from .models import Contest, Event, Order, Venue
from .routines import kinds_of, sector_of

__all__ = ["EVENTS", "LEVELS", "OBJECTIONS", "VENUES", "guest_ledgers", "routine_ledgers", "sweep_ledger"]


def _registering(request: HttpRequest) -> dict[str, Any]:
    """The form that registers a venue, below the list."""
    return {
        "kinds": words.VENUE_KINDS.items(),
        "may_add": may(request.post_held, "premises.add_venue"),
        "values": request.POST or {"area": request.post_held.area},
    }


def _seen(rows: Any, post: Any) -> Any:
    """A regulator sees the venues of its sector."""
    kinds = kinds_of(post)
    return visible_to(rows if kinds is None else rows.filter(kind__in=kinds), post, place="place_id")


VENUES = Ledger(
    name="premises.venues", title=_("Venues"), model=Venue, route="premises:venues", path="premises/venues/",
    needs="premises.see_venues", person="responsible", opens="premises:venue", order="area",
    source=lambda: Venue.objects.filter(closed_at=None), empty=_("No venue here."),
    scope=_seen,
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
    """Who decides, above the list, and which levels are in force; below it the form that asks for a gathering."""
    post = request.post_held
    may_ask = may(post, "premises.ask_event")
    return {
        "kinds": words.EVENT_KINDS.items(),
        "steps": [(least, words.LEVELS[level]) for least, level in approval().steps],
        "values": request.POST or {"tables": "0"},
        "where": own_asked(post, request.POST or {"area": post.area}, request.POST) if may_ask else None,
        "may_ask": may_ask,
        "levels": levels_of(post),
    }


def levels_of(post: Any) -> list[tuple[Order, Any, str]]:
    """The orders in force that hold for all of the post's area, with the level in words and its tone."""
    rows = in_force(above(post.area)) if post.lo is not None else []
    return [(row, words.RESPONSE_LEVELS[row.level], words.RESPONSE_TONES[row.level]) for row in rows]


def _seen_events(rows: Any, post: Any) -> Any:
    """A regulator sees the gatherings on which its sector is heard."""
    sector = sector_of(post.role)
    return visible_to(rows.filter(sector=sector) if sector else rows, post)


def _when(value: str) -> Q | None:
    return {"coming": Q(ends_at__gt=clock.now()), "over": Q(ends_at__lte=clock.now())}.get(value)


EVENTS = Ledger(
    name="premises.events", title=_("Gatherings"), model=Event, route="premises:events", path="premises/events/",
    needs="premises.see_events", opens="premises:event", order="starts_at", first="show=coming",
    few="each is asked for: some thousands", empty=_("No gatherings here."), template="premises/events.html",
    beside=_asking, person="organiser", scope=_seen_events,
    columns=(
        columns.text("name", _("Gathering")),
        columns.words("kind", _("What it is"), words.EVENT_KINDS),
        columns.area("area", _("Area")),
        columns.number("expected", _("Expected people")),
        columns.moment("starts_at", _("Begins"), sort=True),
        columns.words("level", _("Decided by"), words.LEVELS),
        columns.words("state", _("State"), words.EVENT_STATES, words.EVENT_TONES),
        columns.words("sector", _("Sector"), SECTORS, shown=False),
        columns.words("opinion", _("Sector's opinion"), words.OPINIONS, {"": "wait", "agrees": "ok", "objects": "late"},
                      shown=False),
        columns.text("place_name", _("Place"), shown=False),
        columns.whom(_("Organiser"), shown=False),
        columns.text("unit", _("Unit"), shown=False),
        columns.yes_no("acknowledged", _("Organiser knows"), _("yes"), _("not yet"), ("ok", "warn"), "acknowledged_at",
                       shown=False),
        columns.yes_no("informed", _("Participants told"), _("yes"), _("not yet"), ("ok", "warn"), "informed_at",
                       shown=False),
        columns.moment("ends_at", _("Ends"), shown=False),
        columns.number("tables", _("Banquet tables"), shown=False),
        columns.moment("asked_at", _("Asked"), shown=False),
    ),
    filters=(
        filters.Filter("show", _("When"), _when, lambda post: [("coming", _("Those to come")), ("over", _("Over"))]),
        filters.choice("state", _("State"), words.EVENT_STATES),
        filters.choice("kind", _("What it is"), words.EVENT_KINDS),
        filters.within(),
        filters.reference("order", _("Order")),
        filters.linked("answer", _("Answer"), {
            "unknown": Q(acknowledged_at=None), "untold": Q(informed_at=None), "again": Q(followed_by__isnull=False),
        }),
    ),
)  # fmt: skip


def _orders_seen(rows: Any, post: Any) -> Any:
    return rows.filter(above(post.area) | below(post.area)) if post.lo is not None else rows.none()


LEVELS = Ledger(
    name="premises.levels", title=_("Response levels"), model=Order, route="premises:levels", path="premises/levels/",
    needs="premises.see_levels", opens="premises:level", order="-decided_at", few="each is a decision: some hundreds",
    scope=_orders_seen, empty=_("No response level was ever set here."), template="premises/levels.html",
    beside=lambda request: {
        "levels": levels_of(request.post_held), "may_set": may(request.post_held, "premises.set_level"),
    },
    columns=(
        columns.text("number", _("Order number")),
        columns.area("area", _("Area")),
        columns.words("level", _("Level"), words.RESPONSE_LEVELS, words.RESPONSE_TONES),
        columns.text("reason", _("Reason")),
        columns.moment("decided_at", _("Decided"), sort=True),
        columns.moment("undone_at", _("Taken back")),
    ),
    filters=(filters.choice("level", _("Level"), words.RESPONSE_LEVELS), filters.within()),
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

register(VENUES, EVENTS, LEVELS, OBJECTIONS)
