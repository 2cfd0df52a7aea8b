"""Day rentals and family hotels, one by one: what each visit found, and what was not visited."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Left
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.areas.codes import LEVELS, width_below
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import Post
from muster.kernel.posts.permissions import visible_to
from muster.ledger import columns, filters
from muster.ledger.declaring import Ledger, register
from muster.web.area_names import area_name
from muster.web.templatetags import muster as tags

from . import words
from .actions.sectors import period_of
from .models import Routine, Venue
from .routines import kinds

SWEEP = "sweep"
STATES = {
    "open": (_("Not visited yet"), Q(outcome="")),
    "nobody": (_("Nobody was in"), Q(outcome="", found="nobody")),
    "late": (_("Overdue"), Q(outcome="", chased_at__isnull=False)),
    "visited": (_("Visited"), Q(outcome="done")),
    "refused": (_("Refused entry"), Q(outcome="not_done")),
    "hazard": (_("A hazard was found"), Q(hazard=True)),
}


def _rows() -> Any:
    closed = Venue.objects.filter(closed_at__isnull=False)
    return Routine.objects.filter(code=SWEEP).exclude(venue__in=closed).prefetch_related("venue")


def _with_posts(rows: list[Routine]) -> None:
    """Onto each row the post that recorded it, by its role and area."""
    with acting():
        posts = Post.objects.in_bulk([row.recorded_by for row in rows if row.recorded_by])
    for row in rows:
        post = posts.get(row.recorded_by)
        row.by_whom = f"{post.role_title} · {area_name(post.area)}" if post else ""


def by_area(post: Any) -> list[dict[str, Any]]:
    """This period's visits in each area one level below the post's: how many, done, open, refused, with a hazard."""
    kind = kinds().get(SWEEP)
    if kind is None or post.lo is None:
        return []
    due = period_of(kind, clock.now())[1]
    rows = visible_to(Routine.objects.filter(code=SWEEP, due_at=due, venue__closed_at=None), post)
    width = min(width_below(post.area), LEVELS["grid"])
    below = rows.annotate(within=Left("area", width)).values("within").order_by("within")
    return list(
        below.annotate(
            all=Count("pk"), visited=Count("pk", filter=Q(outcome="done")), open=Count("pk", filter=Q(outcome="")),
            refused=Count("pk", filter=Q(found="refused")), hazards=Count("pk", filter=Q(hazard=True)),
        )
    )  # fmt: skip


def _beside(request: HttpRequest) -> dict[str, Any]:
    return {"areas": by_area(request.post_held)}


SWEEPS = Ledger(
    name="premises.sweep", title=_("Day rentals and family hotels"), model=Routine, route="premises:sweep",
    path="premises/sweep/", needs="premises.see_sweep", opens="premises:routine", order="due_at", live="duties",
    first="show=open", source=_rows, ready=_with_posts, template="premises/sweep.html", beside=_beside,
    late=lambda row: not row.outcome and row.chased_at is not None,
    empty=_("Nothing is left to visit here."),
    columns=(
        columns.text("venue", _("Venue"), "venue.name"),
        columns.words("kind", _("What it is"), words.VENUE_KINDS, value="venue.kind"),
        columns.area("area", _("Area")),
        columns.due("due_at", _("Due"), sort=True,
                    html=lambda row: tags.moment(row.due_at) if row.outcome else tags.due(row.due_at)),
        columns.words("found", _("Outcome of the visit"), {"": _("Not visited yet"), **words.FOUND}, words.FOUND_TONES),
        columns.number("figure", _("People staying")),
        columns.yes_no("hazard", _("Hazard"), _("yes"), _("none"), ("late", "off"), "hazard"),
        columns.number("tries", _("Visits"), shown=False),
        columns.moment("recorded_at", _("Recorded")),
        columns.text("by_whom", _("Recorded by")),
    ),
    filters=(filters.which("show", _("State"), STATES), filters.within(), filters.reference("venue", _("Venue"))),
)  # fmt: skip

register(SWEEPS)
