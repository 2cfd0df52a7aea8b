"""The lists of tracing: contacts and cases, across incidents, and the incidents."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock
from muster.kernel.posts.permissions import visible_to
from muster.ledger import columns, filters
from muster.ledger.declaring import Deed, Ledger, in_ranges, register
from muster.web.templatetags.muster import moment, state_badge

from . import actions, response, words
from .actions.numbers import DISTRICT
from .models import Case, Contact, Incident

OPEN = Q(status__in=words.OPEN_STATUSES, history=False)
STEPS = ("notified", "controlled", "tested")


def in_reach(rows: QuerySet[Contact], post: Any) -> QuerySet[Contact]:
    """What row-level security lets through, said so that an index answers: below a district only the own area."""
    if len(post.area) > DISTRICT or post.lo is None:
        return visible_to(rows, post)
    return in_ranges("area", "incident_area", "case_area")(rows, post)


def _told_already(row: Contact, post: Any) -> Any:
    if row.status not in words.OPEN_STATUSES or row.history:
        return _("This contact is settled already.")
    return _("Told already.") if row.notified_at else None


CONTACTS = Ledger(
    name="tracing.contacts", title=_("Contacts"), model=Contact, route="tracing:contacts", path="contacts/",
    needs="tracing.see_contacts", scope=in_reach, person="person", opens="tracing:contact", order="first_at",
    empty=_("No contact here."),
    columns=(
        columns.whom(nobody=_("somebody elsewhere")),
        columns.text("case_number", _("Case")),
        columns.words("ring", _("Ring"), words.RINGS),
        columns.words("reasons", _("Why"), words.REASONS),
        columns.moment("first_at", _("First contact"), sort=True),
        columns.moment("last_at", _("Last contact"), sort=True),
        columns.minutes("minutes", _("Together")),
        columns.area("area", _("Where they are"), nowhere=_("no area known")),
        columns.words("status", _("State"), words.STATUSES, words.TONES),
        columns.moment("found_at", _("Found"), shown=False),
        columns.moment("notified_at", _("Told"), shown=False),
        columns.moment("controlled_at", _("Under control since"), shown=False),
        columns.moment("tested_at", _("Tested"), shown=False),
    ),
    filters=(
        filters.choice("status", _("State"), words.STATUSES, also={"open": (_("Not settled"), OPEN)}),
        filters.choice("ring", _("Ring"), words.RINGS, broad="two rings"),
        filters.within(),
        filters.reference("incident", _("Incident")),
        filters.reference("case", _("Case")),
        filters.linked("step", _("Step done"), {
            step: ~Q(status=words.WITHDRAWN) & Q(**{f"{step}_at__isnull": False}) for step in STEPS
        }),
        filters.linked("lacks", _("Step missing"), {step: OPEN & Q(**{f"{step}_at": None}) for step in STEPS}),
    ),
    deeds=(
        Deed("told", _("Mark as told"), "tracing.notify_contact", _told_already,
             lambda by, row, now: actions.notify_contact(by=by, contact=row, now=now)),
    ),
)  # fmt: skip

CASES = Ledger(
    name="tracing.cases", title=_("Cases"), model=Case, route="tracing:cases", path="cases/",
    needs="tracing.see_cases", scope=in_ranges("area", "incident_area"), person="person", opens="tracing:case",
    order="-opened_at", empty=_("No case here."),
    columns=(
        columns.text("number", _("Case"), sort=True),
        columns.whom(),
        columns.text("disease", _("Disease"), "disease_title", shown=False),
        columns.area("area", _("Where")),
        columns.words("classification", _("Classification"), words.CLASSIFICATIONS, words.CLASSIFICATION_TONES),
        columns.words("source_state", _("Source"), words.SOURCE_STATES),
        columns.day("onset_on", _("Onset"), sort=True),
        columns.moment("opened_at", _("Case opened"), sort=True),
        columns.moment("traced_at", _("Contacts found")),
        columns.moment("closed_at", _("Closed"), shown=False),
    ),
    filters=(
        filters.which("show", _("State"), {
            "open": (_("Still open"), Q(closed_at=None, history=False)),
            "closed": (_("Closed"), Q(closed_at__isnull=False)),
            "untraced": (_("Contacts not found yet"), Q(traced_at=None, closed_at=None, history=False)),
        }),
        filters.choice("classification", _("Classification"), words.CLASSIFICATIONS),
        filters.choice("disease", _("Disease"), words.DISEASES),
        filters.within(),
        filters.reference("incident", _("Incident")),
    ),
)  # fmt: skip


def _with_numbers(incidents: list[Incident]) -> None:
    """Numbers of cases and contacts, and the step of the clock that stands worst."""
    steps = response.clocks([row for row in incidents if not row.history], clock.now())
    numbers = response.numbers([row.pk for row in incidents])
    for row in incidents:
        row.numbers, row.worst = numbers[row.pk], next(iter(steps.get(row.pk, [])), None)


def _clock(row: Incident) -> Any:
    """What the clock says: the worst step that is not done, in words."""
    if row.closed_at:
        return _("closed")
    return (_("all steps done") if row.worst["done"] else row.worst["title"]) if row.worst else ""


def _clock_shown(row: Incident) -> Any:
    said = _clock(row)
    tone = "off" if row.closed_at else "ok" if row.worst and row.worst["done"] else "late" if _late(row) else "wait"
    return format_html("{} {}", state_badge(said, tone) if said else "", moment(row.closed_at) if row.closed_at else "")


def _late(row: Incident) -> bool:
    return bool(row.worst and row.worst["late"] and not row.worst["done"] and not row.closed_at)


INCIDENTS = Ledger(
    name="tracing.incidents", title=_("Incidents"), model=Incident, route="tracing:incidents", path="incidents/",
    needs="tracing.see_incidents", opens="tracing:incident", order="-opened_at", first="show=open",
    few="an outbreak each: some hundreds", ready=_with_numbers, late=_late, empty=_("No incident."),
    columns=(
        columns.text("number", _("Incident"), sort=True),
        columns.text("disease", _("Disease"), "disease_title"),
        columns.area("area", _("Led by")),
        columns.moment("started_at", _("Since")),
        columns.number("cases", _("Cases"), lambda row: row.numbers.get("cases", 0)),
        columns.number("contacts", _("Contacts"), lambda row: row.numbers.get("contacts", 0)),
        columns.number("unsettled", _("Not settled"), lambda row: row.numbers.get("unsettled", 0)),
        columns.text("clock", _("Clock"), _clock, write=str, html=_clock_shown),
        columns.moment("opened_at", _("Incident opened"), sort=True, shown=False),
        columns.moment("closed_at", _("Closed"), shown=False),
    ),
    filters=(
        filters.which("show", _("State"), {
            "open": (_("Still open"), Q(closed_at=None, history=False)),
            "closed": (_("Closed"), Q(closed_at__isnull=False, history=False)),
            "history": (_("Imported as history"), Q(history=True)),
        }),
        filters.choice("disease", _("Disease"), words.DISEASES),
        filters.within(),
    ),
)  # fmt: skip

register(CONTACTS, CASES, INCIDENTS)
