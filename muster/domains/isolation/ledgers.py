"""The lists of isolation: sites, transfers, and who is observed at home."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.duties.models import Duty
from muster.kernel.posts.permissions import may, visible_to
from muster.ledger import columns, filters
from muster.ledger.declaring import Deed, Ledger, register
from muster.web.templatetags.muster import due, state_badge

from . import actions, board, words
from .models import Site, Stay, Transfer


def _with_lines(stays: list[Stay]) -> None:
    for line in board.lines(stays, clock.now()):
        line.stay.line = line


def _waiting(request: HttpRequest) -> dict[str, Any]:
    """Whose home waits to be assessed, above the list."""
    post = request.post_held
    waiting = visible_to(Duty.objects.open().filter(kind="isolation.assess_home"), post)
    return {
        "waiting": waiting.select_related("person").order_by("due_at", "id")[:50],
        "may_assess": may(post, "isolation.assess_home"),
    }


HOME = Ledger(
    name="isolation.home", title=_("Home observation"), model=Stay, route="isolation:home", path="isolation/home/",
    needs="isolation.see_home", person="person", opens="isolation:stay", order="area", live="duties",
    source=lambda: Stay.objects.open().filter(kind=words.HOME).prefetch_related("control", "papers"),
    ready=_with_lines, late=lambda row: row.line.late, empty=_("Nobody is observed at home here."),
    template="isolation/home.html", beside=_waiting,
    columns=(
        columns.whom(),
        columns.area("area", _("Area"), sort=True),
        columns.number("day", _("Days"), "line.day", css="",
                       html=lambda row: render_to_string("isolation/days.html", {"line": row.line})),
        columns.text("today", _("Today"), lambda row: ", ".join(mark.text for mark in row.line.marks),
                     html=lambda row: render_to_string("isolation/marks.html", {"line": row.line})),
        columns.yes_no("papers", _("Papers"), _("complete"), _("incomplete"), ("ok", "warn"),
                       lambda row: hasattr(row, "papers") and row.papers.complete),
        columns.moment("began_at", _("Since"), sort=True, shown=False),
        columns.day("until", _("Until"), "line.until", shown=False),
    ),
    filters=(filters.within(),),
)  # fmt: skip


def _with_numbers(sites: list[Site]) -> None:
    for row in board.site_rows(sites, clock.now()):
        row.site.numbers = row


def _opening(request: HttpRequest) -> dict[str, Any]:
    """The form that opens a site, below the list."""
    return {
        "kinds": words.SITE_KINDS.items(),
        "may_add": may(request.post_held, "isolation.add_site"),
        "values": request.POST or {"area": request.post_held.area},
    }


def _site_name(row: Site) -> Any:
    kind = row.get_kind_display() if row.kind != words.SITE else ""
    return format_html('{} <span class="soft">{}</span>', row.name, kind)


SITES = Ledger(
    name="isolation.sites", title=_("Isolation sites"), model=Site, route="isolation:sites", path="isolation/sites/",
    needs="isolation.see_sites", opens="isolation:site", order="area", live="duties",
    source=lambda: Site.objects.filter(closed_at=None),
    scope=lambda rows, post: visible_to(rows, post, place="place_id"),
    ready=_with_numbers, late=lambda row: row.numbers.checks_late, empty=_("No isolation site here."),
    few="a building each: some hundreds", template="isolation/sites.html", beside=_opening,
    columns=(
        columns.text("name", _("Site"), sort=True, html=_site_name),
        columns.area("area", _("Area"), sort=True),
        *(columns.number(state, words.ROOM_STATES[state], lambda row, state=state: row.numbers.rooms[state])
          for state in (words.READY, words.RESERVED, words.OCCUPIED, words.CLEANING)),
        columns.number("arriving", _("On the way"), "numbers.arriving"),
        columns.number("checks_due", _("Checks to make"), "numbers.checks_due"),
        columns.number("checks_late", _("Checks late"), "numbers.checks_late",
                       show=lambda late: state_badge(late, "late") if late else 0),
    ),
    filters=(filters.choice("kind", _("What it is"), words.SITE_KINDS), filters.within()),
)  # fmt: skip


def _ways(rows: QuerySet[Transfer], post: Any) -> QuerySet[Transfer]:
    """Where the person is responsible for, where they are fetched, and where they are taken."""
    if post.lo is None:
        return rows.filter(Q(from_place=post.place_id) | Q(place_id=post.place_id)) if post.place_id else rows.none()
    ranges = [Q(**{f"{field}__gte": post.lo, f"{field}__lt": post.hi}) for field in ("area", "from_area")]
    return rows.filter(ranges[0] | ranges[1])


def _state(row: Transfer) -> Any:
    badge = state_badge(row.get_state_display(), words.TRANSFER_TONES[row.state])
    if row.receiver_at and not row.sender_at and not row.closed_at:
        return format_html("{} {}", badge, state_badge(_("received, handing over not confirmed"), "warn"))
    return badge


def _over(row: Transfer, post: Any) -> Any:
    return _("It is over already.") if row.closed_at or row.receiver_at else None


TRANSFERS = Ledger(
    name="isolation.transfers", title=_("Transfers"), model=Transfer, route="isolation:transfers",
    path="isolation/transfers/", needs="isolation.see_transfers", person="person", opens="isolation:transfer",
    order="due_at", live="duties", first="show=open", scope=_ways, place="from_area",
    source=lambda: Transfer.objects.prefetch_related("site", "room"),
    late=lambda row: row.closed_at is None and row.due_at < clock.now(), empty=_("Nobody is being transferred."),
    columns=(
        columns.whom(),
        columns.words("state", _("State"), words.TRANSFER_STATES, html=_state),
        columns.area("from_area", _("Fetched from")),
        columns.text("site", _("Taken to"), "site.name",
                     show=lambda name: name or state_badge(_("waits for a room"), "late")),
        columns.text("room", _("Room"), "room.label"),
        columns.moment("due_at", _("Due"), sort=True, html=lambda row: "" if row.closed_at else due(row.due_at)),
        columns.moment("requested_at", _("Asked for"), sort=True, shown=False),
        columns.moment("closed_at", _("Closed")),
    ),
    filters=(
        filters.which("show", _("State"), {
            "open": (_("Under way"), Q(closed_at=None)), "done": (_("Done"), Q(closed_at__isnull=False)),
        }),
        filters.within(field="from_area"),
    ),
    deeds=(
        Deed("cancel", _("Cancel the transfers"), "isolation.cancel_transfer", _over,
             lambda by, row, now: actions.cancel_transfer(by=by, transfer=row, now=now)),
    ),
)  # fmt: skip

register(HOME, SITES, TRANSFERS)
