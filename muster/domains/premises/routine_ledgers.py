"""The list of what venues owe: by sector, what is overdue, what a check found."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.posts.permissions import visible_to
from muster.kernel.posts.roles import SECTORS
from muster.ledger import columns, filters
from muster.ledger.declaring import Ledger, register
from muster.web.templatetags import muster as tags

from . import words
from .actions.sectors import CHECK, period_of
from .models import Routine, Venue
from .routines import kinds, kinds_of, sectors

LATE = Q(outcome="", chased_at__isnull=False)
STATES = {
    "late": (_("Overdue"), LATE),
    "owed": (_("Owed"), Q(outcome="")),
    "done": (_("Done"), Q(outcome="done")),
    "not_done": (_("Not done"), Q(outcome="not_done")),
    "faulty": (_("Points are wanting"), Q(verdict__in=("faulty", "remedied"))),
    "unchecked": (_("Done, not checked"), Q(outcome="done", verdict="")),
    "unnamed": (_("Counted, and not named"), Q(unnamed__gt=0)),
    "to_check": (_("The regulator's check is owed"), Q(outcome="", doer="sector")),
}


def title_of(row: Routine) -> str:
    """What a routine is called, in the reader's language; its code where it is no longer in the file."""
    kind = kinds().get(row.code)
    return kind.title if kind else row.code


def counts_of(row: Routine) -> str:
    """The further numbers of a routine, each with what it means."""
    kind = kinds().get(row.code)
    return " · ".join(
        f"{text}: {row.counts[code]}" for code, text in (kind.counted if kind else []) if code in row.counts
    )


def _of_code(value: str) -> Q | None:
    return Q(code=value) if value in kinds() else None


def _of_sector(value: str) -> Q | None:
    return Q(venue__kind__in=sectors()[value]) if value in sectors() else None


def by_sector(post: Any) -> list[dict[str, Any]]:
    """Each sector's routines in the post's range that are owed, overdue, or wanting; what its regulator has checked.

    `checks` and `checked` are of this week; `behind` are checks of any week that are overdue.
    """
    rows = _seen(Routine.objects.filter(venue__closed_at=None), post)
    due = period_of(kinds()[CHECK], clock.now())[1]
    venues, regulators = ~Q(doer="sector"), Q(doer="sector")
    of_week = rows.filter(code=CHECK, due_at=due)
    wanting = Q(verdict__in=("faulty", "remedied"))
    counts = [
        rows.filter(Q(outcome="") | wanting).values("venue__kind").annotate(
            owed=Count("pk", filter=Q(outcome="") & venues), late=Count("pk", filter=LATE & venues),
            faulty=Count("pk", filter=wanting), behind=Count("pk", filter=LATE & regulators),
        ),
        of_week.values("venue__kind").annotate(checks=Count("pk"), checked=Count("pk", filter=Q(outcome="done"))),
    ]  # fmt: skip
    totals = {name: Counter[str]() for name in sectors()}
    of = {kind: name for name, kinds in sectors().items() for kind in kinds}
    for row in chain(*counts):
        if sector := of.get(row.pop("venue__kind")):
            totals[sector].update(row)
    names = ("owed", "late", "faulty", "behind", "checks", "checked")
    return [
        {"code": name, "title": SECTORS[name], **{key: total[key] for key in names}}
        for name, total in totals.items()
        if any(total.values())
    ]


def _seen(rows: QuerySet[Routine], post: Any) -> QuerySet[Routine]:
    """A regulator sees the routines of its sector's venues."""
    kinds = kinds_of(post)
    return visible_to(rows if kinds is None else rows.filter(venue__kind__in=kinds), post)


def _when(row: Routine) -> Any:
    """A deadline that runs counts on the page; one that is over is a moment."""
    return tags.moment(row.due_at) if row.outcome else tags.due(row.due_at)


def _beside(request: HttpRequest) -> dict[str, Any]:
    return {"sectors": by_sector(request.post_held)}


def _of_open_venues() -> QuerySet[Routine]:
    """Said by the few that are closed: joined to those that are open, a page would read every routine and sort them."""
    closed = Venue.objects.filter(closed_at__isnull=False)
    return Routine.objects.exclude(venue__in=closed).prefetch_related("venue")


ROUTINES = Ledger(
    name="premises.routines", title=_("Routines of venues"), model=Routine, route="premises:routines",
    path="premises/routines/", needs="premises.see_routines", opens="premises:routine", order="due_at", live="duties",
    first="state=owed",
    source=_of_open_venues, scope=_seen,
    late=lambda row: not row.outcome and row.chased_at is not None,
    empty=_("Nothing is owed: no venue of a kind that owes anything is registered here."),
    template="premises/routines.html", beside=_beside,
    columns=(
        columns.text("venue", _("Venue"), "venue.name"),
        columns.text("code", _("Routine"), title_of),
        columns.words("kind", _("What it is"), words.VENUE_KINDS, value="venue.kind", shown=False),
        columns.area("area", _("Area")),
        columns.due("due_at", _("Due"), sort=True, html=_when),
        columns.words("outcome", _("State"), words.OUTCOMES, words.OUTCOME_TONES),
        columns.words("doer", _("Whose it is"), words.DOERS, shown=False),
        columns.number("figure", _("How many")),
        columns.text("counts", _("Of them"), counts_of, shown=False),
        columns.number("unnamed", _("Counted, and not named"), shown=False),
        columns.words("verdict", _("Spot check"), words.VERDICTS, words.VERDICT_TONES),
        columns.moment("mend_by", _("Put right until"), shown=False),
    ),
    filters=(
        filters.which("state", _("State"), STATES),
        filters.Filter("code", _("Routine"), _of_code, lambda post: [(c, kind.title) for c, kind in kinds().items()],
                       parts=({"code"},)),
        filters.Filter("sector", _("Sector"), _of_sector, lambda post: [(c, SECTORS[c]) for c in sectors()],
                       parts=({"venue__kind"},)),
        filters.choice("kind", _("What it is"), words.VENUE_KINDS, field="venue__kind"),
        filters.within(),
        filters.reference("venue", _("Venue")),
    ),
)  # fmt: skip


register(ROUTINES)
